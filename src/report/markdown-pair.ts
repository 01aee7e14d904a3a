/** One comparison as Markdown, for pull requests and tickets. */

import { printCertainty } from '../compare/certainty.ts';
import { SIDES } from '../core/side.ts';
import { answerOf } from './answer.ts';
import { countOf } from './answer-why.ts';
import { causeOfCell } from './cell-cause.ts';
import { ruleLines } from './comparison-section.ts';
import { isLandingKnown, landedText, writerParts } from './landing-words.ts';
import { type MarkdownSection, markdownDocument, tableHead, tableRow } from './markdown-document.ts';
import { type MarkedValue, markPair, plainText } from './marked-pair.ts';
import { NOTHING_THERE, shownPaths } from './nested-paths.ts';
import type { PairReport, ReportExample, ReportFinding } from './pair-report.ts';
import { proseMarkdown } from './prose.ts';
import { byteSize, counted, grouped, percent, probability } from './quantity.ts';
import { codeSpan, render } from './render.ts';
import { subtitleOf } from './slot.ts';
import { visible } from './visible.ts';
import { agreedWords, CERTAINTY_WORDS, issueWords, nameOf, OUTCOME_WORDS, renamedBy } from './words.ts';

export function markdownOfPair(report: PairReport): string {
  const { headline, rest } = answerOf(report);
  return markdownDocument([
    {
      name: 'answer',
      head: `# Report: ${proseMarkdown(nameOf(report))}, ${OUTCOME_WORDS[report.outcome]}\n\n**Answer:** ${proseMarkdown(headline)} ${proseMarkdown(rest)}`.trimEnd(),
      lines: [],
    },
    factsSection(report),
    ...report.findings.map(findingPart),
    ...examplesPart(report),
    ...columnsPart(report),
    ...agreedPart(report),
    ...listPart('Schema', schemaLines(report)),
    ...listPart(
      'Worth knowing',
      report.notes.map(({ text }) => `Note: ${proseMarkdown(visible(text))}`),
    ),
    ...listPart('How it was compared', comparedLines(report)),
  ]);
}

function value(text: string | null): string {
  return render(text, 'markdown');
}

function factsSection(report: PairReport): MarkdownSection {
  const { production, shadow, rows } = report;
  const count = (one: number | null): string => (one === null ? 'not counted' : grouped(one));
  const only =
    rows === null
      ? []
      : [
          tableRow(['only here', grouped(rows.only_in_production), grouped(rows.only_in_shadow)]),
          tableRow(['changed', grouped(rows.changed), grouped(rows.changed)]),
        ];
  return {
    name: 'facts',
    head: [
      tableHead(['', 'production', 'shadow'], [1, 2]),
      tableRow(['rows', count(production.row_count), count(shadow.row_count)]),
      ...only,
      tableRow([
        'read from',
        `${counted(production.file_count, 'file')}, ${byteSize(production.size_bytes)}`,
        `${counted(shadow.file_count, 'file')}, ${byteSize(shadow.size_bytes)}`,
      ]),
      ...writtenRows(report),
    ].join('\n'),
    lines: [],
  };
}

/** Which landings this is about: by whom, in which kind of run, when. */
function writtenRows(report: PairReport): readonly string[] {
  const writers = SIDES.map((side) => proseMarkdown(writerParts(report, side).join(', ')));
  const landed = SIDES.map((side) => proseMarkdown(landedText(report, side)));
  return [
    ...(writers.every((writer) => writer === '') ? [] : [tableRow(['written by', ...writers])]),
    ...(isLandingKnown(report) ? [tableRow(['landed', ...landed])] : []),
  ];
}

