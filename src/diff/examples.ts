/** Row differences to show: few, and chosen to differ from each other. They come out of the tables of the diff, not out of another scan. */
import type { ColumnPlan } from '../compare/column-plan.ts';
import { valueName } from '../compare/column-plan.ts';
import type { CellText, ExampleCell, RowExample, RowKind } from '../core/difference.ts';
import type { Side, Sided } from '../core/side.ts';
import type { Engine, EngineValue, ResultTable } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql, value } from '../sql/sql.ts';
import type { PairCounts } from './found-pairs.ts';
import { hasPaths, pathsJson, pathsOf } from './nested-paths.ts';
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
      ...(kind === 'changed'
        ? await pickChanged(engine, plan, counts, share)
        : await pickOneSided(engine, plan, kind, counts[kind], share)),
    );
  }
  return examples.slice(0, limit);
}

async function pickChanged(
  engine: Engine,
  plan: ColumnPlan,
  counts: PairCounts,
  limit: number,
): Promise<readonly PickedExample[]> {
  // Only these are shown, and only these are sure to stand in the table.
  const differing = plan.columns.map((_, i) => i).filter((i) => (counts.differing_by_column[i] ?? 0n) > 0n);
  const shown = plan.columns.map((_, i) => i).filter((i) => plan.key.includes(i) || differing.includes(i));
  const typesOf = (i: number): Sided<string> => plan.columns[i]?.types ?? { production: 'VARCHAR', shadow: 'VARCHAR' };
  const cells = shown.flatMap((i) => [
    shownText(ident(`p${i}`), typesOf(i).production),
    shownText(ident(`s${i}`), typesOf(i).shadow),
    ident(`d${i}`),
  ]);
  const nested = differing.flatMap((i) => (hasPaths(typesOf(i)) ? [{ i, types: typesOf(i) }] : []));
  const documents = nested.flatMap(({ i, types }) => [
    pathsJson(ident(`p${i}`), types.production),
    pathsJson(ident(`s${i}`), types.shadow),
  ]);
  const places = sql`pair, production_file, production_row, shadow_file, shadow_row`;
  const flags = differing.map((i) => ident(`d${i}`));
  // The table behind the view `changed_rows`, which has no row numbers.
  const picked = {
    rows: sql`changed_pairs`,
    count: counts.changed,
    place: sql`pair`,
    pattern: sql`hash(${join(flags)})`,
  };
  const rows = await pick(engine, picked, join([places, ...cells, ...documents]), limit);
  return rows.map((row) => {
    const cell = (i: number, part: number): EngineValue => row[5 + 3 * shown.indexOf(i) + part] ?? null;
    const paths = (column: number): ExampleCell['paths'] => {
      const nth = nested.findIndex(({ i }) => i === column);
      const [production, shadow] = row.slice(5 + 3 * shown.length + 2 * nth) as readonly CellText[];
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
      cells: differing
        .filter((i) => cell(i, 2) === true)
        .map((i) => ({
          column: plan.columns[i]?.name ?? '',
          production: cell(i, 0) as CellText,
          shadow: cell(i, 1) as CellText,
          paths: paths(i),
        })),
    };
  });
}

async function pickOneSided(
  engine: Engine,
  plan: ColumnPlan,
  kind: Exclude<RowKind, 'changed'>,
  count: bigint,
  limit: number,
): Promise<readonly PickedExample[]> {
  const side: Side = kind === 'only_in_production' ? 'production' : 'shadow';
  const cells = plan.columns.map(({ types }, i) => shownText(valueName(i), types[side]));
  // File and row as one number, so that a place can be ordered and looked up.
  const place = sql`(CAST("file" AS HUGEINT) * 1099511627776 + "row")`;
  const picked = { rows: ident(kind), count, place, pattern: sql`twin` };
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

/**
 * Rows of a kind up to which examples are spread over all of them. Of more the first and the last of every pattern are still
 * exact, those between are spread over a sample of about this many: 10 M places took 600 ms to put in order.
 */
const SPREAD_ROWS = 100_000n;

interface Pickable {
  /** A table. */
  readonly rows: Sql;
  readonly count: bigint;
  /** A whole number that tells a row. */
  readonly place: Sql;
  readonly pattern: Sql;
}

async function pick(
  engine: Engine,
  { rows, count, place, pattern }: Pickable,
  cells: Sql,
  limit: number,
): Promise<ResultTable['rows']> {
  const shares = Array.from({ length: limit }, (_, i) => value(limit === 1 ? 0 : i / (limit - 1)));
  const step = (count + SPREAD_ROWS - 1n) / SPREAD_ROWS;
  const sampled = step <= 1n ? sql`true` : sql`hash(${place}) % ${integer(step)} = 0`;
  const patterns = await engine.run(
    query('diff/patterns', { rows, place, pattern, sampled, shares: sql`[${join(shares)}]` }, { limit: BigInt(limit) }),
  );
  const spread = patterns.rows.map(([, first, last, between]) =>
    spreadPlaces(
      [first, last].map((at) => BigInt(String(at))),
      ((between ?? []) as readonly EngineValue[]).map((at) => BigInt(String(at))),
    ),
  );
  const places = takeTurns(spread, limit).map((at) => integer(at));
  if (places.length === 0) return [];
  return (await engine.run(query('diff/cells', { rows, place, cells, places: join(places) }))).rows;
}

/** The first place, those between, and the last. A sample has its own first and last, which stand for the exact ones. */
function spreadPlaces(ends: readonly bigint[], sampled: readonly bigint[]): readonly bigint[] {
  return [...ends.slice(0, 1), ...sampled.slice(1, -1), ...ends.slice(1)];
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
