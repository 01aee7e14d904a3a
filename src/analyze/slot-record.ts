/** What the catalog records when a slot is committed: its events, and the issues that they are occurrences of. */
import { summaryOf } from '../report/index-page.ts';
import type { PairReport, ReportSide } from '../report/pair-report.ts';
import type { SlotReport } from '../report/slot-report.ts';
import type { LoggedLanding, OwedEntry, SlotRecord } from '../store/catalog.ts';

/** What earlier slots know of an issue. */
export interface IssueHistory {
  /** Milliseconds since the epoch; null: never. */
  readonly firstSeen: (issueId: string) => number | null;
  /** Whether it was gone, or had come back after that: then it is regressed where it is seen now. */
  readonly hasBeenGone: (issueId: string) => boolean;
}

/**
 * Dates the issues of a slot's pairs, first seen by an earlier slot or by the oldest entry of this one that shows it, and
 * says which have come back. One that people know stays known: what is to be done about it is said already.
 */
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
      const isBack = finding.issue.state === 'new' && history.hasBeenGone(finding.issue.id);
      const state = isBack ? 'regressed' : finding.issue.state;
      return { ...finding, issue: { ...finding.issue, first_seen, state } };
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
    landings: { production: loggedLanding(pair.production), shadow: loggedLanding(pair.shadow) },
    kinds: pair.logged_kinds,
  };
}

function loggedLanding({ landing_id, system, run_kind, landed_at, due_at }: ReportSide): LoggedLanding {
  return { landing_id, system, run_kind, landed_at, due_at };
}
