/**
 * Text from data as people may read it: whatever would act on a terminal or a page, or would not be seen, is shown.
 *
 *   C0 controls       their picture: ␛ for ESC, ␊ for a line feed
 *   everything else   `\u{202e}`: C1, bidi and zero-width characters, spaces but the plain one, lone surrogates,
 *                     and a control picture that really stands in the data
 *
 * Nothing is lost: backslashes before such an escape, or before a literal `\u{`, are doubled, all others stay, so that
 * a path or a pattern reads as it is and the original can still be told from what is shown.
 */

/** The lookbehind keeps a long run of backslashes from being tried from each of its members. */
const BACKSLASHES = String.raw`(?<!\\)(\\*)`;
const UNSEEN = String.raw`[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2400-\u2426]|(?! )\p{Zs}`;
/** Only where it would read as ours: the mark of a cut, and an escape. */
const OURS = String.raw`«(?=cut \d)`;
const TO_SHOW = new RegExp(`${BACKSLASHES}(?:(${UNSEEN}|${OURS})|(?=u\\{))`, 'gu');

/** The text with everything unseen made visible. Injective: two texts that differ are shown differently. */
export function visible(text: string): string {
  return text.replace(TO_SHOW, (_match, backslashes: string, character: string | undefined) => {
    if (character === undefined) return backslashes + backslashes;
    const shown = show(character);
    return backslashes + (shown.startsWith('\\') ? backslashes : '') + shown;
  });
}

function show(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `\\u{${code.toString(16)}}`;
}

/** NULL is shown bare, so a text that reads the same, an empty one, or one with spaces at its ends stands in quotes. */
export function needsQuotes(text: string): boolean {
  const core = text.replace(/^"+/, '').replace(/"+$/, '');
  return core === '' || /^null$/i.test(core) || core.startsWith(' ') || core.endsWith(' ');
}

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** What a reader takes for one character; an escape such as `\u{202e}` is one, too. */
export function graphemes(shown: string): readonly string[] {
  return shown
    .split(/(\\u\{[0-9a-f]{1,6}\})/)
    .flatMap((part, index) => (index % 2 === 1 ? [part] : [...segmenter.segment(part)].map(({ segment }) => segment)));
}

/** Characters as code points, counted without making a list of them: a cell may hold hundreds of megabytes. */
export function characterCount(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (!isInside(text, index)) count += 1;
  }
  return count;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Whether a cut before this unit would halve a character. */
function isInside(text: string, index: number): boolean {
  return isHighSurrogate(text.charCodeAt(index - 1)) && isLowSurrogate(text.charCodeAt(index));
}

/** The first `limit` UTF-16 units, or one less where that would halve a character. */
export function headOf(text: string, limit: number): string {
  return text.slice(0, isInside(text, limit) ? limit - 1 : limit);
}

/** The last `limit` units, in the same way. */
export function tailOf(text: string, limit: number): string {
  const start = Math.max(0, text.length - limit);
  return text.slice(isInside(text, start) ? start + 1 : start);
}
