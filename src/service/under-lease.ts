/** Runs work while a lease is held and kept renewed. A lease of a process of this host that is dead is taken over at once. */
import { messageOf } from '../core/operating-error.ts';
import type { Catalog } from '../store/catalog.ts';
import { type KeptLease, keepLease } from './kept-lease.ts';
import type { JobEffects } from './scheduled-job.ts';

/** Null where another process holds the lease: nothing was done. */
export async function underLease<T>(
  name: string,
  ttl_ms: number,
  catalog: Catalog,
  effects: Pick<JobEffects, 'holder' | 'isAlive' | 'now' | 'log'>,
  work: (kept: KeptLease) => Promise<T>,
): Promise<{ readonly done: T } | null> {
  const { host, pid } = effects.holder;
  const held = catalog.leaseOf(name);
  if (held !== null) {
    const [heldHost, heldPid] = held.holder.split(' ');
    if (heldHost === host && !effects.isAlive(Number(heldPid))) catalog.releaseLease(held);
  }
  const lease = catalog.takeLease(name, `${host} ${pid}`, effects.now().getTime(), ttl_ms);
  if (lease === null) return null;
  const kept = keepLease(catalog, lease, ttl_ms, {
    now: effects.now,
    renew_every_ms: ttl_ms / 3,
    onTrouble: (error) => effects.log.warn({ error: messageOf(error) }, 'the lease could not be renewed; trying again'),
  });
  try {
    return { done: await work(kept) };
  } finally {
    kept.stop();
    catalog.releaseLease(lease);
  }
}
