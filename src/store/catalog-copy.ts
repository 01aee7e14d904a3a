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
  /** Types are DuckDB's: `VARCHAR`, `BIGINT`, `DOUBLE`. */
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface CatalogCopies {
  /** A consistent copy of the whole catalog as a new SQLite file. Throws `OperatingError` where the file stands already. */
  copyForReading(target: string): void;
  /**
   * All tables as of one moment, by name, rows in the order in which they were written; those without row numbers in that
   * of their key. With names: these tables only, for a catalog may hold a million landings.
   */
  tables(names?: ReadonlySet<string>): CatalogTable[];
  /** The same without rows. */
  tableShapes(): CatalogTable[];
}

const nameRow = z.object({ name: z.string(), is_without_rowid: z.int() });
const columnRow = z.object({ name: z.string(), type: z.string(), key_position: z.int() });
const anyRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

const ENGINE_TYPES: Readonly<Record<string, string>> = { INTEGER: 'BIGINT', REAL: 'DOUBLE' };

export function catalogCopiesIn(database: Database): CatalogCopies {
  const columnsOf = (table: string): z.infer<typeof columnRow>[] =>
    database.all(columnRow, query('store/table-columns', {}, { table }));
  const shapeOf = (name: string): CatalogTable => ({
    name,
    columns: columnsOf(name).map(({ name, type }) => ({ name, type: ENGINE_TYPES[type] ?? 'VARCHAR' })),
    rows: [],
  });

  function tableOf({ name, is_without_rowid }: z.infer<typeof nameRow>): CatalogTable {
    const columns = columnsOf(name);
    const key = columns.filter((column) => column.key_position > 0).sort((a, b) => a.key_position - b.key_position);
    const structure = {
      columns: join(columns.map((column) => ident(column.name))),
      table: ident(name),
      written_order: is_without_rowid === 1 ? join(key.map((column) => ident(column.name))) : ident('rowid'),
    };
    const rows = database.all(anyRow, query('store/table-rows', structure));
    return { ...shapeOf(name), rows: rows.map((row) => columns.map((column) => row[column.name] ?? null)) };
  }
  const names = (): z.infer<typeof nameRow>[] => database.all(nameRow, query('store/table-names'));

  return {
    copyForReading(target) {
      if (existsSync(target)) throw targetStands(target);
      database.run(query('store/copy-into', {}, { target }));
    },
    tables: (wanted) =>
      database.snapshot(() =>
        names()
          .filter(({ name }) => wanted === undefined || wanted.has(name))
          .map(tableOf),
      ),
    tableShapes: () => names().map(({ name }) => shapeOf(name)),
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
