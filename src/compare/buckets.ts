/**
 * Large sides, bucket by bucket: where they differ, in which columns about, and the rows there.
 *
 * One scan of each side gives the row count and two sums of independent 31-bit parts of a 64-bit row hash, in buckets of the
 * key's hash. Equal sums over all buckets mean equal multisets of rows; the buckets that differ are where the row
 * differences are, so a later pass reads only those, and of them only the columns that may differ.
 */
import { mapSides, SIDES, type Side, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import { type BlockGroup, blockColumns, blockGroups, blockSumNames, touchedGroups } from './block-sums.ts';
import { type ColumnPlan, valueName } from './column-plan.ts';
import type { ReadingSide } from './compare.ts';
import { keepRows, streamedRows } from './kept-rows.ts';
import { blockHash, columnBlocks, isText, rowHashOf } from './row-hash.ts';
import { keyForms } from './side-query.ts';

/** Rows of a bucket, about: of a million rows of which 1 % differ one in seven lies in a bucket that does. */
const BUCKET_ROWS = 16;
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
export const AGREEING_ROWS = 50_000;

/** How the rows of a pair are bucketed. */
export interface Bucketing {
  readonly bits: number;
  /** The blocks of columns of which buckets tell whether they differ; none: the row's sums say all. */
  readonly summed: readonly BlockGroup[];
  /** Of a value of each compared column in memory, about. */
  readonly value_bytes: readonly number[];
}

/** Fewer columns are read whole at the price of the sums that would tell which need not be. */
const SUMMED_COLUMNS_MIN = 8;

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
  return { bits: bucketBits(plan, rowCounts), summed: isSummed ? blockGroups(plan, value_bytes) : [], value_bytes };
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
  return query('compare/buckets', {
    target: ident(`${side}_bucket`),
    side: rows,
    bucket: bucketOfHash(sql`k`, bits),
    key: keyForms(plan, side),
    blocks: join(blocks.map((block, i) => sql`${blockHash(plan, side, block)} AS ${blockName(i)}`)),
    row_hash: rowHashOf(names),
    keyed: more(blockColumns(summed, blockName, sql`k`)),
    block_sums: more(blockSumNames(summed).map((name) => sql`bit_xor(${name}) AS ${name}`)),
  });
}

function blockName(i: number): Sql {
  return ident(`b${i}`);
}

/** The bucket of a row, over its side's query. */
export function bucketOf(plan: ColumnPlan, side: Side, { bits }: Pick<Bucketing, 'bits'>): Sql {
  return bucketOfHash(sql`hash(${keyForms(plan, side)})`, bits);
}

/**
 * The lower bits say where the engine puts a key in the table of a join or a group: of rows of few buckets by those bits all
 * came to few places there, and joining 50,000 took a second and a half instead of five milliseconds. No table has 2^28
 * places: by bits within it, rows of one part in four crowd one part of it, and joining 5 M took minutes.
 */
const SPARED_BITS = 28;

export function bucketOfHash(hash: Sql, bits: number): Sql {
  return sql`CAST((${hash} >> ${integer(SPARED_BITS)}) & ${integer(2 ** bits - 1)} AS ${bits <= 16 ? sql`USMALLINT` : sql`UINTEGER`})`;
}

function more(list: readonly Sql[]): Sql {
  return list.length === 0 ? sql`` : sql`, ${join(list)}`;
}

/** What has to be read again. */
export interface DifferingBuckets {
  readonly bucketing: Bucketing;
  readonly buckets: number;
  /** Of how many that there could be. */
  readonly out_of: number;
  /** Rows in them. */
  readonly rows: Sided<bigint>;
  /** Numbers of the columns that may differ, with those of the key; null: all. */
  readonly columns: readonly number[] | null;
  /** The groups of blocks that these columns are, and what all groups come to: what was read has to explain it. */
  readonly touched: readonly BlockGroup[];
  readonly all_blocks: bigint;
}

/** Leaves the table `differing_bucket` in the session. */
export async function findDifferingBuckets(
  engine: Engine,
  plan: ColumnPlan,
  bucketing: Bucketing,
): Promise<DifferingBuckets> {
  const names = blockSumNames(bucketing.summed);
  const differ = names.map((name) => sql`xor(coalesce(p.${name}, 0), coalesce(s.${name}, 0)) AS ${name}`);
  await engine.run(query('compare/differing-buckets', { blocks: more(differ) }));
  const totals = names.map((name, i) => sql`coalesce(${i === 0 ? sql`bit_xor` : sql`bit_or`}(${name}), 0)`);
  const { rows } = await engine.run(query('compare/differing-totals', { blocks: more(totals) }));
  const [buckets, production = 0n, shadow = 0n, all_blocks = 0n, ...hints] = (rows[0] ?? []).map((cell) =>
    BigInt(String(cell)),
  );
  const blocks = columnBlocks(plan);
  const touched = touchedGroups(bucketing.summed, hints);
  const columns = touched.flat().flatMap((block) => blocks[block] ?? []);
  // Rows of one key that swap values leave every block as it was: then any column may be the one.
  const isNarrow = touched.length > 0 && touched.length < bucketing.summed.length;
  return {
    bucketing,
    buckets: Number(buckets),
    out_of: 2 ** bucketing.bits,
    rows: { production, shadow },
    columns: isNarrow ? [...new Set([...plan.key, ...columns])].sort((one, other) => one - other) : null,
    touched: isNarrow ? touched : [],
    all_blocks,
  };
}

/** Pairs for each row of the larger side up to which rows of one key, or one hash, are joined: a thousand copies make a million. */
const JOINED_PAIRS_MAX = 2;

