/**
 * Reads a segment of anybody's log: lines or rows to entries of one kind. What cannot be used is quarantined with its
 * place and the reason, and stops nothing else.
 */
import { messageOf } from '../core/operating-error.ts';
import type { OpenEngine } from '../engine/engine.ts';
import {
  FileReplaced,
  LINE_BYTES_MAX,
  type Line,
  lineCountBefore,
  linesOf,
  openRegular,
  openSame,
} from './growing-file.ts';
import {
  type LogForm,
  type LoggedRecord,
  type Parsed,
  parseMasked,
  type ReadPart,
  type Refuse,
  TOO_DEEP,
} from './log-form.ts';
import type { LogSegment } from './log-segments.ts';
import { readParquet } from './parquet-segment.ts';
import { Sorted, unusable } from './sorted-entries.ts';
import { isGone, logUnreadable, systemCodeOf } from './store-trouble.ts';

/**
 * The entries of a segment, and what of it could not be used: bad or refused lines or rows by their number, from 1; a
 * file that cannot be read as one. Reasons hold no value of the log but its shape: letters as `a`, digits as `9`.
 *
 * Throws `OperatingError` `<kind>_log_unreadable` where not the content is at fault but the system (no read access, a
 * failing disk, too many open files) or the engine (no memory, no start): the same segment may be read the next time.
 */
export async function readLogSegment<Entry>(
  segment: LogSegment,
  form: LogForm<Entry>,
  openEngine: OpenEngine,
  refuse: Refuse<Entry> = () => null,
): Promise<ReadPart<Entry>> {
  const sorted = new Sorted(form, refuse);
  try {
    if (segment.kind === 'jsonl') return await readJsonl(segment, sorted);
    return await readParquet(segment, openEngine, sorted);
  } catch (error) {
    if (isGone(error) || error instanceof FileReplaced) return unusable(segment, GONE);
    if (systemCodeOf(error) !== null) throw logUnreadable(segment.path, error, form.kind);
    throw error;
  }
}

const GONE = 'the file is gone, was replaced or was cut before it was read';

async function readJsonl<Entry>(segment: LogSegment, sorted: Sorted<Entry>): Promise<ReadPart<Entry>> {
  const from = segment.from_offset ?? 0;
  const { path, file, to_offset } = segment;
  const handle = file === null || to_offset === null ? await openRegular(path) : await openSame(path, file, to_offset);
  if (handle === null) return unusable(segment, GONE);
  try {
    const to = to_offset ?? (await handle.stat()).size;
    for await (const line of linesOf(handle, from, to)) {
      const parsed = parseLine(line, from === 0 && line.number === 1, sorted.form);
      if (parsed !== null) sorted.add(line.number, `byte ${line.offset}`, parsed);
    }
    // Counting the lines before means to read them all: only for the one who has to find a bad line.
    return sorted.finish(segment, 'line', sorted.bad.length === 0 ? 0 : await lineCountBefore(handle, from));
  } finally {
    await handle.close();
  }
}

/** Null for an empty line. */
function parseLine<Entry>(line: Line, isFirst: boolean, form: LogForm<Entry>): Parsed<Entry> | null {
  if (line.bytes === null) return { reason: `the line is longer than ${LINE_BYTES_MAX} bytes` };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: !isFirst }).decode(line.bytes).trim();
  } catch {
    return { reason: 'the line is not UTF-8' };
  }
  if (text === '') return null;
  let record: unknown;
  try {
    record = JSON.parse(text, exactly);
  } catch (error) {
    if (error instanceof RangeError) return { reason: TOO_DEEP };
    if (!(error instanceof SyntaxError)) throw error;
    // The parser's own message quotes the line.
    const position = / at position (\d+)/.exec(messageOf(error))?.[1];
    return {
      reason: `the line is no JSON${position === undefined ? '' : ` from character ${Number(position) + 1} on`}`,
    };
  }
  if (typeof record === 'object' && record !== null && !Array.isArray(record))
    return parseMasked(record as LoggedRecord, form);
  return { reason: 'the line is no JSON object' };
}

/** Whole numbers beyond 2^53 stay as they were written: as text. */
function exactly(_name: string, given: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  const isRounded = typeof given === 'number' && !Number.isSafeInteger(given) && /^-?\d+$/.test(source ?? '');
  return isRounded ? source : given;
}
