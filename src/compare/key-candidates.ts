/**
 * Combinations of columns that may be a key: judged by their names and types, and by whether they tell apart the rows of a
 * bounded sample of one side. What is true of the sample need not be true of the table; measuring decides.
 */
import type { Side } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import type { ColumnPlan } from './column-plan.ts';
import { UNIQUE_MIN } from './judge-key.ts';
import { combinedWeight, keyWeight } from './key-names.ts';
import { columnForms } from './side-query.ts';

/** Columns of the plan that may be a key together, by their numbers in ascending order. */
export interface KeyCandidate {
  readonly columns: readonly number[];
  /** What names and types say, 0 to 1. */
  readonly weight: number;
  /** The weight, less where the sample already held a value twice. */
  readonly rank: number;
}

/** How many values the columns of a sample have; of columns that were not sampled nothing is known. */
export interface SampledColumns {
  readonly rows: number;
  readonly distinct: ReadonlyMap<number, number>;
  readonly candidates: readonly KeyCandidate[];
}

/** More make thousands of combinations. */
const COMBINED_COLUMNS_MAX = 10;
/** All combinations up to here; longer ones only from the most telling shorter ones. */
const WHOLE_LEVELS = 3;
const LEVELS = 6;
const KEPT_BY_LEVEL = 12;
const PLACES = 4;
const ROWS_BY_PLACE = 1024;
/** Files of their own row numbers can make a place hold more rows. */
const ROWS_MAX = 2 * PLACES * ROWS_BY_PLACE;
const ROWS_MIN = 500;
const TOLD_APART_MIN = UNIQUE_MIN;
/** Of an estimate, which is wrong by an eighth as a rule. */
const ESTIMATE_MIN = 0.5;
/** What tells so many rows apart needs no further column. */
const TOLD_APART_WELL = 0.999;
/** Of rows that would share a value by chance; fewer, and being unique tells little of how the table is made. */
const STRUCTURE_MIN = 0.1;
const CHANCE_PRICE = 0.15;
/** A combination of names as likely as this ends the search for longer ones. */
const LIKELY_RANK = 0.6;

/** The compared form of a value, after the agreed rules: a key is brought together by them. */
export function keyForm(plan: ColumnPlan, i: number, side: Side): Sql {
  const column = plan.columns[i];
  if (column === undefined) throw new Error(`no column ${i}`);
  return column.agreed?.[side] ?? column.canonical[side];
}

/** How much a column speaks for being part of a key; where the names differ, by the more telling one. */
export function columnWeight(plan: ColumnPlan, i: number): number {
  const column = plan.columns[i];
  if (column === undefined) return 0;
  const weight = Math.min(
    keyWeight(column.name, column.types.production),
    keyWeight(column.shadow_name, column.types.shadow),
  );
  // Of two that are alike the first is the likelier: keys stand at the front.
  return weight * (1 - (0.02 * i) / plan.columns.length);
}

/** Which rows are sampled, and of which columns. */
export interface SampleOf {
  readonly side: Side;
  readonly rows: Sql;
  readonly row_count: bigint;
  /** Also floating-point columns are tried. */
  readonly floats: boolean;
  /** All rows of some values of these columns; null: some rows that stand together. */
  readonly by: readonly number[] | null;
  readonly columns_max: number;
}

/** Candidates by a sample of one side, best first. */
export async function sampleCandidates(engine: Engine, plan: ColumnPlan, of: SampleOf): Promise<SampledColumns> {
  const weights = new Map(plan.columns.map((_, i) => [i, columnWeight(plan, i)]));
  const weightOf = (i: number): number => weights.get(i) ?? 0;
  const tried = [...weights.keys()]
    .filter((i) => weightOf(i) > (of.floats ? 0 : 0.1))
    .sort((one, other) => weightOf(other) - weightOf(one))
    .slice(0, of.columns_max);
  if (tried.length === 0) return { rows: 0, distinct: new Map(), candidates: [] };
  await keepSample(engine, plan, of, tried);
  const [sampledRows = 0, ...values] = await countSampled(
    engine,
    tried.map((i) => sql`count(DISTINCT ${whole([i])})`),
  );
  const distinct = new Map(tried.map((i, nth) => [i, values[nth] ?? 0]));
  const candidates = await combine(engine, { rows: sampledRows, distinct }, weightOf);
  await engine.run(query('compare/infer-drop', { table: ident('infer_sample') }));
  return { rows: sampledRows, distinct, candidates };
}

async function keepSample(
  engine: Engine,
  plan: ColumnPlan,
  { side, rows, row_count, by }: SampleOf,
  columns: readonly number[],
): Promise<void> {
  const forms = join(columns.map((i) => sql`hash(${keyForm(plan, i, side)}) AS ${sampled(i)}`));
  // Of all columns only where that is cheap: it tells copies of whole rows from rows of one key.
  const row = by === null ? columnForms(plan, side) : join(columns.map((i) => keyForm(plan, i, side)));
  const keep = (places: Sql) =>
    engine.run(query('compare/infer-sample', { side: rows, forms, row, places, most: integer(ROWS_MAX) }));
  const wanted = BigInt(PLACES * ROWS_BY_PLACE);
  if (row_count <= wanted) {
    await keep(sql`true`);
  } else if (by !== null) {
    const value = sql`hash(hash(${join(by.map((i) => keyForm(plan, i, side)))}))`;
    await keep(sql`${value} % ${integer(row_count / wanted)} = 0`);
  } else {
    await keep(placesIn(row_count));
    const [kept = 0] = await countSampled(engine, []);
    if (kept < ROWS_MIN) await keep(sql`true`);
  }
}

