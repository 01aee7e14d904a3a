/** Text on a terminal: widths in columns, wrapping, tables. Takes text in visible form only. */
import { max } from 'd3-array';
import { graphemes } from './visible.ts';

const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uFF01-\uFF60\u3000-\u303F]/u;

/** Columns that a text takes; East Asian letters and emoji take two. */
export function displayWidth(shown: string): number {
  return graphemes(shown).reduce((width, part) => width + graphemeWidth(part), 0);
}

function graphemeWidth(part: string): number {
  if (part.startsWith('\\u{')) return part.length;
  return WIDE.test(part) ? 2 : /^\p{M}+$/u.test(part) ? 0 : 1;
}

/** At most `width` columns; an ellipsis says that something is missing at the end, or at the start. */
export function shorten(shown: string, width: number, keep: 'start' | 'end' = 'start'): string {
  if (displayWidth(shown) <= width) return shown;
  const parts = keep === 'start' ? graphemes(shown) : graphemes(shown).toReversed();
  const kept: string[] = [];
  let used = 1;
  for (const part of parts) {
    used += graphemeWidth(part);
    if (used > width) break;
    kept.push(part);
  }
  if (width < 1) return '';
  return keep === 'start' ? `${kept.join('')}…` : `…${kept.toReversed().join('')}`;
}

export function pad(shown: string, width: number): string {
  return shown + ' '.repeat(Math.max(0, width - displayWidth(shown)));
}

/** Lines of at most `width` columns; a word that is longer is broken. */
export function wrap(shown: string, width: number, indent = ''): readonly string[] {
  const room = Math.max(1, width - indent.length);
  const lines: string[] = [];
  let line = '';
  for (const word of shown.split(' ').flatMap((one) => broken(one, room))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= room) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].filter((one, index) => one !== '' || index === 0).map((one) => indent + one);
}

function broken(word: string, room: number): readonly string[] {
  if (displayWidth(word) <= room) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const part of graphemes(word)) {
    if (piece !== '' && displayWidth(piece) + graphemeWidth(part) > room) {
      pieces.push(piece);
      piece = '';
    }
    piece += part;
  }
  return [...pieces, piece];
}

/** A field of a table: how it is cut, and what colour is put around it once it has its width. */
export interface Field {
  readonly text: string;
  readonly keep?: 'start' | 'end';
  readonly paint?: (fitted: string) => string;
}

const GAP = 2;

/** Lines of a table within `width`: columns as wide as they need to be, the widest give way first. */
export function tableLines(rows: readonly (readonly Field[])[], width: number): readonly string[] {
  const count = max(rows, (row) => row.length) ?? 0;
  const widths = Array.from(
    { length: count },
    (_, column) => max(rows, (row) => displayWidth(row[column]?.text ?? '')) ?? 0,
  );
  let excess = widths.reduce((all, one) => all + one + GAP, -GAP) - width;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= 1) break;
    widths[widths.lastIndexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return rows.map((row) => {
    // Nothing is padded behind the last field that holds something, so that no line ends in blanks, coloured ones neither.
    const filled = row.slice(0, row.findLastIndex(({ text }) => text !== '') + 1);
    return filled
      .map(({ text, keep, paint }, column) => {
        const width = widths[column] ?? 0;
        const fitted = shorten(text, width, keep);
        const padded = column === filled.length - 1 ? fitted : pad(fitted, width);
        return paint === undefined ? padded : paint(padded);
      })
      .join(' '.repeat(GAP));
  });
}
