/** One comparison on the terminal: the answer first, then as much as fits a screen. */
import { SIDES, type Side } from '../core/side.ts';
import { answerOf } from './answer.ts';
import { countOf } from './answer-why.ts';
import type { PairContext } from './format.ts';
import { isLandingKnown, landedText, writerParts } from './landing-words.ts';
import { pathsText } from './nested-paths.ts';
import { type Paint, paintFor } from './paint.ts';
import type { PairReport, ReportFinding } from './pair-report.ts';
import { counted, grouped, percent } from './quantity.ts';
import { subtitleOf } from './slot.ts';
import { exampleLines } from './text-examples.ts';
import { type Field, tableLines, wrap } from './text-layout.ts';
import { visible } from './visible.ts';
import { agreedWords, CERTAINTY_WORDS, issueWords, nameOf, OUTCOME_WORDS, renamedBy } from './words.ts';

const WIDTH_MIN = 40;

export function textOfPair(report: PairReport, context: PairContext): string {
  const paint = paintFor(context.color);
  const width = Math.max(WIDTH_MIN, context.width);
  const { headline, rest } = answerOf(report);
  const lines = [
    ...wrap(`${nameOf(report)}  ${OUTCOME_WORDS[report.outcome]}`, width).map((line) =>
      paint.word(report.outcome, line),
    ),
    ...wrap(headline, width).map(paint.bold),
    ...(rest === '' ? [] : wrap(rest, width)),
    ...countLines(report, paint, width),
    ...report.findings.flatMap((finding, index) => [
      ...(index === 0 ? ['', paint.bold('Why')] : []),
      ...findingLines(finding, paint, width),
    ]),
    ...exampleLines(report, paint, width),
    ...columnLines(report, paint, width),
    ...agreedLines(report, paint, width),
    ...schemaLines(report, paint, width),
    ...noteLines(report, paint, width),
    ...commandLines(report, paint, width),
  ];
  return `${lines.join('\n')}\n`;
}

function countLines(report: PairReport, paint: Paint, width: number): readonly string[] {
  const { production, shadow, rows, unexplained_rows } = report;
  const count = (value: number | null): string => (value === null ? 'not counted' : grouped(value));
  const differing = rows === null ? 0 : rows.changed + rows.only_in_production + rows.only_in_shadow;
  const lines = [
    [
      { text: 'rows', paint: paint.soft },
      { text: `production ${count(production.row_count)}, shadow ${count(shadow.row_count)}` },
    ],
    ...(isLandingKnown(report) ? SIDES.map((side) => landedLine(report, side, paint)) : []),
    ...(rows === null || differing === 0
      ? []
      : [
          [
            { text: 'differing', paint: paint.soft },
            {
              text: `${grouped(rows.changed)} changed, ${grouped(rows.only_in_production)} only in production, ${grouped(rows.only_in_shadow)} only in shadow`,
            },
          ],
        ]),
    ...(differing === 0 || unexplained_rows === null
      ? []
      : [
          [
            { text: 'explained', paint: paint.soft },
            {
              text: `${grouped(Math.max(0, differing - unexplained_rows))} of ${counted(differing, 'differing row')} (${percent(Math.max(0, differing - unexplained_rows), differing)})`,
            },
          ],
        ]),
  ];
  return ['', ...tableLines(lines, width)];
}

/** Which landing a side is. */
function landedLine(report: PairReport, side: Side, paint: Paint): readonly Field[] {
  const parts = [`${side} ${landedText(report, side)}`, ...writerParts(report, side)];
  return [{ text: side === 'production' ? 'landed' : '', paint: paint.soft }, { text: parts.join(' · ') }];
}

