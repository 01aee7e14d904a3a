/** One pair for a gate: what covers its findings, and what is left open. */
import type { PairReport, ReportFinding } from '../report/pair-report.ts';
import { pairName } from './pair-name.ts';
import type { Waiver } from './policy.ts';
import type { WaivedFinding } from './verdict.ts';

export interface JudgedPair {
  readonly pair: PairReport;
  readonly name: string;
  /** The report's, but `inconclusive` for a match of which only a part was read. */
  readonly outcome: PairReport['outcome'];
  /** Of a mismatch: why it is not waived; null where it is. */
  readonly open: string | null;
  readonly waived: readonly WaivedFinding[];
}

/**
 * A mismatch is waived only if each of its findings is, no differing row is left without an explanation, and no column
 * that stands on one side only is left without a finding.
 */
export function judgePair(pair: PairReport, inForce: readonly Waiver[], expired: readonly Waiver[]): JudgedPair {
  const name = pairName(pair);
  // A sample is agreed on in the spec; anything else that was left out was not.
  const isCut = pair.accounting.cut !== null && pair.rules.sample === null;
  if (pair.outcome !== 'mismatch') {
    return { pair, name, outcome: isCut ? 'inconclusive' : pair.outcome, open: null, waived: [] };
  }
  const covers = pair.findings.map((finding) => ({ finding, cover: coverOf(finding, pair, inForce) }));
  const waived = covers.flatMap(({ finding, cover }) =>
    cover === null ? [] : [{ pair: name, cause: finding.cause, issue: finding.issue.id, ...cover }],
  );
  const uncovered = covers.filter(({ cover }) => cover === null).map(({ finding }) => finding);
  return { pair, name, outcome: pair.outcome, open: whyOpen(pair, uncovered, expired), waived };
}

type Cover = Pick<WaivedFinding, 'by' | 'owner' | 'reason' | 'expires'>;

function coverOf(finding: ReportFinding, pair: PairReport, waivers: readonly Waiver[]): Cover | null {
  const { issue } = finding;
  // Not `ignore`: that has neither end nor cap, and only keeps an issue off the list of new ones.
  if (issue.state === 'known' && issue.action === 'accept') {
    return { by: 'known_issue', owner: issue.owner, reason: issue.title, expires: null };
  }
  const waiver = waivers.find((one) => isAbout(one, finding, pair));
  return waiver === undefined
    ? null
    : { by: 'waiver', owner: waiver.owner, reason: waiver.reason, expires: waiver.expires };
}

function isAbout(waiver: Waiver, finding: ReportFinding, pair: PairReport): boolean {
  if (waiver.job !== null && waiver.job !== pair.job) return false;
  if (waiver.issue !== null) return waiver.issue === finding.issue.id;
  // What only resembles a cause may be another: that takes a waiver of its own issue.
  return waiver.cause === finding.cause && finding.certainty === 'explained';
}

function whyOpen(pair: PairReport, uncovered: readonly ReportFinding[], expired: readonly Waiver[]): string | null {
  if (pair.findings.length === 0) return 'no cause found';
  const [first] = uncovered;
  if (first !== undefined) {
    const ended = expired.find((waiver) => isAbout(waiver, first, pair));
    const { action, id } = first.issue;
    const ignored = action === 'ignore' ? `, ignored as ${id}, which waives nothing in a gate` : '';
    return `${first.title}${ignored}${ended === undefined ? '' : `, its waiver expired on ${ended.expires}`}`;
  }
  // What could not be counted (NaN, null) is not explained: only a plain zero is.
  if (pair.unexplained_rows !== 0) return `${pair.unexplained_rows ?? 'uncounted'} differing rows without explanation`;
  const explained = new Set(
    pair.findings
      .filter((finding) => finding.row_kind === 'schema')
      .flatMap((finding) => [...finding.columns, ...Object.values(finding.params)]),
  );
  const alone = [...pair.schema.only_in_production, ...pair.schema.only_in_shadow].find((name) => !explained.has(name));
  return alone === undefined ? null : `column ${alone} stands on one side only`;
}
