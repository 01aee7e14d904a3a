/**
 * Text is converted to temporary Parquet before it is compared, one file for each, rows in order: so there is one path
 * for all formats, and a row has a number, which the engine's text readers do not tell. Our own readers judge the text;
 * the engine only sees a plain form of it, in which every value is quoted and each row carries its number, and the
 * conversion is proven by counting the rows and comparing their numbers with their places.
 */
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { FileFormat } from '../core/landing.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES, Inconclusive } from '../core/outcome.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';
import { openCsv } from './csv-table.ts';
import { escapePattern, spillPath } from './engine-path.ts';
import { openHiveText } from './hive-table.ts';
import { openJsonLines } from './json-table.ts';
import type { PinnedLanding } from './pin.ts';
import type { TextColumn, TextRow, TextTable } from './text-table.ts';

export interface ConvertedText {
  /** The Parquet files, by file number, as the engine is to be told them. */
  readonly paths: readonly string[];
  /** By position, in the order of the Parquet columns after the row number. */
  readonly columns: readonly TextColumn[];
  readonly notes: TextTable['notes'];
}

/** Converts every file of a landing. Throws `Inconclusive`: `<side>_unreadable` with file and line, `unsupported_type`. */
export async function convertText(engine: Engine, pinned: PinnedLanding, spill: string): Promise<ConvertedText> {
  const table = await openTextTable(pinned);
  const paths: string[] = [];
  for (const i of pinned.files.keys()) {
    const plain = spillPath(pinned, spill, i, 'csv');
    const target = spillPath(pinned, spill, i, 'parquet');
    await rm(target, { force: true });
    try {
      const written = await writePlainText(plain, table.rows(i));
      await convertFile(engine, pinned, table, i, plain, written, target);
    } finally {
      await rm(plain, { force: true });
    }
    paths.push(escapePattern(target));
  }
  return { paths, columns: table.columns, notes: table.notes };
}

function openTextTable({ format, landing, files }: PinnedLanding): Promise<TextTable> {
  const paths = files.map((file) => file.path);
  const text = format as Exclude<FileFormat, { kind: 'parquet' }>;
  switch (text.kind) {
    case 'csv':
      return openCsv(landing.side, text, paths);
    case 'jsonl':
      return openJsonLines(landing.side, text, paths);
    case 'hive_text':
      return openHiveText(landing.side, text, paths);
  }
}

interface Written {
  readonly rows: bigint;
  readonly line_bytes_max: number;
}

const BATCH_CHARACTERS = 1 << 20;

async function writePlainText(path: string, batches: AsyncIterable<readonly TextRow[]>): Promise<Written> {
  const file = await writing(() => open(path, 'w', 0o600));
  try {
    let rows = 0n;
    let line_bytes_max = 0;
    let text = '';
    for await (const batch of batches) {
      for (const row of batch) {
        const line = `${rows}${row.map((cell) => (cell === null ? ',' : `,"${cell.replaceAll('"', '""')}"`)).join('')}\n`;
        line_bytes_max = Math.max(line_bytes_max, Buffer.byteLength(line));
        rows += 1n;
        text += line;
        if (text.length < BATCH_CHARACTERS) continue;
        await writeAll(file, text);
        text = '';
      }
    }
    await writeAll(file, text);
    return { rows, line_bytes_max };
  } finally {
    await file.close();
  }
}

function writeAll(file: FileHandle, text: string): Promise<void> {
  return writing(() => file.writeFile(text));
}

async function writing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const message = `what is converted could not be written (${code})`;
    const hint = 'Is there space left, and may the folder be written to?';
    const trouble = { code: 'spill_unwritable', subject: 'the spill folder', message, hint };
    throw new OperatingError(EXIT_CODES.infrastructure, trouble, { cause: error });
  }
}

/** What the engine takes for a line without being told more. */
const LINE_SIZE_MIN = 1 << 21;
const LINES_PER_BUFFER = 4;

async function convertFile(
  engine: Engine,
  pinned: PinnedLanding,
  { columns }: TextTable,
  file: number,
  plain: string,
  written: Written,
  target: string,
): Promise<void> {
  const line_size_max = Math.max(LINE_SIZE_MIN, written.line_bytes_max + 1);
  const rows = query(
    'partition/text-rows',
    { columns: join([sql`r := 'BIGINT'`, ...columns.map((_, i) => sql`${position(i)} := 'VARCHAR'`)]) },
    { file: escapePattern(plain), line_size_max, buffer_size: line_size_max * LINES_PER_BUFFER },
  );
  await requireExact(engine, pinned, columns, file, rows);
  const cells = columns.map(({ type }, i) => sql`CAST(${position(i)} AS ${type.sql}) AS ${position(i)}`);
  await engine.run(query('partition/convert-text', { columns: join([sql`r`, ...cells]), rows }, { target }));
  const order = await engine.run(query('partition/converted-order', {}, { files: [escapePattern(target)] }));
  const [count, moved] = order.rows[0] ?? [];
  if (count !== written.rows || moved !== 0n) {
    throw new Error(`${written.rows} rows of text became ${String(count)}, ${String(moved)} of them elsewhere`);
  }
}

async function requireExact(
  engine: Engine,
  pinned: PinnedLanding,
  columns: readonly TextColumn[],
  file: number,
  rows: Sql,
): Promise<void> {
  const declared = columns.map((column, i) => ({ ...column, i })).filter(({ is_declared }) => is_declared);
  if (declared.length === 0) return;
  const first_rows = declared.map(({ type, i }) => {
    const cell = position(i);
    const fits = sql`TRY_CAST(${cell} AS ${type.sql}) IS NOT NULL`;
    const exact = type.form === null ? fits : sql`(${fits} AND ${type.form(cell)})`;
    return sql`min(r) FILTER (${cell} IS NOT NULL AND NOT ${exact})`;
  });
  const found = await engine.run(query('partition/inexact-rows', { first_rows: join(first_rows), rows }));
  for (const [i, row] of (found.rows[0] ?? []).entries()) {
    if (row === null) continue;
    const { name, type } = declared[i] as TextColumn;
    const what = `column ${name}, row ${String(row)} (from 0): not exactly a value of the declared type ${type.name}`;
    throw new Inconclusive(`${pinned.landing.side}_unreadable`, `${pinned.files[file]?.path}: ${what}`);
  }
}

function position(i: number): Sql {
  return ident(`c${i}`);
}
