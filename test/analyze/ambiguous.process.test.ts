import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { slotReportSchema } from '../../src/report/slot-report.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { copySampleData } from '../demo/sample-copy.ts';

test('a partition that stands under two spellings of its key is inconclusive, and stops no other', async () => {
  const { folder, remove } = await copySampleData();
  const table = join(folder, 'warehouse', 'shadow', 'orders');
  await mkdir(join(table, 'ds=2026%2D11-16'));
  await cp(join(table, 'ds=2026-11-16'), join(table, 'ds=2026%2D11-16'), { recursive: true });
  const { code, stdout } = await shadowcheck(folder, 'analyze', '--json');
  await remove();
  expect(code).toBe(0);
  const pairs = (JSON.parse(stdout) as { slots: unknown[] }).slots.flatMap(
    (slot) => slotReportSchema.parse(slot).pairs,
  );
  expect(pairs.length).toBe(22);
  expect(pairs.find(({ job, partition_key }) => job === 'orders' && partition_key === 'ds=2026-11-16')).toMatchObject({
    outcome: 'inconclusive',
    inconclusive_reason: 'shadow_unreadable',
  });
});
