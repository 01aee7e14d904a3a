/**
 * Large sides, bucket by bucket: where they differ, in which groups of columns, and the rows there.
 *
 * One scan of each side gives the row count and two sums of independent 31-bit parts of a 64-bit row hash, in buckets of the
 * key's hash. Equal sums over all buckets mean equal multisets of rows; the buckets that differ are where the row
 * differences are, so a later pass reads only those, and of them only the columns whose groups differ.
 */
import { SIDES, type Side, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import type { ColumnPlan } from './column-plan.ts';
import type { ReadingSide } from './compare.ts';
import { keepRows } from './kept-rows.ts';
import { columnGroups, groupHash, rowHashOf } from './row-hash.ts';
import { keyForms } from './side-query.ts';

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
  readonly groups: readonly (readonly number[])[];
  /** Each group of columns has sums of its own. */
  readonly sums_groups: boolean;
}

/**
 * By what the footers say of the row counts. A row that is missing differs in every group of columns, and without a key so
 * does one that changed: then sums of groups tell nothing.
 */
export function bucketingOf(plan: ColumnPlan, rowCounts: Sided<bigint>): Bucketing {
  const rows = Number(SIDES.reduce((most, side) => (rowCounts[side] > most ? rowCounts[side] : most), 1n));
  const hasKey = plan.key.length > 0;
  const isEqualCount = rowCounts.production === rowCounts.shadow;
  const perBucket = hasKey ? BUCKET_ROWS : BUCKET_ROWS_WITHOUT_KEY;
  const bitsMax = hasKey ? BUCKET_BITS_MAX : BUCKET_BITS_MAX_WITHOUT_KEY;
  const bits = Math.ceil(Math.log2(Math.max(1, rows / perBucket)));
  return {
    bits: Math.max(BUCKET_BITS_MIN, Math.min(bitsMax, bits)),
    groups: columnGroups(plan),
    sums_groups: hasKey && isEqualCount,
  };
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
export function bucketSums(plan: ColumnPlan, side: Side, rows: Sql, { bits, groups, sums_groups }: Bucketing): Sql {
  const names = groups.map((_, i) => ident(`g${i}`));
  // Where there is one group, the row's own sums say all of it.
  const summed = sums_groups && names.length > 1 ? names : [];
  const sumOf = (name: Sql): Sql => sql`sum(CAST(hash(xor(${name}, k)) >> 33 AS INTEGER)) AS ${name}`;
  return query('compare/buckets', {
    target: ident(`${side}_bucket`),
    side: rows,
    mask: maskOf(bits),
    key: keyForms(plan, side),
    groups: join(groups.map((group, i) => sql`${groupHash(plan, side, group)} AS ${names[i] ?? sql`g`}`)),
    row_hash: rowHashOf(names),
    group_names: more(summed),
    group_sums: more(summed.map(sumOf)),
  });
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
  const isSummed = bucketing.sums_groups && bucketing.groups.length > 1;
  const groups = isSummed ? bucketing.groups.map((_, i) => ident(`g${i}`)) : [];
  const differs = groups.map((name) => sql`p.${name} IS DISTINCT FROM s.${name} AS ${name}`);
  await engine.run(query('compare/differing-buckets', { groups: more(differs) }));
  const totals = groups.map((name) => sql`coalesce(bool_or(${name}), false)`);
  const { rows } = await engine.run(query('compare/differing-totals', { groups: more(totals) }));
  const [buckets, production, shadow, ...flags] = rows[0] ?? [];
  const touched = bucketing.groups.filter((_, i) => flags[i] === true);
  // Rows of one key that swap values leave every group as it was: then any column may be the one.
  const isNarrow = groups.length > 0 && touched.length > 0 && touched.length < bucketing.groups.length;
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
