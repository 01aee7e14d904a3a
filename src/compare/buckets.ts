/**
 * Large sides, bucket by bucket: where they differ, in which columns about, and the rows there.
 *
 * One scan of each side gives the row count and two sums of independent 31-bit parts of a 64-bit row hash, in buckets of the
 * key's hash. Equal sums over all buckets mean equal multisets of rows; the buckets that differ are where the row
 * differences are, so a later pass reads only those, and of them only the columns that may differ.
 */
import { familyOf } from '../core/column.ts';
import { SIDES, type Side, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import { type ColumnPlan, valueName } from './column-plan.ts';
import type { ReadingSide } from './compare.ts';
import { keepRows } from './kept-rows.ts';
import { blockHash, columnBlocks, mayForgive, rowHashOf } from './row-hash.ts';
import { keyForms } from './side-query.ts';

/**
 * Rows of a bucket, about. 20 M rows fall into 2^15 buckets, so that 2,000 differing rows lie in one of sixteen. 2^12 buckets
 * cost a tenth of a scan less, but then four rows of ten are read again, kept and joined; 2^16 cost a tenth more.
 */
const BUCKET_ROWS = 700;
/** Without a key both versions of a changed row have buckets of their own, so there must be more of them. */
const BUCKET_ROWS_WITHOUT_KEY = 8;
const BUCKET_BITS_MIN = 12;
const BUCKET_BITS_MAX = 18;
const BUCKET_BITS_MAX_WITHOUT_KEY = 20;

/** Rows of each side that are read again at least, about: what is counted on a sample needs rows that agree. */
const AGREEING_ROWS = 50_000;

/** How the rows of a pair are bucketed. */
export interface Bucketing {
  readonly bits: number;
  /** Each block of columns has a sum of its own; else the row's sums say all. */
  readonly sums_blocks: boolean;
}

/** Fewer columns are read whole at the price of the sums that would tell which need not be. */
const SUMMED_COLUMNS_MIN = 8;

/**
 * By what the footers say of the row counts. A row that is missing differs in every block of columns, and without a key so
 * does one that changed: then sums of blocks tell nothing.
 */
export function bucketingOf(plan: ColumnPlan, rowCounts: Sided<bigint>): Bucketing {
  const tells = plan.key.length > 0 && rowCounts.production === rowCounts.shadow;
  return { bits: bucketBits(plan, rowCounts), sums_blocks: tells && plan.columns.length >= SUMMED_COLUMNS_MIN };
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
export function bucketSums(plan: ColumnPlan, side: Side, rows: Sql, { bits, sums_blocks }: Bucketing): Sql {
  const blocks = columnBlocks(plan);
  const names = blocks.map((_, i) => blockName(i));
  const summed = sums_blocks ? names : [];
  return query('compare/buckets', {
    target: ident(`${side}_bucket`),
    side: rows,
    mask: maskOf(bits),
    key: keyForms(plan, side),
    blocks: join(blocks.map((block, i) => sql`${blockHash(plan, side, block)} AS ${blockName(i)}`)),
    row_hash: rowHashOf(names),
    keyed: more(summed.map((name) => sql`hash(xor(${name}, k)) AS ${name}`)),
    block_sums: more(summed.flatMap((name) => blockSum(plan, name))),
  });
}

/**
 * Where rules or tolerances hold, the columns that were not read decide between a match and a mismatch: then a block has two
 * sums, as a row has. Else they only say which columns to read, and that something differs is certain.
 */
function blockSum(plan: ColumnPlan, name: Sql): Sql {
  const high = sql`CAST(sum(CAST(${name} >> 33 AS INTEGER)) AS VARCHAR)`;
  const low = sql`CAST(sum(CAST(${name} & 2147483647 AS INTEGER)) AS VARCHAR)`;
  return mayForgive(plan)
    ? sql`${high} || '-' || ${low} AS ${name}`
    : sql`sum(CAST(${name} >> 33 AS INTEGER)) AS ${name}`;
}

function blockName(i: number): Sql {
  return ident(`b${i}`);
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
  const blocks = columnBlocks(plan);
  const names = bucketing.sums_blocks ? blocks.map((_, i) => blockName(i)) : [];
  const differs = names.map((name) => sql`p.${name} IS DISTINCT FROM s.${name} AS ${name}`);
  await engine.run(query('compare/differing-buckets', { blocks: more(differs) }));
  const totals = names.map((name) => sql`coalesce(bool_or(${name}), false)`);
  const { rows } = await engine.run(query('compare/differing-totals', { blocks: more(totals) }));
  const [buckets, production, shadow, ...flags] = rows[0] ?? [];
  const touched = blocks.filter((_, i) => flags[i] === true);
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
  const bytes = rows * (await rowBytes(engine, plan, sides.production, columns));
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
async function rowBytes(
  engine: Engine,
  plan: ColumnPlan,
  rows: Sql,
  columns: readonly number[] | null,
): Promise<number> {
  const kept = (columns ?? plan.columns.map((_, i) => i)).map((i) => ({ i, column: plan.columns[i] }));
  const isText = (type: string): boolean => ['text', 'blob', 'nested', 'other'].includes(familyOf(type));
  const measures = kept.map(({ i, column }) =>
    isText(column?.types.production ?? '')
      ? sql`coalesce(avg(strlen(CAST(${valueName(i)} AS VARCHAR))), 0) + ${integer(TEXT_BYTES)}`
      : sql`${integer(FIXED_BYTES)}`,
  );
  const lengths = await engine.run(query('compare/text-lengths', { rows, lengths: join(measures) }));
  return kept.reduce((sum, { column }, nth) => {
    const forms = 1 + (column?.converted ? 1 : 0) + (column === undefined || column.agreed === null ? 0 : 1);
    return sum + forms * Number(lengths.rows[0]?.[nth] ?? FIXED_BYTES);
  }, PLACE_BYTES);
}
