import { expect, test } from 'vitest';
import { pairPartners } from '../../src/diff/partners.ts';
import { sql } from '../../src/sql/sql.ts';
import { leaveOver, type PlacedRow, partnersIn, partnersOf, planOf, withThreads } from './leftover-tables.ts';

const columns = [
  { name: 'id', type: 'INTEGER' },
  { name: 'one', type: 'VARCHAR' },
  { name: 'two', type: 'VARCHAR' },
];
const plan = planOf(columns, { key: ['id'], normalise: [{ column: 'one', type: null, rule: 'ignore_case' }] });

const at = (row: number, ...cells: PlacedRow['cells']): PlacedRow => ({ file: 0, row, cells });

test('the pair with fewest differing columns is taken first, though an earlier row would have liked the same partner', async () => {
  const rows = {
    production: [at(0, 1, 'x', 'y'), at(1, 1, 'a', 'y')],
    shadow: [at(0, 1, 'a', 'b'), at(1, 1, 'q', 'q')],
  };
  const { partners } = await withThreads(1, (engine) => partnersOf(engine, plan, columns, rows));
  expect(partners).toEqual([
    [0, 0, 0, 1],
    [0, 1, 0, 0],
  ]);
});

test('of pairs that differ in as many columns beyond what is agreed, the one with fewest differences at all is taken first', async () => {
  const rows = {
    production: [at(0, 1, 'A', 'y'), at(1, 1, 'a', 'y')],
    shadow: [at(0, 1, 'a', 'b')],
  };
  const { partners } = await withThreads(1, (engine) => partnersOf(engine, plan, columns, rows));
  expect(partners).toEqual([[0, 1, 0, 0]]);
});

test('equally good pairs are taken in the order of the files, not in that of the tables', async () => {
  const rows = {
    production: [3, 1, 0, 2].map((row) => at(row, 1, 'x', 'x')),
    shadow: [2, 0, 3, 1].map((row) => at(row, 1, 'y', 'y')),
  };
  const { partners } = await withThreads(4, (engine) => partnersOf(engine, plan, columns, rows));
  expect(partners).toEqual([0, 1, 2, 3].map((row) => [0, row, 0, row]));
});

test('files come before rows in the order', async () => {
  const rows = {
    production: [
      { file: 1, row: 0, cells: [1, 'x', 'x'] },
      { file: 0, row: 9, cells: [1, 'x', 'x'] },
    ],
    shadow: [{ file: 0, row: 5, cells: [1, 'y', 'y'] }],
  };
  const { partners } = await withThreads(1, (engine) => partnersOf(engine, plan, columns, rows));
  expect(partners).toEqual([[0, 9, 0, 5]]);
});

test('of a key with more than 10,000 pairs the rows pair in the order of the files, and a note says of how many', async () => {
  // Key 1 has 100 × 100 pairs, key 2 and NULL have 101 × 100; the best partner of each row lies at the other end.
  const rowsOf = (last: number) => sql`
    SELECT 0 AS "file", CAST(row_number() OVER () - 1 AS BIGINT) AS "row", id AS v0, CAST(n AS VARCHAR) AS v1, 'x' || ${last === 0 ? sql`n` : sql`(99 - n)`} AS v2
    FROM (SELECT unnest([1, 2, NULL]) AS id) CROSS JOIN range(101) AS t(n)
    WHERE n < 100 OR (id IS DISTINCT FROM 1 AND ${last === 0 ? sql`true` : sql`false`})
    ORDER BY id, n`;
  await withThreads(2, async (engine) => {
    await leaveOver(engine, planOf(columns, { key: ['id'] }), { production: rowsOf(0), shadow: rowsOf(1) });
    const notes = await pairPartners(engine, planOf(columns, { key: ['id'] }));
    expect(notes.map(({ code }) => code)).toEqual(['large_key_groups']);
    expect(notes[0]?.text).toContain('2 keys');
    expect(notes[0]?.text).toContain('402 rows');
    const { rows } = await engine.run(sql`
      SELECT p.v0, count(*), count(DISTINCT r.shadow_row), count(*) FILTER (WHERE p.v2 = s.v2 OR p.v1 = s.v1), min(p."row" - s."row"), max(p."row" - s."row")
      FROM partners AS r JOIN leftover_production AS p ON p."row" = r.production_row JOIN leftover_shadow AS s ON s."row" = r.shadow_row
      WHERE p.v0 IS NOT DISTINCT FROM s.v0 GROUP BY p.v0 ORDER BY p.v0`);
    expect(rows[0]?.slice(0, 4)).toEqual([1, 100n, 100n, 100n]);
    for (const [id, count, distinct, , least, most] of rows.slice(1)) {
      expect([id === 2 || id === null, count, distinct]).toEqual([true, 100n, 100n]);
      expect(least).toEqual(most);
    }
    expect(rows).toHaveLength(3);
  });
});

