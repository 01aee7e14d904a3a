/**
 * Landed pairs through the pool, as the comparing job has them: thousands of small pairs that match, by the run; and one
 * large landing of which 1 of 20 files was written again, against comparing it from nothing.
 *
 * `--pairs=` says how many small pairs (2,000). They are links to some that differ, so that the disk holds them.
 */
import { link, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapSides, type Side, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { batchesOf } from '../../src/detect/batches.ts';
import { compareBatch } from '../../src/detect/compare-pair.ts';
import type { CompareRequest, CompareResult } from '../../src/detect/compare-request.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { createComparePool } from '../../src/service/compare-pool.ts';
import { integer, type Sql, sql, value } from '../../src/sql/sql.ts';
import { lineitem } from './lineitem.ts';
import type { Measured } from './main.ts';
import { median, timed } from './median.ts';

const PAIRS = Number(process.argv.find((given) => given.startsWith('--pairs='))?.split('=')[1] ?? '2000');
const DISTINCT_PAIRS = 50;
const ALLOWED_MS = 11;
const WORKERS = 2;
const FILES = 20;
const ROWS_PER_FILE = 250_000;
const ROUNDS = 5;
const ALLOWED_SHARE = 0.15;

export async function landedPairs(): Promise<readonly Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-bench-'));
  try {
    return [await smallPairs(join(folder, 'small')), await oneFileOfTwenty(join(folder, 'large'))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function smallPairs(folder: string): Promise<Measured> {
  await mkdir(folder);
  await withEngine(folder, async (engine) => {
    for (let pair = 0; pair < Math.min(PAIRS, DISTINCT_PAIRS); pair += 1) await writePair(engine, folder, pair);
  });
  const requests: CompareRequest[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const places = mapSides(SIDE_NAMES, (name) => join(folder, 'tables', String(pair), name));
    for (const [name, place] of Object.entries(places)) {
      await mkdir(place, { recursive: true });
      await link(join(folder, `${name}-${pair % DISTINCT_PAIRS}.parquet`), join(place, 'part-0.parquet'));
    }
    requests.push(requestFor(String(pair), places, { ...PLAIN_SPEC, key: ['id'] }));
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

/** Production's files hold ranges of the key, the shadow's hold rows from anywhere, as two systems write them. */
async function oneFileOfTwenty(folder: string): Promise<Measured> {
  const sources = await lineitem(FILES * ROWS_PER_FILE);
  const places = mapSides(SIDE_NAMES, (name) => join(folder, name));
  await mkdir(folder);
  const write = (side: Side, file: number, order: 'as_is' | 'by_date'): Promise<void> =>
    withEngine(
      folder,
      async (engine) => {
        await mkdir(places[side], { recursive: true });
        await engine.run(sql`
        COPY (
          SELECT * FROM read_parquet(${value([sources[side]])})
          WHERE file_row_number >= ${integer(file * ROWS_PER_FILE)} AND file_row_number < ${integer((file + 1) * ROWS_PER_FILE)}
          ORDER BY ${order === 'as_is' ? sql`file_row_number` : sql`l_shipdate, file_row_number`}
        ) TO ${value(join(places[side], `part-${file}.parquet`))} (FORMAT parquet, COMPRESSION zstd)`);
      },
      Object.values(sources),
    );
  for (let file = 0; file < FILES; file += 1) {
    await write('production', file, 'as_is');
    await write('shadow', file, 'as_is');
  }
  const spec = { ...PLAIN_SPEC, key: ['l_orderkey', 'l_linenumber'] };
  const compare = async (request: CompareRequest): Promise<CompareResult> => {
    const batch = { requests: [request], threads: WORKERS, memory_bytes: null, spill: join(folder, 'spill') };
    const [result] = await compareBatch(batch, { openEngine: openDuckdb, now_ms: () => performance.now() });
    return requireMatch(result as CompareResult);
  };
  const ratios: number[] = [];
  const fulls: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const request = requestFor('large', places, spec);
    let whole: CompareResult | null = null;
    const full = await timed(async () => {
      whole = await compare(request);
    });
    await write('shadow', round, round % 2 === 0 ? 'by_date' : 'as_is');
    const known = mapSides(requireMatch(whole).sides, ({ fingerprints }) => fingerprints);
    const again = await timed(() => compare({ ...request, known }));
    fulls.push(full);
    ratios.push(again / full);
  }
  const ratio = median(ratios);
  return {
    work: `1 of ${FILES} files written again, ${(FILES * ROWS_PER_FILE) / 1e6} M rows × 16 columns a side`,
    figure: `${ratio.toFixed(3)} × the whole (${median(fulls).toFixed(0)} ms)`,
    allowed: `${ALLOWED_SHARE} ×`,
    holds: ratio <= ALLOWED_SHARE,
  };
}

const SIDE_NAMES: Sided<Side> = { production: 'production', shadow: 'shadow' };

function requestFor(id: string, places: Sided<string>, spec: Spec): CompareRequest {
  return {
    comparison_id: id,
    job: id,
    partition_key: 'ds=2026-11-20',
    landings: mapSides(places, (location, side) => ({
      side,
      location,
      system: null,
      build: null,
      landed: { marker: null },
      format: null,
    })),
    spec,
    known: { production: [], shadow: [] },
    manifests: { production: null, shadow: null },
    anew: false,
  };
}

function requireMatch(result: CompareResult | null): CompareResult {
  if (result?.outcome === 'match') return result;
  throw new Error(`the pair must match, and is ${result?.outcome}: ${result?.reason_text}`);
}

async function withEngine(
  spill: string,
  work: (engine: Engine) => Promise<void>,
  files: readonly string[] = [],
): Promise<void> {
  const engine = await openDuckdb({ files, spill, threads: 2, memory_bytes: null });
  try {
    await work(engine);
  } finally {
    await engine.close();
  }
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
