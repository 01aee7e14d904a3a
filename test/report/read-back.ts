/** Readers of what `render` writes, written from the formats' own rules and not from our code. */

/** Undoes the visible form: control pictures, `\u{…}`, and the doubled backslashes before them. */
export function readVisible(shown: string): string {
  return shown.replace(
    /(\\+)u\{([0-9a-f]+)?(\})?|[\u2400-\u2421]/g,
    (found, slashes?: string, code?: string, close?: string) => {
      if (slashes === undefined) return found === '␡' ? '\u007f' : String.fromCharCode(found.charCodeAt(0) - 0x2400);
      const literal = '\\'.repeat(Math.floor(slashes.length / 2));
      if (slashes.length % 2 === 0) return `${literal}u{${code ?? ''}${close ?? ''}`;
      return literal + String.fromCodePoint(Number.parseInt(code ?? '', 16));
    },
  );
}

/** NULL stands bare; whatever could be mistaken stands in one pair of quotes. */
export function readQuoted(shown: string): string | null {
  if (shown === 'NULL') return null;
  const core = shown.replace(/^"+|"+$/g, '');
  const isQuoted = core === '' || core.toLowerCase() === 'null' || /^ | $/.test(core);
  return readVisible(isQuoted ? shown.slice(1, -1) : shown);
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** Text content of HTML or XML that may hold entities, and no tag. Throws where a character should have been escaped. */
export function readEntities(markup: string): string {
  if (/[<>"']|&(?!(?:#\d+|[a-z]+);)/.test(markup)) throw new Error(`not escaped: ${markup}`);
  return markup.replace(/&(?:#(\d+)|([a-z]+));/g, (_found, code?: string, name?: string) =>
    code === undefined ? (NAMED[name ?? ''] ?? '') : String.fromCodePoint(Number(code)),
  );
}

/** The content of one code span, by CommonMark 0.31, section 6.1. Throws where the text is not exactly one code span. */
export function readCodeSpan(markdown: string): string {
  const fence = /^`+/.exec(markdown)?.[0] ?? '';
  const inside = markdown.slice(fence.length);
  const close = [...inside.matchAll(/`+/g)].find(([run]) => run.length === fence.length);
  if (fence === '' || close === undefined || close.index + fence.length !== inside.length)
    throw new Error(`no single code span: ${markdown}`);
  const content = inside.slice(0, close.index);
  if (/[\n|]/.test(content)) throw new Error(`breaks a table: ${markdown}`);
  return /^ .*[^ ].* $/.test(content) ? content.slice(1, -1) : content;
}

/** One record of CSV by RFC 4180, quoted fields told from bare ones. */
export function readCsv(line: string): readonly { readonly text: string; readonly quoted: boolean }[] {
  const fields: { text: string; quoted: boolean }[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|$)/y;
  while (true) {
    const [, quoted, bare = '', end] = pattern.exec(line) ?? [];
    if (end === undefined) throw new Error(`not CSV: ${line}`);
    fields.push(
      quoted === undefined ? { text: bare, quoted: false } : { text: quoted.replaceAll('""', '"'), quoted: true },
    );
    if (end === '') return fields;
  }
}
