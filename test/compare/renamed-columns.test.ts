import { describe, expect, test } from 'vitest';
import { planColumns } from '../../src/compare/column-plan.ts';
import { keyForms, markRenamed, renamedByContent, withRenamed } from '../../src/compare/renamed-columns.ts';
import { mapSides } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { withPair } from './infer-key-pair.ts';

const KEY = { key: ['id'] };

/** The columns found: production's name, shadow's, rows looked at, rows that agree. */
function found(production: string, shadow: string, spec: Partial<Spec> = KEY) {
  return withPair(
    production,
    shadow,
    async ({ engine, plan, rowsOf, counts }) => {
      const columns = await renamedByContent(engine, {
        unpaired: plan.unpaired,
        key: keyForms(plan),
        rowsOf,
        counts,
      });
      return columns.map((one) => [one.production, one.shadow, Number(one.rows), Number(one.agreeing)]);
    },
    spec,
  );
}

const rows = (columns: string, count = 200): string => `SELECT i AS id, ${columns} FROM range(${count}) t(i)`;

describe('a column under another name', () => {
  test('is found by its values in rows of one key, whatever the order of the rows', async () => {
    const shadow = `SELECT * FROM (${rows("'m' || (i * 7 % 5) AS payment_method")}) ORDER BY hash(id)`;
    expect(await found(rows("'m' || (i * 7 % 5) AS method"), shadow)).toEqual([['method', 'payment_method', 200, 200]]);
  });

  test('is not one of its own name, which a rule maps to another', async () => {
    const table = rows('hash(i) % 90 AS amount');
    expect(await found(table, table, { ...KEY, renamed: [{ production: 'amount', shadow: 'nowhere' }] })).toEqual([]);
  });

  test('some values may differ, a fifth at most', async () => {
    const production = rows('hash(i) % 90 AS amount');
    const changed = (every: number) => rows(`hash(i) % 90 + (i % ${every} = 0)::INTEGER AS total`);
    expect(await found(production, changed(10))).toEqual([['amount', 'total', 200, 180]]);
    expect(await found(production, changed(4))).toEqual([]);
  });

  test('is found without a key where all values are the same, and only there', async () => {
    const [production, shadow] = [rows('hash(i) % 90 AS amount'), rows('hash(i) % 90 AS total')];
    expect(await found(production, `SELECT * FROM (${shadow}) ORDER BY hash(id)`, {})).toEqual([
      ['amount', 'total', 200, 200],
    ]);
    expect(await found(production, rows('hash(i) % 90 + (i = 5)::INTEGER AS total'), {})).toEqual([]);
  });

  test('is found where every value of the key stands twice: by the whole columns', async () => {
    const twice = (name: string) => `SELECT i // 2 AS id, hash(i) % 90 AS ${name}, i % 2 AS kind FROM range(200) t(i)`;
    expect(await found(twice('amount'), twice('total'))).toEqual([['amount', 'total', 200, 200]]);
  });

  test('may have another type: a number as text, a date as timestamp', async () => {
    const production = rows("hash(i) % 90 AS amount, DATE '2026-01-01' + (i % 60)::INTEGER AS day");
    const shadow = rows("(hash(i) % 90)::VARCHAR AS total, (DATE '2026-01-01' + (i % 60)::INTEGER)::TIMESTAMP AS seen");
    expect((await found(production, shadow)).map((one) => one.slice(0, 2)).toSorted()).toEqual([
      ['amount', 'total'],
      ['day', 'seen'],
    ]);
  });
});

describe('what is not one column', () => {
  test('columns of one value, or hardly any other', async () => {
    const table = (name: string) => rows(`NULL::VARCHAR AS ${name}1, 'EUR' AS ${name}2, i = 7 AS ${name}3`);
    expect(await found(table('a'), table('b').replace('i = 7', 'i = 9'))).toEqual([]);
  });

  test('each is paired once, with its best; of equals with the one that is called alike, else in order', async () => {
    const production = rows('hash(i) % 90 AS amount');
    const shadow = rows('hash(i) % 90 + (i % 20 = 0)::INTEGER AS nearly, hash(i) % 90 AS total');
    expect(await found(production, shadow)).toEqual([['amount', 'total', 200, 200]]);
    const equals = (one: string, other: string) => rows(`hash(i) % 90 AS ${one}, hash(i) % 90 AS ${other}`);
    expect(await found(equals('first', 'net_total'), equals('"NetTotal"', 'other'))).toEqual([
      ['net_total', 'NetTotal', 200, 200],
      ['first', 'other', 200, 200],
    ]);
  });

  test('one that is nearly another, whose best stands elsewhere, stays alone', async () => {
    const production = rows('hash(i) % 90 AS amount, hash(i) % 90 + (i % 20 = 0)::INTEGER AS nearly');
    expect(await found(production, rows('hash(i) % 90 AS total, i % 3 AS third'))).toEqual([
      ['amount', 'total', 200, 200],
    ]);
  });

  test('nothing is found where a side is empty', async () => {
    const empty = `SELECT * FROM (${rows('i % 7 AS total')}) WHERE false`;
    expect(await found(rows('i % 7 AS amount'), empty)).toEqual([]);
  });
});

test('names of any kind come back as they are', async () => {
  const name = '"__proto__\'\n{{x}} $1"';
  expect(await found(rows(`hash(i) % 90 AS ${name}`), rows('hash(i) % 90 AS "x0"'))).toEqual([
    ["__proto__'\n{{x}} $1", 'x0', 200, 200],
  ]);
});

test('large sides are looked at by some keys, the same on both', async () => {
  const production = rows('hash(i) % 90 AS amount', 120_000);
  const shadow = `SELECT * FROM (${rows('hash(i) % 90 AS total', 120_000)}) ORDER BY hash(id)`;
  const [[, , looked, agreeing] = [], ...more] = await found(production, shadow);
  expect(more).toEqual([]);
  expect(looked).toBe(agreeing);
  expect(looked).toBeGreaterThan(35_000);
  expect(looked).toBeLessThan(45_000);
});

test('planned as one column it is told as renamed by content, and what the config maps as mapped', async () => {
  const production = rows('hash(i) % 90 AS amount, i % 7 AS kind');
  const shadow = rows('(hash(i) % 90)::INTEGER AS total, i % 7 AS sort');
  const spec = { ...PLAIN_SPEC, ...KEY, renamed: [{ production: 'kind', shadow: 'sort' }] };
  await withPair(
    production,
    shadow,
    async ({ engine, plan, tables, rowsOf, counts }) => {
      const columns = await renamedByContent(engine, { unpaired: plan.unpaired, key: keyForms(plan), rowsOf, counts });
      const planned = planColumns(
        mapSides(tables, (table) => table.columns),
        withRenamed(spec, columns),
      );
      expect(planned.unpaired).toEqual({ production: [], shadow: [] });
      expect(markRenamed(planned.schema, columns).renamed).toEqual([
        { production: 'amount', shadow: 'total', by: 'content', rows: 200n, agreeing: 200n },
        { production: 'kind', shadow: 'sort', by: 'config', rows: null, agreeing: null },
      ]);
    },
    spec,
  );
});
