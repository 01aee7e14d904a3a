/** One look at the tables of a share's jobs, recorded in parts: each with what it saw, in one transaction. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IngestionJob } from '../config/config.ts';
import type { Trouble } from '../core/operating-error.ts';
import type { Catalog, Lease } from '../store/catalog.ts';
import type { LandingRecord, LookRecord } from '../store/landing-record.ts';
import { findInFolder, together } from './find-landings.ts';
import { tablesOf } from './job-tables.ts';
import { findTold } from './told-landings.ts';

/** What one look came to. */
export interface LookCounts {
  tables: number;
  partitions: number;
  not_landed: number;
  /** One of them, with the reason. */
  not_landed_example: string | null;
  /** Landings that were not known. */
  landings: number;
  readonly troubles: Trouble[];
}

export function nothingSeen(): LookCounts {
  return { tables: 0, partitions: 0, not_landed: 0, not_landed_example: null, landings: 0, troubles: [] };
}

/** By the last look it is judged what is missing: what landed after it is nobody's fault. */
export interface Looked {
  /** When it began. */
  readonly at_ms: number;
  readonly counts: LookCounts;
  readonly isLost: (job: string, table: string) => boolean;
}

/** Landings of so many, or as many tables, are recorded together. */
const CHUNK = 10_000;
/** The event loop serves health checks between two tables at least so often. */
const TURN_MS = 20;

/** Looks at every table of these jobs, and records what it found. */
export async function lookAtTables(
  { jobs, lease }: { readonly jobs: readonly IngestionJob[]; readonly lease: Lease },
  { catalog }: { readonly catalog: Catalog },
  { now, signal }: { readonly now: () => Date; readonly signal: AbortSignal },
): Promise<Looked> {
  const counts = nothingSeen();
  const at_ms = now().getTime();
  const lost = new Set<string>();
  let looks: LookRecord[] = [];
  let size = 0;
  const commit = (): void => {
    if (looks.length > 0) counts.landings += catalog.commitLook(together(looks), lease, now().getTime());
    looks = [];
    size = 0;
  };
  let turn = performance.now();
  for (const job of jobs) {
    if (signal.aborted) break;
    for (const table of tablesOf(job)) {
      const stamp = catalog.stampOf(job.name, table.id);
      const currentOf = (key: string): LandingRecord | null => catalog.currentLanding(job.name, table.id, key);
      const finds = findInFolder(table, stamp, { now_ms: now().getTime(), currentOf });
      if (finds.is_lost) lost.add(JSON.stringify([job.name, table.id]));
      counts.tables += 1;
      counts.partitions += finds.partitions;
      counts.not_landed += finds.not_landed;
      counts.not_landed_example ??= finds.not_landed_example;
      counts.troubles.push(...finds.troubles);
      if (isNothing(finds.look)) continue;
      looks.push(finds.look);
      size += 1 + finds.look.found.length + finds.look.gone.length;
    }
    const told = await findTold(job, catalog, now().getTime(), signal);
    counts.troubles.push(...told.troubles);
    if (!isNothing(told.look)) {
      looks.push(told.look);
      size += told.look.told.length;
    }
    if (size >= CHUNK) commit();
    if (performance.now() - turn < TURN_MS) continue;
    await nextTurn();
    turn = performance.now();
  }
  commit();
  return { at_ms, counts, isLost: (job, table) => lost.has(JSON.stringify([job, table])) };
}

function isNothing({ found, gone, stamps, told }: LookRecord): boolean {
  return found.length + gone.length + stamps.length + told.length === 0;
}
