/** From an entry of a mismatch log, or a job and a partition, to a whole work item. */
import { join } from 'node:path';
import type { Config, IngestionJob, JobSide } from '../config/config.ts';
import { requestLocations } from '../config/landing-of.ts';
import { requirePairing, specOf, tableIdOf } from '../config/pairings.ts';
import type { LandedRule, Landing, LandingFacts } from '../core/landing.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES, type MismatchKind } from '../core/outcome.ts';
import { printPartitionKey } from '../core/partition-key.ts';
import { mapSides, mapSidesInOrder, type Side, type Sided } from '../core/side.ts';
import { ownKeyOf } from '../partition/partition-mapping.ts';
import { findPartition } from '../partition/table.ts';
import type { LoggedLanding } from '../store/catalog.ts';
import type { LandingRecord } from '../store/landing-record.ts';
import type { AnalysisRequest, LandingOrigin } from './request.ts';

/** What all work items of one run have in common. */
export interface RunSetting {
  readonly config: Config;
  readonly token_key: string;
  readonly today: string;
  /** Parent of the work items' spill folders, each of which is named after its item. */
  readonly spill: string;
  readonly threads: number;
}

/** What is asked about a partition of a job, beside the job's own rules. */
export interface PartitionQuestion {
  readonly comparison_id: string;
  readonly partition_key: string;
  readonly pairing: string;
  readonly builds: Sided<string | null>;
  readonly reference_side: Side | null;
  /** What a log says of the landings; absent: nothing. */
  readonly landings?: Sided<LoggedLanding> | undefined;
  readonly kinds?: readonly MismatchKind[] | undefined;
}

/** What the catalog knows of the landings that a question is about. */
export type KnownLandings = Sided<LandingRecord | null>;

export const NOTHING_KNOWN: KnownLandings = { production: null, shadow: null };

/**
 * The landings that the log names, as the catalog knows them: null for one that it does not know, or that is not of this
 * partition of the pairing's own table, since a log of others may name anything.
 */
export function knownLandings(
  job: IngestionJob,
  { pairing, partition_key, landings }: PartitionQuestion,
  landingById: (id: string) => LandingRecord | null,
): KnownLandings {
  if (landings === undefined) return NOTHING_KNOWN;
  const { sides } = requirePairing(job, pairing);
  return mapSides(landings, ({ landing_id }, side) => {
    const known = landing_id === null ? null : landingById(landing_id);
    const isIt =
      known?.job === job.name && known.table === tableIdOf(sides[side]) && known.partition_key === partition_key;
    return isIt ? known : null;
  });
}

/**
 * The work item for one partition of a configured job, by the tables and rules of its pairing. Locations come from the
 * catalog or the config, never from the log: a log of others may name any place. A partition that is gone keeps the place
 * where it should be, and is found missing there.
 *
 * Throws OperatingError `partition_key_invalid` for a key that is none of this job's, `pairing_unknown`.
 */
export async function requestOf(
  job: IngestionJob,
  question: PartitionQuestion,
  setting: RunSetting,
  known: KnownLandings = NOTHING_KNOWN,
): Promise<AnalysisRequest> {
  const pairing = requirePairing(job, question.pairing);
  const { key } = requestLocations(job, question.partition_key);
  let unreadable: AnalysisRequest['unreadable'] = null;
  const landings = await mapSidesInOrder(pairing.sides, async (table, side) => {
    const own = ownKeyOf(key, job.partition, table.levels);
    if ('reason' in own) unreadable ??= { side, detail: `the partition has no name on this side: ${own.reason}` };
    const ownKey = 'key' in own ? own.key : key;
    try {
      const folder = 'key' in own ? await findPartition(table.root, ownKey) : null;
      return landingOf(side, table, question, known[side], folder ?? join(table.root, printPartitionKey(ownKey)));
    } catch (error) {
      // Trouble of this partition, not of the run: told as its outcome.
      if (!(error instanceof OperatingError) || error.exitCode === EXIT_CODES.infrastructure) throw error;
      unreadable ??= { side, detail: error.troubles.map(({ message }) => message).join('; ') };
      return landingOf(side, table, question, known[side], join(table.root, printPartitionKey(ownKey)));
    }
  });
  const { config } = setting;
  return {
    comparison_id: question.comparison_id,
    job: job.name,
    owner: job.owner,
    pairing: question.pairing,
    partition_key: question.partition_key,
    landings,
    origins: mapSides(known, (landing, side) => originOf(landing, question.landings?.[side])),
    logged_kinds: question.kinds ?? [],
    unreadable,
    reference_side: question.reference_side ?? job.reference_side,
    spec: specOf(job, pairing),
    examples: job.examples,
    privacy: { mode: config.privacy.mode, sensitive: job.sensitive, token_key: setting.token_key },
    known_issues: config.known_issues,
    today: setting.today,
    threads: setting.threads,
    memory_bytes: BigInt(config.limits.item_memory_bytes),
    spill: join(setting.spill, question.comparison_id.replaceAll(/[^\w-]/g, '_').slice(0, 80)),
  };
}

/** Who wrote it: as the catalog knows, else as the log says, else as the config says. */
function landingOf(
  side: Side,
  table: JobSide,
  { builds, landings }: PartitionQuestion,
  known: LandingRecord | null,
  location: string,
): Landing {
  return {
    side,
    // One that was told may lie under another name than its key.
    location: known?.location ?? location,
    system: known?.system ?? landings?.[side].system ?? table.system,
    build: known?.build ?? builds[side] ?? table.build,
    landed: landedRule(table),
    format: table.format,
    ...(known === null ? {} : { facts: factsOf(known) }),
  };
}

/** What was told has landed, marker or not. */
function landedRule({ landed }: JobSide): LandedRule {
  return { marker: landed.is_told ? null : landed.marker };
}

function factsOf(known: LandingRecord): LandingFacts {
  const { id, run_kind, landed_at_ms, due_at_ms, files_hash, cpu_seconds, storage_bytes } = known;
  const times = { landed_at: isoOf(landed_at_ms), due_at: dueOf(due_at_ms) };
  return { landing_id: id, run_kind, ...times, files_hash, cpu_seconds, storage_bytes };
}

function originOf(known: LandingRecord | null, logged: LoggedLanding | undefined): LandingOrigin {
  if (known !== null) {
    const { id, run_kind, landed_at_ms, landed_at_from, due_at_ms } = known;
    return { landing_id: id, run_kind, landed_at: isoOf(landed_at_ms), landed_at_from, due_at: dueOf(due_at_ms) };
  }
  return {
    landing_id: logged?.landing_id ?? null,
    run_kind: logged?.run_kind ?? null,
    landed_at: logged?.landed_at ?? null,
    landed_at_from: null,
    due_at: logged?.due_at ?? null,
  };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

function dueOf(ms: number | null): string | null {
  return ms === null ? null : isoOf(ms);
}