function findingPart(finding: ReportFinding): MarkdownSection {
  const { contradictions, residual, at_risk } = finding.counts;
  const counts = [
    `${countOf(finding)} as predicted`,
    ...(contradictions > 0 ? [`${grouped(contradictions)} of ${grouped(at_risk)} at risk but equal`] : []),
    ...(residual > 0 ? [`${grouped(residual)} left unexplained`] : []),
  ];
  const owner = finding.issue.owner === null ? '' : `, owner ${proseMarkdown(visible(finding.issue.owner))}`;
  return {
    name: `finding ${proseMarkdown(visible(finding.cause))}`,
    head: `## Why: ${proseMarkdown(visible(finding.title))}\n\nThis is **${CERTAINTY_WORDS[finding.certainty]}**, ${issueWords(finding)}${owner}: ${codeSpan(visible([subtitleOf(finding), ...finding.columns].join(' · ')))}.\n`,
    lines: [
      `- Evidence: ${counts.join(', ')}. ${proseMarkdown(visible(finding.text))}`,
      ...finding.slices.map(
        (slice) =>
          `- Where ${value(slice.condition)}: ${grouped(slice.hit)} of ${grouped(slice.at_risk)} at risk, elsewhere ${grouped(slice.outside_hit)} of ${grouped(slice.outside_at_risk)}, ${probability(slice.p)}`,
      ),
      ...finding.look_alikes.map(({ cause, why_not }) => `- Not ${value(cause)}: ${proseMarkdown(visible(why_not))}`),
      ...(finding.advice.likely_cause === ''
        ? []
        : [`- Likely: ${proseMarkdown(visible(finding.advice.likely_cause))}`]),
      ...(finding.advice.where === '' ? [] : [`- Look at: ${proseMarkdown(visible(finding.advice.where))}`]),
      ...finding.advice.check_sql.map((statement) => `- Check: ${value(statement.replaceAll(/\s+/g, ' '))}`),
    ],
  };
}

function examplesPart(report: PairReport): readonly MarkdownSection[] {
  const { examples, rows } = report;
  if (examples.length === 0) return [];
  const differing = rows === null ? '' : ` of ${grouped(rows.changed + rows.only_in_production + rows.only_in_shadow)}`;
  return [
    {
      name: 'examples',
      head: `## Examples, ${grouped(examples.length)}${differing} differing rows\n\n${tableHead(['key', 'column', 'production', 'shadow', 'cause'])}`,
      lines: examples.flatMap((example) => exampleRows(report, example)),
    },
  ];
}

function exampleRows(report: PairReport, example: ReportExample): readonly string[] {
  const key = example.key.map((part) => `${value(part.column)} ${value(part.value)}`).join(', ');
  const causeText = (cause: string | null): string => (cause === null ? 'unexplained' : value(cause));
  if (example.kind !== 'changed') {
    const side = example.kind === 'only_in_production' ? 'production' : 'shadow';
    const row = example.cells.map((cell) => `${value(cell.column)} ${value(cell[side])}`).join(', ');
    return [
      tableRow([key, '', ...(side === 'production' ? [row, 'no row'] : ['no row', row]), causeText(example.cause)]),
    ];
  }
  return example.cells.flatMap((cell, index) => [
    tableRow([
      index === 0 ? key : '',
      value(cell.column),
      ...markedSides(cell),
      causeText(causeOfCell(report, example, cell.column)),
    ]),
    ...pathRows(cell),
  ]);
}

function markedSides(cell: Pick<ReportExample['cells'][number], 'production' | 'shadow'>): readonly [string, string] {
  const marked = markPair(cell.production, cell.shadow);
  const side = (one: MarkedValue | null): string => (one === null ? 'NULL' : codeSpan(plainText(one)));
  return [side(marked.production), side(marked.shadow)];
}

/** The inner values of a nested one that differ, a row each. */
function pathRows(cell: ReportExample['cells'][number]): readonly string[] {
  const { shown, more } = shownPaths(cell);
  const rows = shown.map((path) => {
    const [production, shadow] = markedSides(path);
    return tableRow([
      '',
      value(path.path),
      path.only_in === 'shadow' ? NOTHING_THERE : production,
      path.only_in === 'production' ? NOTHING_THERE : shadow,
      '',
    ]);
  });
  return more === null ? rows : [...rows, tableRow(['', more, '', '', ''])];
}

