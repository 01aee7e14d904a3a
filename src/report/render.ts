/** The one door for values out of data: whatever stands in a table, here it becomes a piece of one sink's language. */

import { grouped } from './quantity.ts';
import { characterCount, headOf, needsQuotes, visible } from './visible.ts';

export const SINKS = ['html', 'markdown', 'csv', 'json', 'xml', 'terminal', 'log'] as const;
export type Sink = (typeof SINKS)[number];

/** UTF-16 units that are shown of one value. JSON and CSV are read by programs and hold all of it. */
const LIMITS: Readonly<Record<Sink, number | null>> = {
  html: 2_000,
  markdown: 300,
  csv: null,
  json: null,
  xml: 10_000,
  terminal: 500,
  log: 200,
};

/**
 * A value (null is NULL) as a piece of HTML, Markdown (a code span, also inside tables), CSV (one field), JSON (one
 * text), XML (text or attribute), or a line of a terminal or log. Control, bidi and other unseen characters are
 * visible, NULL never reads like the text `NULL`, and a long value says how much of it was cut. Below the cut nothing is lost:
 * two values that differ are rendered differently.
 */
export function render(value: string | null, sink: Sink): string {
  if (sink === 'json') return jsonText(value);
  if (sink === 'csv') return csvField(value);
  if (value === null) return sink === 'html' ? '<span class="null">NULL</span>' : 'NULL';
  const { shown, cut } = shownOf(value, LIMITS[sink]);
  if (sink === 'html') return escapeHtml(shown) + (cut === '' ? '' : `<span class="cut">${cut}</span>`);
  if (sink === 'xml') return escapeHtml(shown + cut);
  if (sink === 'markdown') return codeSpan(shown + cut);
  return shown + cut;
}

/** The value in visible form, in quotes where it would mislead without; `cut` says what is missing, or is empty. */
export function shownOf(value: string, limit: number | null): { shown: string; cut: string } {
  const head = limit !== null && value.length > limit ? headOf(value, limit) : value;
  const text = visible(head);
  const shown = needsQuotes(text) ? `"${text}"` : text;
  return {
    shown,
    cut: head === value ? '' : cutMark(characterCount(value) - characterCount(head), characterCount(value)),
  };
}

/** `«cut 500 of 2,500 characters»`; a text in the data that reads like it is shown with an escaped quotation mark. */
export function cutMark(cut: number, all: number): string {
  return `«cut ${grouped(cut)} of ${grouped(all)} characters»`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text of our own or in visible form as HTML or XML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * A code span: nothing inside is a link, a mention or emphasis. A pipe would end a table's cell, and is written
 * `\|` inside tables but not outside; its escape reads the same in both. Takes one line in visible form.
 */
export function codeSpan(shown: string): string {
  const text = shown.replace(/(?<!\\)(\\*)\|/g, '$1$1\\u{7c}');
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

function jsonText(value: string | null): string {
  return escapeUnseen(JSON.stringify(value));
}

/**
 * JSON text with everything unseen as `\u` escapes, which every JSON reader turns back: JSON.stringify leaves C1
 * controls and bidi characters as they are. Line feeds stay: they stand between the members only.
 */
export function escapeUnseen(json: string): string {
  return json.replace(UNSEEN, (character) =>
    character
      .split('')
      .map((unit) => (unit === '\n' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
      .join(''),
  );
}

/**
 * NULL is an empty field, the empty text two quotes, as DuckDB and Postgres read it. A field that a spreadsheet would
 * run as a formula begins with an apostrophe, and so does one that begins with apostrophes before such a character.
 */
function csvField(value: string | null): string {
  if (value === null) return '';
  const text = visible(value);
  const isNumber = /^[+-]?\d+(\.\d+)?$/.test(text);
  const safe = /^'*[=+\-@＝＋－＠]/.test(text) && !isNumber ? `'${text}` : text;
  return safe === '' || /[",;\r\n]|^ | $/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
