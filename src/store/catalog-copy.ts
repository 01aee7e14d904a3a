/** The catalog's data for readers who must not touch the catalog: as a SQLite file, or as text that any engine reads. */
import { existsSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { z } from 'zod';
import type { Column } from '../core/column.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { query } from '../sql/query-file.ts';
import { ident, join } from '../sql/sql.ts';
import type { Database } from './database.ts';
import type { FilePort } from './files.ts';

export interface CatalogTable {
  readonly name: string;
  /** Types are DuckDB's: `VARCHAR`, `BIGINT`. */
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface CatalogCopies {
  /** A consistent copy of the whole catalog as a new SQLite file. Throws `OperatingError` where the file stands already. */
  copyForReading(target: string): void;
  /** All tables as of one moment, by name, rows in the order in which they were written. */
  tables(): CatalogTable[];
}

const nameRow = z.object({ name: z.string() });
const columnRow = z.object({ name: z.string(), type: z.string() });
const anyRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

export function catalogCopiesIn(database: Database): CatalogCopies {
  function tableOf(name: string): CatalogTable {
    const columns = database.all(columnRow, query('store/table-columns', {}, { table: name }));
    const structure = { columns: join(columns.map((column) => ident(column.name))), table: ident(name) };
    const rows = database.all(anyRow, query('store/table-rows', structure));
    return {
      name,
      columns: columns.map(({ name, type }) => ({ name, type: type === 'INTEGER' ? 'BIGINT' : 'VARCHAR' })),
      rows: rows.map((row) => columns.map((column) => row[column.name] ?? null)),
    };
  }
  return {
    copyForReading(target) {
      if (existsSync(target)) throw targetStands(target);
      database.run(query('store/copy-into', {}, { target }));
    },
    tables: () =>
      database.snapshot(() => database.all(nameRow, query('store/table-names')).map(({ name }) => tableOf(name))),
  };
}

function targetStands(target: string): OperatingError {
  return new OperatingError(EXIT_CODES.infrastructure, {
    code: 'catalog_copy_stands',
    subject: target,
    message: 'the catalog cannot be copied over a file that stands',
    hint: 'remove it, or choose another name',
  });
}

export interface ExportedTable {
  readonly name: string;
  readonly path: string;
  readonly columns: readonly Column[];
}

/**
 * Writes each table as newline-delimited JSON, `<folder>/<table>.jsonl`, an object a row. The columns come back with it:
 * an empty file would not tell them.
 */
export async function exportTables(
  tables: readonly CatalogTable[],
  folder: string,
  files: FilePort,
): Promise<ExportedTable[]> {
  const exported: ExportedTable[] = [];
  for (const { name, columns, rows } of tables) {
    const path = joinPath(folder, `${name}.jsonl`);
    const lines = rows.map((row) => `${JSON.stringify(Object.fromEntries(columns.map((c, i) => [c.name, row[i]])))}\n`);
    await files.replace(path, new TextEncoder().encode(lines.join('')));
    exported.push({ name, path, columns });
  }
  return exported;
}
