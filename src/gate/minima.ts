import { SIDES, type Side } from '../core/side.ts';
import type { PairReport } from '../report/pair-report.ts';
import { listed } from './listed.ts';
import { pairName } from './pair-name.ts';
import type { GatePolicy } from './policy.ts';
import type { MinimaVerdict } from './verdict.ts';

/**
 * Whether enough was looked at: partitions, rows of each, and every job of `jobs` at least once. One partition is always
 * needed, whatever `minima` says; a pair without any row is told even where no row is needed.
 */
export function judgeMinima(
  minima: GatePolicy['minima'],
  decided: readonly PairReport[],
  jobs: readonly string[],
): MinimaVerdict {
  const { row_count_min } = minima;
  const partition_count_min = Math.max(1, minima.partition_count_min);
  const partitions = new Set(decided.map(pairName));
  const looked = new Set(decided.map((pair) => pair.job));
  const missing = jobs.filter((job) => !looked.has(job));
  const rows = decided.map((pair) => comparedRows(pair));
  // Asked this way round, so that NaN and what nobody counted are too few.
  const short = decided.filter((_, i) => !((rows[i] ?? Number.NaN) >= row_count_min));
  const names = short.map(pairName);
  const empty = decided.filter(isEmpty).map(pairName);
  const problems = [
    ...(partitions.size >= partition_count_min
      ? []
      : [`${partitions.size} partitions decided of at least ${partition_count_min}`]),
    ...(missing.length === 0 ? [] : [`no partition decided of ${missing.join(', ')}`]),
    ...(short.length === 0 ? [] : [`fewer than ${row_count_min} rows compared of ${listed(names)}`]),
  ];
  const total = rows.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0);
  return {
    verdict: problems.length === 0 ? 'pass' : 'inconclusive',
    text: [
      ...(problems.length === 0 ? [`${partitions.size} partitions decided, ${total} rows compared`] : problems),
      ...(empty.length === 0 ? [] : [`empty on both sides: ${listed(empty)}`]),
    ].join('; '),
    partition_count_min,
    row_count_min,
    partition_count: partitions.size,
    row_count: total,
    jobs_without_evidence: missing,
    short_pairs: names,
    empty_pairs: empty,
  };
}

/** With a sample, only the rows that were paired count; what nobody counted is null. */
function comparedRows(pair: PairReport, side: Side = pair.reference_side): number | null {
  const compared = pair.accounting.rows_compared[side];
  if (compared !== null || pair.rules.sample !== null) return compared;
  return pair[side].row_count;
}

function isEmpty(pair: PairReport): boolean {
  return SIDES.every((side) => comparedRows(pair, side) === 0);
}
