import { visible } from '../report/visible.ts';
import type { Verdict } from './verdict.ts';

/** A verdict for the terminal: the answer first, then rule by rule. */
export function printVerdict(verdict: Verdict): string {
  const { counts, minima } = verdict;
  return [
    // Whatever breaks a rule stands at that rule; what a pass leaves open must not be missed.
    `${verdict.gate}: ${verdict.verdict}${verdict.verdict === 'pass' ? `; ${verdict.text}` : ''}`,
    `${counts.pairs} pairs · ${counts.match} match · ${counts.match_agreed} agreed · ${counts.mismatch} mismatch (${counts.waived_mismatch} waived) · ${counts.inconclusive} inconclusive`,
    '',
    ...verdict.rules.flatMap((rule) => [
      `${rule.verdict.padEnd(12)} ${rule.id}${rule.level === 'warn' ? ' (warns only)' : ''}: ${rule.text}`,
      ...rule.pairs.map((pair) => `             ${pair}`),
    ]),
    `${minima.verdict.padEnd(12)} minima: ${minima.text}`,
    ...verdict.waived.map(
      (waived) =>
        `waived       ${waived.pair}: ${waived.cause}, by ${waived.owner ?? 'nobody'}${waived.expires === null ? '' : ` until ${waived.expires}`}`,
    ),
    ...verdict.expired_waivers.map((waiver) => `expired      the waiver of ${waiver.owner} ended on ${waiver.expires}`),
  ]
    .map(visible)
    .join('\n');
}
