/** One run as Markdown: what fits a comment. */
import { answerOf } from './answer.ts';
import { slotAnswer, slotTitle } from './answer-slot.ts';
import { timeText } from './answer-why.ts';
import { type MarkdownSection, markdownDocument, tableHead, tableRow } from './markdown-document.ts';
import { proseMarkdown } from './prose.ts';
import { grouped } from './quantity.ts';
import { render } from './render.ts';
import type { SlotReport } from './slot-report.ts';
import { visible } from './visible.ts';
import { nameOf, OUTCOME_WORDS, standingOf } from './words.ts';

export function markdownOfSlot(report: SlotReport): string {
  const { headline, rest } = slotAnswer(report);
  const prose = (text: string): string => proseMarkdown(visible(text));
  return markdownDocument([
    {
      name: 'answer',
      head: `# Report: ${proseMarkdown(slotTitle(report.slot))}\n\n**${headline}** ${rest}`,
      lines: [],
    },
    ...section(
      'Issues',
      ['state', 'cause', 'jobs', 'partitions', 'explained', 'since', 'owner'],
      report.issues.map((issue) => [
        issue.state,
        `${prose(issue.title)} ${render(issue.subtitle, 'markdown')}`,
        grouped(issue.jobs.length),
        grouped(issue.partitions.length),
        `${grouped(issue.explained)} ${issue.unit}`,
        proseMarkdown(visible(timeText(issue.first_seen))),
        issue.owner === null ? 'nobody yet' : prose(issue.owner),
      ]),
    ),
    ...section(
      'Pairs',
      ['outcome', 'pair', 'answer'],
      report.pairs.map((pair) => [
        standingOf(pair) === 'known' ? 'mismatch, known' : OUTCOME_WORDS[pair.outcome],
        proseMarkdown(nameOf(pair)),
        proseMarkdown(answerOf(pair).headline),
      ]),
    ),
    ...section(
      'Log entries that could not be used',
      ['log', 'place', 'reason'],
      report.quarantine.map(({ log, place, reason }) => [
        render(log, 'markdown'),
        render(place, 'markdown'),
        prose(reason),
      ]),
    ),
  ]);
}

function section(
  title: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): readonly MarkdownSection[] {
  if (rows.length === 0) return [];
  return [{ name: title.toLowerCase(), head: `## ${title}\n\n${tableHead(titles)}`, lines: rows.map(tableRow) }];
}
