/** `diff --explain`: how an outcome was found and how sure it is, after the report itself. */
import { printCertainty } from '../compare/certainty.ts';
import { SIDES, type Side } from '../core/side.ts';
import { sumTroubles } from './accounting.ts';
import { ruleLines } from './comparison-section.ts';
import type { PairReport } from './pair-report.ts';
import { byteSize, counted, grouped } from './quantity.ts';
import { tableLines, wrap } from './text-layout.ts';
import { visible } from './visible.ts';

const WIDTH = 100;

/** Text of its own, ending in a line feed; without colours. */
export function explainPair(report: PairReport): string {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['What was read', SIDES.flatMap((side) => readLines(report, side))],
    ['How rows were held against each other', keyLines(report)],
    ['Rules in force', ruleTexts(report)],
    ['Rows', [...rowTable(report), ...sumLines(report)]],
    ['Limits and notes', limitLines(report)],
    ['How sure', certaintyLines(report)],
    ['SQL', sqlLines(report)],
  ];
  const lines = parts.flatMap(([title, texts]) => ['', title, ...texts.map((line) => `  ${line}`)]);
  return `${lines.slice(1).join('\n')}\n`;
}

function wrapped(text: string): readonly string[] {
  return wrap(visible(text), WIDTH - 2);
}

function readLines(report: PairReport, side: Side): readonly string[] {
  const { location, file_count, size_bytes, checksum, integrity } = report[side];
  return [
    ...wrapped(`${side}: ${location}`),
    ...wrapped(
      `  ${counted(file_count, 'file')}, ${byteSize(size_bytes)}, integrity ${integrity}, checksum ${checksum ?? 'none'}`,
    ),
  ];
}

function keyLines({ key, outcome }: PairReport): readonly string[] {
  const names = key.columns.join(', ');
  switch (key.source) {
    case 'given':
      return wrapped(`by the key that was given: ${names}; rows of one key by least difference`);
    case 'inferred':
      return wrapped(`by an inferred key: ${names}${key.evidence === null ? '' : `; ${key.evidence}`}`);
    case 'none':
      if (outcome === 'match') return ['as a multiset: no row differs, so that no key was needed'];
      return wrapped(`without a key: identical rows first, then rows that agree in more than half of the columns`);
  }
}

function ruleTexts({ rules }: PairReport): readonly string[] {
  const lines = ruleLines(rules);
  return lines.length === 0
    ? ['none: values are equal or they differ']
    : lines.flatMap(([name, text]) => wrapped(`${name}: ${text}`));
}

function rowTable({ accounting, rows }: PairReport): readonly string[] {
  const count = (number: number | null): string => (number === null ? 'not counted' : grouped(number));
  const line = (name: string, of: (side: Side) => number | null) => [
    { text: name },
    ...SIDES.map((side) => ({ text: count(of(side)) })),
  ];
  const rest =
    rows === null
      ? []
      : [
          line('= equal', () => rows.equal),
          line('+ agreed', () => rows.agreed),
          line('+ changed', () => rows.changed),
          line('+ only here', (side) => rows[`only_in_${side}`]),
        ];
  return tableLines(
    [
      [{ text: '' }, ...SIDES.map((side) => ({ text: side }))],
      line('read', (side) => accounting.rows_read[side]),
      line('- left out by the condition', (side) => accounting.rows_filtered[side]),
      line('- left out by the sample', (side) => accounting.rows_sampled_out[side]),
      line('compared', (side) => accounting.rows_compared[side]),
      ...rest,
    ],
    WIDTH - 2,
  );
}

function sumLines(report: PairReport): readonly string[] {
  const troubles = sumTroubles(report);
  if (troubles.length > 0) return ['this does not add up, which is a bug:', ...troubles.map(visible)];
  return [report.rows === null ? 'no row was paired' : 'this adds up on both sides'];
}

function limitLines(report: PairReport): readonly string[] {
  const { accounting, rules, rows, examples, notes } = report;
  const differing = rows === null ? 0 : rows.changed + rows.only_in_production + rows.only_in_shadow;
  const limits = [
    ...(accounting.cut === null ? [] : [`only a part was compared: ${accounting.cut}`]),
    ...(rules.columns === null ? [] : [`only these columns and the key were compared: ${rules.columns.join(', ')}`]),
    ...(rules.ignore.length === 0 ? [] : [`columns that were not compared: ${rules.ignore.join(', ')}`]),
    ...(examples.length < differing
      ? [`${grouped(examples.length)} of ${counted(differing, 'differing row')} are shown as examples (--limit)`]
      : []),
    ...notes.map(({ text }) => text),
  ];
  return limits.length === 0 ? ['none: everything was looked at, and everything is shown'] : limits.flatMap(wrapped);
}

function certaintyLines({ certainty, accounting, outcome }: PairReport): readonly string[] {
  if (outcome === 'inconclusive') return ['nothing was decided'];
  if (certainty === null) return ['this report does not tell'];
  const sampled = accounting.rows_sampled_out.production ?? 0;
  return [
    ...printCertainty(certainty),
    ...(sampled > 0 ? ['All of this speaks of the rows of the sample, and of no other.'] : []),
  ].flatMap(wrapped);
}

function sqlLines({ sql }: PairReport): readonly string[] {
  const statements = Object.entries(sql);
  if (statements.length === 0) return ['none was run'];
  return statements.flatMap(([name, text]) => [`-- ${visible(name)}`, ...text.split('\n').map(visible)]);
}
