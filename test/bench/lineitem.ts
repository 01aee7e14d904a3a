/** Tables like TPC-H's lineitem as Parquet files: production, and shadows that differ from it in a known way. */
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { integer, join, type Sql, sql } from '../../src/sql/sql.ts';
import { cachedFile } from './cached-file.ts';
import { drawn, lineitemRows, numberAt } from './lineitem-rows.ts';

/** How a shadow differs. Every one of them holds its rows in another order than production. */
interface Difference {
  /** Columns that take the place of others, in rows of which `n` is the number. */
  readonly replaced: Sql;
  /** Which rows differ so that it counts. */
  readonly changed: Sql;
  /** Which rows differ only within a tolerance. */
  readonly agreed?: Sql;
  readonly missing?: Sql;
  /** One row that production does not have for so many that it has. */
  readonly extra_of?: number;
  readonly keyless?: true;
}

const always = (holds: Sql, then: Sql, column: Sql): Sql =>
  sql`CASE WHEN ${holds} THEN ${then} ELSE ${column} END AS ${column}`;

const A_CENT_MORE = sql`CAST(l_extendedprice + 0.01 AS DECIMAL(15, 2))`;

/** One fault in each of three columns: a day too early, a cent too much, upper case. */
function threeFaults(changed: Sql): Difference {
  const fault = (number: number): Sql => sql`${changed} AND ${drawn('fault', 3)} = ${integer(number)}`;
  return {
    changed,
    replaced: sql`${always(fault(0), sql`l_shipdate - 1`, sql`l_shipdate`)},
      ${always(fault(1), A_CENT_MORE, sql`l_extendedprice`)},
      ${always(fault(2), sql`upper(l_comment)`, sql`l_comment`)}`,
  };
}

/** Three columns off by one to four cents where `within` holds, and in 0.01 % of the rows one of them by a whole. */
function inexact(within: Sql): Difference {
  const changed = sql`${drawn('beyond', 10_000)} = 0`;
  const column = (name: Sql, purpose: string, number: number): Sql => sql`
    CASE WHEN ${changed} AND ${drawn('fault', 3)} = ${integer(number)} THEN CAST(${name} + 1 AS DECIMAL(15, 2))
      WHEN ${within} THEN CAST(${name} + (${drawn(purpose, 9)} - 4) * 0.01 AS DECIMAL(15, 2)) ELSE ${name} END AS ${name}`;
  const off = ['off quantity', 'off price', 'off tax'].map((purpose) => sql`${drawn(purpose, 9)} <> 4`);
  return {
    changed,
    agreed: sql`${within} AND NOT (${changed}) AND (${join(off, ' OR ')})`,
    replaced: sql`${column(sql`l_quantity`, 'off quantity', 0)}, ${column(sql`l_extendedprice`, 'off price', 1)},
      ${column(sql`l_tax`, 'off tax', 2)}`,
  };
}

const TEN_THOUSANDTH = sql`${drawn('changed', 10_000)} = 0`;
const HALF = sql`${drawn('half', 2)} = 0`;
const HUNDREDTH = sql`${drawn('hundredth', 100)} = 0`;
/** Of the row's hash once more: two draws of one row are not independent, and one of a hundred rows are all of one kind. */
const oneOfFour = (number: number): Sql =>
  sql`${HUNDREDTH} AND ${drawn('one of four', 4, sql`hash(n)`)} = ${integer(number)}`;

const DIFFERENCES = {
  none: { replaced: sql`l_comment AS l_comment`, changed: sql`false` },
  /** 0.01 % of the rows, one cell each. */
  cells: threeFaults(TEN_THOUSANDTH),
  /** 0.01 % of the rows: three of five changed in a cell, one missing, one extra. */
  rows: {
    ...threeFaults(sql`${drawn('changed', 50_000)} < 3`),
    missing: sql`${drawn('changed', 50_000)} = 3`,
    extra_of: 50_000,
  },
  /** 0.01 % of the rows, one cell each, of columns that are quickly read. */
  narrow_cells: {
    changed: TEN_THOUSANDTH,
    replaced: sql`${always(sql`${TEN_THOUSANDTH} AND ${drawn('fault', 2)} = 0`, sql`l_shipdate - 1`, sql`l_shipdate`)},
      ${always(sql`${TEN_THOUSANDTH} AND ${drawn('fault', 2)} = 1`, A_CENT_MORE, sql`l_extendedprice`)}`,
  },
  /** As many of the rows within a tolerance of 0.05 as beyond it. */
  tolerance_few: inexact(sql`${drawn('within', 10_000)} = 0`),
  /** A tenth of the rows within a tolerance of 0.05. */
  tolerance: inexact(sql`${drawn('within', 10)} = 0`),
  /** All rows within it, as sums of floating point in another order are. */
  tolerance_all: inexact(sql`true`),
  /** Half of the rows in one cell, half of those in two. */
  half: {
    changed: HALF,
    replaced: sql`${always(HALF, sql`l_shipdate - 1`, sql`l_shipdate`)},
      ${always(sql`${HALF} AND ${drawn('quarter', 2)} = 0`, A_CENT_MORE, sql`l_extendedprice`)}`,
  },
  /** 1 % of the rows in one or two cells, of columns that any row may be known by. */
  keyless: {
    keyless: true,
    changed: HUNDREDTH,
    replaced: sql`${always(oneOfFour(0), sql`l_shipdate - 1`, sql`l_shipdate`)},
      ${always(oneOfFour(1), A_CENT_MORE, sql`l_extendedprice`)},
      ${always(oneOfFour(2), sql`upper(l_comment)`, sql`l_comment`)},
      ${always(oneOfFour(3), sql`l_partkey + 1`, sql`l_partkey`)},
      ${always(sql`${HUNDREDTH} AND ${drawn('two', 2, sql`hash(n + 1)`)} = 0`, sql`l_receiptdate + 1`, sql`l_receiptdate`)}`,
  },
} as const satisfies Record<string, Difference>;

