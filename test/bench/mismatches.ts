/**
 * One analysed mismatch on a 10,000-row partition inside a run of 100, held against the median time of a pair in its worker.
 * The run's time by its pairs, over both workers, is shown beside it and decides nothing. Two faults: a light one, and one
 * that hits a third of the rows.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLAIN_SPEC } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { createAnalysisPool } from '../../src/service/analysis-pool.ts';
import { type Sql, sql, value } from '../../src/sql/sql.ts';
import type { Measured } from './main.ts';
import { median } from './median.ts';
import { requestFor } from './request.ts';

const PAIRS = 100;
const ALLOWED_MS = 60;

interface Fault {
  readonly name: string;
  readonly cause: string;
  readonly columns: Sql;
}

const FAULTS: readonly Fault[] = [
  { name: '1 % of one column', cause: 'null_fill', columns: sql`coalesce(note, '') AS note` },
  {
    name: 'a third of one column',
    cause: 'ts_trunc',
    columns: sql`CASE WHEN region = 0 THEN date_trunc('millisecond', created_at) ELSE created_at END AS created_at`,
  },
];

export async function mismatchesInARun(): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const fault of FAULTS) measured.push(await measure(fault));
  return measured;
}

async function measure(fault: Fault): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-bench-'));
  const paths = { production: join(folder, 'production.parquet'), shadow: join(folder, 'shadow.parquet') };
  await writePair(folder, paths, fault);
  const pool = createAnalysisPool({ size: 2, timeout_ms: 60_000, memory_bytes: 4e9 });
  const start = performance.now();
  const reports = await Promise.all(
    Array.from({ length: PAIRS }, async (_, i) => {
      const spill = join(folder, `spill-${i}`);
      await mkdir(spill);
      return pool.run({ ...requestFor(paths, { ...PLAIN_SPEC, key: ['id'] }, spill), threads: 1 });
    }),
  );
  const perPair = (performance.now() - start) / PAIRS;
  await pool.close();
  await rm(folder, { recursive: true, force: true });
  const causes = new Set(reports.flatMap(({ findings }) => findings.map(({ cause }) => cause)));
  if (!causes.has(fault.cause) || !causes.has('missing_rows')) throw new Error(`found ${[...causes].join(', ')}`);
  const latency = median(reports.map(({ seconds }) => (seconds ?? Number.NaN) * 1000));
  return {
    work: `one mismatch of 10,000 rows × 12 columns in a run of 100, ${fault.name}`,
    figure: `${latency.toFixed(0)} ms (run by pairs ${perPair.toFixed(0)} ms)`,
    allowed: `${ALLOWED_MS} ms`,
    holds: latency < ALLOWED_MS,
  };
}

/** The fault, and 25 rows missing. */
async function writePair(
  folder: string,
  paths: { readonly production: string; readonly shadow: string },
  { columns }: Fault,
): Promise<void> {
  const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
  await engine.run(sql`
    COPY (
      SELECT i AS id, TIMESTAMP '2026-11-20' + INTERVAL (hash(i) % 86400000000) MICROSECOND AS created_at, hash(i * 3) % 1000 AS customer,
        CAST(hash(i * 5) % 100000 / 100 AS DECIMAL(12, 2)) AS total,
        CASE WHEN i % 100 <> 7 THEN 'text ' || CAST(hash(i * 7) AS VARCHAR) END AS note, i % 3 AS region,
        hash(i * 11) % 7 AS a, hash(i * 13) % 11 AS b, CAST(hash(i * 17) % 1000 AS DOUBLE) / 7 AS c, DATE '2026-01-01' + CAST(i % 300 AS INTEGER) AS d,
        i % 2 = 0 AS e, CAST(hash(i * 19) AS VARCHAR) AS f
      FROM range(10000) AS t(i)
    ) TO ${value(paths.production)} (FORMAT parquet)`);
  await engine.run(sql`
    COPY (
      SELECT * REPLACE (${columns})
      FROM read_parquet(${value([paths.production])}) WHERE id < 9975
    ) TO ${value(paths.shadow)} (FORMAT parquet)`);
  await engine.close();
}
