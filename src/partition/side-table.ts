/** One side as the engine reads it: where its rows come from, its columns under the owner's names, and where each row stands. */
import { relative } from 'node:path';
import type { Column } from '../core/column.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';
import { foldCase, freeName, queryNames } from './column-names.ts';
import { convertText } from './convert-text.ts';
import { enginePaths, isPattern } from './engine-path.ts';
import { inconclusiveFromEngineError } from './engine-trouble.ts';
import { type ReadSchemas, readLayout, readSchemas } from './parquet-layout.ts';
import { type PartitionColumn, partitionColumns, partitionValue } from './partition-columns.ts';
import type { PinnedLanding } from './pin.ts';

export { readablePaths } from './engine-path.ts';

export interface SideColumn {
  /** As the owner wrote it; each once. Two may differ by case only. */
  readonly name: string;
  /** The engine's type. */
  readonly type: string;
  /** Over `from`. */
  readonly expression: Sql;
}

export interface SideTable {
  readonly columns: readonly SideColumn[];
  /** What stands after FROM. Its columns bear the owner's names wherever the engine can tell them apart. */
  readonly from: Sql;
  /** Over `from`: the number of the file in `files`. */
  readonly file: Sql;
  /** Over `from`: the row's number in its file, from 0; the records of a text file are counted without its header. */
  readonly row: Sql;
  /** Paths to show, relative to the landing's base, by file number. */
  readonly files: readonly string[];
  /** What the footers say: enough to tell a small side from a large one before it is read, and proof of nothing. */
  readonly row_count_hint: bigint;
  readonly notes: readonly { readonly code: string; readonly text: string }[];
}

/** A side before anything was counted. */
export interface OpenedSide extends Omit<SideTable, 'row_count_hint'> {
  /**
   * What stands after FROM for some of its files, by their numbers, each at most once; `file` then counts in this list.
   * Null where a file does not say by itself what its rows are: its schema was united with others', or it is text.
   */
  readonly fromFiles: ((files: readonly number[]) => Sql) | null;
}

/**
 * Opens a side in an engine that may read its `readablePaths`. Parquet is read where it lies; text is converted first,
 * into `spill`, a folder below the engine's own spill folder that holds no other landing of this side.
 *
 * Throws `Inconclusive`: `<side>_unreadable`, `schemas_do_not_unite`, `unsupported_type`, and what the engine meets.
 */
export async function openSide(engine: Engine, pinned: PinnedLanding, spill: string): Promise<SideTable> {
  const opened = await openRows(engine, pinned, spill);
  if (opened === null) return { ...noFiles(), row_count_hint: 0n };
  try {
    const counted = await engine.run(query('partition/row-count', {}, { files: opened.rows.paths }));
    return { ...opened.table, row_count_hint: BigInt(String(counted.rows[0]?.[0])) };
  } catch (error) {
    throw inconclusiveFromEngineError(pinned.landing.side, error);
  }
}

/** As `openSide`, for who counts the rows anyway, and may have read the schema with others before: two statements less. */
export async function openUncounted(
  engine: Engine,
  pinned: PinnedLanding,
  spill: string,
  known?: ReadSchemas,
): Promise<OpenedSide> {
  return (await openRows(engine, pinned, spill, known))?.table ?? noFiles();
}

/** Reads the schemas of those of these landings that are one Parquet file, all in one statement. Throws the engine's error for any. */
export function readSchemasOf(engine: Engine, landings: readonly PinnedLanding[]): Promise<ReadSchemas> {
  const paths = landings.flatMap(({ format, files: [file, ...more] }) =>
    format.kind === 'parquet' && file !== undefined && more.length === 0 && !isPattern(file.path) ? [file.path] : [],
  );
  return readSchemas(engine, paths);
}

async function openRows(
  engine: Engine,
  pinned: PinnedLanding,
  spill: string,
  known?: ReadSchemas,
): Promise<{ readonly rows: ParquetRows; readonly table: OpenedSide } | null> {
  const files = pinned.files.map((file) => relative(pinned.base, file.path));
  if (files.length === 0) return null;
  try {
    const rows =
      pinned.format.kind === 'parquet'
        ? await parquet(engine, pinned, spill, files, known)
        : await text(engine, pinned, spill);
    return { rows, table: sideTable(rows, pinned, files) };
  } catch (error) {
    throw inconclusiveFromEngineError(pinned.landing.side, error);
  }
}

/** A landed partition without files: no columns are known, and there are no rows. */
function noFiles(): OpenedSide {
  const from = query('partition/no-rows');
  const note = { code: 'no_files', text: 'The partition has landed, and holds no file.' };
  return { columns: [], from, file: sql`"file"`, row: sql`"row"`, files: [], notes: [note], fromFiles: null };
}

