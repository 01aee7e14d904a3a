/** What a slot has to look at: the entries of its log segments, each once, and those that earlier slots left undecided. */
import { relative } from 'node:path';
import { requestLocations } from '../config/landing-of.ts';
import { pairingOf } from '../config/pairings.ts';
import { RUN_KINDS } from '../core/landing.ts';
import type { LoggedSide, Mismatch } from '../core/mismatch.ts';
import { OperatingError } from '../core/operating-error.ts';
import type { InconclusiveReason } from '../core/outcome.ts';
import type { OpenEngine } from '../engine/engine.ts';
import type { SlotReport } from '../report/slot-report.ts';
import type { Catalog, LoggedLanding, OwedEntry, Slot } from '../store/catalog.ts';
import { readSegment } from '../store/mismatch-reader.ts';
import type { RunSetting } from './entry-request.ts';

type Quarantined = SlotReport['quarantine'][number];

export interface SlotEntry {
  readonly entry: OwedEntry;
  /** Why an earlier slot could not decide it; null for an entry that is new. */
  readonly earlier_reason: InconclusiveReason | null;
}

export interface SlotEntries {
  readonly entries: readonly SlotEntry[];
  /** What no earlier slot has told. Places below the config's folder are relative to it: a store that moves with it tells nothing twice. */
  readonly quarantine: SlotReport['quarantine'];
  /** Entries that an earlier slot analysed, or that stand twice. */
  readonly repeated: number;
}

export async function collectEntries(
  slot: Slot,
  catalog: Catalog,
  { config }: RunSetting,
  openEngine: OpenEngine,
): Promise<SlotEntries> {
  const entries = new Map<string, OwedEntry>();
  const quarantine = new Map<string, Quarantined>();
  let repeated = 0;
  for (const segment of slot.segments) {
    const read = await readSegment(segment, openEngine, (entry) => refusalOf(entry, config.jobs));
    for (const { log, place, reason } of read.quarantined) {
      const row = { log: nearer(log, config.folder), place: nearer(place, config.folder), reason };
      if (!catalog.isQuarantined(row)) quarantine.set(JSON.stringify(row), row);
    }
    for (const entry of read.entries) {
      if (entries.has(entry.comparison_id)) repeated += 1;
      else entries.set(entry.comparison_id, owedEntryOf(entry));
    }
  }
  const analysed = catalog.analysedEvents([...entries.keys()]);
  for (const id of analysed) entries.delete(id);
  // An entry whose job or pairing left the config meanwhile cannot be looked at: it stays owed, until it expires.
  const again = slot.owed.filter(({ entry }) => refusalOf(entry, config.jobs) === null);
  return {
    entries: [
      ...[...entries.values()].map((entry) => ({ entry, earlier_reason: null })),
      ...again.map(({ entry, reason }) => ({ entry, earlier_reason: reason })),
    ],
    quarantine: [...quarantine.values()],
    repeated: repeated + analysed.size,
  };
}

function owedEntryOf(entry: Mismatch): OwedEntry {
  return {
    comparison_id: entry.comparison_id,
    job: entry.job,
    partition_key: entry.partition_key,
    pairing: entry.pairing,
    logged_at: entry.logged_at.toISOString(),
    builds: { production: entry.production.build, shadow: entry.shadow.build },
    reference_side: entry.reference_side,
    landings: { production: loggedLanding(entry.production), shadow: loggedLanding(entry.shadow) },
    kinds: entry.kinds,
  };
}

function loggedLanding({ landing_id, system, run_kind, landed_at, due_at }: LoggedSide): LoggedLanding {
  return {
    landing_id,
    system,
    run_kind: RUN_KINDS.find((kind) => kind === run_kind) ?? null,
    landed_at: landed_at?.toISOString() ?? null,
    due_at: due_at?.toISOString() ?? null,
  };
}

/** Why nothing can be looked at for an entry; null where it can. */
function refusalOf(
  { job: name, partition_key, pairing }: Pick<OwedEntry, 'job' | 'partition_key' | 'pairing'>,
  jobs: RunSetting['config']['jobs'],
): string | null {
  const job = jobs.get(name);
  if (job === undefined) return `job ${name} is not in the config`;
  if (pairingOf(job, pairing) === null) return `job ${name} has no such pairing in the config`;
  try {
    requestLocations(job, partition_key);
    return null;
  } catch (error) {
    if (error instanceof OperatingError) return error.troubles[0]?.message ?? error.message;
    throw error;
  }
}

/** A place that begins with a path below the folder, relative to the folder. */
function nearer(place: string, folder: string): string {
  return place.startsWith(`${folder}/`) ? relative(folder, place) : place;
}
