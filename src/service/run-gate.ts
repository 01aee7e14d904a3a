/** A gate's run: fresh evidence for what a policy names, and the verdict on it. */
import { join } from 'node:path';
import { type RunSetting, requestOf } from '../analyze/entry-request.ts';
import { reportOrInconclusive } from '../analyze/inconclusive-report.ts';
import type { AnalysisRequest } from '../analyze/request.ts';
import { removeSpillFolder } from '../analyze/spill-folder.ts';
import type { Config, IngestionJob } from '../config/config.ts';
import { MIGRATION, pairingOf, requirePairing } from '../config/pairings.ts';
import { tokenKey } from '../config/token-key.ts';
import { idOf } from '../core/identity.ts';
import { type PartitionKey, printPartitionKey } from '../core/partition-key.ts';
import { SIDES } from '../core/side.ts';
import { judge, type Verdict } from '../gate/judge.ts';
import type { GatePolicy } from '../gate/policy.ts';
import { selectJobs, selectPartitions } from '../gate/select.ts';
import { jobKeyOf } from '../partition/partition-mapping.ts';
import { listPartitions } from '../partition/table.ts';
import { buildSlotReport } from '../report/slot.ts';
import type { SlotReport } from '../report/slot-report.ts';
import { createAnalysisPool } from './analysis-pool.ts';

export interface GateEffects {
  /** Names the run, and the spill folder. */
  readonly run_id: string;
  readonly now: Date;
  readonly onPair: (done: number, total: number) => void;
}

export interface GateRun {
  readonly verdict: Verdict;
  readonly report: SlotReport;
}

/** Throws OperatingError for a policy that names what is not there; what cannot be compared counts as inconclusive. */
export async function runGate(config: Config, policy: GatePolicy, effects: GateEffects): Promise<GateRun> {
  const jobs = selectJobs(policy, config);
  const spill = join(config.store, 'spill', `${process.pid}`);
  const setting: RunSetting = {
    config,
    token_key: tokenKey(config),
    today: effects.now.toISOString().slice(0, 10),
    spill,
    threads: 1,
  };
  const requests: AnalysisRequest[] = [];
  for (const job of jobs) requests.push(...(await requestsOf(job, policy, setting)));
  const pool = createAnalysisPool({
    size: config.limits.workers,
    timeout_ms: config.limits.item_timeout_ms,
    memory_bytes: config.limits.item_memory_bytes,
  });
  try {
    let done = 0;
    const pairs = await Promise.all(
      requests.map(async (request) => {
        const report = await reportOrInconclusive(request, (item) => pool.run(item));
        done += 1;
        effects.onPair(done, requests.length);
        return report;
      }),
    );
    const report = buildSlotReport({
      slot: `${policy.name}-${effects.run_id}`,
      generated_at: effects.now.toISOString(),
      pairs,
      quarantine: [],
      repeated: 0,
    });
    const names = jobs.map(({ name }) => name);
    return { verdict: judge(policy, report.pairs, effects.now, names), report };
  } finally {
    await pool.close();
    await removeSpillFolder(spill);
  }
}

/**
 * Of the release pairing where the job has one, else of the migration's tables.
 *
 * One work item per partition that the policy names; one that it lists and that is nowhere is found missing.
 */
async function requestsOf(
  job: IngestionJob,
  policy: GatePolicy,
  setting: RunSetting,
): Promise<readonly AnalysisRequest[]> {
  const pairing = pairingOf(job, 'release') ?? requirePairing(job, MIGRATION);
  const keys: PartitionKey[] = [];
  for (const side of SIDES) {
    const { root, levels } = pairing.sides[side];
    const own = levels?.map(({ column }) => column) ?? job.partition;
    for (const { key } of await listPartitions(root, own.length > 0 ? own : null)) {
      const mapped = jobKeyOf(key, job.partition, levels);
      if ('key' in mapped) keys.push(mapped.key); // a folder that is no partition of the job's is nobody's evidence
    }
  }
  const { selected, missing } = selectPartitions(policy.partitions, keys);
  const requests: AnalysisRequest[] = [];
  for (const partition_key of [...selected.map(printPartitionKey), ...missing]) {
    const question = {
      comparison_id: idOf('gate', policy.name, job.name, partition_key),
      partition_key,
      pairing: pairing.name,
      builds: { production: null, shadow: null },
      reference_side: null,
    };
    requests.push(await requestOf(job, question, setting));
  }
  return requests;
}
