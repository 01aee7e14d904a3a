import { describe, expect, test } from 'vitest';
import { type Catalog, EMPTY_RECORD, openCatalog } from '../../src/store/catalog.ts';
import type { LogSegment } from '../../src/store/log-segments.ts';
import { NOW, taken } from './landing-samples.ts';

function segment(id: string, hour: string): LogSegment {
  const at = { log: '/log', path: `/log/${id}`, hour };
  return { id, kind: 'parquet', from_offset: null, to_offset: null, file: null, ...at };
}

const oldest = (catalog: Catalog): string | null => {
  const ms = catalog.healthFacts().oldest_unanalysed_ms;
  return ms === null ? null : new Date(ms).toISOString();
};

describe('health', () => {
  test('of a new catalog knows that nothing ever happened', () => {
    expect(openCatalog(':memory:').healthFacts()).toEqual({
      last_landing_ms: null,
      last_comparison_ms: null,
      last_slot_ms: null,
      oldest_unanalysed_ms: null,
      comparisons: { match: 0, match_agreed: 0, mismatch: 0, inconclusive: 0 },
      slots: { claimed: 0, committed: 0, failed: 0 },
      pairs: { pending: 0, owed: 0, compared: 0, missing: 0, expired: 0 },
      tellings: { told: 0, waiting: 0, refused: 0 },
      undecided: 0,
      runs: [],
    });
  });

  test('tells the oldest hour that is still to be analysed: one that waits or is claimed, not one that was given up', () => {
    const catalog = openCatalog(':memory:');
    const lease = taken(catalog);
    catalog.recordSegments([segment('a', '2026-11-20T03'), segment('b', '2026-11-20T05')]);
    expect(oldest(catalog)).toBe('2026-11-20T03:00:00.000Z');
    const slot = catalog.claimSlot('2026-11-20T03', lease);
    if (slot === null) throw new Error('nothing was owed');
    expect(oldest(catalog)).toBe('2026-11-20T03:00:00.000Z');
    catalog.commitSlot(slot, lease, EMPTY_RECORD, NOW);
    expect(oldest(catalog)).toBe('2026-11-20T05:00:00.000Z');
    expect(catalog.healthFacts()).toMatchObject({ last_slot_ms: NOW, slots: { committed: 1 } });
    const next = catalog.claimSlot('2026-11-20T05', lease);
    if (next === null) throw new Error('nothing was owed');
    for (const trouble of ['one', 'two']) catalog.failSlot(next, lease, trouble);
    expect(oldest(catalog)).toBe('2026-11-20T05:00:00.000Z');
    catalog.failSlot(next, lease, 'three');
    expect(oldest(catalog)).toBeNull();
    expect(catalog.healthFacts().slots).toEqual({ claimed: 0, committed: 1, failed: 1 });
  });

  test('tells how each scheduled job went last', () => {
    const catalog = openCatalog(':memory:');
    const compare = () => catalog.healthFacts().runs.filter(({ job }) => job === 'compare');
    expect(compare()).toEqual([]);
    catalog.startRun('compare', 10);
    const started = { job: 'compare', started_at_ms: 10 };
    expect(compare()).toEqual([{ ...started, succeeded_at_ms: null, failed_at_ms: null, trouble: null }]);
    catalog.endRun('compare', null, 11);
    catalog.startRun('compare', 20);
    catalog.endRun('compare', 'disk_full: no space', 21);
    const failed = {
      ...started,
      started_at_ms: 20,
      succeeded_at_ms: 11,
      failed_at_ms: 21,
      trouble: 'disk_full: no space',
    };
    expect(compare()).toEqual([failed]);
    catalog.endRun('compare', null, 31);
    catalog.endRun('analyze', 'x', 5);
    expect(catalog.healthFacts().runs).toEqual([
      { job: 'analyze', started_at_ms: 5, succeeded_at_ms: null, failed_at_ms: 5, trouble: 'x' },
      { ...failed, succeeded_at_ms: 31, trouble: null },
    ]);
  });
});
