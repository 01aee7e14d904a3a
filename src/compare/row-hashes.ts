/**
 * Large sides without a key: the hash of every row is held, and so it is known which rows differ before any is read again.
 *
 * Buckets of the row's hash tell it less well: to say little of rows that agree there must be a million of them, which takes a
 * hash table and twice a plain scan, and still eight rows are read again for one that differs. Eight bytes a row cost a
 * tenth of a scan. They are not held with the row's place: to find the rows again by it saves no more than to write it costs.
 */
import { SIDES, type Side, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, type Sql, sql } from '../sql/sql.ts';
import { AGREEING_ROWS, type Bucketing, bucketedRows, bucketOfHash, type DifferingBuckets } from './buckets.ts';
import type { ColumnPlan } from './column-plan.ts';
import type { ReadingSide } from './compare.ts';
import { keepRows } from './kept-rows.ts';
import { rowHash } from './row-hash.ts';

/** Of a row in memory: its hash, and what joining it takes. */
const HELD_BYTES = 24;
/** Where nothing is said of memory. */
const HELD_BYTES_MAX = 450e6;
/** Share of the engine's memory that the hashes may take. */
const HELD_SHARE = 0.4;

/** Buckets are counted in an array; more would need a hash table. */
const BUCKET_BITS = 16;
const BUCKET = bucketOfHash(sql`hash(h)`, BUCKET_BITS);

/** Of all rows: where more than this lie in buckets that differ, a join finds the hashes of one side in half the time of counting all. */
const COUNTED_SHARE = 0.3;

/** Whether the hashes of all rows fit into memory; `memory_bytes` is the engine's limit, null for none. */
export function areHashesHeld(plan: ColumnPlan, rowCounts: Sided<bigint>, memory_bytes: bigint | null): boolean {
  const bytes = Number(rowCounts.production + rowCounts.shadow) * HELD_BYTES;
  return plan.key.length === 0 && bytes <= (memory_bytes === null ? HELD_BYTES_MAX : Number(memory_bytes) * HELD_SHARE);
}

/** Leaves `production_hash` and `shadow_hash` in the session, and their sums in the tables of `sumBuckets`. */
export async function holdHashes(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  readingSide: ReadingSide,
): Promise<Bucketing> {
  for (const side of SIDES) {
    const hashes = query('compare/row-hashes', {
      target: hashTable(side),
      row_hash: rowHash(plan, side),
      side: sides[side],
    });
    await readingSide(side, () => engine.run(hashes));
    const target = ident(`${side}_bucket`);
    await engine.run(query('compare/hash-buckets', { target, bucket: BUCKET, hashes: hashTable(side) }));
  }
  return { bits: BUCKET_BITS, summed: [], value_bytes: [] };
}

/** Keeps every copy of the rows that differ, on both sides, and rows of some hashes that do not. */
export async function keepDifferingRows(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  differing: DifferingBuckets,
): Promise<void> {
  const productionRows = await findDifferingHashes(engine, differing);
  // About twice as many as wanted: chance and copies may make it fewer.
  const steps = integer(Math.max(1, Math.floor(productionRows / (2 * AGREEING_ROWS))));
  await engine.run(query('compare/kept-hashes', { steps, agreeing_rows: integer(AGREEING_ROWS) }));
  for (const side of SIDES) {
    const condition = query('compare/in-kept-hash', { row_hash: rowHash(plan, side) });
    await keepRows(engine, plan, side, sides[side], { columns: null, condition, touched: [] });
  }
}

/**
 * Leaves `differing_hash` in the session, the hashes that do not stand as often on both sides. Those that one side lacks are
 * found by a join where there are many; copies are counted only in buckets of which that does not explain the sums.
 */
async function findDifferingHashes(engine: Engine, differing: DifferingBuckets): Promise<number> {
  const { rows: all, are_joined } = await bucketedRows(engine, differing);
  const { rows } = differing;
  const isJoined = are_joined && Number(rows.production + rows.shadow) > COUNTED_SHARE * (all.production + all.shadow);
  await engine.run(isJoined ? query('compare/one-sided-hashes') : query('compare/no-differing-hashes'));
  if (isJoined) await engine.run(query('compare/unexplained-buckets', { bucket: BUCKET }));
  const buckets = ident(isJoined ? 'unexplained_bucket' : 'differing_bucket');
  await engine.run(query('compare/differing-copies', { bucket: BUCKET, buckets }));
  return all.production;
}

function hashTable(side: Side): Sql {
  return ident(`${side}_hash`);
}
