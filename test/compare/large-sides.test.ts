/** What the large path must tell as the small one does, where rows of one key change beside many others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { diffQueries, LARGE_IN_PARTS } from '../diff/table-queries.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
});
afterAll(() => engine.close());

/** Of nine columns with the one that a test sets: of so many the large path looks which differ. */
const COLUMNS = 'i AS id, i % 7 AS a, i % 5 AS b, i % 3 AS c, i AS d, i AS e, i AS f, i AS g,';

test('rows of one key that both change alike are found where finer buckets of many others are summed', async () => {
  const rowsOf = (h: string, a: number): string =>
    `SELECT ${COLUMNS} ${h} AS h FROM range(300) t(i) UNION ALL SELECT 1000, ${a}, 1, 1, 1, 1, 1, 1, 1 FROM range(2)`;
  const tables = { production: rowsOf('i', 1), shadow: rowsOf('i + CAST(i < 200 AS INTEGER)', 2) };
  const { difference } = await diffQueries(engine, tables, { key: ['id'] }, LARGE_IN_PARTS);
  expect(difference.rows).toMatchObject({ equal: 100n, changed: 202n });
});

test('rows of one key that swap values are no match where all else is forgiven', async () => {
  const rowsOf = (h: string, a: string): string =>
    `SELECT ${COLUMNS} ${h} AS h FROM range(300) t(i) UNION ALL SELECT 1000, ${a}, 1, i, 1, 1, 1, 1, 1 FROM range(2) t(i)`;
  const tables = { production: rowsOf('i', 'i'), shadow: rowsOf('i + CAST(i < 200 AS INTEGER)', '1 - i') };
  const spec = { key: ['id'], tolerance: [{ column: 'h', type: null, abs: 1, rel: 0, time_us: 0 }] };
  const { difference } = await diffQueries(engine, tables, spec, LARGE_IN_PARTS);
  expect(difference.rows).toMatchObject({ agreed: 200n, changed: 2n });
});
