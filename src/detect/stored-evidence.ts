/** What the store itself says, read from its files and not from the catalog: the entries of our log, the published reports. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES, OUTCOMES } from '../core/outcome.ts';
import { mapSides } from '../core/side.ts';
import type { OpenEngine } from '../engine/engine.ts';
import type { FilePort } from '../store/files.ts';
import { findSegments, readSegment } from '../store/mismatch-reader.ts';
import type { LoggedEvent, StoredEvidence } from './verify.ts';

const NOTHING_KNOWN = { jsonlWatermark: () => null, isSegmentKnown: () => false };

export interface ReadEvidence extends Omit<StoredEvidence, 'analysed'> {
  /** Segments and reports that cannot be read: what they hold cannot be vouched for. */
  readonly troubles: readonly Trouble[];
}

export async function readEvidence(store: string, files: FilePort, openEngine: OpenEngine): Promise<ReadEvidence> {
  const troubles: Trouble[] = [];
  const entries = await readEntries(store, files, openEngine, troubles);
  const decided = await readReports(store, files, troubles);
  return { entries, decided, troubles };
}

async function readEntries(
  store: string,
  files: FilePort,
  openEngine: OpenEngine,
  troubles: Trouble[],
): Promise<LoggedEvent[]> {
  const folder = join(store, 'logs', 'mismatch');
  await files.makeFolder(folder);
  const found = await findSegments(folder, NOTHING_KNOWN);
  for (const { troubles: told } of found.troubles) troubles.push(...told);
  const entries: LoggedEvent[] = [];
  for (const segment of found.segments) {
    const read = await readSegment(segment, openEngine);
    for (const { place, reason } of read.quarantined) {
      troubles.push({ code: 'mismatch_log_unreadable', subject: place, message: reason });
    }
    for (const entry of read.entries) {
      const { comparison_id, job, pairing, partition_key, outcome } = entry;
      const landing_ids = mapSides(
        { production: entry.production, shadow: entry.shadow },
        ({ landing_id }) => landing_id,
      );
      const logged_at_ms = entry.logged_at.getTime();
      entries.push({ comparison_id, job, pairing, partition_key, landing_ids, logged_at_ms, outcome });
    }
  }
  return entries;
}

/** As much of a report as is asked for here; everything else of it may be of any version. */
const reportPart = z.object({
  pairs: z.array(
    z.object({
      comparison_id: z.string().nullable(),
      outcome: z.enum(OUTCOMES),
      inconclusive_reason: z.string().nullable(),
    }),
  ),
});

async function readReports(store: string, files: FilePort, troubles: Trouble[]): Promise<Map<string, number>> {
  const folder = join(store, 'reports');
  const decided = new Map<string, number>();
  for (const slot of (await readdir(folder).catch(() => [])).sort()) {
    const path = join(folder, slot, 'report.json');
    const bytes = slot.includes('.') ? null : await files.read(path);
    if (bytes === null) continue;
    const report = parsed(Buffer.from(bytes).toString('utf8'));
    if (report === null) {
      const hint = 'bring the file back from a copy; the pages beside it can still be read';
      troubles.push({ code: 'report_unreadable', subject: path, message: 'the report is damaged', hint });
      continue;
    }
    for (const { comparison_id, outcome, inconclusive_reason } of report.pairs) {
      if (comparison_id === null) continue;
      // What was undecided is looked at again, and told again once it is decided.
      const isDecision = outcome !== 'inconclusive' || inconclusive_reason === 'superseded';
      decided.set(comparison_id, (decided.get(comparison_id) ?? 0) + (isDecision ? 1 : 0));
    }
  }
  return decided;
}

function parsed(text: string): z.infer<typeof reportPart> | null {
  try {
    return reportPart.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Thrown where the store has never been used: there is nothing to verify, which is no proof of anything. */
export function nothingStored(store: string): OperatingError {
  return new OperatingError(EXIT_CODES.inconclusive, {
    code: 'store_empty',
    subject: store,
    message: 'nothing was compared yet, so there is nothing to verify',
    hint: 'run `shadowcheck compare` first',
  });
}
