import type { FileFormat } from '../core/landing.ts';
import { Inconclusive } from '../core/outcome.ts';
import type { Side } from '../core/side.ts';
import { readingText } from './reading-text.ts';
import { textBytes } from './text-bytes.ts';
import { textLines } from './text-lines.ts';
import { type TextRow, type TextTable, typedColumns } from './text-table.ts';
import { TextTrouble } from './text-trouble.ts';

type HiveFormat = Extract<FileFormat, { kind: 'hive_text' }>;

const SEPARATOR = '\x01';
const NULL_TEXT = '\\N';

/** Hive text as one table: no header, so that its columns have to be declared. */
export async function openHiveText(side: Side, format: HiveFormat, paths: readonly string[]): Promise<TextTable> {
  if (format.columns.length === 0) {
    throw new Inconclusive('unsupported_type', 'Hive text has no header: its columns have to be declared');
  }
  const names = format.columns.map(({ name }) => name);
  return {
    columns: typedColumns(names, format.columns),
    notes: [],
    rows: (file) => readingText(side, paths[file] as string, rowsOf(paths[file] as string, names.length)),
  };
}

async function* rowsOf(path: string, width: number): AsyncGenerator<TextRow[]> {
  for await (const lines of textLines(textBytes(path))) {
    yield lines.map(({ text, number }) => hiveFields(text, width, number));
  }
}

/**
 * The fields of a line, as LazySimpleSerDe writes it without escaping: split at ctrl-A, `\N` is NULL, everything else
 * stands for itself. Hive reads missing fields as NULL and drops extra ones; here either is trouble, because a line cut
 * short looks just like that.
 */
function hiveFields(text: string, width: number, line: number): TextRow {
  if (text.includes('\r'))
    throw new TextTrouble(line, 'a carriage return inside a line, where Hive takes it for the end');
  const fields = text.split(SEPARATOR);
  if (fields.length !== width)
    throw new TextTrouble(line, `${fields.length} fields, where ${width} columns are declared`);
  return fields.map((field) => (field === NULL_TEXT ? null : field));
}
