/** A case of another tool's tests: its two tables as files, its options as a spec of ours, and a report in its words. */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileFormat } from '../../src/core/landing.ts';
import type { Side } from '../../src/core/side.ts';
import type { ColumnExpression, Spec, Tolerance } from '../../src/core/spec.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { ident, join as joinSql, type Sql, sql, value } from '../../src/sql/sql.ts';
import type { Location } from './analyze-here.ts';
import { withEngineIn } from './parquet-writer.ts';

export type PeerCell = string | number | boolean | null | readonly PeerCell[] | { readonly [name: string]: PeerCell };

export interface PeerTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly PeerCell[])[];
}

export interface PeerExpected {
  readonly verdict: 'equal' | 'different' | 'error';
  readonly reason?: string;
  readonly only_production?: readonly (readonly PeerCell[])[];
  readonly only_shadow?: readonly (readonly PeerCell[])[];
  /** A column's value is what it is on both sides; null: whatever it is. */
  readonly changed?: readonly {
    readonly key: readonly PeerCell[];
    readonly columns: Readonly<Record<string, readonly [PeerCell, PeerCell] | null>>;
  }[];
  readonly columns_only_production?: readonly string[];
  readonly columns_only_shadow?: readonly string[];
  readonly column_order_changed?: boolean;
  readonly null_keys?: { readonly production: number; readonly shadow: number };
  readonly counts?: { readonly rows_production: number; readonly rows_shadow: number; readonly changed_rows: number };
}

export interface PeerCase {
  readonly id: string;
  readonly options: {
    readonly key: readonly string[];
    readonly ignore?: readonly string[];
    readonly header?: boolean;
    readonly production_header?: boolean;
    readonly shadow_header?: boolean;
    readonly production_delimiter?: string;
    readonly shadow_delimiter?: string;
    readonly lazy_quotes?: boolean;
    readonly decimals?: number;
    readonly abs_tol?: number;
    readonly rel_tol?: number;
    readonly time_tol_seconds?: number;
    readonly inclusive?: boolean;
    readonly collapse_whitespace?: boolean;
    readonly filter?: { readonly column: string; readonly from: number; readonly to: number };
  };
  readonly production: PeerTable | { readonly file: string };
  readonly shadow: PeerTable | { readonly file: string };
  readonly expected: PeerExpected;
}

/** The options as the same thing said in ours. */
export function specOfCase({ options, production }: PeerCase): Partial<Spec> {
  const { abs_tol, rel_tol, time_tol_seconds, filter } = options;
  const columns = 'columns' in production ? production.columns : [];
  const condition = filter === undefined ? null : `"${filter.column}" BETWEEN ${filter.from} AND ${filter.to}`;
  const rules: readonly (Pick<Tolerance, 'abs' | 'rel' | 'time_us'> | null)[] = [
    abs_tol === undefined ? null : { abs: within(abs_tol, options.inclusive), rel: 0, time_us: 0 },
    rel_tol === undefined ? null : { abs: 0, rel: within(rel_tol, options.inclusive), time_us: 0 },
    time_tol_seconds === undefined
      ? null
      : { abs: 0, rel: 0, time_us: time_tol_seconds * 1e6 - (options.inclusive === false ? 1 : 0) },
  ];
  const expressionOf = (name: string, type: string): string | null => {
    const column = `"${name}"`;
    if (options.decimals !== undefined && /^(double|decimal)/.test(type))
      return `round(${column}, ${options.decimals})`;
    if (options.collapse_whitespace && type === 'text') return `regexp_replace(trim(${column}), '\\s+', ' ', 'g')`;
    return null;
  };
  return {
    key: options.key,
    ignore: options.ignore ?? [],
    where: { production: condition, shadow: condition },
    tolerance: rules.flatMap((rule) => (rule === null ? [] : [{ column: null, type: null, ...rule }])),
    expressions: columns.flatMap(({ name, type }): ColumnExpression[] => {
      const expression = expressionOf(name, type);
      return expression === null ? [] : [{ column: name, production: expression, shadow: expression }];
    }),
  };
}

