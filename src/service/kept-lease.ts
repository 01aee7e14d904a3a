/** A lease that is renewed while work goes on under it, and that says when it is lost. */
import type { Catalog, Lease } from '../store/catalog.ts';

export interface KeptLease {
  readonly lease: Lease;
  /** Aborted once somebody else has the lease: the work under it must show nothing more to others. */
  readonly lost: AbortSignal;
  /** Throws `OperatingError` `lease_lost` once it is, also where the renewal has not noticed yet. */
  check(): void;
  /** Ends the renewal; the lease itself stays as it is. */
  stop(): void;
}

export interface KeepEffects {
  readonly now: () => Date;
  readonly renew_every_ms: number;
  /** A renewal that failed, such as on a locked catalog. The next one may succeed; a lease that ended meanwhile is still ours while nobody took it. */
  readonly onTrouble: (error: unknown) => void;
}

/** Renews the lease until `stop`. The timer never throws: what it throws would end the process, not the run. */
export function keepLease(catalog: Catalog, lease: Lease, ttl_ms: number, effects: KeepEffects): KeptLease {
  const loss = new AbortController();
  const timer = setInterval(() => {
    try {
      if (catalog.renewLease(lease, effects.now().getTime(), ttl_ms) !== null) return;
      clearInterval(timer);
      loss.abort();
    } catch (error) {
      effects.onTrouble(error);
    }
  }, effects.renew_every_ms);
  return {
    lease,
    lost: loss.signal,
    check: () => catalog.checkLease(lease),
    stop: () => clearInterval(timer),
  };
}
