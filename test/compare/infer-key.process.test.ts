import { describe, expect, test } from 'vitest';
import { inferKey } from '../../src/compare/infer-key.ts';
import type { Spec } from '../../src/core/spec.ts';
import { sql } from '../../src/sql/sql.ts';
import { withPair } from './infer-key-pair.ts';

/** The names of the inferred keys, best first; `select` is the same on both sides unless the shadow's is given. */
async function keysOf(
  select: string,
  shadow = select,
  spec: Partial<Spec> = {},
  tried: readonly (readonly string[])[] = [],
): Promise<readonly (readonly string[])[]> {
  const found = await inferred(select, shadow, spec, tried);
  return found.map(({ columns }) => columns);
}

function inferred(
  select: string,
  shadow = select,
  spec: Partial<Spec> = {},
  tried: readonly (readonly string[])[] = [],
) {
  return withPair(
    select,
    shadow,
    ({ engine, plan, rows, counts }) => inferKey(engine, plan, rows, counts, tried),
    spec,
  );
}

/** 400 rows; `changed`: the amount of every tenth row is another. */
const orders = (key: string, changed = false): string =>
  `SELECT ${key} AS order_id, 'name ' || (i % 17) AS customer, hash(i) % 900 ${changed ? '+ (i % 10 = 0)::INTEGER' : ''} AS amount
   FROM range(400) t(i)`;

describe('a key of one column', () => {
  test.each([
    ['integer', 'i'],
    ['text', "'o-' || i"],
    ['uuid', "CAST(md5('' || i) AS UUID)"],
    ['timestamp', "TIMESTAMP '2026-01-01' + INTERVAL (i) MINUTE"],
    ['decimal', '(i / 4)::DECIMAL(12, 2)'],
    ['wide decimal', 'i::DECIMAL(38, 4)'],
    ['date', "DATE '2020-01-01' + i::INTEGER"],
    ['blob', "encode('o-' || i)"],
  ])('of type %s is found', async (_, key) => {
    expect((await keysOf(orders(key), orders(key, true)))[0]).toEqual(['order_id']);
  });

  test('it is found where the two sides type it differently, and where a rule brings it together', async () => {
    expect((await keysOf(orders('i'), orders("i || ''")))[0]).toEqual(['order_id']);
    const trimmed = await keysOf(orders("'o-' || i"), orders("'o-' || i || ' '"), {
      normalise: [{ column: 'order_id', type: null, rule: 'trim' }],
    });
    expect(trimmed[0]).toEqual(['order_id']);
  });

  test('a boolean is one together with others', async () => {
    const flags = `SELECT 'c' || (i // 2) AS customer_id, i % 2 = 0 AS is_current, hash(i) % 90 AS n FROM range(400) t(i)`;
    expect((await keysOf(flags))[0]).toEqual(['customer_id', 'is_current']);
  });

  test('one without a telling name wins over measures that are unique as well', async () => {
    const table = (factor: number): string =>
      `SELECT hash(i)::DECIMAL(20, 0) * ${factor} AS amount, 'p' || i AS product, hash(i * 7) AS size FROM range(300) t(i)`;
    expect((await keysOf(table(1), table(10)))[0]).toEqual(['product']);
  });

  test('a float is one only where there is nothing else', async () => {
    const table = "SELECT i / 8 AS x, i % 3 AS kind, 'n' || (i % 5) AS note FROM range(200) t(i)";
    expect((await keysOf(table))[0]).toEqual(['x']);
    expect((await keysOf(table.replace('i % 3 AS kind', 'i AS kind')))[0]).toEqual(['kind']);
  });
});

