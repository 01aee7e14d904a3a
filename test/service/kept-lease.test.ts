import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type KeepEffects, keepLease } from '../../src/service/kept-lease.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import { freshFolders } from '../store/temp-folder.ts';

const freshFolder = freshFolders();
const NOW = Date.UTC(2026, 10, 20, 5);

function held(onTrouble: KeepEffects['onTrouble'] = () => {}) {
  const path = join(freshFolder(), 'catalog.db');
  const catalog = openCatalog(path);
  const lease = catalog.takeLease('analyze', 'me', NOW, 1000);
  if (lease === null) throw new Error('the lease was not free');
  const kept = keepLease(catalog, lease, 1000, { now: () => new Date(NOW + 500), renew_every_ms: 5, onTrouble });
  return { path, catalog, kept };
}

test('a kept lease is renewed until it is stopped', async () => {
  const { catalog, kept } = held();
  await setTimeout(50);
  expect(catalog.leaseOf('analyze')?.expires_at_ms).toBe(NOW + 1500);
  expect(kept.lost.aborted).toBe(false);
  kept.check();
  kept.stop();
});

test('a renewal that throws ends nothing: it is told, and the next one tries again', async () => {
  const troubles: unknown[] = [];
  const { catalog, kept } = held((error) => troubles.push(error));
  catalog.close();
  await setTimeout(50);
  kept.stop();
  expect(troubles.length).toBeGreaterThan(1);
  expect(kept.lost.aborted).toBe(false);
});

test('a lease that somebody else has taken is told as lost, once, and fails every check', async () => {
  const { path, catalog, kept } = held();
  const other = openCatalog(path);
  expect(other.takeLease('analyze', 'other', NOW + 60_000, 1000)?.token).toBe(2);
  expect(() => kept.check()).toThrow(expect.objectContaining({ exitCode: 4, code: 'lease_lost' }));
  await setTimeout(50);
  expect(kept.lost.aborted).toBe(true);
  expect(other.leaseOf('analyze')?.holder).toBe('other');
  kept.stop();
  catalog.close();
});
