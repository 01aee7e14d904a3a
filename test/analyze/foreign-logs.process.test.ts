import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { type SlotReport, slotReportSchema } from '../../src/report/slot-report.ts';
import { sql, value } from '../../src/sql/sql.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { copySampleData } from '../demo/sample-copy.ts';

/** Analyses sample-data with this log in place of its own. */
async function analyzeWith(writeLog: (folder: string) => Promise<void>): Promise<SlotReport[]> {
  const { folder, remove } = await copySampleData();
  await rm(join(folder, 'mismatch-log'), { recursive: true });
  await writeLog(join(folder, 'mismatch-log'));
  await writeFile(
    join(folder, 'shadowcheck.yaml'),
    (await readFile(join(folder, 'shadowcheck.yaml'), 'utf8')).replace('./mismatch-log]', './mismatch-log.*]'),
  );
  const { code, stdout, stderr } = await shadowcheck(folder, 'analyze', '--json');
  expect(code, stderr).toBe(0);
  await remove();
  return (JSON.parse(stdout) as { slots: unknown[] }).slots.map((slot) => slotReportSchema.parse(slot));
}

function findingsOf(slots: readonly SlotReport[]): unknown {
  return slots
    .flatMap(({ pairs }) => pairs)
    .map(({ job, partition_key, outcome, rows, findings }: PairReport) => ({
      job,
      partition_key,
      outcome,
      rows,
      causes: findings.map(({ cause, counts }) => ({ cause, counts })),
    }));
}

const PARTITIONS = [
  ['orders', 'ds=2026-11-19'],
  ['payments', 'ds=2026-11-17'],
  ['access_log', 'ds=2026-11-18'],
] as const;

test('a log of another program is analysed just the same, as JSON lines with only the required fields or as Parquet by another writer', async () => {
  const jsonl = await analyzeWith(async (path) => {
    const lines = PARTITIONS.map(([job, partition_key]) =>
      JSON.stringify({ job, partition_key, logged_at: '2026-11-20T10:00:00Z' }),
    );
    await writeFile(`${path}.jsonl`, `${lines.join('\n')}\n{"job":"orders"}\n{"torn`);
  });
  const parquet = await analyzeWith(async (path) => {
    const engine = await openDuckdb({
      files: [`${path}.parquet`],
      spill: join(path, '..'),
      threads: 1,
      memory_bytes: null,
    });
    const [first, second, third] = PARTITIONS.map(
      ([job, key]) => sql`(${value(job)}, ${value(key)}, TIMESTAMPTZ '2026-11-20 10:00:00+00')`,
    );
    if (first === undefined || second === undefined || third === undefined) throw new Error('three partitions');
    await engine.run(
      sql`COPY (SELECT * FROM (VALUES ${first}, ${second}, ${third}) AS t(job, partition_key, logged_at)) TO ${value(`${path}.parquet`)} (FORMAT parquet)`,
    );
    await engine.close();
  });
  expect(findingsOf(jsonl)).toEqual(findingsOf(parquet));
  expect(findingsOf(jsonl)).toMatchObject([
    { job: 'access_log', causes: [{ cause: 'dup_exact' }] },
    { job: 'orders', causes: [{ cause: 'dec_round' }] },
    { job: 'payments', causes: [{ cause: 'dup_exact' }] },
  ]);
  expect(jsonl.flatMap(({ quarantine }) => quarantine.map(({ reason }) => reason))).toHaveLength(1);
});
