import { describe, expect, test } from 'vitest';
import type { Column } from '../../src/core/column.ts';
import type { Sided } from '../../src/core/side.ts';
import { type LeftoverRows, pairPartners } from '../../src/diff/partners.ts';
import { chooseBins } from '../../src/diff/value-blocks.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ident, integer, join, type Sql, sql } from '../../src/sql/sql.ts';
import { leaveOver, type PlacedRow, partnersIn, partnersOf, planOf, withThreads } from './leftover-tables.ts';

const at = (row: number, ...cells: PlacedRow['cells']): PlacedRow => ({ file: 0, row, cells });
const texts = (count: number): readonly Column[] =>
  Array.from({ length: count }, (_, i) => ({ name: `column ${i}`, type: 'VARCHAR' }));

describe('a small remainder', () => {
  test('rows that agree in exactly half of the columns are not paired, in one more they are', async () => {
    const plan = planOf(texts(4), {});
    const rows = {
      production: [at(0, 'a', 'b', 'c', 'd')],
      shadow: [at(0, 'a', 'b', 'x', 'y')],
    };
    const near = { ...rows, shadow: [at(0, 'a', 'b', 'c', 'y')] };
    await withThreads(1, async (engine) => {
      expect((await partnersOf(engine, plan, texts(4), rows)).partners).toEqual([]);
      expect((await partnersOf(engine, plan, texts(4), near)).partners).toEqual([[0, 0, 0, 0]]);
    });
  });

  test('of equally near rows those that come first in the files are paired, whatever the order of the tables', async () => {
    const plan = planOf(texts(3), {});
    const rows = {
      production: [2, 0, 1].map((row) => at(row, 'a', 'b', `p${row}`)),
      shadow: [1, 2, 0].map((row) => at(row, 'a', 'b', `s${row}`)),
    };
    const { partners } = await withThreads(4, (engine) => partnersOf(engine, plan, texts(3), rows));
    expect(partners).toEqual([0, 1, 2].map((row) => [0, row, 0, row]));
  });

  test('NULL agrees with NULL', async () => {
    const plan = planOf(texts(3), {});
    const rows = { production: [at(0, null, null, 'p')], shadow: [at(7, null, null, null)] };
    const { partners } = await withThreads(1, (engine) => partnersOf(engine, plan, texts(3), rows));
    expect(partners).toEqual([[0, 0, 0, 7]]);
  });

  test('without columns nothing is near', async () => {
    await withThreads(1, async (engine) => {
      for (const side of ['production', 'shadow'])
        await engine.run(sql`CREATE TEMP TABLE ${ident(`leftover_${side}`)} AS SELECT 0 AS "file", 0 AS "row"`);
      expect(await pairPartners(engine, planOf([], {}))).toEqual([]);
      expect(await partnersIn(engine)).toEqual([]);
    });
  });
});

/** A made-up order, 10 columns: an id that nobody knows to be one, and what orders hold; one column is always NULL, one constant. */
const ORDER: readonly (Column & { readonly made: Sql; readonly changed: Sql })[] = [
  { name: 'id', type: 'BIGINT', made: sql`CAST(i AS BIGINT)`, changed: sql`v0 + 1000000` },
  { name: 'customer', type: 'BIGINT', made: sql`CAST(hash(i * 3) % 900 AS BIGINT)`, changed: sql`v1 + 1` },
  { name: 'price', type: 'DOUBLE', made: sql`CAST(hash(i * 5) % 50000 AS DOUBLE) / 100`, changed: sql`v2 + 1.5` },
  {
    name: 'day',
    type: 'DATE',
    made: sql`DATE '2026-01-01' + CAST(hash(i * 7) % 300 AS INTEGER)`,
    changed: sql`v3 + 1`,
  },
  {
    name: 'state',
    type: 'VARCHAR',
    made: sql`['new', 'paid', 'sent'][1 + CAST(hash(i * 11) % 3 AS INTEGER)]`,
    changed: sql`v4 || '!'`,
  },
  { name: 'item', type: 'BIGINT', made: sql`CAST(hash(i * 13) % 5000 AS BIGINT)`, changed: sql`v5 + 1` },
  { name: 'note', type: 'VARCHAR', made: sql`CAST(NULL AS VARCHAR)`, changed: sql`'a note'` },
  { name: 'source', type: 'VARCHAR', made: sql`'web'`, changed: sql`'shop'` },
  { name: 'quantity', type: 'INTEGER', made: sql`CAST(hash(i * 17) % 20 AS INTEGER)`, changed: sql`v8 + 1` },
  { name: 'loaded', type: 'BIGINT', made: sql`CAST(i * 31 AS BIGINT)`, changed: sql`v9 + 1` },
];

