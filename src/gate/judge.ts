/** The verdict of a gate: a pure function of the policy, the evidence and the day. */
import type { PairReport, ReportFinding } from '../report/pair-report.ts';
import { judgeMinima, type MinimaVerdict } from './minima.ts';
import { pairName } from './pair-name.ts';
import type { GatePolicy, GateRule, Waiver } from './policy.ts';

export type GateOutcome = 'pass' | 'fail' | 'inconclusive';

export interface RuleVerdict {
  readonly id: string;
  readonly kind: GateRule['kind'];
  readonly level: GateRule['level'];
  readonly verdict: GateOutcome;
  /** One sentence for people. */
  readonly text: string;
  /** `job/partition_key` of the pairs that break it. */
  readonly pairs: readonly string[];
}

/** A finding that does not count against the release, and who answers for that. */
export interface WaivedFinding {
  readonly pair: string;
  readonly cause: string;
  readonly issue: string;
  readonly by: 'known_issue' | 'waiver';
  readonly owner: string | null;
  readonly reason: string | null;
  /** Last day; null for a known issue, which ends in its own file. */
  readonly expires: string | null;
}

export interface Verdict {
  readonly gate: string;
  readonly judged_at: string;
  readonly verdict: GateOutcome;
  readonly rules: readonly RuleVerdict[];
  readonly minima: MinimaVerdict;
  readonly waived: readonly WaivedFinding[];
  /** Waivers whose last day is over: they waive nothing. */
  readonly expired_waivers: readonly Waiver[];
  readonly counts: {
    readonly pairs: number;
    readonly match: number;
    readonly match_agreed: number;
    readonly mismatch: number;
    readonly inconclusive: number;
    /** Of the mismatches, those in which every finding is waived. */
    readonly waived_mismatch: number;
  };
}

/**
 * Never passes for nothing: without enough partitions and rows that were really compared it is `inconclusive`, as it is
 * where a pair is. A rule that fails at level `fail` outweighs that; one of level `warn` decides nothing.
 *
 * A mismatch is waived only if each of its findings is, no differing row is left without an explanation, and no column
 * that stands on one side only is left without a finding. `jobs` names the jobs that must have evidence.
 */
export function judge(
  policy: GatePolicy,
  evidence: readonly PairReport[],
  now: Date,
  jobs: readonly string[] = [],
): Verdict {
  const today = now.toISOString().slice(0, 10);
  const inForce = policy.waivers.filter((waiver) => waiver.expires >= today);
  const expired = policy.waivers.filter((waiver) => waiver.expires < today);
  const judged = evidence.map((pair) => judgePair(pair, inForce, expired));
  const rules = policy.rules.map((rule) => judgeRule(rule, judged));
  const decided = judged.filter((pair) => pair.outcome !== 'inconclusive').map(({ pair }) => pair);
  const minima = judgeMinima(policy.minima, decided, jobs);
  const strict = rules.filter((rule) => rule.level === 'fail').map((rule) => rule.verdict);
  const count = (outcome: JudgedPair['outcome']) => judged.filter((pair) => pair.outcome === outcome).length;
  return {
    gate: policy.name,
    judged_at: now.toISOString(),
    verdict: worst([...strict, minima.verdict]),
    rules,
    minima,
    waived: judged.flatMap((pair) => pair.waived),
    expired_waivers: expired,
    counts: {
      pairs: judged.length,
      match: count('match'),
      match_agreed: count('match_agreed'),
      mismatch: count('mismatch'),
      inconclusive: count('inconclusive'),
      waived_mismatch: judged.filter((pair) => pair.outcome === 'mismatch' && pair.open === null).length,
    },
  };
}

interface JudgedPair {
  readonly pair: PairReport;
  readonly name: string;
  /** The report's, but `inconclusive` for a match of which only a part was read. */
  readonly outcome: PairReport['outcome'];
  /** Of a mismatch: why it is not waived; null where it is. */
  readonly open: string | null;
  readonly waived: readonly WaivedFinding[];
}

function judgePair(pair: PairReport, inForce: readonly Waiver[], expired: readonly Waiver[]): JudgedPair {
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
  if (issue.state === 'known' && (issue.action === 'accept' || issue.action === 'ignore')) {
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
    return ended === undefined ? first.title : `${first.title}, its waiver expired on ${ended.expires}`;
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

function judgeRule(rule: GateRule, judged: readonly JudgedPair[]): RuleVerdict {
  const broken = judged.filter((pair) =>
    rule.kind === 'no_inconclusive'
      ? pair.outcome === 'inconclusive'
      : pair.outcome === 'mismatch' && pair.open !== null,
  );
  const failed = rule.kind === 'no_inconclusive' ? 'inconclusive' : 'fail';
  return {
    id: rule.id,
    kind: rule.kind,
    level: rule.level,
    verdict: broken.length === 0 ? 'pass' : failed,
    text: broken.length === 0 ? HOLDS[rule.kind] : `${FAILS[rule.kind]}: ${listed(broken.map(explain))}`,
    pairs: broken.map((pair) => pair.name),
  };
}

const HOLDS: Readonly<Record<GateRule['kind'], string>> = {
  no_unknown_mismatch: 'no mismatch beside known issues and waivers',
  no_inconclusive: 'nothing inconclusive',
};

const FAILS: Readonly<Record<GateRule['kind'], string>> = {
  no_unknown_mismatch: 'mismatches that nobody has accepted',
  no_inconclusive: 'pairs that could not be decided',
};

function explain({ name, pair, open }: JudgedPair): string {
  return `${name} (${open ?? pair.inconclusive_reason ?? pair.accounting.cut ?? pair.outcome})`;
}

const LISTED_MAX = 5;

function listed(items: readonly string[]): string {
  const rest = items.length - LISTED_MAX;
  return `${items.slice(0, LISTED_MAX).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function worst(verdicts: readonly GateOutcome[]): GateOutcome {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}
