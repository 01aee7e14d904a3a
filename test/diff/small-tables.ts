/** Two small tables in a real engine, for tests of comparing and diffing without files. */

import { type ColumnPlan, planColumns } from '../../src/compare/column-plan.ts';
import { compareSides } from '../../src/compare/compare.ts';
import { KEPT_ROWS_MAX } from '../../src/compare/kept-rows.ts';
import { sideQuery } from '../../src/compare/side-query.ts';
import type { Column } from '../../src/core/column.ts';
import type { Comparison } from '../../src/core/comparison.ts';
import { mapSides, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { type DiffResult, diffRows } from '../../src/diff/diff.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { SideTable } from '../../src/partition/side-table.ts';
import { ident, integer, join, type Sql, type SqlValue, sql, trustedExpression, value } from '../../src/sql/sql.ts';

export interface SmallTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly SqlValue[])[];
}

export interface SmallDiff {
  readonly engine: Engine;
  readonly plan: ColumnPlan;
  readonly comparison: Comparison;
  readonly result: DiffResult;
  readonly queries: Sided<Sql>;
}

export async function withEngine<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/**
 * Compares and diffs two tables whatever the comparison says, and hands the session over while it is open. `keep`: as small
 * sides whose rows are kept, or as large ones of which only rows that may differ are; `memory_bytes` for what is held of these.
 */
export async function diffTables<T>(
  tables: Sided<SmallTable>,
  spec: Partial<Spec>,
  look: (diff: SmallDiff) => Promise<T> | T,
  exampleLimit = 20,
  keep = true,
  memory_bytes: bigint | null = null,
): Promise<T> {
  return withEngine(async (engine) => {
    const sides = {
      production: await load(engine, 'production_source', tables.production),
      shadow: await load(engine, 'shadow_source', tables.shadow),
    };
    const plan = planColumns(
      mapSides(sides, ({ columns }) => columns),
      { ...PLAIN_SPEC, ...spec },
    );
    const queries = mapSides(sides, (table, side) =>
      sideQuery(side, table, plan, { where: null, sample: spec.sample ?? null }),
    );
    const large = { production: KEPT_ROWS_MAX + 1n, shadow: KEPT_ROWS_MAX + 1n };
    const known = mapSides(sides, ({ row_count_hint }) => row_count_hint);
    const { comparison, rows } = await compareSides(
      engine,
      plan,
      queries,
      { row_counts: keep ? known : large, memory_bytes },
      (_, work) => work(),
    );
    const result = await diffRows(engine, plan, rows, comparison, { examples: exampleLimit, memory_bytes });
    return look({ engine, plan, comparison, result, queries });
  });
}

/** The table in the engine: columns by position, so that any name can stand in `columns`, and a row number. */
async function load(engine: Engine, name: string, table: SmallTable): Promise<SideTable> {
  const types = table.columns.map(({ type }) => trustedExpression(type));
  const columnNames = table.columns.map((_, i) => ident(`column_${i}`));
  const cast = (cell: Sql, i: number): Sql =>
    sql`CAST(${cell} AS ${bare(types[i] ?? sql`VARCHAR`)}) AS ${columnNames[i] ?? sql`x`}`;
  const select = (cells: readonly Sql[], row: number): Sql =>
    sql`SELECT ${join([sql`CAST(${integer(row)} AS BIGINT) AS row_number`, ...cells.map(cast)])}`;
  const rows = table.rows.map((cells, row) =>
    select(
      cells.map((cell) => value(cell)),
      row,
    ),
  );
  const empty = sql`SELECT * FROM (${select(
    table.columns.map(() => sql`NULL`),
    0,
  )}) WHERE false`;
  await engine.run(sql`CREATE TEMP TABLE ${ident(name)} AS ${rows.length === 0 ? empty : join(rows, ' UNION ALL ')}`);
  return {
    columns: table.columns.map((column, i) => ({ ...column, expression: columnNames[i] ?? sql`x` })),
    from: ident(name),
    file: sql`0`,
    row: ident('row_number'),
    files: ['memory'],
    row_count_hint: BigInt(table.rows.length),
    notes: [],
  };
}

/** A type name out of the parentheses that a trusted expression stands in. */
function bare(type: Sql): Sql {
  const [text] = type.chunks;
  return typeof text === 'string' ? unwrapped(text) : type;
}

function unwrapped(text: string): Sql {
  const strings = Object.assign([text.slice(1, -2)], { raw: [text.slice(1, -2)] });
  return sql(strings as unknown as TemplateStringsArray);
}
