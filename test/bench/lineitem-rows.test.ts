import { expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { integer, sql } from '../../src/sql/sql.ts';
import { lineitemRows, numberAt } from './lineitem-rows.ts';

test('in either order every row stands once, and line and order name it', async () => {
  const engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
  for (const rows of [1, 27, 28, 29, 5_000]) {
    const numbers = (order: 'by_key' | 'scattered') =>
      sql`SELECT ${numberAt(rows, order)} AS n FROM range(${integer(rows)}) AS t(i)`;
    const both = await engine.run(sql`
      SELECT count(DISTINCT n), min(n), max(n), count(DISTINCT (l_orderkey, l_linenumber))
      FROM (${lineitemRows(numbers('scattered'), rows)})`);
    expect(both.rows).toEqual([[BigInt(rows), 0n, BigInt(rows - 1), BigInt(rows)]]);
    const differing = await engine.run(sql`
      SELECT count(*) FROM (
        (${lineitemRows(numbers('by_key'), rows)}) EXCEPT ALL (${lineitemRows(numbers('scattered'), rows)})
      )`);
    expect(differing.rows).toEqual([[0n]]);
  }
  const moved = await engine.run(sql`
    SELECT count(*) FROM (SELECT i, ${numberAt(5_000, 'scattered')} AS n FROM range(5000) AS t(i)) WHERE i <> n`);
  expect(Number(moved.rows[0]?.[0])).toBeGreaterThan(4_900);
  await engine.close();
});
