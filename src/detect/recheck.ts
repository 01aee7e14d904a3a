/** Comparing again on request: the pairs of named partitions as they stand now, whatever is known of their files. */
import type { Config } from '../config/config.ts';
import { pairingsOf, requirePairing } from '../config/pairings.ts';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { SIDES } from '../core/side.ts';
import type { Catalog } from '../store/catalog.ts';
import { type OwedPair, owedPairOf } from './compare-owed.ts';

/** What somebody asked to be looked at again. */
export interface RecheckRequest {
  readonly job: string;
  readonly partition_key: string;
  /** Null: every pairing of the job. */
  readonly pairing: string | null;
}

/**
 * The pairs to compare again, each linked to the comparison that it looks at again. Throws `OperatingError` `not_paired`,
 * exit code 2, where a side of every asked pairing has not landed, and `pairing_unknown`.
 */
export function pairsToRecheck(asked: RecheckRequest, config: Config, catalog: Catalog): readonly OwedPair[] {
  const job = config.jobs.get(asked.job);
  if (job === undefined) throw new Error(`job ${asked.job} was not checked`);
  const pairs: OwedPair[] = [];
  const troubles: Trouble[] = [];
  for (const { name } of asked.pairing === null ? pairingsOf(job) : [requirePairing(job, asked.pairing)]) {
    const record = catalog.pairOf(job.name, name, asked.partition_key);
    const absent = SIDES.filter((side) => record === null || record.landings[side] === null);
    if (record === null || absent.length > 0) {
      const message = record === null ? 'nothing of it has landed' : `the ${absent.join(' and the ')} has not landed`;
      troubles.push({ code: 'not_paired', subject: `${job.name}/${asked.partition_key}`, place: name, message });
      continue;
    }
    const [last] = catalog.comparisonsOf(job.name, name, asked.partition_key, 1);
    const again = { trigger: 'request', rechecks: last?.comparison_id ?? null } as const;
    const pair = owedPairOf(record, config.jobs, again);
    if (pair !== null) pairs.push(pair);
  }
  if (pairs.length === 0) throw new OperatingError(EXIT_CODES.usage, troubles);
  return pairs;
}
