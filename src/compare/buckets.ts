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
import type { ColumnPlan } from './column-plan.ts';
import type { ReadingSide } from './compare.ts';
import { keepRows } from './kept-rows.ts';
import { blockHash, columnBlocks, mayForgive, rowHashOf } from './row-hash.ts';
import { keyForms } from './side-query.ts';
import { summedBlocks } from './summed-blocks.ts';

/**
 * Rows of a bucket, about. 20 M rows fall into 2^16 buckets, so that 2,000 differing rows lie in one of thirty. 2^14 buckets
 * cost a tenth of a scan less, but then one row of eight is read again, kept and joined, which costs more.
 */
const BUCKET_ROWS = 350;
/** Without a key both versions of a changed row have buckets of their own, so there must be more of them. */
const BUCKET_ROWS_WITHOUT_KEY = 8;
const BUCKET_BITS_MIN = 12;
const BUCKET_BITS_MAX = 18;
const BUCKET_BITS_MAX_WITHOUT_KEY = 20;

/** Rows that agree, beside those that differ, for what is counted on a sample. */
const AGREEING_ROWS_MIN = 50_000;

/** How the rows of a pair are bucketed. */
export interface Bucketing {
  readonly bits: number;
  /** Numbers of blocks of columns, for each sum of parts of the columns; one: the row's own sums say all of it. */
  readonly parts: readonly (readonly number[])[];
}

/**
 * By what the footers say of the row counts. A row that is missing differs in every part of the columns, and without a key
 * so does one that changed: then sums of parts tell nothing.
 */
export async function planBuckets(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  rowCounts: Sided<bigint>,
): Promise<Bucketing> {
  const tells = plan.key.length > 0 && rowCounts.production === rowCounts.shadow;
  if (!tells) return plainBuckets(plan, rowCounts);
  return { bits: bucketBits(plan, rowCounts), parts: await summedBlocks(engine, plan, sides.production) };
}

/** Buckets without sums of parts. */
export function plainBuckets(plan: ColumnPlan, rowCounts: Sided<bigint>): Bucketing {
  return { bits: bucketBits(plan, rowCounts), parts: [columnBlocks(plan).map((_, i) => i)] };
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
export function bucketSums(plan: ColumnPlan, side: Side, rows: Sql, { bits, parts }: Bucketing): Sql {
  const blocks = columnBlocks(plan);
  const names = blocks.map((_, i) => ident(`b${i}`));
  const summed = parts.length > 1 ? parts : [];
  const partOf = (part: readonly number[]): Sql => {
    const [first = sql`k`, ...others] = part.flatMap((i) => names[i] ?? []);
    return others.length === 0 ? sql`hash(xor(${first}, k))` : sql`hash(xor(hash(${join([first, ...others])}), k))`;
  };
  return query('compare/buckets', {
    target: ident(`${side}_bucket`),
    side: rows,
    mask: maskOf(bits),
    key: keyForms(plan, side),
    blocks: join(blocks.map((block, i) => sql`${blockHash(plan, side, block)} AS ${names[i] ?? sql`b`}`)),
    row_hash: rowHashOf(names),
    parts: more(summed.map((part, i) => sql`${partOf(part)} AS ${partName(i)}`)),
    part_sums: more(summed.flatMap((_, i) => partSums(plan, partName(i)))),
  });
}

/**
 * Where rules or tolerances hold, the columns that were not read decide between a match and a mismatch: then a part has two
 * sums, as a row has. Else they only say which columns to read, and that something differs is certain.
 */
function partSums(plan: ColumnPlan, name: Sql): readonly Sql[] {
  const high = sql`CAST(sum(CAST(${name} >> 33 AS INTEGER)) AS VARCHAR)`;
  const low = sql`CAST(sum(CAST(${name} & 2147483647 AS INTEGER)) AS VARCHAR)`;
  return mayForgive(plan)
    ? [sql`${high} || '-' || ${low} AS ${name}`]
    : [sql`sum(CAST(${name} >> 33 AS INTEGER)) AS ${name}`];
}

function partName(i: number): Sql {
  return ident(`part${i}`);
}

/** The bucket of a row, over its side's query. */
function bucketOf(plan: ColumnPlan, side: Side, { bits }: Bucketing): Sql {
  return sql`CAST(hash(${keyForms(plan, side)}) & ${maskOf(bits)} AS UINTEGER)`;
}

function maskOf(bits: number): Sql {
  return integer(2 ** bits - 1);
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
  const { parts } = bucketing;
  const names = parts.length > 1 ? parts.map((_, i) => partName(i)) : [];
  const differs = names.map((name) => sql`p.${name} IS DISTINCT FROM s.${name} AS ${name}`);
  await engine.run(query('compare/differing-buckets', { parts: more(differs) }));
  const totals = names.map((name) => sql`coalesce(bool_or(${name}), false)`);
  const { rows } = await engine.run(query('compare/differing-totals', { parts: more(totals) }));
  const [buckets, production, shadow, ...flags] = rows[0] ?? [];
  const touched = parts.filter((_, i) => flags[i] === true);
  // Rows of one key that swap values leave every part as it was: then any column may be the one.
  const isNarrow = touched.length > 0 && touched.length < parts.length;
  const blocks = columnBlocks(plan);
  const columns = touched.flat().flatMap((i) => blocks[i] ?? []);
  return {
    bucketing,
    buckets: Number(buckets),
    rows: { production: BigInt(String(production)), shadow: BigInt(String(shadow)) },
    columns: isNarrow ? [...new Set([...plan.key, ...columns])].sort((one, other) => one - other) : null,
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
  const parts = plan.key.length === 0 ? 1 : Math.max(1, Math.ceil((rows * rowBytes(plan, columns)) / bytesMax));
  const rowsPerBucket = Math.max(1, rows / 2 / Math.max(1, differing.buckets));
  const agreeing = Math.ceil(Math.max(0, AGREEING_ROWS_MIN - rows / 2) / rowsPerBucket);
  await engine.run(query('compare/kept-buckets', { parts: integer(parts), agreeing: integer(agreeing) }));
  const keep = async (part: number): Promise<void> => {
    for (const side of SIDES) {
      const bucket = bucketOf(plan, side, bucketing);
      const condition = query('compare/in-kept-bucket', { bucket, part: integer(part) });
      await keepRows(engine, plan, side, sides[side], { columns, condition, bucket });
    }
  };
  return { count: parts, columns, is_bucketed: true, keep };
}

const FIXED_BYTES = 8;
const TEXT_BYTES = 20;

/** What a kept row takes in memory, about. */
function rowBytes(plan: ColumnPlan, columns: readonly number[] | null): number {
  const kept = columns ?? plan.columns.map((_, i) => i);
  const place = 32;
  return kept.reduce((sum, i) => {
    const column = plan.columns[i];
    if (column === undefined) return sum;
    const valueBytes = /^(VARCHAR|BLOB|JSON)$|[[(]/.test(column.types.production) ? TEXT_BYTES : FIXED_BYTES;
    return sum + valueBytes + (column.converted ? TEXT_BYTES : 0) + (column.agreed === null ? 0 : TEXT_BYTES);
  }, place);
}
