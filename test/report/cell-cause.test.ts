import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { causeOfCell } from '../../src/report/cell-cause.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';

test('a cell that nothing explains does not bear the cause of another column of its row', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-cause-'));
  const csv = (note: (i: number) => string, city: (i: number) => string): string =>
    `id,city,note\n${Array.from({ length: 60 }, (_, i) => `${i},${city(i)},${note(i)}`).join('\n')}\n`;
  await writeFile(
    join(folder, 'production.csv'),
    csv(
      (i) => `n${(i * 7919) % 101}`,
      (i) => `Town ${i}`,
    ),
  );
  await writeFile(
    join(folder, 'shadow.csv'),
    csv(
      (i) => `x${(i * 104729) % 97}y`,
      (i) => `TOWN ${i}`,
    ),
  );
  const { stdout } = await shadowcheck(folder, 'diff', 'production.csv', 'shadow.csv', '--key', 'id', '--json');
  const text = await shadowcheck(folder, 'diff', 'production.csv', 'shadow.csv', '--key', 'id');
  await rm(folder, { recursive: true });
  const report = JSON.parse(stdout) as PairReport;
  const [example] = report.examples;
  if (example === undefined) throw new Error('no example');
  expect(causeOfCell(report, example, 'city')).toBe('case');
  expect(causeOfCell(report, example, 'note')).not.toBe('case');
  const lines = text.stdout.split('\n');
  expect(lines.find((line) => line.includes('city') && line.includes('Town 0'))).toMatch(/case$/);
  expect(lines.find((line) => / note .*n0 /.test(line))).not.toMatch(/case$/);
});