describe('a key of several columns', () => {
  test('order and line, day and two codes; a column of one value is no part of it', async () => {
    const lines = `SELECT i // 4 AS order_no, i % 4 AS line_no, '2026-11-20' AS ds, hash(i) % 90 AS qty FROM range(600) t(i)`;
    expect((await keysOf(lines))[0]).toEqual(['order_no', 'line_no']);
    const days = `SELECT DATE '2026-01-01' + (i // 12)::INTEGER AS day, 'c' || (i // 4 % 3) AS country, i % 4 AS age_group,
      hash(i) % 50 AS cases FROM range(600) t(i)`;
    expect((await keysOf(days))[0]).toEqual(['day', 'country', 'age_group']);
  });

  test('where it stands ordered by one of its columns, so that the other looks unique in every part of the table', async () => {
    const rows = (amount: string): string =>
      `SELECT 'place ' || (i // 9000) AS place, i % 9000 AS hour_number, ${amount} AS amount FROM range(27000) t(i)`;
    expect((await keysOf(rows('hash(i) % 70'), rows('hash(i) % 70 + (i % 50 = 0)::INTEGER')))[0]).toEqual([
      'place',
      'hour_number',
    ]);
  });
});

describe('what the sides hold', () => {
  test('a NULL in it makes it less sure, and no less a key', async () => {
    const whole = await inferred(orders('i'));
    const one = await inferred(orders('nullif(i, 7)'));
    expect(one[0]?.columns).toEqual(['order_id']);
    expect(one[0]?.certainty).toBeLessThan(whole[0]?.certainty ?? 0);
    expect(one[0]?.evidence).toContain('have a NULL in it');
    const parts = `SELECT nullif(i // 4, 3) AS order_no, i % 4 AS line_no, hash(i) % 90 AS qty FROM range(600) t(i)`;
    expect((await keysOf(parts))[0]).toEqual(['order_no', 'line_no']);
  });

  test('copies of whole rows on both sides, or on one, are no reason against it', async () => {
    const copied = `${orders('i')} UNION ALL (SELECT * FROM (${orders('i')}) WHERE order_id % 3 = 0)`;
    for (const [production, shadow] of [
      [copied, copied],
      [orders('i'), copied],
    ] as const) {
      const [first] = await inferred(production, shadow);
      expect(first?.columns).toEqual(['order_id']);
      expect(first?.evidence).toContain('unique on both sides but for copies of whole rows');
    }
  });

  test('rows that one side holds in two versions are no reason either, and make it less sure', async () => {
    const doubled = `${orders('i')} UNION ALL (SELECT order_id, customer, amount + 1000 FROM (${orders('i')}))`;
    for (const sides of [
      [orders('i'), doubled],
      [doubled, orders('i')],
    ] as const) {
      const [first] = await inferred(...sides);
      expect(first?.columns).toEqual(['order_id']);
      expect(first?.certainty).toBeLessThan(0.9);
    }
  });

  test('a side that lost most of its rows is covered by the other', async () => {
    const [first] = await inferred(orders('i'), `SELECT * FROM (${orders('i')}) WHERE order_id % 10 = 0`);
    expect(first?.columns).toEqual(['order_id']);
    expect(first?.evidence).toContain('100 % of its values stand on both');
  });

  test('an empty side: one key for showing, and it says so; two: none', async () => {
    const empty = `SELECT * FROM (${orders('i')}) WHERE false`;
    const found = await inferred(orders('i'), empty);
    expect(found.map(({ columns }) => columns)).toEqual([['order_id']]);
    expect(found[0]?.evidence).toContain('shadow holds none');
    expect(await keysOf(empty, empty)).toEqual([]);
  });
});