export type LineitemDifference = keyof typeof DIFFERENCES;

/** Files of two sides that differ in this way; made where they are not there yet. */
export async function lineitem(
  rows: number,
  difference: LineitemDifference = 'none',
): Promise<{ readonly production: string; readonly shadow: string }> {
  const how: Difference = DIFFERENCES[difference];
  const one = how.keyless ? 'keyless' : 'production';
  const size_bytes = rows * 38;
  const production = { ...DIFFERENCES.none, ...(how.keyless ? { keyless: true as const } : {}) };
  return {
    production: await cachedFile(`lineitem-${rows}-${one}`, () => tableOf(rows, production, 'by_key'), size_bytes),
    shadow: await cachedFile(
      `lineitem-${rows}-shadow-${difference}`,
      () => tableOf(rows, how, 'scattered'),
      size_bytes,
    ),
  };
}

/** What a comparison of the two sides has to find. */
export interface ExpectedRows {
  readonly agreed: number;
  readonly changed: number;
  readonly only_in_production: number;
  readonly only_in_shadow: number;
}

export async function expectedRows(rows: number, difference: LineitemDifference): Promise<ExpectedRows> {
  const how: Difference = DIFFERENCES[difference];
  const engine = await openDuckdb({ files: [], spill: null, threads: 2, memory_bytes: null });
  const answer = await engine.run(sql`
    SELECT count(*) FILTER (${how.changed}), count(*) FILTER (${how.agreed ?? sql`false`}),
      count(*) FILTER (${how.missing ?? sql`false`})
    FROM (${numbers(rows, how, 'by_key')})`);
  await engine.close();
  const [changed, agreed, only_in_production] = (answer.rows[0] ?? []).map(Number) as [number, number, number];
  return { changed, agreed, only_in_production, only_in_shadow: extraRows(rows, how) };
}

export const LINEITEM_SPEC: Spec = { ...PLAIN_SPEC, key: ['l_orderkey', 'l_linenumber'] };

export const TOLERANT_SPEC: Spec = {
  ...LINEITEM_SPEC,
  tolerance: ['l_quantity', 'l_extendedprice', 'l_tax'].map((column) => ({
    column,
    type: null,
    abs: 0.05,
    rel: 0,
    time_us: 0,
  })),
};

function tableOf(rows: number, how: Difference, order: 'by_key' | 'scattered'): Sql {
  const kept = sql`SELECT n FROM (${numbers(rows, how, order)}) WHERE NOT (${how.missing ?? sql`false`})`;
  const extra = sql`SELECT ${integer(rows)} + i AS n FROM range(${integer(extraRows(rows, how))}) AS t(i)`;
  const all = how.extra_of === undefined ? kept : sql`${kept} UNION ALL ${extra}`;
  const left = how.keyless ? sql`n, l_orderkey, l_linenumber` : sql`n`;
  return sql`SELECT * EXCLUDE (${left}) REPLACE (${how.replaced}) FROM (${lineitemRows(all, rows)})`;
}

/** Without a key, one row of a hundred stands twice: then nothing in the table is unique. */
function numbers(rows: number, how: Difference, order: 'by_key' | 'scattered'): Sql {
  const plain = sql`SELECT ${numberAt(rows, order)} AS n FROM range(${integer(rows)}) AS t(i)`;
  if (!how.keyless) return plain;
  return sql`SELECT CASE WHEN n > 0 AND ${drawn('twin', 100)} = 0 THEN n - 1 ELSE n END AS n FROM (${plain})`;
}

function extraRows(rows: number, { extra_of }: Difference): number {
  return extra_of === undefined ? 0 : Math.floor(rows / extra_of);
}