/** The rows that lie in the buckets of the session, and whether joining them makes about as many pairs as there are rows. */
export async function bucketedRows(
  engine: Engine,
  { out_of }: DifferingBuckets,
): Promise<{ readonly rows: Sided<number>; readonly are_joined: boolean }> {
  const answer = await engine.run(query('compare/bucket-pairs', { buckets: integer(out_of) }));
  const [production = 0, shadow = 0, pairs = 0] = (answer.rows[0] ?? []).map(Number);
  return { rows: { production, shadow }, are_joined: pairs <= JOINED_PAIRS_MAX * Math.max(production, shadow) };
}

/** The rows of differing buckets in parts that fit into memory. */
export interface KeptParts {
  readonly count: number;
  /** Numbers of the columns that are kept; null: all. */
  readonly columns: readonly number[] | null;
  /** They have `all_blocks`. */
  readonly has_blocks: boolean;
  /** Keeps the rows of one part in place of those of another; `and_differing`: with those whose keys `streamed_counts` lists. */
  readonly keep: (part: number, and_differing?: 'and_differing') => Promise<void>;
  /** How many rows of a side one part keeps of buckets that do not differ. */
  readonly agreeingIn: (part: number) => Promise<bigint>;
}

/** Parts of at most about `bytesMax` for both sides together that the rows of differing buckets make. */
export function partsOf(plan: ColumnPlan, { bucketing, columns, rows }: DifferingBuckets, bytesMax: number): number {
  const bytes = Number(rows.production + rows.shadow) * rowBytes(plan, bucketing, columns);
  // Without a key any two rows may belong together: they have to lie in one part.
  return plan.key.length === 0 ? 1 : Math.max(1, Math.ceil(bytes / bytesMax));
}

/** Plans the second reading, in so many parts. */
export async function planKeptParts(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  { columns, bucketing, rows, touched }: DifferingBuckets,
  parts: number,
): Promise<KeptParts> {
  const agreeing = Math.max(0, AGREEING_ROWS - Math.ceil(Number(rows.production + rows.shadow) / 2));
  await engine.run(query('compare/kept-buckets', { parts: integer(parts), agreeing_rows: integer(agreeing) }));
  const keep: KeptParts['keep'] = async (part, and_differing) => {
    for (const side of SIDES) {
      const bucket = bucketOf(plan, side, bucketing);
      const where = { bucket, part: integer(part) };
      const condition =
        and_differing === undefined
          ? query('compare/in-kept-bucket', where)
          : query('compare/in-sample-or-differing', { ...where, key: keyForms(plan, side) });
      await keepRows(engine, plan, side, sides[side], { columns, condition, touched });
    }
  };
  const agreeingIn: KeptParts['agreeingIn'] = async (part) => {
    const counted = await engine.run(query('compare/agreeing-kept', { part: integer(part) }));
    return BigInt(String(counted.rows[0]?.[0]));
  };
  return { count: parts, columns, has_blocks: touched.length > 0, keep, agreeingIn };
}

/** The rows of differing buckets as they are read, none of them kept. */
export interface StreamedParts {
  readonly count: number;
  readonly rowsOf: (part: number) => Sided<Sql>;
}

/**
 * Of these columns, and a hash of the rest of those that may differ, in parts of which the rows of one side fit into about
 * `bytesMax` as a join holds them. Reading the columns once more for another part costs less than spilling.
 */
export function streamParts(
  plan: ColumnPlan,
  sides: Sided<Sql>,
  { bucketing, buckets, out_of, columns: may_differ, rows, touched }: DifferingBuckets,
  columns: readonly number[],
  bytesMax: number,
): StreamedParts {
  const rest = (may_differ ?? plan.columns.map((_, i) => i)).filter((i) => !columns.includes(i));
  const bytes =
    Math.max(Number(rows.production), Number(rows.shadow)) * (rowBytes(plan, bucketing, columns) + JOIN_BYTES);
  const count = Math.max(1, Math.ceil(bytes / bytesMax));
  const isAll = buckets === 2 ** bucketing.bits && buckets === out_of;
  const rowsOf = (part: number): Sided<Sql> =>
    mapSides(sides, (side_rows, side) => {
      const bucket = bucketOf(plan, side, bucketing);
      const conditions = [
        ...(isAll ? [] : [query('compare/in-differing-bucket', { bucket })]),
        ...(count === 1 ? [] : [query('compare/in-part', { bucket, parts: integer(count), part: integer(part) })]),
      ];
      const condition = conditions.length === 0 ? null : join(conditions, ' AND ');
      return streamedRows(plan, side, side_rows, { columns, rest, condition, touched });
    });
  return { count, rowsOf };
}

/** Of a row in the table of a join, beside what a kept row takes. */
const JOIN_BYTES = 16;
const PLACE_BYTES = 32;
const FIXED_BYTES = 8;
const NARROW_BYTES: ReadonlyMap<string, number> = new Map([
  ...['BOOLEAN', 'TINYINT', 'UTINYINT'].map((type) => [type, 1] as const),
  ...['SMALLINT', 'USMALLINT'].map((type) => [type, 2] as const),
  ...['INTEGER', 'UINTEGER', 'FLOAT', 'DATE'].map((type) => [type, 4] as const),
]);
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
      : integer(NARROW_BYTES.get(plan.columns[i]?.types.production ?? '') ?? FIXED_BYTES),
  );
  const lengths = await engine.run(query('compare/text-lengths', { rows, lengths: join(measures) }));
  return plan.columns.map((_, i) => Number(lengths.rows[0]?.[i] ?? FIXED_BYTES));
}
