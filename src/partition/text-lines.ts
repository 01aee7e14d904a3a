import { TextTrouble } from './text-trouble.ts';

export interface TextLine {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Lines in batches, split at `\n` only (a `\r` before it is cut off): JSON text may hold other line separators of
 * Unicode. Bytes that are no UTF-8 throw `TextTrouble` with their line.
 */
export async function* textLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine[]> {
  let number = 1;
  const take = (whole: Uint8Array): TextLine[] => {
    const lines = decode(whole, number).split('\n');
    const first = number === 1 ? 0 : -1;
    const batch = lines.map((line, i) => ({ text: clean(line, i === first), number: number + i }));
    number += lines.length;
    return batch;
  };
  let open: Uint8Array[] = [];
  for await (const chunk of bytes) {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      if (chunk.length > 0) open.push(chunk);
      continue;
    }
    yield take(Buffer.concat([...open, chunk.subarray(0, last)]));
    open = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : [];
  }
  if (open.length > 0) yield take(Buffer.concat(open));
}

function clean(line: string, isFirst: boolean): string {
  const text = isFirst && line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line;
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function decode(bytes: Uint8Array, firstLine: number): string {
  const text = decodeUtf8(bytes);
  if (text !== null) return text;
  let line = firstLine;
  for (let from = 0; ; line += 1) {
    const end = bytes.indexOf(NEWLINE, from);
    if (decodeUtf8(bytes.subarray(from, end < 0 ? bytes.length : end)) === null || end < 0) break;
    from = end + 1;
  }
  throw new TextTrouble(line, 'these bytes are not UTF-8');
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
