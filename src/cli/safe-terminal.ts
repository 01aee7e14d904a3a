/** The last door before a terminal: whatever a message quotes, only line feeds and our own colours act there. */
import type { Terminal } from './terminal.ts';

/**
 * Controls, bidi and zero-width characters, line separators, lone surrogates. Text that `visible` has been over holds none
 * of them and stays as it is, so that nothing is escaped twice.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const COLOR = String.raw`(?:\u001B\[\d{1,2}m)`;
const COLORS = new RegExp(`(${COLOR})`, 'u');
const IS_COLOR = new RegExp(`^${COLOR}$`, 'u');

/** The same terminal, for text that nobody has looked at. */
export function safeTerminal(terminal: Terminal): Terminal {
  const { color } = terminal;
  return {
    ...terminal,
    print: (text) => terminal.print(seen(text, color)),
    tell: (text) => terminal.tell(seen(text, color)),
    progress: (text) => terminal.progress(seen(text.replaceAll('\n', '␊'), false)),
  };
}

/** `keepColors`: colour codes stay; without colours nothing of ours holds any. */
export function seen(text: string, keepColors: boolean): string {
  if (!keepColors) return text.replace(UNSEEN, shown);
  return text
    .split(COLORS)
    .map((part) => (IS_COLOR.test(part) ? part : part.replace(UNSEEN, shown)))
    .join('');
}

function shown(character: string): string {
  if (character === '\n') return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '␡' : `\\u{${code.toString(16)}}`;
}
