/** How much was compared, and what waits: nothing compared reads as such, never as fine. */
import type { HealthFacts } from '../store/health.ts';
import { type Markup, markup } from './markup.ts';
import { counted, grouped } from './quantity.ts';
import { OUTCOME_WORDS } from './words.ts';

export type Coverage = Pick<HealthFacts, 'comparisons' | 'pairs' | 'undecided'>;

export function coverageStrip({ comparisons, pairs, undecided }: Coverage): Markup {
  const outcomes = (Object.keys(OUTCOME_WORDS) as (keyof typeof OUTCOME_WORDS)[]).map(
    (outcome) => [comparisons[outcome], OUTCOME_WORDS[outcome]] as const,
  );
  const states = [
    [pairs.compared, 'compared'],
    [pairs.pending, 'pending: one side has landed, the other has time'],
    [pairs.owed, 'owed: both landed, not compared yet'],
    [pairs.missing, 'missing: one side never came'],
    [pairs.expired, 'expired: too old when they were found'],
  ] as const;
  const all = outcomes.reduce((sum, [count]) => sum + count, 0);
  const known = Object.values(pairs).reduce((sum, count) => sum + count, 0);
  return markup`<dl class="facts">
<div><dt>comparisons of landed pairs</dt><dd>${all === 0 ? markup`none yet<br><small>nothing has been compared, so nothing is known to match</small>` : markup`${grouped(all)}${countLines(outcomes)}`}</dd></div>
<div><dt>pairs</dt><dd>${known === 0 ? markup`none yet<br><small>no landing was found</small>` : markup`${grouped(known)}${countLines(states)}`}</dd></div>
<div><dt>entries of the logs</dt><dd>${undecided === 0 ? 'none undecided' : markup`${counted(undecided, 'entry', 'entries')} undecided<br><small>every run looks again</small>`}</dd></div>
</dl>`;
}

/** What there is none of is left out. */
function countLines(counts: readonly (readonly [number, string])[]): readonly Markup[] {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, words]) => markup`<br><small>${grouped(count)} ${words}</small>`);
}
