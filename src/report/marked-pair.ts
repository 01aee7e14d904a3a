/** What differs between two values, for the eye: the same beginning and end, and the part between that is not the same. */
import { cutMark, shownOf } from './render.ts';
import { characterCount, graphemes, headOf, needsQuotes, tailOf, visible } from './visible.ts';

/** Visible forms. `differing` may be empty on one side. */
export interface MarkedValue {
  readonly before: string;
  readonly differing: string;
  readonly after: string;
}

/** Null where the value is NULL: there is nothing to mark. */
export interface MarkedPair {
  readonly production: MarkedValue | null;
  readonly shadow: MarkedValue | null;
}

const WINDOW = 60;
const DIFFERING_MAX = 600;

/**
 * Marks by whole graphemes, so that no accent or emoji is torn. Of long equal beginnings and ends only what is next to
 * the difference is kept: a difference at the end of a long text must not be cut away with it.
 */
export function markPair(production: string | null, shadow: string | null): MarkedPair {
  if (production === null || shadow === null || production === shadow) {
    return { production: unmarked(production, shadow), shadow: unmarked(shadow, production) };
  }
  const near = nearby(production, shadow);
  const isQuoted = needsQuotes(visible(production)) || needsQuotes(visible(shadow));
  // Composed and decomposed accents look the same: where nothing else differs, the combining marks are spelled out.
  const isAlike = near.production.normalize('NFC') === near.shadow.normalize('NFC');
  const show = (value: string): string => (isAlike ? spellMarks(visible(value)) : visible(value));
  const one = graphemes(show(near.production));
  const other = graphemes(show(near.shadow));
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  const mark = (parts: readonly string[]): MarkedValue => ({
    before: (isQuoted ? '"' : '') + near.cut_before + parts.slice(0, start).join(''),
    differing: shorten(parts.slice(start, parts.length - end).join('')),
    after: parts.slice(parts.length - end).join('') + near.cut_after + (isQuoted ? '"' : ''),
  });
  return { production: mark(one), shadow: mark(other) };
}

function spellMarks(shown: string): string {
  return shown.replace(/\p{M}/gu, (mark) => `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The whole of what is shown of a value. */
export function plainText(value: MarkedValue | null): string {
  return value === null ? 'NULL' : value.before + value.differing + value.after;
}

function unmarked(value: string | null, other: string | null): MarkedValue | null {
  if (value === null) return null;
  const { shown, cut } = shownOf(value, DIFFERING_MAX);
  // Against NULL all of a value differs; two equal values have nothing to mark.
  return other === null
    ? { before: '', differing: shown + cut, after: '' }
    : { before: shown + cut, differing: '', after: '' };
}

/** Both values without what is equal and far from the difference. Works on units: a value may be very long. */
function nearby(
  production: string,
  shadow: string,
): { production: string; shadow: string; cut_before: string; cut_after: string } {
  const shorter = Math.min(production.length, shadow.length);
  let start = 0;
  while (start < shorter && production[start] === shadow[start]) start += 1;
  let end = 0;
  while (end < shorter - start && production[production.length - 1 - end] === shadow[shadow.length - 1 - end]) end += 1;
  const dropStart = start > 2 * WINDOW ? start - WINDOW : 0;
  const dropEnd = end > 2 * WINDOW ? end - WINDOW : 0;
  const keep = (value: string): string =>
    tailOf(headOf(value, value.length - dropEnd), value.length - dropEnd - dropStart);
  const dropped = (part: string): string =>
    part === '' ? '' : cutMark(characterCount(part), characterCount(production));
  return {
    production: keep(production),
    shadow: keep(shadow),
    cut_before: dropped(production.slice(0, dropStart)),
    cut_after: dropped(production.slice(production.length - dropEnd)),
  };
}

function shorten(shown: string): string {
  if (shown.length <= DIFFERING_MAX) return shown;
  const head = headOf(shown, DIFFERING_MAX);
  return head + cutMark(characterCount(shown) - characterCount(head), characterCount(shown));
}