/** Rows from `first` to before `last`, at places in no order; each changed in `changes` columns of its own. */
function orders(first: number, last: number, changes: number, always: readonly number[] = []): Sql {
  const made = ORDER.map(({ made }, i) => sql`${made} AS ${ident(`v${i}`)}`);
  const cells = ORDER.map(({ changed }, i) => {
    const nth = Array.from({ length: changes }, (_, change) => sql`hash(i, ${integer(change)}) % 10 = ${integer(i)}`);
    const name = ident(`v${i}`);
    if (always.includes(i)) return sql`-1 - v9 AS ${name}`;
    return changes === 0 ? name : sql`CASE WHEN ${join(nth, ' OR ')} THEN ${changed} ELSE ${name} END AS ${name}`;
  });
  return sql`SELECT i % 2 AS "file", (i * 7919) % 1000003 AS "row", i AS origin, ${join(cells)}
    FROM (SELECT i, ${join(made)} FROM range(${integer(first)}, ${integer(last)}) AS t(i))`;
}

interface Recall {
  readonly rightly: number;
  readonly wrongly: number;
}

/** How many of the rows found the row that they were made from. */
async function recallIn(engine: Engine): Promise<Recall> {
  const { rows } = await engine.run(sql`
    SELECT count(*) FILTER (WHERE p.origin = s.origin), count(*) FILTER (WHERE p.origin <> s.origin)
    FROM partners AS r
    JOIN leftover_production AS p ON p."file" = r.production_file AND p."row" = r.production_row
    JOIN leftover_shadow AS s ON s."file" = r.shadow_file AND s."row" = r.shadow_row`);
  return { rightly: Number(rows[0]?.[0]), wrongly: Number(rows[0]?.[1]) };
}

async function pairOrders(rows: Sided<Sql>, threads = 2, leftover?: LeftoverRows, columns: readonly Column[] = ORDER) {
  return withThreads(threads, async (engine) => {
    const plan = planOf(columns, {});
    await leaveOver(engine, plan, rows);
    const notes = await pairPartners(engine, plan, leftover);
    return { notes, recall: await recallIn(engine), partners: await partnersIn(engine) };
  });
}