/** Ranges of row numbers: the engine skips what lies between them, which it does not do for a random sample. */
function placesIn(rowCount: bigint): Sql {
  return join(
    Array.from({ length: PLACES }, (_, place) => {
      const first = (rowCount * BigInt(place)) / BigInt(PLACES);
      return sql`"row" BETWEEN ${integer(first)} AND ${integer(first + BigInt(ROWS_BY_PLACE - 1))}`;
    }),
    ' OR ',
  );
}

function sampled(i: number): Sql {
  return ident(`u${i}`);
}

async function countSampled(engine: Engine, counts: readonly Sql[]): Promise<readonly number[]> {
  const { rows } = await engine.run(
    query('compare/infer-distinct', { counts: counts.length === 0 ? sql`0` : join(counts) }),
  );
  return (rows[0] ?? []).map(Number);
}

/** Hashed as a whole: a count of values alone leaves NULL out. */
function whole(columns: readonly number[]): Sql {
  return sql`hash(${join(columns.map(sampled))})`;
}

/**
 * Which share of the sample's rows each of these combinations tells apart. An estimate costs an eighth of counting, so only
 * where it does not rule the combination out is it counted.
 */
async function sharesOf(
  engine: Engine,
  combinations: readonly (readonly number[])[],
): Promise<readonly { readonly columns: readonly number[]; readonly share: number }[]> {
  if (combinations.length === 0) return [];
  const [rows = 0, ...estimates] = await countSampled(
    engine,
    combinations.map((columns) => sql`approx_count_distinct(${whole(columns)})`),
  );
  const estimated = combinations.map((columns, i) => ({ columns, share: (estimates[i] ?? 0) / Math.max(1, rows) }));
  const close = estimated.filter(({ share }) => share >= ESTIMATE_MIN);
  const [, ...counts] = await countSampled(
    engine,
    close.map(({ columns }) => sql`count(DISTINCT ${whole(columns)})`),
  );
  const exact = new Map(close.map(({ columns }, i) => [columns, (counts[i] ?? 0) / Math.max(1, rows)]));
  return estimated.map(({ columns, share }) => ({ columns, share: exact.get(columns) ?? share }));
}

/**
 * Level by level, so that no combination is tried of which a part is a key already. Columns of many values are unique
 * together by chance, as order and supplier; where few combinations are possible, as order and line, it is no chance.
 */
async function combine(
  engine: Engine,
  { rows, distinct }: Pick<SampledColumns, 'rows' | 'distinct'>,
  weightOf: (i: number) => number,
): Promise<readonly KeyCandidate[]> {
  const columns = [...distinct].filter(([, values]) => values > 1).map(([i]) => i);
  const combined = columns.slice(0, COMBINED_COLUMNS_MAX);
  const possible = (combination: readonly number[]): number =>
    combination.reduce((product, i) => product * (distinct.get(i) ?? 1), 1);
  const structure = (combination: readonly number[]): number => {
    const filled = rows / possible(combination);
    const byChance = filled === 0 ? 1 : (1 - Math.exp(-filled)) / filled;
    return 1 - CHANCE_PRICE * (1 - Math.min(1, (1 - byChance) / STRUCTURE_MIN));
  };
  const found: KeyCandidate[] = [];
  const keys: (readonly number[])[] = [];
  let heads: readonly (readonly number[])[] = [[]];
  for (let level = 1; level <= LEVELS && heads.length > 0; level += 1) {
    const next = extended(heads, combined).filter(
      (combination) => !keys.some((key) => key.every((i) => combination.includes(i))),
    );
    const open = next.filter((combination) => possible(combination) >= TOLD_APART_MIN * rows);
    const measured =
      level === 1
        ? open.map((single) => ({ columns: single, share: possible(single) / Math.max(1, rows) }))
        : await sharesOf(engine, open);
    for (const { columns: combination, share } of measured.filter((one) => one.share >= TOLD_APART_MIN)) {
      const weight = combinedWeight(combination.map(weightOf)) * (level === 1 ? 1 : structure(combination));
      found.push({ columns: combination, weight, rank: weight * rankOf(share) });
      if (share >= TOLD_APART_WELL) keys.push(combination);
    }
    if (level >= WHOLE_LEVELS && found.length > 0) break;
    if (found.some(({ rank }) => rank >= LIKELY_RANK)) break;
    heads =
      level < WHOLE_LEVELS
        ? next
        : measured
            .toSorted((one, other) => other.share - one.share)
            .slice(0, KEPT_BY_LEVEL)
            .map((one) => one.columns);
  }
  return found.toSorted(byRank);
}

export function byRank(one: KeyCandidate, other: KeyCandidate): number {
  return other.rank - one.rank;
}

/** A few values that stand twice in a small part of a table are many in the whole. */
function rankOf(share: number): number {
  return 1 - Math.min(0.5, 50 * (1 - share));
}

/** Every combination with one column more, each once. */
function extended(heads: readonly (readonly number[])[], columns: readonly number[]): readonly (readonly number[])[] {
  const all = heads.flatMap((head) =>
    columns.filter((i) => !head.includes(i)).map((i) => [...head, i].sort((one, other) => one - other)),
  );
  return [...new Map(all.map((combination) => [combination.join(), combination])).values()];
}
