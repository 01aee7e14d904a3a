/** Rows to the bytes of a Parquet file: the one door to parquetjs-lite. */
import parquet, { type Field } from 'parquetjs-lite';
import { messageOf, OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';

export type LogColumnType = 'text' | 'int32' | 'int64' | 'double' | 'timestamp' | 'text_list';

/** A column of a log. `required`: never null. */
export interface LogColumn {
  readonly name: string;
  readonly type: LogColumnType;
  readonly required: boolean;
}

/** A cell before it is written: int64 is `bigint`, a timestamp is `Date`. */
export type LogCell = string | number | bigint | Date | readonly string[] | null;

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
    for (const row of rows) {
      await writer.appendRow(
        Object.fromEntries(columns.map((column, i) => [column.name, toWriter(column, row[i] ?? null)])),
      );
    }
    await writer.close();
  } catch (error) {
    if (error instanceof Error) throw error;
    throw new Error(`Parquet could not be written: ${messageOf(error)}`); // the writer throws plain strings
  }
  return Buffer.concat(parts);
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
  if (typeof cell === 'bigint') return exactNumber(column.name, cell);
  if (cell instanceof Date && Number.isNaN(cell.getTime())) throw new Error(`${column.name}: not a time`);
  if (Array.isArray(cell)) return { list: cell.map((element: string) => ({ element })) };
  return cell;
}

function exactNumber(name: string, count: bigint): number {
  const number = Number(count);
  if (Number.isSafeInteger(number)) return number;
  throw new OperatingError(EXIT_CODES.infrastructure, {
    code: 'count_too_large',
    subject: name,
    message: `${count} is beyond 2^53 and would be rounded in the log`,
    hint: 'log such numbers as text',
  });
}
