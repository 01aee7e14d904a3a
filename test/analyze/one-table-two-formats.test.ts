/** Two formats logged into one shadow table with a row id, compared as two sides of it, whole and on a keyed sample. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { slotReportSchema } from '../../src/report/slot-report.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';

const ROWS = 1000;

/** Hive text: ctrl-A between fields, `\N` for NULL. Every tenth row of the next format has lost its country. */
function partition(): string {
  const lines = Array.from({ length: ROWS }, (_, i) => [
    [i, 'hive_text', `2026-11-20 10:00:${String(i % 60).padStart(2, '0')}`, i % 7 === 0 ? '\\N' : 'DE'],
    [i, 'next', `2026-11-20 10:00:${String(i % 60).padStart(2, '0')}`, i % 7 === 0 || i % 10 === 0 ? '\\N' : 'DE'],
  ]).flat();
  return `${lines.map((fields) => fields.join('\u0001')).join('\n')}\n`;
}

test('two filters over one hive-text table are two sides, and a sample takes the same keys of both', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-formats-'));
  const table = join(folder, 'clicks_shadowlog', 'ds=2026-11-20', 'hour=10');
  await mkdir(table, { recursive: true });
  await writeFile(join(table, '000000_0'), partition());
  await writeFile(
    join(folder, 'log.jsonl'),
    ['click_format', 'click_sample']
      .map(
        (job) =>
          `${JSON.stringify({ job, partition_key: 'ds=2026-11-20/hour=10', logged_at: '2026-11-20T11:05:00Z' })}\n`,
      )
      .join(''),
  );
  const job = (extra: string): string => `
    production: { source: here, table: clicks_shadowlog, where: "format = 'hive_text'" }
    shadow: { source: here, table: clicks_shadowlog, where: "format = 'next'" }
    partition: [ds, hour]
    key: [row_id]
    ignore: [format]
${extra}`;
  await writeFile(
    join(folder, 'shadowcheck.yaml'),
    `version: 1
store: ./store
sources:
  here:
    kind: folder
    root: .
    format: { kind: hive_text, columns: { row_id: BIGINT, format: VARCHAR, clicked_at: TIMESTAMP, country: VARCHAR } }
mismatch_logs: [./log.jsonl]
ingestion_jobs:
  click_format:${job('')}
  click_sample:${job('    sample: 25%')}
`,
  );
  const { code, stdout, stderr } = await shadowcheck(folder, 'analyze', '--json');
  await rm(folder, { recursive: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const pairs = (JSON.parse(stdout) as { slots: unknown[] }).slots.flatMap(
    (slot) => slotReportSchema.parse(slot).pairs,
  );
  const whole = pairs.find(({ job: name }) => name === 'click_format');
  const lost = Array.from({ length: ROWS }, (_, i) => i).filter((i) => i % 10 === 0 && i % 7 !== 0).length;
  expect(whole).toMatchObject({
    outcome: 'mismatch',
    production: { row_count: ROWS },
    shadow: { row_count: ROWS },
    rows: { equal: ROWS - lost, changed: lost, only_in_production: 0, only_in_shadow: 0 },
    columns: [{ column: 'country', differing_rows: lost }],
  });
  const sampled = pairs.find(({ job: name }) => name === 'click_sample');
  expect(sampled).toMatchObject({
    production: { row_count: ROWS },
    rows: { only_in_production: 0, only_in_shadow: 0 },
  });
  expect(sampled?.accounting.cut).toBe('sample of 25 % of the keys');
  const compared = sampled?.accounting.rows_compared.production ?? 0;
  expect(compared).toBe(sampled?.accounting.rows_compared.shadow);
  expect(compared).toBeGreaterThan(ROWS * 0.15);
  expect(compared).toBeLessThan(ROWS * 0.35);
});
