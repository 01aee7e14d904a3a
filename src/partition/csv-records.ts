/**
 * CSV after RFC 4180, strictly. Our own reader, because the engine's, even in its strict mode, drops a last record whose
 * quote is never closed, a trailing delimiter, and spaces around a quoted field: each of them a way to a false match.
 */
import { TextTrouble } from './text-trouble.ts';

export interface CsvDialect {
  /** One character. */
  readonly delimiter: string;
  /** The unquoted text that is NULL; a quoted one never is. */
  readonly null_text: string;
}

export interface CsvRecord {
  readonly fields: readonly (string | null)[];
  /** Of its first character, from 1. */
  readonly line: number;
  /** Nothing stands between two line ends: an empty line, or, in a table of one column, an unquoted empty field. */
  readonly blank: boolean;
}

export interface CsvParse {
  readonly records: CsvRecord[];
  /** Characters that were used up; the rest is the start of a record that goes on. */
  readonly consumed: number;
  /** The line where the rest starts. */
  readonly line: number;
}

const QUOTE = '"';
const LF = 10;
const CR = 13;

/** The whole records in `text`, which starts at `line`; with `final` the text ends the file. Throws `TextTrouble` with the line. */
export function parseCsv(text: string, dialect: CsvDialect, final: boolean, line = 1): CsvParse {
  const delimiter = dialect.delimiter.charCodeAt(0);
  const records: CsvRecord[] = [];
  let consumed = 0;
  let current = line;
  while (consumed < text.length) {
    const fields: (string | null)[] = [];
    const first = current;
    let at = consumed;
    let open = true;
    while (open) {
      let field: string | null;
      if (text[at] === QUOTE) {
        const end = closingQuote(text, at, final);
        if (end === null) {
          if (final) throw new TextTrouble(first, 'a quote is opened and never closed');
          return { records, consumed, line: first };
        }
        const inner = text.slice(at + 1, end);
        field = inner.includes(QUOTE) ? inner.replaceAll('""', QUOTE) : inner;
        current += countNewlines(inner);
        at = end + 1;
      } else {
        const from = at;
        while (at < text.length) {
          const code = text.charCodeAt(at);
          if (code === delimiter || code === LF || code === CR) break;
          at += 1;
        }
        const raw = text.slice(from, at);
        field = raw === dialect.null_text ? null : raw;
      }
      const code = at < text.length ? text.charCodeAt(at) : -1;
      // The last character that is here may be half of a CR LF, or the field may go on.
      if (!final && (code === -1 || (code === CR && at + 1 >= text.length))) return { records, consumed, line: first };
      fields.push(field);
      if (code === delimiter) {
        at += 1;
        continue;
      }
      open = false;
      if (code === CR && text.charCodeAt(at + 1) !== LF)
        throw new TextTrouble(current, 'a carriage return without a line feed');
      if (code !== CR && code !== LF && code !== -1) throw new TextTrouble(current, 'text after a closing quote');
      const blank = at === consumed;
      at += code === CR ? 2 : code === LF ? 1 : 0;
      if (code !== -1) current += 1;
      records.push({ fields, line: first, blank });
    }
    consumed = at;
  }
  return { records, consumed, line: current };
}

/** Position of the quote that closes the field; null where it is not here (or may be half of a doubled one). */
function closingQuote(text: string, start: number, final: boolean): number | null {
  for (let from = start + 1; ; ) {
    const at = text.indexOf(QUOTE, from);
    if (at < 0 || (at + 1 >= text.length && !final)) return null;
    if (text[at + 1] !== QUOTE) return at;
    from = at + 2;
  }
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Records in batches, out of the bytes of a file. `dialectOf` is asked once, with the first text. Throws `TextTrouble`. */
export async function* csvRecords(
  bytes: AsyncIterable<Uint8Array>,
  dialectOf: (start: string, final: boolean) => CsvDialect,
): AsyncGenerator<CsvRecord[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let dialect: CsvDialect | null = null;
  let rest = '';
  let line = 1;
  const take = (text: string, final: boolean): CsvRecord[] => {
    dialect ??= dialectOf(text, final);
    const parsed = parseCsv(text, dialect, final, line);
    rest = text.slice(parsed.consumed);
    line = parsed.line;
    return parsed.records;
  };
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new TextTrouble(line, 'at this line or soon after it, bytes are not UTF-8');
    }
  };
  let waiting = '';
  for await (const chunk of bytes) {
    waiting += decode(chunk);
    // A record that goes on is read again from its start: only once it has doubled, so that a very long one stays linear.
    if (waiting.length < rest.length) continue;
    const records = take(rest + waiting, false);
    waiting = '';
    if (records.length > 0) yield records;
  }
  const records = take(rest + waiting + decode(), true);
  if (records.length > 0) yield records;
}

const DELIMITERS = [',', '\t', ';', '|'];
const SNIFFED_RECORDS = 100;

/**
 * The delimiter that cuts the first records into the same number of fields, two or more; the one with most fields wins.
 * Where none does so, the one with most fields in the first record: its ragged lines are then reported. A text without
 * any is one column.
 */
export function sniffDelimiter(text: string, final: boolean): string {
  const tried = DELIMITERS.map((delimiter) => ({ delimiter, ...widthsOf(text, final, delimiter) }));
  const even = tried.filter((one) => one.even);
  const best = (even.length > 0 ? even : tried).reduce((one, other) => (other.width > one.width ? other : one));
  return best.width > 1 ? best.delimiter : ',';
}

function widthsOf(text: string, final: boolean, delimiter: string): { width: number; even: boolean } {
  try {
    const { records } = parseCsv(text, { delimiter, null_text: '' }, final);
    const widths = records
      .filter(({ blank }) => !blank)
      .slice(0, SNIFFED_RECORDS)
      .map(({ fields }) => fields.length);
    const width = widths[0] ?? 0;
    return { width, even: width > 1 && widths.every((other) => other === width) };
  } catch {
    return { width: 0, even: false };
  }
}
