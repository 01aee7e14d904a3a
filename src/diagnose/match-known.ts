/** Which issue that people know already a finding is. */
import type { Finding } from '../core/finding.ts';
import { canonicalJson } from '../core/identity.ts';
import type { KnownIssue, KnownIssueMatch } from './known-issue.ts';

/** A known issue as a finding met it. */
export interface KnownIssueHit extends KnownIssue {
  /**
   * Why an `accept` no longer holds: its date has passed, or the finding has outgrown its cap. The issue is then to be
   * told as open again, and its action is `block`, so that nothing lapses into silence.
   */
  readonly lapsed: 'expired' | 'over_cap' | null;
}

/**
 * The known issue that this finding is, or null. An explicit rule goes before a signature of the finding's site, that
 * before its shape, that before its alternatives; among equals the first in the list whose acceptance still holds.
 * `nowDate` is an ISO date; null skips the expiry, for callers that have no clock.
 */
export function matchKnown(
  finding: Finding,
  job: string | null,
  known: readonly KnownIssue[],
  nowDate: string | null,
): KnownIssueHit | null {
  const here = known.filter((issue) => isInScope(issue, finding, job));
  for (const isIt of stepsFor(finding)) {
    const hits = here.filter(isIt).map((issue) => withLapse(issue, finding, nowDate));
    const hit = hits.find(({ lapsed }) => lapsed === null) ?? hits[0];
    if (hit !== undefined) return hit;
  }
  return null;
}

function isInScope({ only }: KnownIssue, finding: Finding, job: string | null): boolean {
  if (only === null) return true;
  if (only.job !== null && only.job !== job) return false;
  return only.column === null || finding.columns.includes(only.column);
}

function stepsFor(finding: Finding): readonly ((issue: KnownIssue) => boolean)[] {
  const { site, shape, alternatives } = finding.signature;
  const byRule = ({ match }: KnownIssue): boolean => match.any_of.some((rule) => fits(rule, finding));
  // What nobody can explain has one shape everywhere: by signature all of it would be one issue.
  if (finding.certainty === 'unknown' || finding.certainty === 'not_attributable') return [byRule];
  return [
    byRule,
    ({ match }) => match.signatures.includes(site),
    ({ match }) => match.signatures.includes(shape),
    ({ match }) => match.signatures.some((signature) => alternatives.includes(signature)),
  ];
}

function fits(rule: KnownIssueMatch, finding: Finding): boolean {
  if (rule.cause !== finding.cause) return false;
  if (rule.type_pair !== null && rule.type_pair !== finding.type_pair) return false;
  return Object.entries(rule.params).every(
    ([name, wanted]) =>
      Object.hasOwn(finding.params, name) && canonicalJson(finding.params[name] ?? null) === canonicalJson(wanted),
  );
}

function withLapse(issue: KnownIssue, finding: Finding, nowDate: string | null): KnownIssueHit {
  const lapsed = issue.action === 'accept' ? lapseOf(issue, finding, nowDate) : null;
  return lapsed === null ? { ...issue, lapsed } : { ...issue, action: 'block', lapsed };
}

function lapseOf({ accept_until, cap }: KnownIssue, finding: Finding, nowDate: string | null): KnownIssueHit['lapsed'] {
  if (accept_until !== null && nowDate !== null && nowDate.slice(0, 10) > accept_until.slice(0, 10)) return 'expired';
  if (cap === null) return null;
  const { explained, at_risk, residual } = finding.counts;
  const hit = finding.certainty === 'unknown' ? residual : explained;
  if (cap.rows !== null && Number(hit) > cap.rows) return 'over_cap';
  // The share is of what was at risk: of all rows it would shrink with every row that cannot be hit.
  return cap.share !== null && at_risk > 0n && Number(hit) > cap.share * Number(at_risk) ? 'over_cap' : null;
}
