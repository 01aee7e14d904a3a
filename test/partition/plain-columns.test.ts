/** Schemas that are taken from the footer alone: they have to be what the engine says of a query over the file. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { plainColumns, readSchemas } from '../../src/partition/parquet-layout.ts';
import { query } from '../../src/sql/query-file.ts';
import { sql, trustedExpression } from '../../src/sql/sql.ts';
import { openPlace, type Place } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.end());

async function both(rows: string) {
  const path = await place.parquet('x.parquet', sql`FROM ${trustedExpression(rows)}`);
  const engine = await openDuckdb({ files: [path], spill: null, threads: 1, memory_bytes: null });
  try {
    const described = await engine.describe(query('partition/parquet-columns', {}, { files: [path], by_name: false }));
    const nodes = (await readSchemas(engine, [path, path])).get(path) ?? [];
    return { described, plain: plainColumns(nodes) };
  } finally {
    await engine.close();
  }
}

test.each([
  'true',
  '1::TINYINT',
  '1::SMALLINT',
  '1::INTEGER',
  '1::BIGINT',
  '1::HUGEINT',
  '1::UTINYINT',
  '1::USMALLINT',
  '1::UINTEGER',
  '1::UBIGINT',
  '1::FLOAT',
  '1::DOUBLE',
  '1::DECIMAL(4,1)',
  '1::DECIMAL(18,4)',
  '1::DECIMAL(38,10)',
  "'a'",
  "'x'::ENUM('x', 'y')",
  "DATE '2026-11-20'",
  "TIMESTAMP '2026-11-20'",
  "TIMESTAMP_MS '2026-11-20'",
  "TIMESTAMP_NS '2026-11-20'",
  "TIMESTAMPTZ '2026-11-20'",
  'NULL',
])('%s', async (value) => {
  const { described, plain } = await both(`SELECT ${value} AS "a column", 1 AS "B"`);
  expect(plain).toEqual(described);
});

test.each([
  ['a list', 'SELECT [1] x'],
  ['a struct', "SELECT {'a': 1} x"],
  ['a map', "SELECT MAP {'a': 1} x"],
  ['a geometry, which is a blob in the footer', "SELECT 'POINT(1 1)'::GEOMETRY x"],
  ['bytes', "SELECT 'a'::BLOB x"],
])('%s needs the engine’s own word', async (_, rows) => {
  expect((await both(rows)).plain).toBeNull();
});

test('names that the engine would change, and lists without a group of their own, need it too', () => {
  const node = { children: 0, is_repeated: false, type: 'BIGINT' };
  const of = (...nodes: readonly object[]) =>
    plainColumns([
      { ...node, name: 'root', children: nodes.length, type: null },
      ...nodes.map((one) => ({ ...node, name: 'id', ...one })),
    ]);
  expect(of({})).toEqual([{ name: 'id', type: 'BIGINT' }]);
  expect(of({}, { name: 'ID' })).toBeNull();
  expect(of({}, { name: '' })).toBeNull();
  expect(of({ is_repeated: true })).toBeNull();
  expect(plainColumns([])).toBeNull();
});