function findingLines(finding: ReportFinding, paint: Paint, width: number): readonly string[] {
  const { contradictions, residual, at_risk } = finding.counts;
  const counts = [
    countOf(finding),
    ...(contradictions > 0 ? [`${grouped(contradictions)} of ${grouped(at_risk)} at risk but equal`] : []),
    ...(residual > 0 ? [`${grouped(residual)} left unexplained`] : []),
    issueWords(finding),
    ...(finding.issue.owner === null ? [] : [visible(finding.issue.owner)]),
  ];
  const indent = '    ';
  return [
    ...wrap(`${visible(finding.title)} (${CERTAINTY_WORDS[finding.certainty]})`, width, '  ').map((line) =>
      paint.word(finding.certainty, line),
    ),
    ...wrap(visible([subtitleOf(finding), ...finding.columns].join(' · ')), width, indent).map(paint.soft),
    ...wrap(counts.join(' · '), width, indent),
    ...wrap(visible(finding.text), width, indent),
    ...finding.look_alikes.flatMap(({ cause, why_not }) => wrap(visible(`not ${cause}: ${why_not}`), width, indent)),
    ...(finding.advice.likely_cause === ''
      ? []
      : wrap(visible(`likely: ${finding.advice.likely_cause}`), width, indent)),
    ...(finding.advice.where === '' ? [] : wrap(visible(`look at: ${finding.advice.where}`), width, indent)),
  ];
}

function agreedLines({ columns }: PairReport, paint: Paint, width: number): readonly string[] {
  const agreed = columns.filter(({ agreed_rows }) => agreed_rows > 0);
  if (agreed.length === 0) return [];
  const lines = agreed.map((column) => `${visible(column.column)}: ${agreedWords(column)}`);
  return ['', paint.bold('Agreed differences'), ...lines.flatMap((line) => wrap(line, width, '  '))];
}

const COLUMNS_SHOWN = 20;

function columnLines({ columns }: PairReport, paint: Paint, width: number): readonly string[] {
  const differing = columns.filter(({ differing_rows }) => differing_rows > 0);
  if (differing.length === 0) return [];
  const shown = differing.slice(0, COLUMNS_SHOWN);
  const lines = shown.map(({ column, type, differing_rows, profile }) => [
    { text: visible(column) },
    { text: visible(type), paint: paint.soft },
    { text: counted(differing_rows, 'row') },
    {
      text:
        profile === null
          ? ''
          : `NULL ${grouped(profile.production.nulls)} / ${grouped(profile.shadow.nulls)}, distinct ${grouped(profile.production.distinct)} / ${grouped(profile.shadow.distinct)}`,
      paint: paint.soft,
    },
  ]);
  const paths = shown.map(pathsText).filter((line) => line !== '');
  const more = differing.length - lines.length;
  return [
    '',
    paint.bold('Differing columns'),
    ...tableLines(lines, width - 2).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${grouped(more)} more`] : []),
    ...paths.flatMap((line) => wrap(line, width, '  ')).map(paint.soft),
  ];
}

function schemaLines({ schema }: PairReport, paint: Paint, width: number): readonly string[] {
  const lines = [
    ...schema.only_in_production.map((column) => `${visible(column)} stands only in production`),
    ...schema.only_in_shadow.map((column) => `${visible(column)} stands only in shadow`),
    ...schema.retyped.map(({ column, production, shadow, compared_as }) =>
      visible(`${column} is ${production} in production and ${shadow} in shadow, compared as ${compared_as}`),
    ),
    ...schema.renamed.map((one) => visible(`${one.production} is called ${one.shadow} in shadow, ${renamedBy(one)}`)),
    ...(schema.reordered ? ['the columns stand in another order'] : []),
  ];
  return lines.length === 0 ? [] : ['', paint.bold('Schema'), ...lines.flatMap((line) => wrap(line, width, '  '))];
}

function noteLines({ notes }: PairReport, paint: Paint, width: number): readonly string[] {
  if (notes.length === 0) return [];
  return ['', paint.bold('Worth knowing'), ...notes.flatMap(({ text }) => wrap(visible(text), width, '  '))];
}

/** Broken the way a shell reads on, where that is sure to be outside of quotes. */
function commandLines({ command, outcome }: PairReport, paint: Paint, width: number): readonly string[] {
  if (command === null || outcome === 'match') return [];
  const shown = visible(command);
  if (/['"\\]/.test(shown)) return ['', paint.bold('Again'), ...wrap(shown, width, '  ').map(paint.soft)];
  const lines = wrap(shown, width - 2, '  ');
  return [
    '',
    paint.bold('Again'),
    ...lines.map((line, index) => paint.soft(index < lines.length - 1 ? `${line} \\` : line)),
  ];
}