/** Parquet files and their columns by position. */
interface ParquetRows {
  readonly paths: readonly string[];
  readonly columns: readonly Column[];
  /** What the engine calls them; null where they are called by position in our own files, after the row number. */
  readonly engine_names: readonly string[] | null;
  readonly by_name: boolean;
  readonly notes: SideTable['notes'];
}

async function parquet(
  engine: Engine,
  pinned: PinnedLanding,
  spill: string,
  shown: readonly string[],
  known?: ReadSchemas,
): Promise<ParquetRows> {
  const paths = await enginePaths(pinned, spill);
  const { columns, engine_names, by_name } = await readLayout(engine, paths, shown, known);
  const text =
    'The files differ in schema; they are united by the names of their columns, a missing one reads as NULL.';
  return { paths, columns, engine_names, by_name, notes: by_name ? [{ code: 'schemas_differ', text }] : [] };
}

async function text(engine: Engine, pinned: PinnedLanding, spill: string): Promise<ParquetRows> {
  const { paths, columns, notes } = await convertText(engine, pinned, spill);
  const written = await engine.describe(
    query('partition/parquet-columns', {}, { files: paths.slice(0, 1), by_name: false }),
  );
  const typed = columns.map(({ name }, i) => ({ name, type: (written[i + 1] as Column).type }));
  return { paths, columns: typed, engine_names: null, by_name: false, notes };
}

function sideTable(rows: ParquetRows, pinned: PinnedLanding, files: readonly string[]): OpenedSide {
  const paths = pinned.files.map(({ path }) => path);
  const { levels, notes } = levelsBeside(rows.columns, partitionColumns(pinned.base, paths));
  const columns = [...rows.columns, ...levels.map(({ name }) => ({ name, type: 'VARCHAR' }))];
  const names = queryNames(columns.map(({ name }) => name));
  const file = freeName('file_index', names);
  const row = freeName('file_row_number', names);
  const isPlain =
    levels.length === 0 &&
    rows.engine_names?.every((name, i) => name === names[i]) === true &&
    file === 'file_index' &&
    row === 'file_row_number';
  const fromOf = (some: ParquetRows, theirs: readonly PartitionColumn[]): Sql =>
    isPlain
      ? query('partition/parquet-files', {}, { files: some.paths, by_name: some.by_name })
      : renamed(some, theirs, names, { file, row });
  const standAlone = !rows.by_name && rows.engine_names !== null;
  return {
    columns: columns.map((column, i) => ({ ...column, expression: ident(names[i] as string) })),
    from: fromOf(rows, levels),
    file: ident(file),
    row: ident(row),
    files,
    notes: [...rows.notes, ...notes],
    fromFiles: standAlone
      ? (numbers) =>
          fromOf(
            { ...rows, paths: picked(rows.paths, numbers) },
            levels.map(({ name, values }) => ({ name, values: picked(values, numbers) })),
          )
      : null,
  };
}

function picked<T>(all: readonly T[], numbers: readonly number[]): readonly T[] {
  return numbers.map((number) => all[number] as T);
}

/** Rows under names that the engine would not give them by itself, with the values of the folder levels. */
function renamed(
  rows: ParquetRows,
  levels: readonly PartitionColumn[],
  names: readonly string[],
  places: { readonly file: string; readonly row: string },
): Sql {
  // Our own files start with the row number of the text.
  const first = rows.engine_names === null ? 1 : 0;
  const width = rows.columns.length + first;
  const as = (expression: Sql, name: string | undefined) => sql`${expression} AS ${ident(name as string)}`;
  const columns = [
    ...rows.columns.map((_, i) => as(ident(`c${i + first}`), names[i])),
    ...levels.map((level, i) => as(partitionValue(level, sql`file_index`), names[i + rows.columns.length])),
    as(sql`file_index`, places.file),
    as(sql`file_row_number`, places.row),
  ];
  const positions = Array.from({ length: width }, (_, i) => ident(`c${i}`));
  const structure = { columns: join(columns), positions: join(positions) };
  return sql`(${query('partition/parquet-rows', structure, { files: rows.paths, by_name: rows.by_name })})`;
}

/** The files' own column wins over a folder level of its name: a file `x` below a folder `x=5` says itself what x is. */
function levelsBeside(
  columns: readonly Column[],
  levels: readonly PartitionColumn[],
): { levels: readonly PartitionColumn[]; notes: SideTable['notes'] } {
  const own = new Set(columns.map(({ name }) => foldCase(name)));
  const shadowed = levels.filter(({ name }) => own.has(foldCase(name)));
  const notes = shadowed.map(({ name }) => ({
    code: 'level_in_files',
    text: `The folders tell ${name}, and so do the files: theirs is read.`,
  }));
  return { levels: levels.filter((level) => !shadowed.includes(level)), notes };
}
