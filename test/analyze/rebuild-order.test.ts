import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rebuildCatalog } from '../../src/analyze/rebuild-catalog.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import { nodeFiles } from '../../src/store/files.ts';
import { type Detection, HOUR, openDetection } from '../detect/detection.ts';

const DAY = Date.UTC(2026, 10, 20);
let detection: Detection;
beforeEach(async () => {
  detection = await openDetection();
});
afterEach(async () => {
  await detection.end();
});

test('the newest comparison of a partition is the newest after a rebuild too, whatever its segment is called', async () => {
  await detection.land('production', 'ds=2026-11-19', 10, DAY);
  const rows = [9, 10, 8, 10, 7, 10, 6];
  for (const [i, count] of rows.entries()) {
    await detection.land('shadow', 'ds=2026-11-19', count, DAY + i);
    await detection.look(DAY + HOUR + i * 60_000); // all within one hour, a segment each
  }
  const before = detection.comparisons('ds=2026-11-19').map(({ comparison_id }) => comparison_id);
  expect(before).toHaveLength(rows.length);
  const store = join(detection.folder, 'store');
  await rebuildCatalog({ store, jobs: new Map() }, true, {
    files: nodeFiles,
    openEngine: openDuckdb,
    now: () => new Date(DAY),
  });
  const rebuilt = openCatalog(join(store, 'catalog.db'), { read_only: true });
  const after = rebuilt.comparisonsOf('orders', 'migration', 'ds=2026-11-19', 99).toReversed();
  rebuilt.close();
  expect(after.map(({ comparison_id }) => comparison_id)).toEqual(before);
}, 30_000);
