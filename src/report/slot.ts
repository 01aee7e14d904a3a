/** One run's report out of its pairs: findings with one signature become one issue. Pure. */
import { group, sum } from 'd3-array';
import type { PairReport, ReportFinding } from './pair-report.ts';
import type { SlotIssue, SlotReport } from './slot-report.ts';
import { needsQuotes } from './visible.ts';

export interface SlotInput {
  readonly slot: string;
  /** ISO, UTC. */
  readonly generated_at: string;
  readonly pairs: readonly PairReport[];
  readonly quarantine: SlotReport['quarantine'];
  readonly repeated: number;
}

/** Pairs by job, partition and comparison; issues new first, then regressed, known, resolved, the widest first. */
export function buildSlotReport({ slot, generated_at, pairs, quarantine, repeated }: SlotInput): SlotReport {
  const sorted = [...pairs].sort(
    (one, other) =>
      compareText(one.job ?? '', other.job ?? '') ||
      compareText(one.partition_key ?? '', other.partition_key ?? '') ||
      compareText(one.comparison_id ?? '', other.comparison_id ?? ''),
  );
  const counted = (outcome: PairReport['outcome']): number => pairs.filter((pair) => pair.outcome === outcome).length;
  return {
    version: '0.1',
    slot,
    generated_at,
    counts: {
      analysed: pairs.length,
      match: counted('match'),
      match_agreed: counted('match_agreed'),
      mismatch: counted('mismatch'),
      inconclusive: counted('inconclusive'),
      quarantined: quarantine.length,
      repeated,
    },
    issues: issuesOf(sorted, generated_at),
    pairs: sorted,
    quarantine: quarantine.map((row) => ({ ...row })),
  };
}

interface Occurrence {
  readonly pair: PairReport;
  readonly finding: ReportFinding;
}

const STATE_ORDER: readonly SlotIssue['state'][] = ['new', 'regressed', 'known', 'resolved'];

function issuesOf(pairs: readonly PairReport[], generatedAt: string): SlotIssue[] {
  const occurrences = pairs.flatMap((pair) => pair.findings.map((finding): Occurrence => ({ pair, finding })));
  return [...group(occurrences, ({ finding }) => finding.issue.id)]
    .map(([id, members]) => issueOf(id, members, generatedAt))
    .sort(
      (one, other) =>
        STATE_ORDER.indexOf(one.state) - STATE_ORDER.indexOf(other.state) ||
        other.explained - one.explained ||
        compareText(one.id, other.id),
    );
}

function issueOf(id: string, members: readonly Occurrence[], generatedAt: string): SlotIssue {
  const [best] = [...members].sort((one, other) => other.finding.counts.explained - one.finding.counts.explained);
  if (best === undefined) throw new Error(`issue ${id} without a finding`);
  const { finding, pair } = best;
  const states = members.map((member) => member.finding.issue.state);
  const firstSeen = members.flatMap((member) => member.finding.issue.first_seen ?? []).sort(compareText)[0];
  return {
    id,
    // The most alarming of its states: an accepted issue that outgrew its cap in one partition is new there.
    state: STATE_ORDER.find((state) => states.includes(state)) ?? 'new',
    cause: finding.cause,
    title: finding.issue.title ?? finding.title,
    subtitle: subtitleOf(finding),
    owner: firstKnown(members.map((member) => member.finding.issue.owner)),
    link: firstKnown(members.map((member) => member.finding.issue.link)),
    first_seen: firstSeen ?? generatedAt,
    jobs: unique(members.map((member) => member.pair.job ?? '')),
    partitions: unique(members.map((member) => `${member.pair.job ?? ''}/${member.pair.partition_key ?? ''}`)),
    explained: sum(members, (member) => member.finding.counts.explained),
    unit: finding.unit,
    representative: pair.comparison_id ?? '',
  };
}

/** `ts_trunc · ms · TIMESTAMP → TIMESTAMP` */
export function subtitleOf(finding: ReportFinding): string {
  const params = Object.entries(finding.params).flatMap(([name, value]) => {
    if (value === null || typeof value === 'object') return [];
    return typeof value === 'string' ? [needsQuotes(value) ? `"${value}"` : value] : [`${name} ${value}`];
  });
  const types = finding.type_pair === null ? [] : [finding.type_pair.replace(/ ?-> ?/, ' → ')];
  return [finding.cause, ...params, ...types].join(' · ');
}

function firstKnown(values: readonly (string | null)[]): string | null {
  return values.find((value) => value !== null) ?? null;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort(compareText);
}

/** By code units: a locale's order differs between machines. */
function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
