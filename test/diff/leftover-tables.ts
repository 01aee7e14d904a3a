/** Left-over rows in a real engine, without the passes that leave them over. */
import { type ColumnPlan, planColumns } from '../../src/compare/column-plan.ts';
import type { Column } from '../../src/core/column.ts';
import { SIDES, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { type PartnerNote, pairPartners } from '../../src/diff/partners.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ident, integer, join, type Sql, type SqlValue, sql, value } from '../../src/sql/sql.ts';

/** A row with its place: file and row number. */
export interface PlacedRow {
  readonly file: number;
  readonly row: number;
  readonly cells: readonly SqlValue[];
}

/** [production file, production row, shadow file, shadow row] of every pair, in the order of production. */
export type Partners = readonly (readonly number[])[];

export function planOf(columns: readonly Column[], spec: Partial<Spec>): ColumnPlan {
  const side = columns.map((column, i) => ({ ...column, expression: ident(`v${i}`) }));
  return planColumns({ production: side, shadow: side }, { ...PLAIN_SPEC, ...spec });
}

export async function withThreads<T>(threads: number, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openDuckdb({ files: [], spill: null, threads, memory_bytes: null });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** Makes `leftover_production` and `leftover_shadow` from queries that give "file", "row", v0, v1, … */
export async function leaveOver(engine: Engine, plan: ColumnPlan, rows: Sided<Sql>): Promise<void> {
  for (const side of SIDES) {
    const forms = plan.columns.flatMap(({ converted, canonical, agreed }, i) => [
      ...(converted ? [sql`${canonical[side]} AS ${ident(`c${i}`)}`] : []),
      ...(agreed === null ? [] : [sql`${agreed[side]} AS ${ident(`a${i}`)}`]),
    ]);
    const values = join([sql`*`, ...forms]);
    await engine.run(
      sql`CREATE OR REPLACE TEMP TABLE ${ident(`leftover_${side}`)} AS SELECT ${values} FROM (${rows[side]})`,
    );
  }
}

/** Rows as a query, in the order in which they are given. */
export function placedRows(columns: readonly Column[], rows: readonly PlacedRow[]): Sql {
  const names = columns.map((_, i) => ident(`v${i}`));
  const lines = rows.map(
    ({ file, row, cells }) => sql`(${join([integer(file), integer(row), ...cells.map((cell) => value(cell))])})`,
  );
  const nothing = sql`(${join([sql`0`, sql`0`, ...columns.map(() => sql`NULL`)])})`;
  const types: Readonly<Record<string, Sql>> = { INTEGER: sql`INTEGER`, DOUBLE: sql`DOUBLE`, VARCHAR: sql`VARCHAR` };
  const cells = columns.map(({ type }, i) => {
    const name = names[i] ?? sql`NULL`;
    return sql`CAST(${name} AS ${types[type] ?? sql`VARCHAR`}) AS ${name}`;
  });
  return sql`SELECT ${join([sql`CAST("file" AS INTEGER) AS "file", CAST("row" AS BIGINT) AS "row"`, ...cells])}
    FROM (VALUES ${join(rows.length === 0 ? [nothing] : lines)}) AS t(${join([sql`"file", "row"`, ...names])})
    WHERE ${rows.length === 0 ? sql`false` : sql`true`}`;
}

export async function partnersIn(engine: Engine): Promise<Partners> {
  const { rows } = await engine.run(
    sql`SELECT production_file, production_row, shadow_file, shadow_row FROM partners ORDER BY ALL`,
  );
  return rows.map((row) => row.map(Number));
}

/** Pairs these rows. */
export async function partnersOf(
  engine: Engine,
  plan: ColumnPlan,
  columns: readonly Column[],
  rows: Sided<readonly PlacedRow[]>,
): Promise<{ readonly partners: Partners; readonly notes: readonly PartnerNote[] }> {
  await leaveOver(engine, plan, {
    production: placedRows(columns, rows.production),
    shadow: placedRows(columns, rows.shadow),
  });
  const notes = await pairPartners(engine, plan);
  return { partners: await partnersIn(engine), notes };
}

/** How two cells stand to each other by the rules that the oracle was told. */
export type Judge = (column: number, production: SqlValue, shadow: SqlValue) => 'equal' | 'agree' | 'differ';

/**
 * The documented rule done the slow way: of all pairs that may be made the best, then of those that remain, and so on.
 * `mayPair` is told the rows and in how many columns they agree.
 */
export function greedyPartners(
  { production, shadow }: Sided<readonly PlacedRow[]>,
  judge: Judge,
  mayPair: (production: PlacedRow, shadow: PlacedRow, agreeing: number) => boolean,
): Partners {
  const pairs = production.flatMap((p) =>
    shadow.map((s) => {
      const judged = p.cells.map((cell, i) => judge(i, cell, s.cells[i] ?? null));
      const equal = judged.filter((how) => how === 'equal').length;
      return { p, s, equal, agreeing: equal + judged.filter((how) => how === 'agree').length };
    }),
  );
  const open = pairs.filter(({ p, s, agreeing }) => mayPair(p, s, agreeing));
  const order = ({ p, s, equal, agreeing }: (typeof open)[number]): readonly number[] => [
    -agreeing,
    -equal,
    p.file,
    p.row,
    s.file,
    s.row,
  ];
  open.sort((one, other) => {
    const [mine, theirs] = [order(one), order(other)];
    const at = mine.findIndex((part, i) => part !== theirs[i]);
    return (mine[at] ?? 0) - (theirs[at] ?? 0);
  });
  const taken = new Set<PlacedRow>();
  const partners: (readonly number[])[] = [];
  for (const { p, s } of open) {
    if (taken.has(p) || taken.has(s)) continue;
    taken.add(p).add(s);
    partners.push([p.file, p.row, s.file, s.row]);
  }
  return partners.toSorted((one, other) => (one[0] ?? 0) - (other[0] ?? 0) || (one[1] ?? 0) - (other[1] ?? 0));
}
