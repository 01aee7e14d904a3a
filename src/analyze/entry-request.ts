/** From an entry of a mismatch log, or a job and a partition, to a whole work item. */
import { join } from 'node:path';
import type { Config, IngestionJob } from '../config/config.ts';
import { type RequestLocations, requestLocations } from '../config/landing-of.ts';
import type { Landing } from '../core/landing.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { mapSidesInOrder, type Side, type Sided } from '../core/side.ts';
import { findPartition } from '../partition/table.ts';
import type { AnalysisRequest } from './request.ts';

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
}

/**
 * The work item for one partition of a configured job. Locations come from the config, never from the log: a log of
 * others may name any place. A partition that is gone keeps the place where it should be, and is found missing there.
 * Throws OperatingError `partition_key_invalid` for a key that is none of this job's.
 */
export async function requestOf(
  job: IngestionJob,
  question: PartitionQuestion,
  setting: RunSetting,
): Promise<AnalysisRequest> {
  const locations = requestLocations(job, question.partition_key);
  let unreadable: AnalysisRequest['unreadable'] = null;
  const landings = await mapSidesInOrder(job.sides, async (_, side) => {
    try {
      return landingOf(job, side, question, await partitionFolder(side, locations));
    } catch (error) {
      // Trouble of this partition, not of the run: told as its outcome.
      if (!(error instanceof OperatingError) || error.exitCode === EXIT_CODES.infrastructure) throw error;
      unreadable ??= { side, detail: error.troubles.map(({ message }) => message).join('; ') };
      return landingOf(job, side, question, null);
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
    unreadable,
    reference_side: question.reference_side ?? job.reference_side,
    spec: job.spec,
    examples: job.examples,
    privacy: { mode: config.privacy.mode, sensitive: job.sensitive, token_key: setting.token_key },
    known_issues: config.known_issues,
    today: setting.today,
    threads: setting.threads,
    memory_bytes: BigInt(config.limits.item_memory_bytes),
    spill: join(setting.spill, question.comparison_id.replaceAll(/[^\w-]/g, '_').slice(0, 80)),
  };
}

/** The partition's folder in whatever spelling; null where there is none. */
async function partitionFolder(side: Side, { key, table_folders }: RequestLocations): Promise<string | null> {
  return key.levels.length === 0 ? table_folders[side] : findPartition(table_folders[side], key);
}

function landingOf(job: IngestionJob, side: Side, question: PartitionQuestion, folder: string | null): Landing {
  const { root, system, landed, format } = job.sides[side];
  const location = folder ?? join(root, question.partition_key);
  return { side, location, system, build: question.builds[side], landed, format };
}
