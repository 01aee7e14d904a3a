/** The sentence of a run, and what its slot is called. */
import type { Answer } from './answer.ts';
import { counted, grouped } from './quantity.ts';
import type { SlotReport } from './slot-report.ts';
import { visible } from './visible.ts';

export function slotAnswer({ counts, issues }: SlotReport): Answer {
  const { analysed, mismatch, inconclusive, match, match_agreed, quarantined, repeated } = counts;
  const fresh = issues.filter(({ state }) => state === 'new').length;
  const back = issues.filter(({ state }) => state === 'regressed').length;
  const news = [...(fresh > 0 ? [`${grouped(fresh)} new`] : []), ...(back > 0 ? [`${grouped(back)} regressed`] : [])];
  const equal = match + match_agreed;
  const rest = [
    `${counted(analysed, 'pair')} analysed: ${grouped(mismatch)} mismatching, ${grouped(inconclusive)} inconclusive, ${grouped(equal)} matching${match_agreed > 0 ? ` (${grouped(match_agreed)} only within agreed rules)` : ''}.`,
    ...(quarantined > 0 ? [`${counted(quarantined, 'log entry', 'log entries')} could not be used.`] : []),
    ...(repeated > 0 ? [`${counted(repeated, 'entry', 'entries')} had been analysed before.`] : []),
  ].join(' ');
  if (analysed === 0) return { headline: 'Nothing was analysed in this run.', rest };
  if (mismatch > 0) {
    const known = news.length === 0 && issues.length > 0 ? 'none of them new' : news.join(', ');
    const causes =
      issues.length === 0
        ? 'no cause recognised'
        : `${counted(issues.length, 'issue')}${known === '' ? '' : `, ${known}`}`;
    return { headline: `${counted(mismatch, 'mismatch', 'mismatches')}, ${causes}.`, rest };
  }
  if (inconclusive > 0)
    return { headline: `No mismatch, but ${counted(inconclusive, 'pair')} could not be decided.`, rest };
  return { headline: `All ${counted(analysed, 'pair')} match.`, rest };
}

/** `Hour 2026-11-21 01:00 UTC`, `…, analysis 2`; any other name as it is, in visible form. */
export function slotTitle(slot: string): string {
  const parts = /^(\d{4}-\d{2}-\d{2})T(\d{2})(?:-(\d+))?$/.exec(slot);
  if (parts === null) return visible(slot);
  return `Hour ${parts[1]} ${parts[2]}:00 UTC${parts[3] === undefined ? '' : `, analysis ${parts[3]}`}`;
}
