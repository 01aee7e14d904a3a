import { afterAll, beforeAll, expect, test } from 'vitest';
import { bucketedRows, bucketOfHash, type DifferingBuckets } from '../../src/compare/buckets.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { sql } from '../../src/sql/sql.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
});
afterAll(() => engine.close());

test('keys of one bucket do not share the bits by which the engine places them in a table', async () => {
  const bucket = bucketOfHash(sql`hash(i)`, 12);
  const { rows } = await engine.run(
    sql`SELECT count(*), count(DISTINCT hash(i) % 16777216) FROM range(400000) t(i) WHERE ${bucket} = 7`,
  );
  const [keys, places] = (rows[0] ?? []).map(Number);
  expect(keys).toBeGreaterThan(50);
  expect(places).toBe(keys);
});

test('rows of one key are not too many to be counted', async () => {
  for (const table of [sql`production_bucket`, sql`shadow_bucket`])
    await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${table} AS SELECT 0 AS bucket, 4000000000 AS row_count`);
  const found = await bucketedRows(engine, { out_of: 4096 } as DifferingBuckets);
  expect(found).toEqual({ rows: { production: 4e9, shadow: 4e9 }, are_joined: false });
});
