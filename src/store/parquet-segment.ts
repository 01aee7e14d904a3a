/** A Parquet file of a log, read by the engine: by whatever names, types and units its writer chose. */
import { type Column, familyOf } from '../core/column.ts';
import { OperatingError } from '../core/operating-error.ts';
import { type Engine, EngineError, type EngineValue, type OpenEngine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';
import { openRegular } from './growing-file.ts';
import type { LogColumn } from './log-column.ts';
import { type LogForm, parseMasked, type ReadPart } from './log-form.ts';
import type { LogSegment } from './log-segments.ts';
import { type Sorted, unusable } from './sorted-entries.ts';
import { type LogKind, logUnreadable } from './store-trouble.ts';

/** Of the engine, which reads in the process that runs everything else: a log is small beside the data that it tells of. */
const MEMORY_BYTES = 1_000_000_000n;

export async function readParquet<Entry>(
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
