/** Sentences about data: written by us, with names and values from anywhere inside. In visible form before they come here. */
import { literalPattern } from './literal-pattern.ts';
import { type Markup, markup } from './markup.ts';
import { codeSpan } from './render.ts';
import { visible } from './visible.ts';

/** A sentence as HTML, with the column names in it set as code. */
export function proseHtml(shown: string, names: readonly string[]): Markup {
  return markup`${splitAtNames(shown, names).map(({ text, is_name }) => (is_name ? markup`<code>${text}</code>` : markup`${text}`))}`;
}

export interface ProsePart {
  readonly text: string;
  readonly is_name: boolean;
}

/** Splits a sentence at whole occurrences of names; the longest name wins. */
export function splitAtNames(shown: string, names: readonly string[]): readonly ProsePart[] {
  const known = [...new Set(names)]
    .filter((name) => name.length > 1)
    .sort((one, other) => other.length - one.length || compare(one, other));
  if (known.length === 0) return [{ text: shown, is_name: false }];
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_])(${known.map((name) => literalPattern(name)).join('|')})(?![\\p{L}\\p{N}_])`,
    'u',
  );
  return shown
    .split(pattern)
    .map((text, index) => ({ text, is_name: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}

/**
 * A sentence as Markdown: a word with anything in it that Markdown or a code host could read as its own (emphasis, a
 * link, a mention, a tag) becomes a code span. Never put at the start of a line.
 */
export function proseMarkdown(shown: string): string {
  return shown
    .split(/( +)/)
    .map((word, index) => (index % 2 === 1 || PLAIN.test(word) ? word : codeWord(word)))
    .join('');
}

/** Punctuation around the word is the sentence's. */
function codeWord(word: string): string {
  const [, before = '', core = '', after = ''] = /^([("'“]*)(.*?)([.,;:)"'”]*)$/su.exec(word) ?? [];
  return core === '' ? codeSpan(word) : `${before}${codeSpan(core)}${after}`;
}

const PLAIN = /^(?!www\.)[\p{L}\p{M}\p{N}.,;:()'"%+=/→·–-]*$/u;

function compare(one: string, other: string): number {
  return one < other ? -1 : 1;
}

/**
 * Names that are set as code where they stand in a sentence. A column called `rows` or `status` reads like a word of the
 * sentence, and is left alone.
 */
export function codeNames(columns: readonly string[]): readonly string[] {
  return columns.map((column) => visible(column)).filter((name) => /[^a-z]/.test(name));
}