describe('what is no key', () => {
  const table = (load: string, more = ''): string =>
    `SELECT ${load}, 'c' || i AS customer_code, 'n' || (i % 7) AS note, hash(i * 3) % 500 AS amount ${more} FROM range(500) t(i)`;

  test('an id or a time that the load gives differs on both sides, and never wins', async () => {
    const production = table("i AS load_id, TIMESTAMP '2026-11-20' + INTERVAL (i) SECOND AS loaded_at, uuid() AS id");
    const shadow = table(
      "i + 9000 AS load_id, TIMESTAMP '2026-11-21' + INTERVAL (i) SECOND AS loaded_at, uuid() AS id",
    );
    expect(await keysOf(production, shadow)).toEqual([['customer_code']]);
  });

  test('a number that counts the rows of each side in its own order does not win, whatever its name', async () => {
    const [production, shadow] = [table('i AS id'), table('(i * 7 + 3) % 500 AS id')];
    expect((await keysOf(production, shadow))[0]).toEqual(['customer_code']);
  });

  test('there is none where rows stand in many versions, or all columns together are needed', async () => {
    expect(await keysOf("SELECT 'l' || (i % 3) AS level, 'm' || (i % 20) AS message FROM range(400) t(i)")).toEqual([]);
    const grid = 'SELECT i // 20 AS a, i % 20 AS b FROM range(400) t(i)';
    expect(await keysOf(grid, grid.replace('range(400)', 'range(200, 600)'))).toEqual([]);
    expect(await keysOf('SELECT hash(i) % 50 AS n FROM range(400) t(i)')).toEqual([]);
  });

  test('lists and structs are not, and do not disturb', async () => {
    const nested = "SELECT [i, i] AS ids, {'id': i} AS id, i % 20 AS kind, 'n' || i AS name FROM range(200) t(i)";
    expect((await keysOf(nested))[0]).toEqual(['name']);
  });
});

describe('asking again', () => {
  test('gives the next candidate, until there is none', async () => {
    const table = "SELECT i AS id, 'o-' || i AS order_code, hash(i) % 90 AS qty, i % 4 AS kind FROM range(300) t(i)";
    expect((await keysOf(table))[0]).toEqual(['id']);
    expect((await keysOf(table, table, {}, [['id']]))[0]).toEqual(['order_code']);
    const left = await keysOf(table, table, {}, [['id'], ['order_code']]);
    expect(left.flat()).not.toContain('id');
    expect(left.flat()).not.toContain('order_code');
  });

  test('names of any kind come back as they are', async () => {
    const names = ['"__proto__ id"', '"a""b\'\nid"', '"$1 {{x}} --id"', '"[*]? Id"'];
    for (const name of names) {
      const table = `SELECT i AS ${name}, hash(i) % 90 AS "v0", i % 4 AS "row" FROM range(100) t(i)`;
      expect((await keysOf(table))[0]).toEqual([name.slice(1, -1).replaceAll('""', '"')]);
    }
  });

  test('nothing is left in the session', async () => {
    const left = await withPair(orders('i'), orders('i'), async ({ engine, plan, rows, counts }) => {
      await inferKey(engine, plan, rows, counts);
      return (await engine.run(sql`SELECT table_name FROM duckdb_tables()`)).rows;
    });
    expect(left).toEqual([]);
  });
});

describe('large sides', () => {
  const large = (columns: string, changed: string): string =>
    `SELECT ${columns}, hash(i * 3) % 900 ${changed} AS amount, DATE '2026-01-01' + (hash(i * 5) % 300)::INTEGER AS shipped,
      'note ' || hash(i * 7) % 5000 AS note FROM range(150000) t(i)`;

  test('are measured on some values, the same on both sides, in whatever order they stand', async () => {
    const columns = 'i // 4 AS order_no, i % 4 AS line_no';
    const found = await inferred(
      large(columns, ''),
      `SELECT * FROM (${large(columns, '+ (i % 100 = 0)::INTEGER')}) WHERE order_no % 1000 <> 7 ORDER BY hash(note, amount)`,
    );
    expect(found[0]?.columns).toEqual(['order_no', 'line_no']);
    expect(found[0]?.evidence).toMatch(
      /^order_no and line_no are together unique on both sides and 100 % of their values stand on both; by one in 8 of the values; certainty 0\.9/,
    );
  });

  test('an id that stands again on every day is no key, the id and the day are', async () => {
    const days = "i % 50000 AS account_id, DATE '2026-01-01' + (i // 50000)::INTEGER AS day";
    expect((await keysOf(large(days, '')))[0]).toEqual(['account_id', 'day']);
  });

  test('copies of whole rows on both sides are told from rows of one key', async () => {
    const copied = `SELECT * FROM (${large('i AS id', '')}) UNION ALL SELECT * FROM (${large('i AS id', '')}) WHERE id % 5 = 0`;
    const [first] = await inferred(copied);
    expect(first?.columns).toEqual(['id']);
    expect(first?.evidence).toContain('but for copies of whole rows');
  });
});
