/** Row differences to show: few, and chosen to differ from each other. They come out of the tables of the diff, not out of another scan. */
import type { ColumnPlan } from '../compare/column-plan.ts';
import { valueName } from '../compare/column-plan.ts';
import type { CellText, ExampleCell, RowExample, RowKind } from '../core/difference.ts';
import type { Side } from '../core/side.ts';
import type { Engine, EngineValue, ResultTable } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql, value } from '../sql/sql.ts';
import { hasPaths, pathsJson, pathsOf } from './nested-paths.ts';
import type { PairCounts } from './pair-rows.ts';
import { shownText } from './shown-text.ts';

/** An example with the number of its pair in `changed_rows`, so that its cause can be looked up; null for one-sided rows. */
export interface PickedExample extends RowExample {
  readonly pair: bigint | null;
}

/** At most `limit` examples, shared evenly by the kinds of row difference that occur; changed rows first. */
export async function pickExamples(
  engine: Engine,
  plan: ColumnPlan,
  counts: PairCounts,
  limit: number,
): Promise<readonly PickedExample[]> {
  const kinds = (['changed', 'only_in_production', 'only_in_shadow'] as const).filter((kind) => counts[kind] > 0n);
  if (kinds.length === 0 || limit < 1) return [];
  const share = Math.max(1, Math.floor(limit / kinds.length));
  const examples: PickedExample[] = [];
  for (const kind of kinds) {
    examples.push(
      ...(kind === 'changed' ? await pickChanged(engine, plan, share) : await pickOneSided(engine, plan, kind, share)),
    );
  }
  return examples.slice(0, limit);
}

async function pickChanged(engine: Engine, plan: ColumnPlan, limit: number): Promise<readonly PickedExample[]> {
  const flags = plan.columns.map((_, i) => ident(`d${i}`));
  const cells = plan.columns.flatMap(({ types }, i) => [
    shownText(ident(`p${i}`), types.production),
    shownText(ident(`s${i}`), types.shadow),
    ident(`d${i}`),
  ]);
  const nested = plan.columns.flatMap(({ types }, i) => (hasPaths(types) ? [{ i, types }] : []));
  const documents = nested.flatMap(({ i, types }) => [
    pathsJson(ident(`p${i}`), types.production),
    pathsJson(ident(`s${i}`), types.shadow),
  ]);
  const places = sql`pair, production_file, production_row, shadow_file, shadow_row`;
  const picked = { rows: sql`changed_rows`, place: sql`pair`, pattern: sql`hash(${join(flags)})` };
  const rows = await pick(engine, picked, join([places, ...cells, ...documents]), limit);
  return rows.map((row) => {
    const cell = (i: number, part: number): EngineValue => row[5 + 3 * i + part] ?? null;
    const paths = (column: number): ExampleCell['paths'] => {
      const nth = nested.findIndex(({ i }) => i === column);
      const [production, shadow] = row.slice(5 + 3 * plan.columns.length + 2 * nth) as readonly CellText[];
      const { name, types } = plan.columns[column] ?? {};
      if (nth < 0 || name === undefined || types === undefined) return [];
      return pathsOf(production ?? null, shadow ?? null, name, types);
    };
    return {
      kind: 'changed',
      pair: BigInt(String(row[0])),
      places: {
        production: { file: Number(row[1]), row: BigInt(String(row[2])) },
        shadow: { file: Number(row[3]), row: BigInt(String(row[4])) },
      },
      key: plan.key.map((i) => ({ column: plan.columns[i]?.name ?? '', value: cell(i, 0) as CellText })),
      cells: plan.columns.flatMap((column, i) =>
        cell(i, 2) === true
          ? [
              {
                column: column.name,
                production: cell(i, 0) as CellText,
                shadow: cell(i, 1) as CellText,
                paths: paths(i),
              },
            ]
          : [],
      ),
    };
  });
}

async function pickOneSided(
  engine: Engine,
  plan: ColumnPlan,
  kind: Exclude<RowKind, 'changed'>,
  limit: number,
): Promise<readonly PickedExample[]> {
  const side: Side = kind === 'only_in_production' ? 'production' : 'shadow';
  const cells = plan.columns.map(({ types }, i) => shownText(valueName(i), types[side]));
  // File and row as one number, so that a place can be ordered and looked up.
  const place = sql`(CAST("file" AS HUGEINT) * 1099511627776 + "row")`;
  const picked = { rows: ident(kind), place, pattern: sql`twin` };
  const rows = await pick(engine, picked, join([sql`"file", "row"`, ...cells]), limit);
  return rows.map((row) => {
    const cell = (i: number): CellText => (row[2 + i] ?? null) as CellText;
    const place = { file: Number(row[0]), row: BigInt(String(row[1])) };
    return {
      kind,
      pair: null,
      places: { production: side === 'production' ? place : null, shadow: side === 'shadow' ? place : null },
      key: plan.key.map((i) => ({ column: plan.columns[i]?.name ?? '', value: cell(i) })),
      cells: plan.columns.flatMap((column, i) =>
        plan.key.includes(i)
          ? []
          : [
              {
                column: column.name,
                production: side === 'production' ? cell(i) : null,
                shadow: side === 'shadow' ? cell(i) : null,
                paths: [],
              },
            ],
      ),
    };
  });
}

interface Pickable {
  readonly rows: Sql;
  /** A whole number that tells a row. */
  readonly place: Sql;
  readonly pattern: Sql;
}

async function pick(
  engine: Engine,
  { rows, place, pattern }: Pickable,
  cells: Sql,
  limit: number,
): Promise<ResultTable['rows']> {
  const shares = Array.from({ length: limit }, (_, i) => value(limit === 1 ? 0 : i / (limit - 1)));
  const patterns = await engine.run(
    query('diff/patterns', { rows, place, pattern, shares: sql`[${join(shares)}]` }, { limit: BigInt(limit) }),
  );
  const spread = patterns.rows.map(([, places]) => (places as readonly EngineValue[]).map((at) => BigInt(String(at))));
  const places = takeTurns(spread, limit).map((at) => integer(at));
  if (places.length === 0) return [];
  return (await engine.run(query('diff/cells', { rows, place, cells, places: join(places) }))).rows;
}

/**
 * Picks from lists of places, each in order: every list has its turn, with its first place, then its last, then those
 * between, until there are `limit` of them or no more.
 */
export function takeTurns(lists: readonly (readonly bigint[])[], limit: number): readonly bigint[] {
  const queues = lists.map((places) => {
    const [first, ...rest] = new Set(places);
    const last = rest.pop();
    return [first, last, ...rest].filter((place) => place !== undefined);
  });
  const picked: bigint[] = [];
  for (let turn = 0; picked.length < limit && queues.some((queue) => turn < queue.length); turn += 1) {
    picked.push(...queues.flatMap((queue) => queue[turn] ?? []));
  }
  return picked.slice(0, limit);
}
