/** A landing of text files as one table: columns that hold for all its files, and each file's rows in order. */
import type { FileFormat } from '../core/landing.ts';
import type { Side } from '../core/side.ts';
import { distinctNames } from './column-names.ts';
import { type CsvDialect, type CsvRecord, csvRecords, sniffDelimiter } from './csv-records.ts';
import { type DeclaredType, decimalType, declaredType } from './declared-type.ts';
import { hiveFields } from './hive-text.ts';
import { type JsonColumn, JsonColumnCollector, type JsonType, jsonCell } from './json-columns.ts';
import { jsonMembers } from './json-lines.ts';
import { readingText } from './reading-text.ts';
import { textBytes } from './text-bytes.ts';
import { type TextLine, textLines } from './text-lines.ts';
import { TextTrouble, TextUnsupported } from './text-trouble.ts';

export interface TextColumn {
  readonly name: string;
  readonly type: DeclaredType;
  /** The type was declared, so the texts have to be checked against it. */
  readonly declared: boolean;
}

export type TextRow = readonly (string | null)[];

export interface TextSource {
  readonly columns: readonly TextColumn[];
  readonly notes: readonly { readonly code: string; readonly text: string }[];
  /** The rows of a file, in batches; each row has one cell per column. Throws `Inconclusive`. */
  readonly rows: (file: number) => AsyncGenerator<TextRow[]>;
}

type TextFormat = Exclude<FileFormat, { kind: 'parquet' }>;

/** Reads as much of the files as is needed to know their columns. Throws `Inconclusive`: `<side>_unreadable`, `unsupported_type`. */
export async function openTextSource(side: Side, format: TextFormat, paths: readonly string[]): Promise<TextSource> {
  switch (format.kind) {
    case 'csv':
      return openCsv(side, format, paths);
    case 'jsonl':
      return openJsonLines(side, format, paths);
    case 'hive_text':
      return openHiveText(side, format, paths);
  }
}

const TEXT = declaredType('VARCHAR') as DeclaredType;

/** Types each column: as declared, else by `told`, else as text. */
function typed(names: readonly string[], format: TextFormat, told: (i: number) => DeclaredType = () => TEXT): TextColumn[] {
  const declared = new Map(format.columns.map(({ name, type }) => [name, type]));
  return names.map((name, i) => {
    const text = declared.get(name);
    if (text === undefined) return { name, type: told(i), declared: false };
    const type = declaredType(text);
    if (type === null) throw new TextUnsupported(null, `column ${name} is declared as ${text}, which is no known type`);
    return { name, type, declared: type.name !== 'VARCHAR' };
  });
}

type CsvFormat = Extract<FileFormat, { kind: 'csv' }>;

async function openCsv(side: Side, format: CsvFormat, paths: readonly string[]): Promise<TextSource> {
  if (format.delimiter !== null && format.delimiter.length !== 1) {
    throw new TextUnsupported(null, 'a CSV delimiter is one character').of(side, paths[0] ?? '');
  }
  const null_text = format.null_text ?? '';
  const dialectOf = (start: string, final: boolean): CsvDialect => ({
    delimiter: format.delimiter ?? sniffDelimiter(start, final),
    null_text,
  });
  const records = (path: string) => readingText(side, path, () => csvRecords(textBytes(path), dialectOf));
  const headers: string[][] = [];
  for (const path of paths) {
    const first = await firstRecord(records(path));
    headers.push(headerOf(first, format, null_text));
  }
  const names = [...new Set(headers.flat())];
  const same = headers.every((header) => header.length === names.length && header.every((name, i) => name === names[i]));
  const notes = same ? [] : [{ code: 'schemas_differ', text: 'The CSV files differ in their columns; a missing one reads as NULL.' }];
  async function* rows(file: number): AsyncGenerator<TextRow[]> {
    const path = paths[file] as string;
    const header = headers[file] as string[];
    const positions = names.map((name) => header.indexOf(name));
    let skip = format.header;
    for await (const batch of records(path)) {
      const cells: TextRow[] = [];
      for (const { fields, line, blank } of batch) {
        if (blank && (header.length !== 1 || skip)) continue;
        if (skip) {
          skip = false;
          continue;
        }
        if (fields.length !== header.length) {
          const found = `${fields.length} fields where the first record has ${header.length}`;
          throw new TextTrouble(line, found).of(side, path);
        }
        cells.push(positions.map((at) => (at < 0 ? null : (fields[at] ?? null))));
      }
      yield cells;
    }
  }
  return { columns: inSide(side, paths, () => typed(names, format)), notes, rows };
}

