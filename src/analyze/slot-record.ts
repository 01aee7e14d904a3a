/** What the catalog records when a slot is committed: its events, and the issues that they are occurrences of. */
import { summaryOf } from '../report/index-page.ts';
import type { PairReport } from '../report/pair-report.ts';
import type { SlotReport } from '../report/slot-report.ts';
import type { OwedEntry, SlotRecord } from '../store/catalog.ts';

/** When an issue was first seen, by earlier slots; null: never. Milliseconds since the epoch. */
export interface IssueHistory {
  readonly firstSeen: (issueId: string) => number | null;
}

/** Dates the issues of a slot's pairs: first seen by an earlier slot, or by the oldest entry of this one that shows it. */
export function dateIssues(pairs: readonly PairReport[], history: IssueHistory): PairReport[] {
  const firstSeen = new Map<string, number>();
  for (const { findings, logged_at } of pairs) {
    for (const { issue } of findings) {
      const known = firstSeen.get(issue.id) ?? history.firstSeen(issue.id);
      const loggedAt = logged_at === null ? null : Date.parse(logged_at);
      const first = known === null ? loggedAt : Math.min(known, loggedAt ?? known);
      if (first !== null) firstSeen.set(issue.id, first);
    }
  }
  return pairs.map((pair) => ({
    ...pair,
    findings: pair.findings.map((finding) => {
      const first = firstSeen.get(finding.issue.id);
      const first_seen = first === undefined ? null : new Date(first).toISOString();
      return { ...finding, issue: { ...finding.issue, first_seen } };
    }),
  }));
}

/** Derived from the published report alone, so that a repeat after a crash records the same. */
export function slotRecordOf(report: SlotReport, folder: string): SlotRecord {
  return {
    events: report.pairs.map((pair) => ({
      comparison_id: pair.comparison_id ?? '',
      job: pair.job ?? '',
      partition_key: pair.partition_key ?? '',
      pairing: pair.pairing ?? '',
      outcome: pair.outcome,
      inconclusive_reason: pair.inconclusive_reason,
      report_path: `${folder}/${pair.comparison_id}.html`,
      logged_at_ms: Date.parse(report.generated_at),
    })),
    occurrences: report.pairs.flatMap((pair) =>
      pair.findings.map((finding) => ({
        issue_id: finding.issue.id,
        comparison_id: pair.comparison_id ?? '',
        cause: finding.cause,
        title: finding.issue.title ?? finding.title,
        site: finding.signature.site,
        shape: finding.signature.shape,
        state: finding.issue.state,
        explained: finding.counts.explained,
        unit: finding.unit,
        owner: finding.issue.owner,
        link: finding.issue.link,
        seen_at_ms: Date.parse(pair.logged_at ?? report.generated_at),
      })),
    ),
    quarantine: report.quarantine.map((row) => ({ ...row })),
    undecided: report.pairs.flatMap((pair) => {
      const reason = pair.inconclusive_reason;
      // A superseded landing is closed: the comparison of the newer one is owed in its place.
      if (pair.outcome !== 'inconclusive' || reason === null || reason === 'superseded') return [];
      return [{ entry: owedEntryOf(pair, report.generated_at), reason }];
    }),
    summary: JSON.stringify(summaryOf(report)),
  };
}

function owedEntryOf(pair: PairReport, generatedAt: string): OwedEntry {
  return {
    comparison_id: pair.comparison_id ?? '',
    job: pair.job ?? '',
    partition_key: pair.partition_key ?? '',
    pairing: pair.pairing ?? '',
    logged_at: pair.logged_at ?? generatedAt,
    builds: { production: pair.production.build, shadow: pair.shadow.build },
    reference_side: pair.reference_side,
  };
}
