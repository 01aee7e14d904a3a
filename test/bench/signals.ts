/**
 * Questions to 90 days of signals of 20,000 jobs (1.8 M comparisons, 3.6 M landings, a compacted file a day), as
 * `shadowcheck query` answers them: process, tables and all. Held against one second, and shown against the same statement
 * over the same files in an engine that is open already.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { runQuery } from '../../src/service/run-query.ts';
import { query } from '../../src/sql/query-file.ts';
import { integer, type Sql, sql, value } from '../../src/sql/sql.ts';
import { manifestBytes, manifestName } from '../../src/store/compaction-manifest.ts';
import { ORDERS } from '../../src/store/own-log-compaction.ts';
import { signalSegment } from '../../src/store/signal-log.ts';
import { comparisonOf, landingOf } from '../store/signal-examples.ts';
import type { Measured } from './main.ts';
import { median, timed } from './median.ts';

const DAYS = 90;
const JOBS = 20_000;
const ALLOWED_MS = 1_000;
const TRIES = 5;
const COPIES = 6;

interface Question {
  readonly name: string;
  readonly text: string;
  readonly bare: (files: Sql) => Sql;
}

const QUESTIONS: readonly Question[] = [
  {
    name: 'outcomes of every job',
    text: "SELECT job, outcome, count(*) AS pairs FROM signal_log WHERE signal_type = 'comparison' GROUP BY ALL",
    bare: (files) =>
      sql`SELECT job, outcome, count(*) FROM read_parquet(${files}) WHERE signal_type = 'comparison' GROUP BY ALL`,
  },
  {
    name: 'latency by day and side',
    text: `SELECT date_trunc('day', logged_at) AS day, quantile_cont(production_latency_seconds, 0.95) AS production,
      quantile_cont(shadow_latency_seconds, 0.95) AS shadow FROM signal_log WHERE signal_type = 'comparison' GROUP BY ALL`,
    bare: (files) => sql`SELECT date_trunc('day', logged_at), quantile_cont(production_latency_seconds, 0.95),
      quantile_cont(shadow_latency_seconds, 0.95) FROM read_parquet(${files}) WHERE signal_type = 'comparison' GROUP BY ALL`,
  },
  {
    name: 'everything of one job',
    text: "SELECT * FROM signal_log WHERE job = 'job_00042' ORDER BY logged_at",
    bare: (files) => sql`SELECT * FROM read_parquet(${files}) WHERE job = 'job_00042' ORDER BY logged_at`,
  },
];

export async function signalsOfQuarter(): Promise<readonly Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-bench-'));
  try {
    const files = await writeLog(folder);
    const path = join(folder, 'shadowcheck.yaml');
    await writeFile(path, `version: 1\nstore: ${folder}/store\ningestion_jobs: {}\n`);
    const config = await loadConfig(path);
    const measured: Measured[] = [];
    for (const question of QUESTIONS) {
      const times: number[] = [];
      const ratios: number[] = [];
      for (let i = 0; i < TRIES; i++) {
        const limits = { row_limit: 100_000, timeout_ms: 60_000 };
        const asked = await timed(() => runQuery(config, question.text, limits));
        times.push(asked);
        ratios.push(asked / (await bareTime(question, files, folder)));
      }
      const ms = median(times);
      measured.push({
        work: `query of 90 days of signals of 20,000 jobs: ${question.name}`,
        figure: `${ms.toFixed(0)} ms (${median(ratios).toFixed(1)} × the bare scan)`,
        allowed: `${ALLOWED_MS} ms`,
        holds: ms < ALLOWED_MS,
      });
    }
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bareTime({ bare }: Question, files: readonly string[], spill: string): Promise<number> {
  const engine = await openDuckdb({ files, spill, threads: 2, memory_bytes: 1_000_000_000n });
  const time = await timed(() => engine.run(bare(value(files))));
  await engine.close();
  return time;
}

/**
 * One day as it is really written, moved to other days by the engine, in the order of a compacted file. Only every sixth
 * day has numbers of its own, the five behind it are copies: what is read is as much, and it is written in a minute.
 */
async function writeLog(folder: string): Promise<string[]> {
  const log = join(folder, 'store', 'logs', 'signal');
  const landings = [];
  const comparisons = [];
  for (let job = 0; job < JOBS; job++) {
    const name = `job_${String(job).padStart(5, '0')}`;
    const pair = { production: landingOf(name, 'production', job), shadow: landingOf(name, 'shadow', job) };
    landings.push(pair.production, pair.shadow);
    comparisons.push(comparisonOf(pair, job));
  }
  const first = join(folder, 'day.parquet');
  await writeFile(first, await signalSegment(landings, comparisons));
  const engine = await openDuckdb({ files: [first], spill: folder, threads: 2, memory_bytes: null });
  const files: string[] = [];
  for (let day = 0; day < DAYS; day++) {
    const date = new Date(Date.UTC(2026, 7, 1) + day * 86_400_000).toISOString().slice(0, 10);
    const file = `compacted-${String(day).padStart(32, '0')}.parquet`;
    const dayFolder = join(log, `ds=${date}`);
    await mkdir(dayFolder, { recursive: true });
    const moved = join(folder, 'moved.parquet');
    const path = join(folder, 'compacted.parquet');
    if (day % COPIES === 0) {
      await engine.run(sql`
        COPY (
          SELECT * REPLACE (
            md5(signal_id || ${value(date)}) AS signal_id,
            logged_at + ${integer(day)} * INTERVAL 1 DAY AS logged_at,
            'ds=' || ${value(date)} AS partition_key,
            md5(production_checksum || ${value(date)}) AS production_checksum,
            md5(shadow_checksum || ${value(date)}) AS shadow_checksum,
            production_latency_seconds + hash(job || ${value(date)}) % 600 AS production_latency_seconds,
            shadow_latency_seconds + hash(job || ${value(date)}) % 500 AS shadow_latency_seconds
          )
          FROM read_parquet(${value(first)})
        ) TO ${value(moved)} (FORMAT parquet)`);
      await engine.run(query('store/compact-log', { order: ORDERS.signal }, { files: [moved], path }));
    }
    await writeFile(join(dayFolder, file), await readFile(path));
    const entry = { file, row_count: landings.length + comparisons.length, compacted_at: '2026-11-01T00:00:00.000Z' };
    await writeFile(join(dayFolder, manifestName(1)), manifestBytes([{ ...entry, replaces: [] }]));
    files.push(join(dayFolder, file));
  }
  await engine.close();
  return files;
}
