import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PairReport } from '../../src/report/pair-report.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { copySampleData } from '../demo/sample-copy.ts';

test('an acceptance that has expired, or that a finding has outgrown, makes the issue new again', async () => {
  const { folder, remove } = await copySampleData();
  const states: string[] = [];
  for (const [until, rows] of [
    ['2999-01-01', 10_000],
    ['2020-01-01', 10_000],
    ['2999-01-01', 10],
  ] as const) {
    const entry = {
      id: 'ACCEPTED',
      title: 'fx_rate is rounded, as agreed',
      match: { any_of: [{ cause: 'dec_round' }] },
      action: 'accept',
      accept_until: until,
      cap: { rows, share: 1 },
      owner: 'commerce-data',
    };
    await writeFile(join(folder, 'accepted.yaml'), JSON.stringify([entry]));
    const path = join(folder, 'warehouse', 'production', 'orders', 'ds=2026-11-19');
    const { stdout } = await shadowcheck(
      folder,
      'diff',
      path,
      path.replace('production', 'shadow'),
      '--key',
      'order_id',
      '--ignore',
      'ingested_at',
      '--known-issues',
      'accepted.yaml',
      '--json',
    );
    const report = JSON.parse(stdout) as PairReport;
    states.push(report.findings.map(({ cause, issue }) => `${cause} ${issue.state}`).join());
  }
  expect(await readFile(join(folder, 'accepted.yaml'), 'utf8')).toContain('ACCEPTED');
  await remove();
  expect(states).toEqual(['dec_round known', 'dec_round new', 'dec_round new']);
});
