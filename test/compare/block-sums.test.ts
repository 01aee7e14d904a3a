/** The XOR of all groups proves that columns which were not read again agree: no change may cancel in it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allBlocks } from '../../src/compare/block-sums.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { type Sql, sql, value } from '../../src/sql/sql.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
});
afterAll(() => engine.close());

const answerTo = async (statement: Sql) => (await engine.run(statement)).rows[0]?.[0];

test('two groups that hold one value do not cancel: a row in which both change alike changes it', async () => {
  const blocks = (text: string) => allBlocks([[0], [1]], () => sql`hash(${value(text)})`, sql`hash(7)`);
  expect(await answerTo(sql`SELECT ${blocks('before')} = ${blocks('after')}`)).toBe(false);
});

test('nor do two groups of several blocks', async () => {
  const blocks = (text: string) =>
    allBlocks(
      [
        [0, 1],
        [2, 3],
      ],
      () => sql`hash(${value(text)})`,
      sql`hash(7)`,
    );
  expect(await answerTo(sql`SELECT ${blocks('before')} = ${blocks('after')}`)).toBe(false);
});

test('two rows that swap values change it, where the key is the last column of their block too', async () => {
  const blocks = allBlocks([[0]], () => sql`hash(x, id)`, sql`hash(id)`);
  const before = sql`SELECT bit_xor(${blocks}) FROM (VALUES (1, 'one'), (2, 'other')) AS t(id, x)`;
  const after = sql`SELECT bit_xor(${blocks}) FROM (VALUES (1, 'other'), (2, 'one')) AS t(id, x)`;
  expect(await answerTo(sql`SELECT (${before}) = (${after})`)).toBe(false);
});
