/** The verdict of a gate: a pure function of the policy, the evidence and the day. */
import type { PairReport } from '../report/pair-report.ts';
import { type JudgedPair, judgePair } from './judge-pair.ts';
import { judgeRule, warnedOnly } from './judge-rule.ts';
import { judgeMinima } from './minima.ts';
import { everyKind, type GatePolicy } from './policy.ts';
import type { GateOutcome, Verdict } from './verdict.ts';

export type { Verdict };

/**
 * Never passes for nothing: without enough partitions and rows that were really compared it is `inconclusive`, as it is
 * where a pair is. A rule that fails at level `fail` outweighs that; one of level `warn` decides nothing.
 * A kind of rule that the policy leaves out is judged at level `fail`.
 *
 * `jobs` names the jobs that must have evidence.
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
  const wanted = everyKind(policy.rules); // a policy that was not loaded from a file may lack some too
  const rules = wanted.map((rule) => judgeRule(rule, judged));
  const decided = judged.filter((pair) => pair.outcome !== 'inconclusive').map(({ pair }) => pair);
  const minima = judgeMinima(policy.minima, decided, jobs);
  const strict = rules.filter((rule) => rule.level === 'fail');
  const verdict = worst([...strict, minima].map((part) => part.verdict));
  const broken = strict.filter((rule) => rule.verdict === verdict && verdict !== 'pass').map((rule) => rule.text);
  const count = (outcome: JudgedPair['outcome']) => judged.filter((pair) => pair.outcome === outcome).length;
  return {
    gate: policy.name,
    judged_at: now.toISOString(),
    verdict,
    text: [...broken, ...(verdict === 'fail' ? [] : [minima.text]), ...warnedOnly(wanted, judged)].join('; '),
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

function worst(verdicts: readonly GateOutcome[]): GateOutcome {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}