async function firstRecord(records: AsyncGenerator<CsvRecord[]>): Promise<CsvRecord | null> {
  for await (const batch of records) {
    const first = batch.find(({ blank }) => !blank);
    if (first !== undefined) return first;
  }
  return null;
}

/** The column names of a file; without a header those that are declared, else `column0`, `column1`, … */
function headerOf(first: CsvRecord | null, format: CsvFormat, nullText: string): string[] {
  if (format.header) {
    return distinctNames((first?.fields ?? []).map((name, i) => (name ?? nullText) || `column${i}`));
  }
  const width = first?.fields.length ?? format.columns.length;
  return Array.from({ length: width }, (_, i) => format.columns[i]?.name ?? `column${i}`);
}

async function openJsonLines(
  side: Side,
  format: Extract<FileFormat, { kind: 'jsonl' }>,
  paths: readonly string[],
): Promise<TextSource> {
  const lines = (path: string) => readingText(side, path, () => filledLines(textLines(textBytes(path))));
  const collector = new JsonColumnCollector();
  for (const path of paths) {
    for await (const batch of lines(path)) {
      inSide(side, [path], () => {
        for (const { text, number } of batch) collector.add(jsonMembers(text, number), number);
      });
    }
  }
  const found = collector.columns();
  const names = found.map(({ name }) => name);
  const columns = inSide(side, paths, () => typed(names, format, (i) => sqlType((found[i] as JsonColumn).type)));
  // A declared type takes the plain text of a value, whatever was told from the values.
  const forms = found.map(({ type }, i): JsonType => (columns[i]?.declared === false ? type : { kind: 'text' }));
  const position = new Map(names.map((name, i) => [name, i]));
  async function* rows(file: number): AsyncGenerator<TextRow[]> {
    const path = paths[file] as string;
    for await (const batch of lines(path)) {
      yield inSide(side, [path], () =>
        batch.map(({ text, number }) => {
          const cells = new Array<string | null>(names.length).fill(null);
          for (const { name, raw } of jsonMembers(text, number)) {
            const at = position.get(name);
            // The file was written to since its columns were told; the recheck would say so too, later.
            if (at === undefined) throw new TextTrouble(number, 'a member that was not there a moment ago');
            cells[at] = jsonCell(raw, forms[at] as JsonType, number);
          }
          return cells;
        }),
      );
    }
  }
  const asText = found.filter(({ type }) => type.kind === 'number_text').map(({ name }) => name);
  const text = `Numbers with more than 38 digits are compared as exact text: ${asText.join(', ')}.`;
  return { columns, notes: asText.length === 0 ? [] : [{ code: 'numbers_as_text', text }], rows };
}

async function* filledLines(batches: AsyncGenerator<TextLine[]>): AsyncGenerator<TextLine[]> {
  for await (const batch of batches) yield batch.filter(({ text }) => text.trim() !== '');
}

function sqlType(type: JsonType): DeclaredType {
  if (type.kind === 'decimal') return decimalType(type.precision, type.scale) as DeclaredType;
  const name = type.kind === 'text' || type.kind === 'number_text' ? 'VARCHAR' : type.kind;
  return declaredType(name) as DeclaredType;
}

async function openHiveText(
  side: Side,
  format: Extract<FileFormat, { kind: 'hive_text' }>,
  paths: readonly string[],
): Promise<TextSource> {
  const names = format.columns.map(({ name }) => name);
  const columns = inSide(side, paths, () => {
    if (names.length === 0) throw new TextUnsupported(null, 'Hive text has no header: its columns have to be declared');
    return typed(names, format);
  });
  async function* rows(file: number): AsyncGenerator<TextRow[]> {
    const path = paths[file] as string;
    const read = () => withoutEnd(textLines(textBytes(path)));
    for await (const batch of readingText(side, path, read)) {
      yield inSide(side, [path], () => batch.map(({ text, number }) => hiveFields(text, names.length, number)));
    }
  }
  return { columns, notes: [], rows };
}

/** A line feed ends a line; what follows the last one is no line if it is empty, whereas an empty line before it is a row. */
async function* withoutEnd(batches: AsyncGenerator<TextLine[]>): AsyncGenerator<TextLine[]> {
  yield* batches;
}

function inSide<T>(side: Side, paths: readonly string[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof TextTrouble ? error.of(side, paths[0] ?? '') : error;
  }
}
