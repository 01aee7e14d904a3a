/**
 * Opens a catalog that may be new, records the segments that every process finds, and claims under a lease, slot by
 * slot, giving the lease back in between; answers the claimed slots and their segments.
 */
import { setTimeout } from 'node:timers/promises';
import { EMPTY_RECORD, openCatalog } from '../../../src/store/catalog.ts';
import type { LogSegment } from '../../../src/store/log-segments.ts';

const [path = '', hours = '0', own = ''] = process.argv.slice(2);
process.once('message', async () => {
  const catalog = openCatalog(path);
  catalog.recordSegments(
    Array.from({ length: Number(hours) }, (_, i): LogSegment => {
      const hour = `2026-11-${String(1 + Math.floor(i / 24)).padStart(2, '0')}T${String(i % 24).padStart(2, '0')}`;
      const at = { log: 'log', path: `/log/${i}.parquet`, hour };
      return { id: `segment-${i}`, kind: 'parquet', from_offset: null, to_offset: null, file: null, ...at };
    }),
  );
  const claimed: [string, string[]][] = [];
  while (catalog.unassignedSegments().length > 0) {
    const lease = catalog.takeLease('analyze', own, Date.now(), 60_000);
    const next = catalog.unassignedSegments()[0];
    if (lease === null || next === undefined) {
      if (lease !== null) catalog.releaseLease(lease);
      await setTimeout(1);
      continue;
    }
    const slot = catalog.claimSlot(next.hour, lease);
    if (slot !== null) {
      claimed.push([slot.id, slot.segments.map((segment) => segment.id)]);
      catalog.commitSlot(slot, lease, EMPTY_RECORD, Date.now());
    }
    catalog.releaseLease(lease);
  }
  catalog.close();
  process.send?.(claimed, () => process.disconnect());
});
process.send?.('ready');
