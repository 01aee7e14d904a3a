/**
 * Reads a segment of anybody's log: lines or rows to entries of one kind. What cannot be used is quarantined with its
 * place and the reason, and stops nothing else.
 */
import { type Column, familyOf } from '../core/column.ts';
import { messageOf, OperatingError } from '../core/operating-error.ts';
import { type Engine, EngineError, type EngineValue, type OpenEngine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';
import {
  FileReplaced,
  LINE_BYTES_MAX,
  type Line,
  lineCountBefore,
  linesOf,
  openRegular,
  openSame,
} from './growing-file.ts';
import type { LogColumn } from './log-column.ts';
import type { LogSegment } from './log-segments.ts';
import type { QuarantineRecord } from './slot-record.ts';
import type { LogKind } from './store-trouble.ts';
import { isGone, logUnreadable, systemCodeOf } from './store-trouble.ts';

/** A record as it was read: fields by name, values of JSON or of the engine. */
export type LoggedRecord = Readonly<Record<string, unknown>>;

export type Parsed<Entry> = { readonly entry: Entry } | { readonly reason: string };

/** What makes one kind of log: the columns that are looked for in Parquet files, and how a record becomes an entry. */
export interface LogForm<Entry> {
  readonly kind: LogKind;
  readonly columns: readonly LogColumn[];
  /** Columns without which no row of a file says anything. */
  readonly required: readonly string[];
  /** Columns of which the value is JSON, whatever it consists of: structs and lists become JSON text. */
  readonly json: readonly string[];
  /** The reason may quote values of the record as `, got <JSON>`; only their shape is told. */
  readonly parse: (record: LoggedRecord) => Parsed<Entry>;
}

export interface ReadPart<Entry> {
  /** In the order of the file. An event that stands twice comes twice. */
  readonly entries: readonly Entry[];
  /** Where each of them stands: `byte 1024` (of its line) or `row 7`. */
  readonly places: readonly string[];
  readonly quarantined: readonly QuarantineRecord[];
}

/** Why an entry that is well formed cannot be used; null where it can. The reason may hold nothing that the log says. */
export type Refuse<Entry> = (entry: Entry) => string | null;

/** Of the engine, which reads in the process that runs everything else: a log is small beside the data that it tells of. */
const MEMORY_BYTES = 1_000_000_000n;

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

/** Sorts what was parsed into entries and what is to be quarantined. */
class Sorted<Entry> {
  readonly form: LogForm<Entry>;
  readonly bad: { readonly number: number; readonly reason: string }[] = [];
  readonly #entries: Entry[] = [];
  readonly #places: string[] = [];
  readonly #refuse: Refuse<Entry>;

  constructor(form: LogForm<Entry>, refuse: Refuse<Entry>) {
    this.form = form;
    this.#refuse = refuse;
  }

  add(number: number, place: string, parsed: Parsed<Entry>): void {
    const reason = 'entry' in parsed ? this.#refuse(parsed.entry) : parsed.reason;
    if (reason !== null) this.bad.push({ number, reason });
    else if ('entry' in parsed) {
      this.#entries.push(parsed.entry);
      this.#places.push(place);
    }
  }

  finish(segment: LogSegment, unit: 'line' | 'row', before: number): ReadPart<Entry> {
    const quarantined = this.bad.map(({ number, reason }) => ({
      log: segment.log,
      place: `${segment.path}, ${unit} ${before + number}`,
      reason,
    }));
    return { entries: this.#entries, places: this.#places, quarantined };
  }
}

function unusable(segment: LogSegment, reason: string): ReadPart<never> {
  return { entries: [], places: [], quarantined: [{ log: segment.log, place: segment.path, reason }] };
}

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

const TOO_DEEP = 'lists or objects are nested too deeply';
/** How much of a value a reason quotes, and how much of that is left. */
const QUOTED_LENGTH = 60;
const SHAPE_LENGTH = 20;

/** As the form parses it, but of what its reason quotes only the shape is left: the value may be personal data. */
function parseMasked<Entry>(record: LoggedRecord, form: LogForm<Entry>): Parsed<Entry> {
  try {
    const parsed = form.parse(record);
    return 'entry' in parsed ? parsed : { reason: withoutValues(parsed.reason, Object.values(record)) };
  } catch (error) {
    if (error instanceof RangeError) return { reason: TOO_DEEP };
    throw error;
  }
}

function withoutValues(reason: string, values: readonly unknown[]): string {
  const printed = values.map((given) => (typeof given === 'bigint' ? String(given) : (JSON.stringify(given) ?? '')));
  // Longest first, because one value may begin like another.
  const ordered = [...new Set(printed)].filter((text) => text !== '').sort((one, other) => other.length - one.length);
  return ordered.reduce(
    (left, text) => left.replaceAll(`, got ${text.slice(0, QUOTED_LENGTH)}`, () => `, got ${shapeOf(text)}`),
    reason,
  );
}

/** Letters as `a`, digits as `9`, and not much of it. */
function shapeOf(text: string): string {
  if (text === 'true' || text === 'false') return text;
  const characters = Array.from(text.slice(0, QUOTED_LENGTH));
  const shape = characters
    .slice(0, SHAPE_LENGTH)
    .map((character) => (/[\p{L}\p{M}]/u.test(character) ? 'a' : /\p{N}/u.test(character) ? '9' : character))
    .join('');
  // Longer ones have their end cut, and told, already.
  return characters.length > SHAPE_LENGTH && text.length <= QUOTED_LENGTH ? `${shape}…` : shape;
}

/** Whole numbers beyond 2^53 stay as they were written: as text. */
function exactly(_name: string, given: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  const isRounded = typeof given === 'number' && !Number.isSafeInteger(given) && /^-?\d+$/.test(source ?? '');
  return isRounded ? source : given;
}

async function readParquet<Entry>(
  segment: LogSegment,
  openEngine: OpenEngine,
  sorted: Sorted<Entry>,
): Promise<ReadPart<Entry>> {
  await openable(segment);
  // DuckDB checks the pattern against what may be read as well as the file that it stands for.
  const pattern = globEscaped(segment.path);
  const limits = { files: [segment.path, pattern], spill: null, threads: 1, memory_bytes: MEMORY_BYTES };
  const engine = await openEngine(limits).catch((error: unknown) => {
    throw error instanceof OperatingError ? error : logUnreadable(segment.path, error, sorted.form.kind);
  });
  try {
    return await readRows(segment, pattern, engine, sorted);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    await openable(segment); // gone or locked meanwhile: the engine has many words for that
    return unusable(segment, contentTrouble(segment.path, error, sorted.form.kind));
  } finally {
    await engine.close();
  }
}

async function openable(segment: LogSegment): Promise<void> {
  await (await openRegular(segment.path)).close();
}

async function readRows<Entry>(
  segment: LogSegment,
  path: string,
  engine: Engine,
  sorted: Sorted<Entry>,
): Promise<ReadPart<Entry>> {
  const { form } = sorted;
  const found = knownAmong(await engine.describe(query('store/log-segment-columns', {}, { path })), form);
  const names = new Set(found.map(({ column }) => column.name));
  const missing = form.required.filter((name) => !names.has(name));
  if (missing.length > 0) return unusable(segment, `no column ${missing.join(', ')}`);
  const columns = join(found.map(({ given, column }) => expressionOf(given, column, form)));
  let number = 0;
  for await (const { rows } of engine.stream(query('store/read-log-segment', { columns }, { path }))) {
    for (const row of rows) {
      const record = Object.fromEntries(
        found.map(({ column }, i) => [column.name, plain(row[i] ?? null, form.json.includes(column.name))]),
      );
      number += 1;
      sorted.add(number, `row ${number}`, parseMasked(record, form));
    }
  }
  return sorted.finish(segment, 'row', 0);
}

/** JSON, which lists and details become, has no `bigint`: there a whole number is text. */
function plain(given: EngineValue, isJson: boolean): EngineValue {
  if (typeof given === 'object' && given !== null) return given.map((element) => plain(element, true));
  return isJson && typeof given === 'bigint' ? String(given) : given;
}

/** Heads of the engine's messages where the system or the engine's memory is at fault. Invalid offsets are the file's own. */
const NOT_THE_CONTENT =
  /^Out of Memory Error|^[\w ]*Error: (failed|could not) to allocate|bad.alloc|^IO Error: (Cannot open file|Could not (read from|get file position)|Failed to (get file size|get stats|stat))(?!.*: Invalid argument$)/i;
/** These speak of a statement of ours. */
const OURS = /^(Binder|Parser|Catalog|Syntax|Permission|Dependency|INTERRUPT) Error/;
const NO_FOOTER = /^[\w ]*Error: (No magic bytes|File '.*' too small to be a Parquet file)/;

/** Why a file cannot be read as Parquet, without what the engine's message may quote of it. Throws where it is not the file's fault. */
function contentTrouble(path: string, error: EngineError, kind: LogKind): string {
  const head = error.message.split('\n', 1)[0] ?? '';
  if (NOT_THE_CONTENT.test(head)) throw logUnreadable(path, error, kind);
  if (OURS.test(head)) throw error;
  return NO_FOOTER.test(head)
    ? 'unreadable: no Parquet footer'
    : 'unreadable: the file holds data that cannot be decoded';
}

/** Our columns that are there, by exact name before another spelling in upper and lower case. */
function knownAmong<Entry>(given: readonly Column[], form: LogForm<Entry>): { given: Column; column: LogColumn }[] {
  return form.columns.flatMap((column) => {
    const found =
      given.find(({ name }) => name === column.name) ?? given.find(({ name }) => name.toLowerCase() === column.name);
    return found === undefined || column.name === 'record_version' ? [] : [{ given: found, column }];
  });
}

/** Times in any unit become milliseconds since 1970; bytes that writers without a text type leave become text. */
function expressionOf<Entry>(given: Column, column: LogColumn, form: LogForm<Entry>): Sql {
  const name = ident(given.name);
  const family = familyOf(given.type);
  if (column.type === 'timestamp' && (family === 'timestamp' || family === 'date')) {
    return sql`CASE WHEN isfinite(CAST(${name} AS TIMESTAMP)) THEN epoch_ms(CAST(${name} AS TIMESTAMP)) END`;
  }
  if (form.json.includes(column.name) && family === 'nested') return sql`CAST(to_json(${name}) AS VARCHAR)`;
  return family === 'blob' ? sql`TRY(decode(${name}))` : name;
}

/** The engine takes a path for a glob; in brackets a character stands for itself. */
export function globEscaped(path: string): string {
  return path.replaceAll(/[[\]*?]/g, '[$&]');
}
