/** One run on the terminal; without colour, because it is also shown from files. */
import { answerOf } from './answer.ts';
import { slotAnswer, slotTitle } from './answer-slot.ts';
import { counted, grouped } from './quantity.ts';
import type { SlotReport } from './slot-report.ts';
import { tableLines, wrap } from './text-layout.ts';
import { visible } from './visible.ts';
import { nameOf, OUTCOME_WORDS, standingOf } from './words.ts';

const WIDTH = 100;

export function textOfSlot(report: SlotReport): string {
  const { headline, rest } = slotAnswer(report);
  const issues = report.issues.map((issue) => [
    { text: issue.state },
    { text: visible(issue.title) },
    { text: `${counted(issue.jobs.length, 'job')}, ${counted(issue.partitions.length, 'partition')}` },
    { text: `${grouped(issue.explained)} ${issue.unit}` },
    { text: issue.owner === null ? 'nobody yet' : visible(issue.owner) },
  ]);
  const lines = [
    slotTitle(report.slot),
    ...wrap(headline, WIDTH),
    ...wrap(rest, WIDTH),
    ...(issues.length === 0 ? [] : ['', 'Issues', ...tableLines(issues, WIDTH - 2).map((line) => `  ${line}`)]),
    ...(report.pairs.length === 0 ? [] : ['', 'Pairs']),
    ...report.pairs.flatMap((pair) => [
      ...wrap(
        `${nameOf(pair)}  ${standingOf(pair) === 'known' ? 'mismatch, known' : OUTCOME_WORDS[pair.outcome]}  ${visible(pair.comparison_id ?? '')}`.trimEnd(),
        WIDTH,
        '  ',
      ),
      ...wrap(answerOf(pair).headline, WIDTH, '      '),
    ]),
    ...(report.quarantine.length === 0 ? [] : ['', 'Log entries that could not be used']),
    ...report.quarantine.flatMap(({ log, place, reason }) => wrap(visible(`${log} ${place}: ${reason}`), WIDTH, '  ')),
  ];
  return `${lines.join('\n')}\n`;
}
