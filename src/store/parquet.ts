/** Rows to the bytes of a Parquet file: the one door to parquetjs-lite. */
import parquet, { type Field } from 'parquetjs-lite';
import { messageOf } from '../core/operating-error.ts';
import { type LogCell, type LogColumn, writableCell } from './log-column.ts';
import { bufferOf } from './parquet-rows.ts';

export type { LogCell, LogColumn, LogColumnType } from './log-column.ts';

/** Rows that are buffered and written together: bounds memory, and readers skip by it. */
const ROW_GROUP_ROWS = 4096;

/**
 * The bytes of a Parquet file of these rows, cells in the order of the columns. The same rows give the same bytes.
 *
 * Throws `OperatingError` `count_too_large` for an int64 beyond 2^53, which the writer would round.
 */
export async function parquetBytes(
  columns: readonly LogColumn[],
  rows: Iterable<readonly LogCell[]>,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const sink = {
    write(bytes: Uint8Array, done: () => void): void {
      parts.push(bytes);
      done();
    },
    end: (done: () => void): void => done(),
  };
  try {
    const schema = new parquet.ParquetSchema(
      Object.fromEntries(columns.map((column) => [column.name, fieldOf(column)])),
    );
    const writer = await parquet.ParquetWriter.openStream(schema, sink, {
      rowGroupSize: ROW_GROUP_ROWS,
      pageIndex: false,
    });
    for (const group of groupsOf(rows)) {
      const last = group.pop() ?? [];
      if (group.length > 0) writer.rowBuffer = bufferOf(schema, columns, group);
      await writer.appendRow(
        Object.fromEntries(columns.map((column, i) => [column.name, toWriter(column, last[i] ?? null)])),
      );
    }
    await writer.close();
  } catch (error) {
    if (error instanceof Error) throw error;
    throw new Error(`Parquet could not be written: ${messageOf(error)}`); // the writer throws plain strings
  }
  return Buffer.concat(parts);
}

function* groupsOf(rows: Iterable<readonly LogCell[]>): Iterable<(readonly LogCell[])[]> {
  let group: (readonly LogCell[])[] = [];
  for (const row of rows) {
    group.push(row);
    if (group.length < ROW_GROUP_ROWS) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/**
 * Statistics are left out: the writer orders text by UTF-16 code units, Parquet by bytes, so that a reader that skips
 * row groups by them would miss rows with characters beyond U+FFFF.
 */
function fieldOf(column: LogColumn): Field {
  const optional = !column.required;
  const leaf = { compression: 'SNAPPY', statistics: false } as const;
  switch (column.type) {
    case 'text':
      return { type: 'UTF8', optional, ...leaf };
    case 'int32':
      return { type: 'INT32', optional, ...leaf };
    case 'int64':
      return { type: 'INT64', optional, ...leaf };
    case 'double':
      return { type: 'DOUBLE', optional, ...leaf };
    case 'timestamp':
      return { type: 'TIMESTAMP_MILLIS', optional, ...leaf };
    case 'text_list':
      // The three-level form keeps NULL and [] apart; a plain repeated field turns NULL into [].
      return {
        type: 'LIST',
        optional,
        fields: { list: { repeated: true, fields: { element: { type: 'UTF8', ...leaf } } } },
      };
  }
}

function toWriter(column: LogColumn, cell: LogCell): unknown {
  if (cell === null) return null;
  if (Array.isArray(cell)) return { list: cell.map((element: string) => ({ element })) };
  return writableCell(column, cell as string | number | bigint | Date);
}
