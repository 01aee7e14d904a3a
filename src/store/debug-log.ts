import { type LogColumn, parquetBytes } from './parquet.ts';

/** One example cell of an analysed mismatch, or one example row that stands on one side only (then `column` is null). */
export interface DebugRow {
  readonly comparison_id: string;
  readonly issue_id: string | null;
  readonly cause: string | null;
  /** Columns and values of the key as JSON text. */
  readonly key: string;
  readonly column: string | null;
  /** The values as text, or their tokens where the column is sensitive. */
  readonly production: string | null;
  readonly shadow: string | null;
  readonly production_file: string | null;
  /** Row number from 0 in that file. */
  readonly production_row: bigint | null;
  readonly shadow_file: string | null;
  readonly shadow_row: bigint | null;
  readonly logged_at: Date;
}

export const DEBUG_COLUMNS: readonly (LogColumn & { readonly name: keyof DebugRow })[] = [
  { name: 'comparison_id', type: 'text', required: true },
  { name: 'issue_id', type: 'text', required: false },
  { name: 'cause', type: 'text', required: false },
  { name: 'key', type: 'text', required: true },
  { name: 'column', type: 'text', required: false },
  { name: 'production', type: 'text', required: false },
  { name: 'shadow', type: 'text', required: false },
  { name: 'production_file', type: 'text', required: false },
  { name: 'production_row', type: 'int64', required: false },
  { name: 'shadow_file', type: 'text', required: false },
  { name: 'shadow_row', type: 'int64', required: false },
  { name: 'logged_at', type: 'timestamp', required: true },
];

/** The bytes of one segment of the debug log, rows in the order given. The same rows give the same bytes. */
export function debugSegment(rows: readonly DebugRow[]): Promise<Uint8Array> {
  return parquetBytes(
    DEBUG_COLUMNS,
    rows.map((row) => DEBUG_COLUMNS.map(({ name }) => row[name])),
  );
}
