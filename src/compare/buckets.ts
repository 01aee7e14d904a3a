/**
 * Large sides, bucket by bucket: where they differ, in which columns about, and the rows there.
 *
 * One scan of each side gives the row count and two sums of independent 31-bit parts of a 64-bit row hash, in buckets of the
 * key's hash. Equal sums over all buckets mean equal multisets of rows; the buckets that differ are where the row
 * differences are, so a later pass reads only those, and of them only the columns that may differ.
 */
import { SIDES, type Side, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import { type ColumnPlan, valueName } from './column-plan.ts';
import type { ReadingSide } from './compare.ts';
import { keepRows } from './kept-rows.ts';
import { blockHash, columnBlocks, isText, rowHashOf } from './row-hash.ts';
import { keyForms } from './side-query.ts';

/**
 * Rows of a bucket, about. 20 M rows fall into 2^15 buckets, so that 2,000 differing rows lie in one of sixteen: with 2^12
 * four rows of ten are read again, kept and joined.
 */
const BUCKET_ROWS = 350;
/** Without a key both versions of a changed row have buckets of their own, so there must be more of them. */
const BUCKET_ROWS_WITHOUT_KEY = 8;
const BUCKET_BITS_MIN = 12;
/**
 * Groups of a type of 16 bits are counted in a plain array, which the engine is opened for; more need a hash table, and
 * with it another fifth of a scan.
 */
const BUCKET_BITS_MAX = 16;
const BUCKET_BITS_MAX_WITHOUT_KEY = 20;

/** Rows of each side that are read again at least, about: what is counted on a sample needs rows that agree. */
const AGREEING_ROWS = 50_000;

/** How the rows of a pair are bucketed. */
export interface Bucketing {
  readonly bits: number;
  /** The blocks of columns, in groups that have a sum each; none: the row's sums say all. */
  readonly summed: readonly (readonly number[])[];
  /** Of a value of each compared column in memory, about. */
  readonly value_bytes: readonly number[];
}

/** Fewer columns are read whole at the price of the sums that would tell which need not be. */
const SUMMED_COLUMNS_MIN = 8;

/** Text up to here shares one sum: reading some columns of codes for nothing costs less than sums that tell them apart. */
const SHORT_BYTES = 32;

/**
 * By what the footers say of the row counts, and `value_bytes` of each column. A row that is missing differs in every block
 * of columns, and without a key so does one that changed: then sums of blocks tell nothing.
 */
export function bucketingOf(
  plan: ColumnPlan,
  rowCounts: Sided<bigint>,
  value_bytes: readonly number[] = plan.columns.map(() => FIXED_BYTES),
): Bucketing {
  const tells = plan.key.length > 0 && rowCounts.production === rowCounts.shadow;
  const isSummed = tells && plan.columns.length >= SUMMED_COLUMNS_MIN;
  return { bits: bucketBits(plan, rowCounts), summed: isSummed ? summedBlocks(plan, value_bytes) : [], value_bytes };
}

function summedBlocks(plan: ColumnPlan, valueBytes: readonly number[]): readonly (readonly number[])[] {
  const blocks = columnBlocks(plan);
  const isShortText = (block: readonly number[]): boolean =>
    block.every((i) => isText(plan, i) && (valueBytes[i] ?? 0) <= SHORT_BYTES);
  const numbers = blocks.map((_, number) => number);
  const short = numbers.filter((number) => isShortText(blocks[number] ?? []));
  const alone = numbers.filter((number) => !short.includes(number)).map((number) => [number]);
  return short.length === 0 ? alone : [...alone, short];
}

function bucketBits(plan: ColumnPlan, { production, shadow }: Sided<bigint>): number {
  const rows = Math.max(Number(production), Number(shadow), 1);
  const hasKey = plan.key.length > 0;
  const bits = Math.ceil(Math.log2(rows / (hasKey ? BUCKET_ROWS : BUCKET_ROWS_WITHOUT_KEY)));
  return Math.max(BUCKET_BITS_MIN, Math.min(hasKey ? BUCKET_BITS_MAX : BUCKET_BITS_MAX_WITHOUT_KEY, bits));
}

/** Leaves the tables `production_bucket` and `shadow_bucket` in the session. */
export async function sumBuckets(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  bucketing: Bucketing,
  readingSide: ReadingSide,
): Promise<void> {
  for (const side of SIDES) {
    await readingSide(side, () => engine.run(bucketSums(plan, side, sides[side], bucketing)));
  }
}

/** The statement that makes `<side>_bucket`. */
export function bucketSums(plan: ColumnPlan, side: Side, rows: Sql, { bits, summed }: Bucketing): Sql {
  const blocks = columnBlocks(plan);
  const names = blocks.map((_, i) => blockName(i));
  const keyed = summed.map((group, i) => {
    const hashed = group.map(blockName);
    const one = hashed.length === 1 ? join(hashed) : sql`hash(${join(hashed)})`;
    return sql`hash(xor(${one}, k)) AS ${sumName(i)}`;
  });
  return query('compare/buckets', {
    target: ident(`${side}_bucket`),
    side: rows,
    bucket: bucketOfHash(sql`k`, bits),
    key: keyForms(plan, side),
    blocks: join(blocks.map((block, i) => sql`${blockHash(plan, side, block)} AS ${blockName(i)}`)),
    row_hash: rowHashOf(names),
    keyed: more(keyed),
    block_sums: more(summed.map((_, i) => sql`bit_xor(${sumName(i)}) AS ${sumName(i)}`)),
  });
}

function blockName(i: number): Sql {
  return ident(`b${i}`);
}

function sumName(i: number): Sql {
  return ident(`x${i}`);
}

/** The bucket of a row, over its side's query. */
function bucketOf(plan: ColumnPlan, side: Side, { bits }: Bucketing): Sql {
  return bucketOfHash(sql`hash(${keyForms(plan, side)})`, bits);
}

function bucketOfHash(hash: Sql, bits: number): Sql {
  return sql`CAST(${hash} & ${integer(2 ** bits - 1)} AS ${bits <= 16 ? sql`USMALLINT` : sql`UINTEGER`})`;
}

function more(list: readonly Sql[]): Sql {
  return list.length === 0 ? sql`` : sql`, ${join(list)}`;
}

/** What has to be read again. */
export interface DifferingBuckets {
  readonly bucketing: Bucketing;
  readonly buckets: number;
  /** Rows in them. */
  readonly rows: Sided<bigint>;
  /** Numbers of the columns that may differ, with those of the key; null: all. */
  readonly columns: readonly number[] | null;
}

/** Leaves the table `differing_bucket` in the session. */
export async function findDifferingBuckets(
  engine: Engine,
  plan: ColumnPlan,
  bucketing: Bucketing,
): Promise<DifferingBuckets> {
  const names = bucketing.summed.map((_, i) => sumName(i));
  const differs = names.map((name) => sql`p.${name} IS DISTINCT FROM s.${name} AS ${name}`);
  await engine.run(query('compare/differing-buckets', { blocks: more(differs) }));
  const totals = names.map((name) => sql`coalesce(bool_or(${name}), false)`);
  const { rows } = await engine.run(query('compare/differing-totals', { blocks: more(totals) }));
  const [buckets, production, shadow, ...flags] = rows[0] ?? [];
  const blocks = columnBlocks(plan);
  const touched = bucketing.summed
    .filter((_, i) => flags[i] === true)
    .flatMap((group) => group.map((i) => blocks[i] ?? []));
  // Rows of one key that swap values leave every block as it was: then any column may be the one.
  const isNarrow = touched.length > 0 && touched.length < blocks.length;
  return {
    bucketing,
    buckets: Number(buckets),
    rows: { production: BigInt(String(production)), shadow: BigInt(String(shadow)) },
    columns: isNarrow ? [...new Set([...plan.key, ...touched.flat()])].sort((one, other) => one - other) : null,
  };
}

/** The rows of differing buckets in parts that fit into memory. */
export interface KeptParts {
  readonly count: number;
  /** Numbers of the columns that are kept; null: all. */
  readonly columns: readonly number[] | null;
  readonly is_bucketed: true;
  /** Keeps the rows of one part in place of those of another. */
  readonly keep: (part: number) => Promise<void>;
}

/** Plans the second reading, in parts of at most about `bytesMax` for both sides together. */
export async function planKeptParts(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  differing: DifferingBuckets,
  bytesMax: number,
): Promise<KeptParts> {
  const { columns, bucketing } = differing;
  const rows = Number(differing.rows.production + differing.rows.shadow);
  // Without a key any two rows may belong together: they have to lie in one part.
  const bytes = rows * rowBytes(plan, bucketing, columns);
  const parts = plan.key.length === 0 ? 1 : Math.max(1, Math.ceil(bytes / bytesMax));
  const agreeing = Math.max(0, AGREEING_ROWS - Math.ceil(rows / 2));
  await engine.run(query('compare/kept-buckets', { parts: integer(parts), agreeing_rows: integer(agreeing) }));
  const keep = async (part: number): Promise<void> => {
    for (const side of SIDES) {
      const bucket = bucketOf(plan, side, bucketing);
      const condition = query('compare/in-kept-bucket', { bucket, part: integer(part) });
      await keepRows(engine, plan, side, sides[side], { columns, condition, bucket });
    }
  };
  return { count: parts, columns, is_bucketed: true, keep };
}

const PLACE_BYTES = 32;
const FIXED_BYTES = 8;
/** Of a text in memory, beside its characters. */
const TEXT_BYTES = 12;

/** What a kept row takes in memory, about, with the forms that are kept beside its values. */
function rowBytes(plan: ColumnPlan, { value_bytes }: Bucketing, columns: readonly number[] | null): number {
  const kept = columns ?? plan.columns.map((_, i) => i);
  return kept.reduce((sum, i) => {
    const column = plan.columns[i];
    const forms = 1 + (column?.converted ? 1 : 0) + (column === undefined || column.agreed === null ? 0 : 1);
    return sum + forms * (value_bytes[i] ?? FIXED_BYTES);
  }, PLACE_BYTES);
}

/** What values of each compared column take in memory, about, by the first rows. */
export async function valueBytes(engine: Engine, plan: ColumnPlan, rows: Sql): Promise<readonly number[]> {
  if (plan.columns.length === 0) return [];
  const measures = plan.columns.map((_, i) =>
    isText(plan, i)
      ? sql`coalesce(avg(strlen(CAST(${valueName(i)} AS VARCHAR))), 0) + ${integer(TEXT_BYTES)}`
      : integer(FIXED_BYTES),
  );
  const lengths = await engine.run(query('compare/text-lengths', { rows, lengths: join(measures) }));
  return plan.columns.map((_, i) => Number(lengths.rows[0]?.[i] ?? FIXED_BYTES));
}