test('keys are unique on both sides where it is said so, and only some columns need to be held', async () => {
  await withThreads(2, async (engine) => {
    await engine.run(
      sql`CREATE TEMP TABLE leftover_production AS SELECT 0 AS "file", i AS "row", CAST(i AS INTEGER) AS v0 FROM range(9) AS t(i)`,
    );
    await engine.run(
      sql`CREATE TEMP TABLE leftover_shadow AS SELECT 0 AS "file", 8 - i AS "row", CAST(i + 1 AS INTEGER) AS v0 FROM range(9) AS t(i)`,
    );
    for (const keys_are_unique of [true, false]) {
      await pairPartners(engine, plan, { columns: [0], keys_are_unique });
      expect(await partnersIn(engine)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((row) => [0, row, 0, 9 - row]));
    }
  });
});

test('a part with narrow columns pairs repeated keys by the columns that are held', async () => {
  await withThreads(2, async (engine) => {
    await engine.run(
      sql`CREATE TEMP TABLE leftover_production AS SELECT 0 AS "file", i AS "row", 1 AS v0, CAST(i AS VARCHAR) AS v2 FROM range(3) AS t(i)`,
    );
    await engine.run(
      sql`CREATE TEMP TABLE leftover_shadow AS SELECT 0 AS "file", i AS "row", 1 AS v0, CAST(2 - i AS VARCHAR) AS v2 FROM range(3) AS t(i)`,
    );
    await pairPartners(engine, plan, { columns: [0, 2], keys_are_unique: false });
    expect(await partnersIn(engine)).toEqual([
      [0, 0, 0, 2],
      [0, 1, 0, 1],
      [0, 2, 0, 0],
    ]);
  });
});

test('keys of converted and nested types meet by their forms', async () => {
  const keyTypes = ['DECIMAL(38,2)', 'BLOB', 'INTEGER[]', 'TIMESTAMP', 'UUID', 'BOOLEAN', 'DOUBLE'];
  const wide = [...keyTypes.map((type, i) => ({ name: `key${i}`, type })), { name: 'note', type: 'VARCHAR' }];
  const keyed = planOf(wide, { key: keyTypes.map((_, i) => `key${i}`) });
  const rows = (note: 'p' | 's') => sql`
    SELECT 0 AS "file", i AS "row", CAST(i // 2 AS DECIMAL(38,2)) AS v0, CAST('b' AS BLOB) AS v1, [1, NULL] AS v2,
      TIMESTAMP '2026-11-21 00:00:00' AS v3, CAST(NULL AS UUID) AS v4, true AS v5, CAST('nan' AS DOUBLE) AS v6,
      ${note === 'p' ? sql`'n' || i` : sql`'n' || (i + 1 - 2 * (i % 2))`} AS v7
    FROM range(6) AS t(i)`;
  await withThreads(2, async (engine) => {
    await leaveOver(engine, keyed, { production: rows('p'), shadow: rows('s') });
    await pairPartners(engine, keyed);
    expect(await partnersIn(engine)).toEqual([0, 1, 2, 3, 4, 5].map((row) => [0, row, 0, row + 1 - 2 * (row % 2)]));
  });
});

test('nothing is left in the session but the partners', async () => {
  await withThreads(1, async (engine) => {
    await partnersOf(engine, plan, columns, {
      production: [at(0, 1, 'x', 'y'), at(1, 1, 'x', 'z')],
      shadow: [at(0, 1, 'y', 'q')],
    });
    const { rows } = await engine.run(sql`SELECT table_name FROM duckdb_tables() ORDER BY ALL`);
    expect(rows.flat()).toEqual(['leftover_production', 'leftover_shadow', 'partners']);
  });
});