/** Ours are inclusive: what is to stay below a limit is given the next smaller number. */
function within(limit: number, inclusive: boolean | undefined): number {
  return inclusive === false ? limit * (1 - Number.EPSILON / 2) : limit;
}

/** Writes one side where the tables of its peer are: text as CSV, nested JSON as JSON lines, typed columns as Parquet. */
export async function writeSide(peer: PeerCase, side: Side, from: string, folder: string): Promise<Location> {
  const table = peer[side];
  if ('file' in table) {
    const path = join(folder, `${side}.csv`);
    await copyFile(join(from, table.file), path);
    return { path, format: null };
  }
  if (peer.id === 'csv-diff/json-nested-and-missing-field') return writeJsonLines(table, join(folder, `${side}.jsonl`));
  const isText = table.columns.every(({ type }) => type === 'text');
  return isText ? writeCsv(peer, side, table, folder) : writeParquet(table, folder, side);
}

async function writeCsv(peer: PeerCase, side: Side, table: PeerTable, folder: string): Promise<Location> {
  const { options } = peer;
  const delimiter = options[`${side}_delimiter`] ?? ',';
  const header = options[`${side}_header`] ?? options.header ?? true;
  // A bare quote within a field is written as it is.
  const isQuoted = (text: string): boolean => text.includes(delimiter) || (/"/.test(text) && !options.lazy_quotes);
  const field = (cell: PeerCell): string => {
    const text = String(cell ?? '');
    return isQuoted(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const names = table.columns.map(({ name }) => name);
  const lines = [...(header && names.length > 0 ? [names] : []), ...table.rows].map((row) =>
    row.map(field).join(delimiter),
  );
  // So stands the second file in the peer's tests.
  if (peer.id === 'csv-diff/one-changed-two-added' && side === 'shadow') lines[2] += ',';
  const path = join(folder, `${side}.csv`);
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  const columns = header ? [] : names.map((name) => ({ name, type: 'VARCHAR' }));
  const format: FileFormat = { kind: 'csv', delimiter, header, null_text: null, columns };
  return { path, format };
}

async function writeJsonLines(table: PeerTable, path: string): Promise<Location> {
  const objects = table.rows.map((row) =>
    Object.fromEntries(
      table.columns.flatMap(({ name }, i) => (row[i] === null ? [] : [[name, row[i] as PeerCell] as const])),
    ),
  );
  await writeFile(path, objects.map((object) => `${JSON.stringify(object)}\n`).join(''));
  return { path, format: null };
}

const TYPES: Readonly<Record<string, Sql>> = {
  int: sql`INTEGER`,
  bigint: sql`BIGINT`,
  double: sql`DOUBLE`,
  bool: sql`BOOLEAN`,
  text: sql`VARCHAR`,
  date: sql`DATE`,
  timestamp: sql`TIMESTAMP`,
  json: sql`JSON`,
  'decimal(8,3)': sql`DECIMAL(8, 3)`,
  'decimal(10,5)': sql`DECIMAL(10, 5)`,
  'list<int>': sql`INTEGER[]`,
  'list<double>': sql`DOUBLE[]`,
  'map<int,bigint>': sql`MAP(INTEGER, BIGINT)`,
};

async function writeParquet({ columns, rows }: PeerTable, folder: string, side: Side): Promise<Location> {
  const cells = (row: readonly PeerCell[]): Sql =>
    joinSql(
      columns.map(({ name, type }, i) => {
        const known = TYPES[type];
        if (known === undefined) throw new Error(`a case has the type ${type}, which is not written yet`);
        return sql`CAST(${value(literal(row[i] ?? null, type))} AS ${known}) AS ${ident(name)}`;
      }),
    );
  const path = join(folder, `${side}.parquet`);
  const table = joinSql(
    rows.map((row) => sql`SELECT ${cells(row)}`),
    ' UNION ALL ',
  );
  await withEngineIn(folder, (engine) => engine.run(sql`COPY (${table}) TO ${value(path)} (FORMAT parquet)`));
  return { path, format: null };
}

/** A cell as text that the engine reads as the type. */
function literal(cell: PeerCell, type: string): string | null {
  if (cell === null) return null;
  if (!type.startsWith('map')) return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  const entries = cell as unknown as readonly { readonly key: PeerCell; readonly value: PeerCell }[];
  return `{${entries.map((entry) => `${entry.key}=${entry.value}`).join(', ')}}`;
}

const VERDICTS = {
  match: 'equal',
  match_agreed: 'equal',
  mismatch: 'different',
  inconclusive: 'inconclusive',
} as const;

/** What a report says, in the form of a case's expectation; only what the case has an expectation of. */
export function foundOf(report: PairReport, expected: PeerExpected): Record<string, unknown> {
  const of = (kind: PairReport['examples'][number]['kind']) =>
    report.examples.filter((example) => example.kind === kind);
  const keyOf = ({ key }: { readonly key: PairReport['examples'][number]['key'] }) => key.map((part) => part.value);
  const { rows, schema } = report;
  const all: Record<keyof PeerExpected, unknown> = {
    verdict: VERDICTS[report.outcome],
    reason: report.inconclusive_reason,
    only_production: inOrder(of('only_in_production').map(keyOf)),
    only_shadow: inOrder(of('only_in_shadow').map(keyOf)),
    changed: inOrder(
      of('changed').map((example) => ({
        key: keyOf(example),
        columns: inOrder(example.cells.map(({ column, production, shadow }) => [column, production, shadow])),
      })),
    ),
    columns_only_production: schema.only_in_production,
    columns_only_shadow: schema.only_in_shadow,
    column_order_changed: schema.reordered,
    null_keys: rows?.null_keys ?? { production: 0, shadow: 0 },
    counts: {
      rows_production: report.production.row_count,
      rows_shadow: report.shadow.row_count,
      changed_rows: rows?.changed,
    },
  };
  const asked = report.outcome === 'inconclusive' ? [...Object.keys(expected), 'reason'] : Object.keys(expected);
  return Object.fromEntries(asked.map((name) => [name, all[name as keyof PeerExpected]]));
}

/** The expectation in the same form: values as they print. `found` says what stands where the case accepts any value. */
export function expectedOf(
  { expected, options, production }: PeerCase,
  found: Record<string, unknown>,
): Record<string, unknown> {
  const types = new Map('columns' in production ? production.columns.map(({ name, type }) => [name, type]) : []);
  const keyOf = (cells: readonly PeerCell[]) =>
    cells.map((cell, i) => printCell(cell, types.get(options.key[i] ?? '')));
  const cellsOf = (
    key: readonly PeerCell[],
    column: string,
    sides: readonly [PeerCell, PeerCell] | null,
  ): readonly unknown[] =>
    sides === null
      ? cellsFound(found, keyOf(key), column)
      : [column, ...sides.map((cell) => printCell(cell, types.get(column)))];
  const rows = {
    only_production: expected.only_production?.map(keyOf),
    only_shadow: expected.only_shadow?.map(keyOf),
    changed: expected.changed?.map(({ key, columns }) => ({
      key: keyOf(key),
      columns: inOrder(Object.entries(columns).map(([column, sides]) => cellsOf(key, column, sides))),
    })),
  };
  const given = Object.entries(rows).flatMap(([name, list]) =>
    list === undefined ? [] : [[name, inOrder<unknown>(list)]],
  );
  return { ...expected, ...Object.fromEntries(given) };
}

function cellsFound(
  found: Record<string, unknown>,
  key: readonly (string | null)[],
  column: string,
): readonly unknown[] {
  const rows = (found.changed ?? []) as readonly { key: unknown; columns: readonly (readonly unknown[])[] }[];
  const row = rows.find((one) => JSON.stringify(one.key) === JSON.stringify(key));
  return row?.columns.find(([name]) => name === column) ?? [column];
}

function printCell(cell: PeerCell, type: string | undefined): string | null {
  if (cell === null) return null;
  if (Array.isArray(cell))
    return `[${cell.map((member) => printCell(member, type?.slice('list<'.length, -1))).join(', ')}]`;
  if (typeof cell === 'object') return JSON.stringify(cell);
  return type === 'double' && Number.isInteger(cell) ? `${cell}.0` : String(cell);
}

function inOrder<T>(list: readonly T[]): readonly T[] {
  return list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
