/** Columns and cells of our logs, before they are written. */
import { OperatingError } from '../core/operating-error.ts';
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

/**
 * The cell as the writer takes it. Throws `OperatingError` `count_too_large` for an int64 beyond 2^53, which the writer
 * would round.
 */
export function writableCell(column: LogColumn, cell: string | number | bigint | Date): string | number | Date {
  if (typeof cell === 'bigint') return exactNumber(column.name, cell);
  if (cell instanceof Date && Number.isNaN(cell.getTime())) throw new Error(`${column.name}: not a time`);
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
