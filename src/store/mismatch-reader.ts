/** Reads anybody's mismatch log. What cannot be used is quarantined with its place and the reason, and stops nothing else. */
import { type FileHandle, readdir } from 'node:fs/promises';
import { dirname, join as joinPath } from 'node:path';
import { type Column, familyOf } from '../core/column.ts';
import type { Mismatch } from '../core/mismatch.ts';
import { messageOf } from '../core/operating-error.ts';
import type { Engine, OpenEngine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';
import { isSameFile, LINE_BYTES_MAX, type Line, lineCountBefore, linesOf, openRegular } from './growing-file.ts';
import type { LogSegment } from './log-segments.ts';
import { MISMATCH_COLUMNS, REQUIRED_OF_OTHERS } from './mismatch-columns.ts';
import { type LoggedRecord, type ParsedEntry, parseEntry } from './mismatch-entry.ts';
import type { LogColumn } from './parquet.ts';
import type { QuarantineRecord } from './slot-record.ts';

export { findSegments } from './find-segments.ts';

export interface ReadSegment {
  /** In the order of the file. An event that stands twice comes twice. */
  readonly entries: readonly Mismatch[];
  readonly quarantined: readonly QuarantineRecord[];
}

/**
 * The entries of a segment, and what of it could not be used: bad lines or rows by their number, from 1; a file that
 * cannot be read as one. Throws only what the engine throws when it cannot be opened at all.
 */
export async function readSegment(segment: LogSegment, openEngine: OpenEngine): Promise<ReadSegment> {
  if (segment.kind === 'jsonl') return readJsonl(segment);
  // DuckDB checks the pattern against what may be read as well as the file that it stands for.
  const pattern = globEscaped(segment.path);
  const engine = await openEngine({ files: [segment.path, pattern], spill: null, threads: 1, memory_bytes: null });
  try {
    return await readParquet(segment, pattern, engine);
  } finally {
    await engine.close();
  }
}

/** Sorts what was parsed into entries and what is to be quarantined. */
class Sorted {
  readonly entries: Mismatch[] = [];
  readonly bad: { readonly number: number; readonly reason: string }[] = [];

  add(number: number, parsed: ParsedEntry): void {
    if ('entry' in parsed) this.entries.push(parsed.entry);
    else this.bad.push({ number, reason: parsed.reason });
  }

  finish(segment: LogSegment, unit: 'line' | 'row', before: number): ReadSegment {
    const quarantined = this.bad.map(({ number, reason }) => ({
      log: segment.log,
      place: `${segment.path}, ${unit} ${before + number}`,
      reason,
    }));
    return { entries: this.entries, quarantined };
  }
}

function unusable(segment: LogSegment, reason: string): ReadSegment {
  return { entries: [], quarantined: [{ log: segment.log, place: segment.path, reason }] };
}

async function readJsonl(segment: LogSegment): Promise<ReadSegment> {
  const from = segment.from_offset ?? 0;
  try {
    const handle = await openSegment(segment);
    if (handle === null) return unusable(segment, 'the file was replaced or cut before it was read');
    try {
      const sorted = new Sorted();
      const to = segment.to_offset ?? (await handle.stat()).size;
      for await (const line of linesOf(handle, from, to)) {
        const parsed = parseLine(line, from === 0 && line.number === 1);
        if (parsed !== null) sorted.add(line.number, parsed);
      }
      // Counting the lines before means to read them all: only for the one who has to find a bad line.
      return sorted.finish(segment, 'line', sorted.bad.length === 0 ? 0 : await lineCountBefore(handle, from));
    } finally {
      await handle.close();
    }
  } catch (error) {
    return unusable(segment, `unreadable: ${messageOf(error)}`);
  }
}

/** The file of the segment, also where a rotation has renamed it within its folder; null where it is gone or was changed. */
async function openSegment(segment: LogSegment): Promise<FileHandle | null> {
  const { path, file, to_offset } = segment;
  if (file === null || to_offset === null) return openRegular(path);
  const folder = dirname(path);
  const siblings = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  for (const candidate of [path, ...siblings.map((entry) => joinPath(folder, entry.name))]) {
    const handle = await openRegular(candidate).catch(() => null);
    if (handle === null) continue;
    if (await isSameFile(handle, file, to_offset).catch(() => false)) return handle;
    await handle.close();
  }
  return null;
}

/** Null for an empty line. */
function parseLine(line: Line, isFirst: boolean): ParsedEntry | null {
  if (line.bytes === null) return { reason: `the line is longer than ${LINE_BYTES_MAX} bytes` };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: !isFirst }).decode(line.bytes).trim();
  } catch {
    return { reason: 'the line is not UTF-8' };
  }
  if (text === '') return null;
  try {
    const record: unknown = JSON.parse(text, exactly);
    if (typeof record === 'object' && record !== null && !Array.isArray(record)) {
      return parseEntry(record as LoggedRecord);
    }
    return { reason: 'the line is no JSON object' };
  } catch (error) {
    return { reason: `the line is no JSON: ${messageOf(error)}` };
  }
}

/** Whole numbers beyond 2^53 stay as they were written: as text. */
function exactly(_name: string, given: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  const isRounded = typeof given === 'number' && !Number.isSafeInteger(given) && /^-?\d+$/.test(source ?? '');
  return isRounded ? source : given;
}

async function readParquet(segment: LogSegment, path: string, engine: Engine): Promise<ReadSegment> {
  try {
    await (await openRegular(segment.path)).close();
    const found = knownAmong(await engine.describe(query('store/mismatch-segment-columns', {}, { path })));
    const names = new Set(found.map(({ column }) => column.name));
    const missing = REQUIRED_OF_OTHERS.filter((name) => !names.has(name));
    if (missing.length > 0) return unusable(segment, `no column ${missing.join(', ')}`);
    const columns = join(found.map(({ given, column }) => expressionOf(given, column)));
    const sorted = new Sorted();
    let number = 0;
    for await (const { rows } of engine.stream(query('store/read-mismatch-segment', { columns }, { path }))) {
      for (const row of rows) {
        const record = Object.fromEntries(found.map(({ column }, i) => [column.name, row[i]]));
        sorted.add(++number, parseEntry(record));
      }
    }
    return sorted.finish(segment, 'row', 0);
  } catch (error) {
    return unusable(segment, `unreadable: ${messageOf(error)}`);
  }
}

/** Our columns that are there, by exact name before another spelling in upper and lower case. */
function knownAmong(given: readonly Column[]): { given: Column; column: LogColumn }[] {
  return MISMATCH_COLUMNS.flatMap((column) => {
    const found =
      given.find(({ name }) => name === column.name) ?? given.find(({ name }) => name.toLowerCase() === column.name);
    return found === undefined || column.name === 'record_version' ? [] : [{ given: found, column }];
  });
}

/** Times in any unit become milliseconds since 1970; bytes that writers without a text type leave become text. */
function expressionOf(given: Column, column: LogColumn): Sql {
  const name = ident(given.name);
  const family = familyOf(given.type);
  if (column.type === 'timestamp' && (family === 'timestamp' || family === 'date')) {
    return sql`CASE WHEN isfinite(CAST(${name} AS TIMESTAMP)) THEN epoch_ms(CAST(${name} AS TIMESTAMP)) END`;
  }
  return family === 'blob' ? sql`TRY(decode(${name}))` : name;
}

/** The engine takes a path for a glob; in brackets a character stands for itself. */
function globEscaped(path: string): string {
  return path.replaceAll(/[[\]*?]/g, '[$&]');
}
