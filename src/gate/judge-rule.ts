import type { JudgedPair } from './judge-pair.ts';
import { listed } from './listed.ts';
import type { GateRule } from './policy.ts';
import type { RuleVerdict } from './verdict.ts';

/** `inconclusive` where pairs are, `fail` where they mismatch. */
export function judgeRule(rule: GateRule, judged: readonly JudgedPair[]): RuleVerdict {
  const broken = judged.filter((pair) => breaks(pair, rule));
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

/** `2 mismatches only warned about`: of the pairs that break rules of level `warn` and no other. Empty where none does. */
export function warnedOnly(rules: readonly GateRule[], judged: readonly JudgedPair[]): readonly string[] {
  const warned = judged.filter((pair) => {
    const broken = rules.filter((rule) => breaks(pair, rule));
    return broken.length > 0 && broken.every((rule) => rule.level === 'warn');
  });
  const mismatches = warned.filter((pair) => pair.outcome === 'mismatch').length;
  const inconclusive = warned.length - mismatches;
  return [
    ...(mismatches === 0 ? [] : [`${mismatches} ${mismatches === 1 ? 'mismatch' : 'mismatches'} only warned about`]),
    ...(inconclusive === 0
      ? []
      : [`${inconclusive} inconclusive ${inconclusive === 1 ? 'pair' : 'pairs'} only warned about`]),
  ];
}

function breaks(pair: JudgedPair, rule: GateRule): boolean {
  if (rule.kind === 'no_inconclusive') return pair.outcome === 'inconclusive';
  return pair.outcome === 'mismatch' && pair.open !== null;
}