describe('a large remainder', () => {
  test.each([
    [1, 3960],
    [2, 3960],
    [3, 3900],
  ])(
    'of 4,000 rows changed in up to %i cells at least %i find the row that they were, beside rows that have none',
    async (changes, least) => {
      const { notes, recall } = await pairOrders({
        production: orders(0, 4500, 0),
        shadow: sql`${orders(0, 4000, changes)} UNION ALL ${orders(5000, 5300, 0)}`,
      });
      expect(recall.rightly).toBeGreaterThanOrEqual(least);
      expect(notes.map(({ code }) => code)).toContain('near_rows_by_shared_values');
    },
  );

  test('columns that differ in every row do not keep rows apart', async () => {
    const { recall } = await pairOrders({ production: orders(0, 3000, 0), shadow: orders(0, 3000, 1, [0, 9]) });
    expect(recall.rightly).toBeGreaterThanOrEqual(2970);
  });

  test('the partners are the same with one thread and with four, and in whatever order the tables are', async () => {
    const places = {
      production: orders(0, 3000, 0),
      shadow: sql`${orders(0, 2800, 3)} UNION ALL SELECT * REPLACE (CAST(2 AS BIGINT) AS "file") FROM (${orders(2500, 3000, 4)})`,
    };
    const shuffled = {
      production: sql`SELECT * FROM (${places.production}) ORDER BY hash("row")`,
      shadow: sql`SELECT * FROM (${places.shadow}) ORDER BY hash("row", 1)`,
    };
    const first = await pairOrders(places, 1);
    const second = await pairOrders(shuffled, 4);
    expect(first.partners.length).toBeGreaterThan(2000);
    expect(second.partners).toEqual(first.partners);
    expect(new Set(first.partners.map(([file, row]) => `${file}/${row}`)).size).toBe(first.partners.length);
    expect(new Set(first.partners.map(([, , file, row]) => `${file}/${row}`)).size).toBe(first.partners.length);
  });

  test('rows that share their values with too many others are told', async () => {
    const plain = [
      { name: 'id', type: 'BIGINT' },
      { name: 'state', type: 'VARCHAR' },
      { name: 'country', type: 'VARCHAR' },
    ];
    const rows = (first: number) => sql`
      SELECT 0 AS "file", i AS "row", i AS origin, i + ${integer(first)} AS v0, ['a', 'b'][1 + CAST(i % 2 AS INTEGER)] AS v1, 'c' AS v2
      FROM range(2000) AS t(i)`;
    const { notes, partners } = await pairOrders({ production: rows(0), shadow: rows(100_000) }, 2, undefined, plain);
    expect(partners).toEqual([]);
    expect(notes.map(({ code }) => code)).toEqual(['near_rows_by_shared_values', 'near_rows_skipped']);
    expect(notes[1]?.text).toContain('2000 rows of production and 2000 of the shadow');
  });

  test('rows that are all NULL, or of one column, are no trouble', async () => {
    const nulls = sql`SELECT 0 AS "file", i AS "row", i AS origin, CAST(NULL AS VARCHAR) AS v0, CAST(NULL AS VARCHAR) AS v1, CAST(NULL AS VARCHAR) AS v2 FROM range(1500) AS t(i)`;
    const empty = await pairOrders({ production: nulls, shadow: nulls }, 2, undefined, texts(3));
    expect(empty.notes.map(({ code }) => code)).toContain('near_rows_skipped');
    const single = (first: number) =>
      sql`SELECT 0 AS "file", i AS "row", i AS origin, 'x' || (i + ${integer(first)}) AS v0 FROM range(1500) AS t(i)`;
    const one = await pairOrders({ production: single(0), shadow: single(5000) }, 2, undefined, texts(1));
    expect(one.partners).toEqual([]);
  });

  test('rows of 200 columns are found by a few of them', async () => {
    const wide = Array.from({ length: 200 }, (_, i) => ({ name: `c${i}`, type: 'BIGINT' }));
    const rows = (changes: number) => {
      const cells = wide.map((_, i) => {
        const made = sql`CAST(hash(i, ${integer(i)}) % ${integer(2 + (i % 40) * 20)} AS BIGINT)`;
        const changed = sql`(hash(i * 7, ${integer(i)}) % 40 < ${integer(changes)})`;
        return sql`${made} + CAST(${changed} AS INTEGER) AS ${ident(`v${i}`)}`;
      });
      return sql`SELECT 0 AS "file", i AS "row", i AS origin, ${join(cells)} FROM range(1100) AS t(i)`;
    };
    const { recall } = await pairOrders({ production: rows(0), shadow: rows(2) }, 2, undefined, wide);
    expect(recall).toEqual({ rightly: 1100, wrongly: 0 });
  });

  test('rows that lie within their tolerances only are found all the same', async () => {
    const measured: readonly Column[] = [
      { name: 'temperature', type: 'DOUBLE' },
      { name: 'pressure', type: 'DOUBLE' },
      { name: 'moment', type: 'TIMESTAMP' },
    ];
    const rule = { type: null, abs: 0, rel: 0, time_us: 0 };
    const plan = planOf(measured, {
      tolerance: [
        { ...rule, column: 'temperature', abs: 0.001 },
        { ...rule, column: 'pressure', rel: 1e-6 },
        { ...rule, column: 'moment', time_us: 1_000_000 },
      ],
    });
    const rows = (shift: Sql) => sql`
      SELECT 0 AS "file", i AS "row", i AS origin, CAST(hash(i * 3) % 1000000 AS DOUBLE) / 1000 - 500 + 0.0009 * ${shift} AS v0,
        (CAST(hash(i * 5) % 1000000 AS DOUBLE) - 5e5) * (1 + 5e-7 * ${shift}) AS v1,
        TIMESTAMP '2026-01-01 00:00:00' + to_milliseconds(CAST(hash(i * 7) % 1000000000 AS BIGINT) + 800 * ${shift}) AS v2
      FROM range(3000) AS t(i)`;
    await withThreads(2, async (engine) => {
      await leaveOver(engine, plan, { production: rows(sql`0`), shadow: rows(sql`1`) });
      await pairPartners(engine, plan);
      expect((await recallIn(engine)).rightly).toBeGreaterThanOrEqual(2970);
    });
  });

  test('nothing is left in the session but the partners', async () => {
    await withThreads(2, async (engine) => {
      const plan = planOf(ORDER, {});
      await leaveOver(engine, plan, { production: orders(0, 1500, 0), shadow: orders(200, 1700, 2) });
      await pairPartners(engine, plan);
      const { rows } = await engine.run(sql`SELECT table_name FROM duckdb_tables() ORDER BY ALL`);
      expect(rows.flat()).toEqual(['leftover_production', 'leftover_shadow', 'partners']);
    });
  });
});

describe('the bins that columns are dealt into', () => {
  const telling = { bits: 17, shared: 1 };

  test('hold no column that is always the same or that differs in every row', () => {
    const bins = chooseBins(
      [
        { column: 0, bits: 0, shared: 1 },
        { column: 1, bits: 40, shared: 0 },
        { column: 2, ...telling },
      ],
      100_000,
    );
    expect(bins).toEqual([[2]]);
  });

  test('take no more columns than tell single rows apart, so that most changes touch none of them', () => {
    const columns = Array.from({ length: 200 }, (_, column) => ({ column, ...telling }));
    expect(chooseBins(columns, 100_000)).toEqual([[0], [1], [2], [3], [4]]);
  });

  test('share out columns that say little', () => {
    const columns = Array.from({ length: 10 }, (_, column) => ({ column, bits: 2, shared: 1 }));
    expect(chooseBins(columns, 100_000)).toEqual([
      [0, 5],
      [1, 6],
      [2, 7],
      [3, 8],
      [4, 9],
    ]);
  });

  test('are none where nothing tells rows apart', () => {
    expect(chooseBins([], 100_000)).toEqual([]);
  });
});
