/** What the catalog knows now of what old runs told: which issues are gone, which partitions have matched since. */
import type { CurrentIssue } from '../report/issue-list.ts';
import { latestPairs, type PairSummary, type SlotSummary } from '../report/slot-summary.ts';
import type { Catalog, IssueRecord } from '../store/catalog.ts';
import { evidenceOf } from '../store/signal-log.ts';

/** Occurrences of one issue that are looked through for where it was seen. */
const OCCURRENCES_MAX = 1_000;

export function currentIssues(catalog: Catalog): readonly CurrentIssue[] {
  return catalog.issues().map((issue) => currentIssue(issue, catalog));
}

function currentIssue(issue: IssueRecord, catalog: Catalog): CurrentIssue {
  const { id, state, cause, title, owner, first_seen_ms, gone_since_ms } = issue;
  const seen = catalog.occurrencesOf(id, OCCURRENCES_MAX);
  return {
    id,
    state,
    cause,
    title,
    owner,
    first_seen: new Date(first_seen_ms).toISOString(),
    gone_since: gone_since_ms === null ? null : new Date(gone_since_ms).toISOString(),
    jobs: new Set(seen.map(({ job }) => job)).size,
    partitions: new Set(seen.map(({ job, partition_key }) => JSON.stringify([job, partition_key]))).size,
  };
}

/**
 * The summaries with the standing of each partition as it was compared last: matches are in no mismatch log, so that no
 * run ever tells them. Only what an analysis left as mismatch or inconclusive is asked for.
 */
export function withNewerComparisons(summaries: readonly SlotSummary[], catalog: Catalog): readonly SlotSummary[] {
  const healed = new Map<string, PairSummary['standing']>();
  for (const pair of latestPairs(summaries)) {
    const standing = newerMatch(pair, catalog);
    if (standing !== null) healed.set(JSON.stringify([pair.slot, pair.comparison_id]), standing);
  }
  if (healed.size === 0) return summaries;
  return summaries.map((summary) => ({
    ...summary,
    pairs: summary.pairs.map((pair) => ({
      ...pair,
      standing: healed.get(JSON.stringify([summary.slot, pair.comparison_id])) ?? pair.standing,
    })),
  }));
}

function newerMatch(pair: PairSummary, catalog: Catalog): 'match' | 'match_agreed' | null {
  const { job, pairing, partition_key, standing, logged_at } = pair;
  if (standing === 'match' || standing === 'match_agreed' || logged_at === null) return null;
  const [newest] = catalog.comparisonsOf(job, pairing, partition_key, 1);
  if (newest === undefined || newest.compared_at_ms <= Date.parse(logged_at)) return null;
  // The agreement of a copy proves nothing.
  if (evidenceOf(newest) === 'seeded') return null;
  return newest.outcome === 'match' || newest.outcome === 'match_agreed' ? newest.outcome : null;
}
