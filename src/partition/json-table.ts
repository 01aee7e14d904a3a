import type { FileFormat } from '../core/landing.ts';
import type { Side } from '../core/side.ts';
import { type DeclaredType, decimalType, declaredType } from './declared-type.ts';
import { type JsonColumn, JsonColumnCollector, type JsonType, jsonCell } from './json-columns.ts';
import { type JsonMember, jsonMembers } from './json-lines.ts';
import { readingText } from './reading-text.ts';
import { textBytes } from './text-bytes.ts';
import { textLines } from './text-lines.ts';
import { type TextRow, type TextTable, typedColumns } from './text-table.ts';
import { TextTrouble } from './text-trouble.ts';

type JsonFormat = Extract<FileFormat, { kind: 'jsonl' }>;

interface JsonRow {
  readonly members: readonly JsonMember[];
  readonly line: number;
}

/**
 * JSON lines as one table. Read twice: the first pass tells the columns and the one type of each that holds all its
 * values exactly. A missing member and a JSON null are both NULL.
 */
export async function openJsonLines(side: Side, format: JsonFormat, paths: readonly string[]): Promise<TextTable> {
  const collector = new JsonColumnCollector();
  for (const path of paths) {
    for await (const _ of readingText(side, path, collect(path, collector))) {
      // The collector keeps what it needs.
    }
  }
  const found = collector.columns();
  const names = found.map(({ name }) => name);
  const columns = typedColumns(names, format.columns, (i) => sqlType((found[i] as JsonColumn).type));
  // A declared type is cast from the plain text of a value, whatever was told from the values.
  const forms = found.map(({ type }, i): JsonType => (columns[i]?.is_declared ? { kind: 'text' } : type));
  const asText = found.filter(({ type }) => type.kind === 'number_text').map(({ name }) => name);
  const text = `Numbers of more than 38 digits are compared as exact text: ${asText.join(', ')}.`;
  return {
    columns,
    notes: asText.length === 0 ? [] : [{ code: 'numbers_as_text', text }],
    rows: (file) => {
      const path = paths[file] as string;
      return readingText(side, path, rowsOf(path, new Map(names.map((name, i) => [name, i])), forms));
    },
  };
}

async function* collect(path: string, collector: JsonColumnCollector): AsyncGenerator<null> {
  for await (const rows of jsonRows(path)) {
    for (const { members, line } of rows) collector.add(members, line);
    yield null;
  }
}

async function* jsonRows(path: string): AsyncGenerator<JsonRow[]> {
  for await (const lines of textLines(textBytes(path))) {
    yield lines
      .filter(({ text }) => text.trim() !== '')
      .map(({ text, number }) => ({ members: jsonMembers(text, number), line: number }));
  }
}

async function* rowsOf(
  path: string,
  positions: ReadonlyMap<string, number>,
  forms: readonly JsonType[],
): AsyncGenerator<TextRow[]> {
  for await (const rows of jsonRows(path)) {
    yield rows.map(({ members, line }) => {
      const cells = new Array<string | null>(forms.length).fill(null);
      for (const { name, raw } of members) {
        const at = positions.get(name);
        if (at === undefined) throw new TextTrouble(line, 'a member that was not there when the columns were told');
        cells[at] = jsonCell(raw, forms[at] as JsonType, line);
      }
      return cells;
    });
  }
}

function sqlType(type: JsonType): DeclaredType {
  if (type.kind === 'decimal') return decimalType(type.precision, type.scale) as DeclaredType;
  const name = type.kind === 'text' || type.kind === 'number_text' ? 'VARCHAR' : type.kind;
  return declaredType(name) as DeclaredType;
}
