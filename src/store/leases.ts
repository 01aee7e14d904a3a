/**
 * Leases with fencing tokens. A lease ends by time, but the one who held it may be paused and not know: so each taking
 * gets a higher token, and whatever changes the catalog in the name of a lease checks that its token is the newest.
 */
import { z } from 'zod';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';

const leaseRow = z.object({ name: z.string(), holder: z.string(), token: z.int(), expires_at_ms: z.int() });

export type Lease = Readonly<z.infer<typeof leaseRow>>;

export interface Leases {
  /** The lease, with a token higher than any before under this name; null while somebody holds it, the same holder too. */
  takeLease(name: string, holder: string, now_ms: number, ttl_ms: number): Lease | null;
  /** The lease with its new end, even if it had ended and nobody took it; null once it was released or taken over. */
  renewLease(lease: Lease, now_ms: number, ttl_ms: number): Lease | null;
  /** The lease as it stands, also after its end; null where nobody has taken it or it was released. */
  leaseOf(name: string): Lease | null;
  /** Gives it back before its end. Does nothing once somebody else has it. */
  releaseLease(lease: Lease): void;
  /** Throws `OperatingError` `lease_lost` once the lease was released or taken over: before anything that others see. */
  checkLease(lease: Lease): void;
}

export function leasesIn(database: Database): Leases {
  return {
    takeLease(name, holder, now_ms, ttl_ms) {
      const values = { name, holder, now_ms, expires_at_ms: now_ms + ttl_ms };
      return database.one(leaseRow, query('store/lease-take', {}, values));
    },
    renewLease({ name, holder, token }, now_ms, ttl_ms) {
      const values = { name, holder, token, expires_at_ms: now_ms + ttl_ms };
      return database.one(leaseRow, query('store/lease-renew', {}, values));
    },
    leaseOf: (name) => database.one(leaseRow, query('store/lease-read', {}, { name })),
    releaseLease({ name, holder, token }) {
      database.run(query('store/lease-release', {}, { name, holder, token }));
    },
    checkLease: (lease) => requireLease(database, lease),
  };
}

/** Throws `OperatingError` `lease_lost` unless this lease is the newest under its name. */
export function requireLease(database: Database, { name, holder, token }: Lease): void {
  if (database.one(leaseRow, query('store/lease-is-newest', {}, { name, holder, token })) !== null) return;
  throw new OperatingError(EXIT_CODES.infrastructure, {
    code: 'lease_lost',
    subject: name,
    message: `the lease with token ${token} was released or taken over; nothing more is written`,
    hint: 'another process goes on with this work',
  });
}
