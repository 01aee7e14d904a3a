/** What the catalog records when a slot is committed: its events, and the issues that they are occurrences of. */
import type { Mismatch } from '../core/mismatch.ts';
import type { PairReport } from '../report/pair-report.ts';
import type { SlotReport } from '../report/slot-report.ts';
import type { SlotRecord } from '../store/catalog.ts';

/** When an issue was first seen, by earlier slots; null: never. Milliseconds since the epoch. */
export interface IssueHistory {
  readonly firstSeen: (issueId: string) => number | null;
}

/** Dates the issues of a report: first seen by an earlier slot, or by this entry. */
export function dateIssues(report: PairReport, entry: Mismatch, history: IssueHistory): PairReport {
  const loggedAt = entry.logged_at.getTime();
  return {
    ...report,
    findings: report.findings.map((finding) => {
      const earlier = history.firstSeen(finding.issue.id);
      const first = earlier === null ? loggedAt : Math.min(earlier, loggedAt);
      return { ...finding, issue: { ...finding.issue, first_seen: new Date(first).toISOString() } };
    }),
  };
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
        seen_at_ms: Date.parse(finding.issue.first_seen ?? report.generated_at),
      })),
    ),
    quarantine: report.quarantine.map((row) => ({ ...row })),
  };
}
