/**
 * Rows like those of TPC-H's lineitem, as SQL: 16 columns, in the shape and with the dependencies that its generator
 * gives them. A row is a function of its number and the seed alone, so any row can be made by itself, in any order, in
 * no memory; and what a variant changes is known without reading it.
 */
import { integer, join, type Sql, sql, value } from '../../src/sql/sql.ts';

const SEED = 20_261_121;

/** Orders have one to seven lines; these seven orders, and so on from the start. */
const LINES_OF_ORDERS = [4, 1, 7, 3, 6, 2, 5];
const PLACES = LINES_OF_ORDERS.flatMap((lines, order) => Array.from({ length: lines }, (_, line) => ({ order, line })));
const BLOCK = PLACES.length;
/** Prime, and larger than any number of blocks: multiplying by it permutes them. */
const STRIDE = 2_654_435_761;
/** Has no divisor in common with 28: multiplying by it permutes the rows of a block. */
const STEP = 11;

/** The number of the row that stands at place `i`: in the order of the key, or scattered over the whole table. */
export function numberAt(rows: number, order: 'by_key' | 'scattered'): Sql {
  if (order === 'by_key') return sql`i`;
  const blocks = Math.floor(rows / BLOCK);
  return sql`CASE WHEN i >= ${integer(blocks * BLOCK)} THEN i
    ELSE ((i // ${integer(BLOCK)}) * ${integer(STRIDE)}) % ${integer(blocks)} * ${integer(BLOCK)} + i % ${integer(BLOCK)} * ${integer(STEP)} % ${integer(BLOCK)} END`;
}

/** A number from 0 to `below`, of row `n` and for one purpose. */
export function drawn(purpose: string, below: number, of: Sql = sql`n`): Sql {
  return sql`CAST(hash(${of}, ${value(`${SEED} ${purpose}`)}) % ${integer(below)} AS BIGINT)`;
}

/** The 16 columns and the row's number `n`, of the rows that `numbers` gives as `n`. `rows` is the size of the table. */
export function lineitemRows(numbers: Sql, rows: number): Sql {
  const parts = Math.max(1, Math.floor(rows / 30));
  const suppliers = Math.max(1, Math.floor(rows / 600));
  const orders = sql`n // ${integer(BLOCK)} * ${integer(LINES_OF_ORDERS.length)} + ${listed(PLACES.map(({ order }) => order))}[1 + n % ${integer(BLOCK)}]`;
  const chosen = (purpose: string, texts: readonly string[]): Sql =>
    sql`${value(texts)}[1 + ${drawn(purpose, texts.length)}]`;
  return sql`
    SELECT n,
      o // 8 * 32 + o % 8 + 1 AS l_orderkey,
      l_partkey,
      (l_partkey + ${drawn('supplier', 4)} * ${integer(Math.floor(suppliers / 4) + 1)}) % ${integer(suppliers)} + 1 AS l_suppkey,
      CAST(${listed(PLACES.map(({ line }) => line + 1))}[1 + n % ${integer(BLOCK)}] AS INTEGER) AS l_linenumber,
      CAST(quantity AS DECIMAL(15, 2)) AS l_quantity,
      CAST(quantity * (90000 + l_partkey // 10 % 20001 + l_partkey % 1000 * 100) * 0.01 AS DECIMAL(15, 2)) AS l_extendedprice,
      CAST(${drawn('discount', 11)} * 0.01 AS DECIMAL(15, 2)) AS l_discount,
      CAST(${drawn('tax', 9)} * 0.01 AS DECIMAL(15, 2)) AS l_tax,
      CASE WHEN received > 1263 THEN 'N' ELSE ${chosen('flag', ['R', 'A'])} END AS l_returnflag,
      CASE WHEN shipped > 1263 THEN 'O' ELSE 'F' END AS l_linestatus,
      DATE '1992-01-01' + CAST(shipped AS INTEGER) AS l_shipdate,
      DATE '1992-01-01' + CAST(ordered + 30 + ${drawn('commit', 61)} AS INTEGER) AS l_commitdate,
      DATE '1992-01-01' + CAST(received AS INTEGER) AS l_receiptdate,
      ${chosen('instruct', ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'])} AS l_shipinstruct,
      ${chosen('mode', ['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB'])} AS l_shipmode,
      ${comment()} AS l_comment
    FROM (
      SELECT *, shipped + 1 + ${drawn('receipt', 30)} AS received
      FROM (
        SELECT *, ordered + 1 + ${drawn('ship', 121)} AS shipped
        FROM (
          SELECT n, o, 1 + ${drawn('part', parts)} AS l_partkey, 1 + ${drawn('quantity', 50)} AS quantity, ${drawn('order', 2406, sql`o`)} AS ordered
          FROM (SELECT n, ${orders} AS o FROM (${numbers}))
        )
      )
    )`;
}

/** 10 to 43 characters of random words: 32 random bytes as letters, of which digits and signs become spaces. */
function comment(): Sql {
  const digest = (part: string): Sql => sql`md5(concat(n, ${value(`${SEED} ${part}`)}))`;
  const letters = sql`lower(to_base64(unhex(concat(${digest('words')}, ${digest('more words')}))))`;
  return sql`left(translate(${letters}, '0123456789+/=', '             '), CAST(10 + ${drawn('length', 34)} AS INTEGER))`;
}

function listed(numbers: readonly number[]): Sql {
  return sql`[${join(numbers.map((number) => integer(number)))}]`;
}
