import type { PairReport } from '../report/pair-report.ts';
import { pairName } from './pair-name.ts';
import type { GatePolicy } from './policy.ts';

export interface MinimaVerdict {
  readonly verdict: 'pass' | 'inconclusive';
  readonly text: string;
  readonly partition_count_min: number;
  readonly row_count_min: number;
  /** Different partitions that were decided: a match or a mismatch, not inconclusive. */
  readonly partition_count: number;
  /** Rows of the reference side that were compared, over all of them; null where a report does not tell. */
  readonly row_count: number | null;
  /** Jobs without a decided partition. */
  readonly jobs_without_evidence: readonly string[];
  /** `job/partition_key` of the pairs with too few rows. */
  readonly short_pairs: readonly string[];
}

/** Whether enough was looked at: partitions, rows of each, and every job of `jobs` at least once. */
export function judgeMinima(
  minima: GatePolicy['minima'],
  decided: readonly PairReport[],
  jobs: readonly string[],
): MinimaVerdict {
  const { partition_count_min, row_count_min } = minima;
  const partitions = new Set(decided.map(pairName));
  const looked = new Set(decided.map((pair) => pair.job));
  const missing = jobs.filter((job) => !looked.has(job));
  const rows = decided.map(comparedRows);
  // Asked this way round, so that NaN and what nobody counted are too few.
  const short = decided.filter((_, i) => !((rows[i] ?? Number.NaN) >= row_count_min));
  const names = short.map(pairName);
  const problems = [
    ...(partitions.size >= partition_count_min
      ? []
      : [`${partitions.size} partitions decided of at least ${partition_count_min}`]),
    ...(missing.length === 0 ? [] : [`no partition decided of ${missing.join(', ')}`]),
    ...(short.length === 0 ? [] : [`fewer than ${row_count_min} rows compared of ${names.join(', ')}`]),
  ];
  const total = rows.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0);
  return {
    verdict: problems.length === 0 ? 'pass' : 'inconclusive',
    text: problems.length === 0 ? `${partitions.size} partitions decided, ${total} rows compared` : problems.join('; '),
    partition_count_min,
    row_count_min,
    partition_count: partitions.size,
    row_count: total,
    jobs_without_evidence: missing,
    short_pairs: names,
  };
}

/** With a sample, only the rows that were paired count; what nobody counted is null. */
function comparedRows(pair: PairReport): number | null {
  const compared = pair.accounting.rows_compared[pair.reference_side];
  if (compared !== null || pair.rules.sample !== null) return compared;
  return pair[pair.reference_side].row_count;
}
