/** Example rows as a table on the terminal. */
import { max } from 'd3-array';
import { causeOfCell } from './cell-cause.ts';
import { type MarkedValue, markPair } from './marked-pair.ts';
import { NOTHING_THERE, shownPaths } from './nested-paths.ts';
import type { Paint } from './paint.ts';
import type { PairReport, ReportExample } from './pair-report.ts';
import { counted, grouped } from './quantity.ts';
import { render } from './render.ts';
import { displayWidth, type Field, shorten, tableLines } from './text-layout.ts';
import { isToken } from './token.ts';
import { visible } from './visible.ts';

const EXAMPLES_SHOWN = 10;
const CELLS_SHOWN = 6;

export function exampleLines(report: PairReport, paint: Paint, width: number): readonly string[] {
  const shown = someOfEachKind(report.examples, EXAMPLES_SHOWN);
  if (shown.length === 0) return [];
  const { rows } = report;
  const differing = rows === null ? null : rows.changed + rows.only_in_production + rows.only_in_shadow;
  const titles: Field[] = [
    { text: 'key', paint: paint.soft },
    { text: 'column', paint: paint.soft },
    { text: 'production', paint: paint.production },
    { text: 'shadow', paint: paint.shadow },
    { text: 'cause', paint: paint.soft },
  ];
  const lines = shown.flatMap((example) => linesOf(report, example, paint, roomFor(shown, width)));
  const of = differing === null ? '' : ` of ${grouped(differing)}`;
  return [
    '',
    paint.bold(`Examples (${shown.length}${of})`),
    ...tableLines([titles, ...lines], width - 2).map((line) => `  ${line}`),
  ];
}

/** The first ones, with room left for every kind of row difference that there is. */
function someOfEachKind(examples: readonly ReportExample[], most: number): readonly ReportExample[] {
  const kinds = [...new Set(examples.map(({ kind }) => kind))];
  const share = Math.floor(most / Math.max(1, kinds.length));
  return kinds.flatMap((kind) => examples.filter((example) => example.kind === kind).slice(0, share));
}

const KEY_MAX = 24;
const NAME_MAX = 28;
const GAPS = 10;

/** Columns for each of the two values, once the other fields have theirs; a floor, or a long name would leave nothing. */
function roomFor(examples: readonly ReportExample[], width: number): number {
  const widest = (texts: readonly string[], most: number): number => Math.min(most, max(texts, displayWidth) ?? 0);
  const taken =
    widest(examples.map(keyText), KEY_MAX) +
    widest(
      examples.flatMap(({ kind, cells }) =>
        (kind === 'changed' ? cells : []).flatMap((cell) => [
          visible(cell.column),
          ...shownPaths(cell).shown.map(({ path }) => visible(path)),
        ]),
      ),
      NAME_MAX,
    ) +
    widest(
      examples.map(({ cause }) => causeText(cause)),
      NAME_MAX,
    );
  return Math.max(12, Math.floor((width - taken - GAPS) / 2));
}

function keyText({ key }: ReportExample): string {
  return key.map(({ value }) => render(value, 'terminal')).join(', ');
}

function linesOf(
  report: PairReport,
  example: ReportExample,
  paint: Paint,
  room: number,
): readonly (readonly Field[])[] {
  const key = shorten(keyText(example), KEY_MAX);
  if (example.kind !== 'changed') return [oneSidedLine(example, example.kind, key, paint, room)];
  const cells = example.cells.slice(0, CELLS_SHOWN);
  const more = example.cells.length - cells.length;
  const lines = cells.flatMap((cell, index): readonly (readonly Field[])[] => {
    const { production, shadow } = fieldsOf(cell, room);
    return [
      [
        { text: index === 0 ? key : '' },
        { text: shorten(visible(cell.column), NAME_MAX) },
        { ...production, paint: paint.production },
        { ...shadow, paint: paint.shadow },
        { text: shorten(causeText(causeOfCell(report, example, cell.column)), NAME_MAX), paint: paint.soft },
      ],
      ...pathLines(cell, paint, room),
    ];
  });
  if (lines.length === 0) return [[{ text: key }, { text: '' }, { text: '' }, { text: '' }, { text: '' }]];
  return more === 0
    ? lines
    : [...lines, [{ text: '' }, { text: `and ${counted(more, 'column')} more`, paint: paint.soft }]];
}

/** The inner values of a nested one that differ, a line each. */
function pathLines(cell: ReportExample['cells'][number], paint: Paint, room: number): readonly (readonly Field[])[] {
  const { shown, more } = shownPaths(cell);
  const lines = shown.map((path): readonly Field[] => {
    const { production, shadow } = fieldsOf(path, room);
    const side = (name: 'production' | 'shadow', field: Field): Field =>
      path.only_in === null || path.only_in === name
        ? { ...field, paint: paint[name] }
        : { text: NOTHING_THERE, paint: paint.soft };
    return [
      { text: '' },
      { text: shorten(visible(path.path), NAME_MAX, 'end'), paint: paint.soft },
      side('production', production),
      side('shadow', shadow),
      { text: '' },
    ];
  });
  return more === null ? lines : [...lines, [{ text: '' }, { text: more, paint: paint.soft }]];
}

/** The whole row in the field of its side, as far as there is room; the other side has none. */
function oneSidedLine(
  example: ReportExample,
  kind: 'only_in_production' | 'only_in_shadow',
  key: string,
  paint: Paint,
  room: number,
): readonly Field[] {
  const isKey = new Set(example.key.map(({ column }) => column));
  const side = kind === 'only_in_production' ? 'production' : 'shadow';
  const pairs = example.cells
    .filter(({ column }) => !isKey.has(column))
    .slice(0, CELLS_SHOWN)
    .map((cell) => `${visible(cell.column)} ${render(cell[side], 'terminal')}`);
  const row: Field = { text: shorten(pairs.length === 0 ? 'row' : pairs.join(', '), room), paint: paint[side] };
  const none: Field = { text: 'no row', paint: paint.soft };
  const sides = side === 'production' ? [row, none] : [none, row];
  return [
    { text: key },
    { text: '' },
    ...sides,
    { text: shorten(causeText(example.cause), NAME_MAX), paint: paint.soft },
  ];
}

function fieldsOf(
  cell: Pick<ReportExample['cells'][number], 'production' | 'shadow'>,
  room: number,
): { production: Field; shadow: Field } {
  if ([cell.production, cell.shadow].some((value) => value !== null && isToken(value))) {
    const plain = (value: string | null): Field => ({ text: shorten(render(value, 'terminal'), room) });
    return { production: plain(cell.production), shadow: plain(cell.shadow) };
  }
  const marked = markPair(cell.production, cell.shadow);
  return {
    production: { text: windowed(marked.production, room) },
    shadow: { text: windowed(marked.shadow, room) },
  };
}

/** As much of the value as has room, with the part that differs in it. */
function windowed(value: MarkedValue | null, room: number): string {
  if (value === null) return 'NULL';
  const whole = value.before + value.differing + value.after;
  if (displayWidth(whole) <= room) return whole;
  const rest = shorten(value.differing + value.after, Math.max(Math.ceil(room / 2), room - displayWidth(value.before)));
  return shorten(value.before, room - displayWidth(rest), 'end') + rest;
}

/** That a row stands on one side only is told by the other, which has none. */
function causeText(cause: string | null): string {
  return cause === null ? 'unexplained' : visible(cause);
}
