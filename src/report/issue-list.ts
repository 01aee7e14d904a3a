/** The issues of all runs as they stand now: a run's own report stays as it was, what has become of its issues stands here. */
import type { SlotIssue } from './slot-report.ts';
import { latestPairs, newestFirst, type SlotSummary } from './slot-summary.ts';

/** An issue as the catalog has it now. */
export interface CurrentIssue {
  readonly id: string;
  readonly state: SlotIssue['state'];
  readonly cause: string;
  readonly title: string;
  readonly owner: string | null;
  /** ISO, UTC. */
  readonly first_seen: string;
  /** ISO, UTC; null while it is there. */
  readonly gone_since: string | null;
  /** Where it was seen, over all time. */
  readonly jobs: number;
  readonly partitions: number;
}

export interface OpenIssue {
  readonly issue: Pick<SlotIssue, 'id' | 'state' | 'title' | 'subtitle' | 'owner' | 'first_seen'>;
  /** The newest run that tells it; null where it is too old to be listed. */
  readonly slot: string | null;
  readonly jobs: number;
  readonly partitions: number;
  /** Pairs that showed it, per day of the runs, the newest day last. */
  readonly trend: readonly number[];
}

const TREND_DAYS = 14;
const STATE_ORDER: readonly SlotIssue['state'][] = ['new', 'regressed', 'known', 'resolved'];

/**
 * Issues that are not gone. By the catalog where it knows them; else those that at least one partition still shows when it
 * was looked at last: a partition that could not be decided since is no reason to call its issue gone.
 */
export function openIssues(
  summaries: readonly SlotSummary[],
  current: readonly CurrentIssue[] = [],
): readonly OpenIssue[] {
  const sorted = newestFirst(summaries);
  const pairs = latestPairs(summaries);
  const states = new Map(current.map((issue) => [issue.id, issue.state]));
  const days = [...new Set(sorted.map(({ slot }) => slot.slice(0, 10)))].slice(0, TREND_DAYS).reverse();
  const told = new Set<string>();
  const open: OpenIssue[] = [];
  for (const { slot, issues } of sorted) {
    for (const issue of issues) {
      if (told.has(issue.id)) continue;
      told.add(issue.id);
      const showing = pairs.filter((pair) => pair.issues.includes(issue.id));
      const state = states.get(issue.id) ?? (showing.length === 0 ? 'resolved' : issue.state);
      if (state === 'resolved') continue;
      open.push({
        issue: { ...issue, state },
        slot,
        jobs: showing.length === 0 ? issue.jobs.length : new Set(showing.map(({ job }) => job)).size,
        partitions: showing.length === 0 ? issue.partitions.length : showing.length,
        trend: days.map((day) => countOn(sorted, day, issue.id)),
      });
    }
  }
  for (const issue of current) {
    if (told.has(issue.id) || issue.state === 'resolved') continue;
    const { jobs, partitions, cause } = issue;
    open.push({ issue: { ...issue, subtitle: cause }, slot: null, jobs, partitions, trend: days.map(() => 0) });
  }
  return open.sort(
    (one, other) =>
      STATE_ORDER.indexOf(one.issue.state) - STATE_ORDER.indexOf(other.issue.state) ||
      other.partitions - one.partitions ||
      (one.issue.id < other.issue.id ? -1 : 1),
  );
}

/** The last gone first. */
export function goneIssues(current: readonly CurrentIssue[]): readonly CurrentIssue[] {
  const since = (issue: CurrentIssue): string => issue.gone_since ?? '';
  return current
    .filter(({ state }) => state === 'resolved')
    .sort((one, other) =>
      since(one) === since(other) ? (one.id < other.id ? -1 : 1) : since(one) < since(other) ? 1 : -1,
    );
}

function countOn(summaries: readonly SlotSummary[], day: string, id: string): number {
  return summaries
    .filter(({ slot }) => slot.startsWith(day))
    .flatMap(({ pairs }) => pairs)
    .filter(({ issues }) => issues.includes(id)).length;
}
