/** A finding as the report holds it: counts as numbers, and the issue that it belongs to. */
import type { Finding, FindingExample } from '../core/finding.ts';
import { idOf } from '../core/identity.ts';
import { matchKnown } from '../diagnose/match-known.ts';
import type { ReportFinding } from '../report/pair-report.ts';
import { countNumber } from './count-number.ts';
import type { AnalysisRequest } from './request.ts';

/**
 * The id of the issue of all findings with this site signature, where no known-issue entry names one. What nobody can
 * explain is nobody else's bug: such findings never merge across jobs and columns.
 */
function issueIdOf(finding: Finding, job: string | null): string {
  const { site } = finding.signature;
  const isNamed = finding.certainty === 'explained' || finding.certainty === 'resembles';
  return isNamed ? idOf('issue', 1, site) : idOf('issue', 1, site, job, [...finding.columns]);
}

export function reportFinding(finding: Finding, request: AnalysisRequest): ReportFinding {
  const { counts, signature } = finding;
  const match = matchKnown(finding, request.job, request.known_issues, request.today);
  return {
    cause: finding.cause,
    title: finding.title,
    params: structuredClone(finding.params) as ReportFinding['params'],
    certainty: finding.certainty,
    columns: [...finding.columns],
    row_kind: finding.row_kind,
    unit: finding.unit,
    type_pair: finding.type_pair,
    counts: {
      differing: countNumber(counts.differing),
      explained: countNumber(counts.explained),
      at_risk: countNumber(counts.at_risk),
      contradictions: countNumber(counts.contradictions),
      inherited: countNumber(counts.inherited),
      residual: countNumber(counts.residual),
    },
    text: finding.text,
    slices: [],
    examples: finding.examples.map(copyExample),
    counter_examples: finding.counter_examples.map(copyExample),
    look_alikes: finding.look_alikes.map((lookAlike) => ({ ...lookAlike })),
    advice: { ...finding.advice, check_sql: [...finding.advice.check_sql] },
    signature: { ...signature, alternatives: [...signature.alternatives] },
    issue: {
      id: match?.id ?? issueIdOf(finding, request.job),
      // An acceptance that has expired, or that the finding has outgrown, counts as new again.
      state: match === null || match.lapsed !== null ? 'new' : 'known',
      title: match?.title ?? null,
      owner: match?.owner ?? null,
      link: match?.link ?? null,
      action: match?.action ?? null,
      first_seen: null,
    },
  };
}

function copyExample(example: FindingExample): ReportFinding['examples'][number] {
  return { ...example, key: example.key.map((part) => ({ ...part })) };
}