function agreedPart({ columns }: PairReport): readonly MarkdownSection[] {
  const agreed = columns.filter(({ agreed_rows }) => agreed_rows > 0);
  if (agreed.length === 0) return [];
  const lines = agreed.map((column) => `- ${value(column.column)}: ${codeSpan(agreedWords(column))}`);
  return [{ name: 'agreed differences', head: '## Agreed differences\n', lines }];
}

function columnsPart({ columns, rows }: PairReport): readonly MarkdownSection[] {
  const differing = columns.filter(({ differing_rows }) => differing_rows > 0);
  if (differing.length === 0) return [];
  const paired = rows === null ? 0 : rows.equal + rows.agreed + rows.changed;
  return [
    {
      name: 'columns',
      head: `## Differing columns\n\n${tableHead(['column', 'type', 'rows', 'share', 'NULL', 'distinct'], [2, 3, 4, 5])}`,
      lines: differing.map(({ column, type, differing_rows, profile, paths }) =>
        tableRow([
          paths.length === 0 ? value(column) : `${value(column)} at ${paths.map(({ path }) => value(path)).join(', ')}`,
          value(type),
          grouped(differing_rows),
          percent(differing_rows, paired),
          profile === null ? '' : `${grouped(profile.production.nulls)} / ${grouped(profile.shadow.nulls)}`,
          profile === null ? '' : `${grouped(profile.production.distinct)} / ${grouped(profile.shadow.distinct)}`,
        ]),
      ),
    },
  ];
}

function schemaLines({ schema }: PairReport): readonly string[] {
  return [
    ...schema.only_in_production.map((column) => `Column ${value(column)} stands only in production`),
    ...schema.only_in_shadow.map((column) => `Column ${value(column)} stands only in shadow`),
    ...schema.retyped.map(
      ({ column, production, shadow, compared_as }) =>
        `Column ${value(column)} is ${value(production)} in production, ${value(shadow)} in shadow, compared as ${value(compared_as)}`,
    ),
    ...schema.renamed.map(
      (one) => `Column ${value(one.production)} is called ${value(one.shadow)} in shadow, ${renamedBy(one)}`,
    ),
    ...(schema.reordered ? ['The columns stand in another order'] : []),
  ];
}

function comparedLines(report: PairReport): readonly string[] {
  const { key, rules, versions, accounting } = report;
  return [
    `Production: ${value(report.production.location)}`,
    `Shadow: ${value(report.shadow.location)}`,
    ...SIDES.flatMap((side) => {
      const { landing_id } = report[side];
      return landing_id === null ? [] : [`Landing of ${side}: ${value(landing_id)}`];
    }),
    key.columns.length === 0
      ? 'Key: none, rows were compared as a multiset'
      : `Key: ${key.columns.map(value).join(', ')} (${key.source})`,
    ...ruleLines(rules).map(([name, text]) => `Rule: ${name} ${value(text)}`),
    ...(accounting.cut === null ? [] : [`Cut: ${value(accounting.cut)}`]),
    ...(report.certainty === null ? [] : [`How sure: ${proseMarkdown(printCertainty(report.certainty).join(' '))}`]),
    ...(report.masked_columns.length === 0 ? [] : [`Masked columns: ${report.masked_columns.map(value).join(', ')}`]),
    `Versions: shadowcheck ${proseMarkdown(visible(versions.shadowcheck))}${versions.duckdb === '' ? '' : `, DuckDB ${proseMarkdown(visible(versions.duckdb))}`}`,
    ...(report.command === null ? [] : [`Again: ${codeSpan(visible(report.command))}`]),
  ];
}

function listPart(title: string, lines: readonly string[]): readonly MarkdownSection[] {
  return lines.length === 0
    ? []
    : [{ name: title.toLowerCase(), head: `## ${title}\n`, lines: lines.map((line) => `- ${line}`) }];
}
