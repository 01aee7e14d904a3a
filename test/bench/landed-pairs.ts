/**
 * Landed pairs through the pool, as the comparing job has them: thousands of small pairs that match, by the run.
 * `--pairs=` says how many small pairs (2,000). They are links to some that differ, so that the disk holds them.
 */
import { link, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapSides, type Side } from '../../src/core/side.ts';
import { PLAIN_SPEC } from '../../src/core/spec.ts';
import { batchesOf } from '../../src/detect/batches.ts';
import type { CompareRequest } from '../../src/detect/compare-request.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { createComparePool } from '../../src/service/compare-pool.ts';
import { integer, type Sql, sql, value } from '../../src/sql/sql.ts';
import { compareRequest, requireMatch, SIDE_NAMES } from './compare-request.ts';
import type { Measured } from './main.ts';
import { timed } from './median.ts';
import { numberOf } from './sizes.ts';

const PAIRS = numberOf('pairs', 2_000);
const DISTINCT_PAIRS = 50;
const ALLOWED_MS = 11;
const WORKERS = 2;

export async function landedPairs(): Promise<readonly Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-bench-'));
  try {
    return [await smallPairs(folder)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function smallPairs(folder: string): Promise<Measured> {
  const engine = await openDuckdb({ files: [], spill: folder, threads: 2, memory_bytes: null });
  for (let pair = 0; pair < Math.min(PAIRS, DISTINCT_PAIRS); pair += 1) await writePair(engine, folder, pair);
  await engine.close();
  const requests: CompareRequest[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const places = mapSides(SIDE_NAMES, (name) => join(folder, 'tables', String(pair), name));
    for (const [name, place] of Object.entries(places)) {
      await mkdir(place, { recursive: true });
      await link(join(folder, `${name}-${pair % DISTINCT_PAIRS}.parquet`), join(place, 'part-0.parquet'));
    }
    requests.push(compareRequest(String(pair), places, { ...PLAIN_SPEC, key: ['id'] }));
  }
  const pool = createComparePool({ size: WORKERS, timeout_ms: 60_000, memory_bytes: 4e9 });
  const run = async (some: readonly CompareRequest[]): Promise<void> => {
    const batches = batchesOf(some, { workers: WORKERS, threads: WORKERS });
    const results = await Promise.all(
      batches.map((batch, i) =>
        pool.run({ ...batch, memory_bytes: 1_000_000_000n, spill: join(folder, `spill-${i}`) }),
      ),
    );
    for (const result of results.flat()) requireMatch(result);
  };
  await run(requests.slice(0, 4 * WORKERS)); // a service has its workers
  const milliseconds = await timed(() => run(requests));
  await pool.close();
  const perPair = milliseconds / PAIRS;
  return {
    work: `${PAIRS} landed pairs of 10,000 rows × 12 columns, all matching, on ${WORKERS} workers`,
    figure: `${perPair.toFixed(1)} ms a pair`,
    allowed: `${ALLOWED_MS} ms`,
    holds: perPair <= ALLOWED_MS,
  };
}

/** The same rows, in another order on the shadow. */
async function writePair(engine: Engine, folder: string, pair: number): Promise<void> {
  const path = (side: Side) => value(join(folder, `${side}-${pair}.parquet`));
  await engine.run(sql`COPY (${rowsOfPair(pair, 10_000)}) TO ${path('production')} (FORMAT parquet)`);
  await engine.run(sql`
    COPY (SELECT * FROM read_parquet([${path('production')}]) ORDER BY hash(id)) TO ${path('shadow')} (FORMAT parquet)`);
}

/** Rows of 12 columns, as small tables of an ingestion have them. */
export function rowsOfPair(pair: number, rows: number): Sql {
  return sql`
    SELECT i AS id, TIMESTAMP '2026-11-20' + INTERVAL (hash(i) % 86400000000) MICROSECOND AS created_at, hash(i * 3) % 1000 AS customer,
      CAST(hash(i * 5) % 100000 / 100 AS DECIMAL(12, 2)) AS total,
      CASE WHEN i % 100 <> 7 THEN 'text ' || CAST(hash(i * 7) AS VARCHAR) END AS note, i % 3 AS region,
      hash(i * 11) % 7 AS a, hash(i * 13) % 11 AS b, CAST(hash(i * 17) % 1000 AS DOUBLE) / 7 AS c, DATE '2026-01-01' + CAST(i % 300 AS INTEGER) AS d,
      i % 2 = 0 AS e, CAST(hash(i * 19) AS VARCHAR) AS f
    FROM range(${integer(pair * rows)}, ${integer((pair + 1) * rows)}) AS t(i)`;
}
