import type { FileFormat } from '../core/landing.ts';
import { Inconclusive } from '../core/outcome.ts';
import type { Side } from '../core/side.ts';
import { distinctNames } from './column-names.ts';
import { type CsvRecord, csvRecords, sniffDelimiter } from './csv-records.ts';
import { readingText } from './reading-text.ts';
import { textBytes } from './text-bytes.ts';
import { type TextRow, type TextTable, typedColumns } from './text-table.ts';
import { TextTrouble } from './text-trouble.ts';

type CsvFormat = Extract<FileFormat, { kind: 'csv' }>;

/**
 * CSV files as one table: the union of their headers; a column that a file does not have is NULL there, with a note.
 * Every value is text, unless a type is declared: a guessed type makes `007` of 7, and 567.11 equal 567.12.
 */
export async function openCsv(side: Side, format: CsvFormat, paths: readonly string[]): Promise<TextTable> {
  if (format.delimiter !== null && format.delimiter.length !== 1) {
    throw new Inconclusive('unsupported_type', 'a CSV delimiter has to be one character');
  }
  const headers: string[][] = [];
  for (const path of paths) {
    headers.push(headerOf(await firstRecord(readingText(side, path, recordsOf(path, format))), format));
  }
  const names = [...new Set(headers.flat())];
  const differ = headers.some((header) => JSON.stringify(header) !== JSON.stringify(headers[0]));
  const note = { code: 'schemas_differ', text: 'The CSV files differ in their columns; a missing one reads as NULL.' };
  return {
    columns: typedColumns(names, format.columns),
    notes: differ ? [note] : [],
    rows: (file) => {
      const path = paths[file] as string;
      return readingText(side, path, rowsOf(recordsOf(path, format), format, headers[file] as string[], names));
    },
  };
}

function recordsOf(path: string, format: CsvFormat): AsyncGenerator<CsvRecord[]> {
  return csvRecords(textBytes(path), (start, final) => ({
    delimiter: format.delimiter ?? sniffDelimiter(start, final),
    null_text: nullTextOf(format),
  }));
}

function nullTextOf(format: CsvFormat): string {
  return format.null_text ?? '';
}

async function* rowsOf(
  batches: AsyncIterable<CsvRecord[]>,
  format: CsvFormat,
  header: readonly string[],
  names: readonly string[],
): AsyncGenerator<TextRow[]> {
  const positions = names.map((name) => header.indexOf(name));
  let headerIsDue = format.header;
  for await (const batch of batches) {
    const rows: TextRow[] = [];
    for (const { fields, line, blank } of batch) {
      // An empty line is nothing, except in a table of one column: there it is a row with a NULL.
      if (blank && (headerIsDue || header.length !== 1)) continue;
      if (headerIsDue) {
        headerIsDue = false;
        continue;
      }
      if (fields.length !== header.length) {
        throw new TextTrouble(line, `${fields.length} fields, where the first record has ${header.length}`);
      }
      rows.push(positions.map((at) => (at < 0 ? null : (fields[at] ?? null))));
    }
    yield rows;
  }
}

async function firstRecord(batches: AsyncIterable<CsvRecord[]>): Promise<CsvRecord | null> {
  for await (const batch of batches) {
    const first = batch.find(({ blank }) => !blank);
    if (first !== undefined) return first;
  }
  return null;
}

/** The column names of a file; without a header those that are declared, else `column0`, `column1`, … */
function headerOf(first: CsvRecord | null, format: CsvFormat): string[] {
  if (format.header) {
    return distinctNames((first?.fields ?? []).map((name, i) => (name ?? nullTextOf(format)) || `column${i}`));
  }
  const width = first?.fields.length ?? format.columns.length;
  return Array.from({ length: width }, (_, i) => format.columns[i]?.name ?? `column${i}`);
}
