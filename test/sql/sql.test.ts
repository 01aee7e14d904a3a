import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import {
  compile,
  digits,
  fill,
  ident,
  integer,
  join,
  printSql,
  type Sql,
  sql,
  trustedExpression,
  value,
} from '../../src/sql/sql.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
});
afterAll(() => engine.close());

const HOSTILE = [
  '"',
  '""',
  "'",
  ';',
  '--',
  '/*',
  '*/',
  '\\',
  '\n',
  '\r',
  '\t',
  '\u0000'.replace('\u0000', '\u0001'),
  '\u202e',
  '\u200b',
  ' ',
  '.',
  '$1',
  '?',
  '{{x}}',
  '%',
  '*',
  '[',
  ']',
  '`',
  '__proto__',
  'constructor',
  'select',
  'at',
  'é',
  '漢',
  '😀',
  ')',
  '(',
  ',',
];
const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 3 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join('').replaceAll('\0', ''))
  .filter((text) => text !== '');

describe('identifiers and values against the real engine', () => {
  test('a hostile identifier names a column of exactly this name', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (name) => {
        const { columns, rows } = await engine.run(sql`SELECT ${ident(name)} FROM (SELECT 7 AS ${ident(name)}) AS t`);
        expect(columns.map((column) => column.name)).toEqual([name]);
        expect(rows).toEqual([[7]]);
      }),
      { numRuns: 300 },
    );
  });

  test('a path of identifiers is never split at its dots', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, async (table, column) => {
        const { rows } = await engine.run(
          sql`SELECT ${ident(table, column)} FROM (SELECT 7 AS ${ident(column)}) AS ${ident(table)}`,
        );
        expect(rows).toEqual([[7]]);
      }),
      { numRuns: 150 },
    );
  });

  test('a hostile value comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const { rows } = await engine.run(sql`SELECT ${value(text)}, length(${value(text)}) > 0`);
        expect(rows).toEqual([[text, true]]);
      }),
      { numRuns: 300 },
    );
  });

  test('lists, numbers, booleans and NULL come back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostileText, { minLength: 1, maxLength: 4 }),
        fc.bigInt({ min: -(2n ** 126n), max: 2n ** 126n }),
        fc.boolean(),
        async (texts, big, flag) => {
          const { rows } = await engine.run(
            sql`SELECT ${value(texts)}, ${value(big)}, ${value(flag)}, ${value(null)}, ${integer(big)}`,
          );
          expect(rows).toEqual([[texts, big, flag, null, expect.toSatisfy((read) => BigInt(read) === big)]]);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('what is printed for people reads the same, when it is pasted', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const printed = printSql(sql`SELECT ${value(text)} AS ${ident(text)}`);
        const { columns, rows } = await engine.run(trustedExpression(printed));
        expect(columns[0]?.name).toBe(text);
        expect(rows).toEqual([[text]]);
      }),
      { numRuns: 100 },
    );
  });

  test('names that no engine can hold are refused', () => {
    expect(() => ident()).toThrow(TypeError);
    expect(() => ident('')).toThrow(/empty/);
    expect(() => ident('t', 'a\0b')).toThrow(/NUL/);
    expect(() => integer(2 ** 53)).toThrow(/exact/);
    expect(() => integer(0.5)).toThrow(/exact/);
    expect(() => integer(Number.NaN)).toThrow(/exact/);
    expect(() => digits("0'; DROP TABLE t; --")).toThrow(/plain/);
    expect(() => digits('1e5')).toThrow(/plain/);
  });
});

describe('nothing but this module makes SQL', () => {
  const forged: readonly [string, unknown][] = [
    ['text', '1; DROP TABLE t'],
    ['an object of JSON', JSON.parse('{"chunks": ["1; DROP TABLE t"]}')],
    ['a copy of a fragment', { ...sql`SELECT 1` }],
    ['a clone of a fragment', structuredClone(sql`SELECT 1`)],
    ['an object with a fragment as its prototype', Object.create(sql`SELECT 1`)],
    ['a number', 1],
    ['null', null],
    ['undefined', undefined],
    ['a list', [sql`SELECT 1`]],
  ];

  test.each(forged)('%s is refused as a fragment everywhere', (_, fake) => {
    const fragment = fake as Sql;
    expect(() => sql`SELECT ${fragment}`).toThrow(TypeError);
    expect(() => join([sql`1`, fragment])).toThrow(TypeError);
    expect(() => fill('SELECT {{x}}', { x: fragment }, {})).toThrow(TypeError);
    expect(() => compile(fragment, () => '?')).toThrow(TypeError);
    expect(() => printSql(fragment)).toThrow(TypeError);
  });

  test('a fragment cannot be changed after it was made', () => {
    const fragment = sql`SELECT 1`;
    expect(() => (fragment.chunks as string[]).push('; DROP TABLE t')).toThrow(TypeError);
    expect(() => Object.assign(fragment, { chunks: [] })).toThrow(TypeError);
  });
});

describe('query files', () => {
  test('structure and values go to their slots, comments go away', () => {
    const filled = fill(
      '-- about {{x}} and $y\nSELECT {{x}} WHERE a = $y AND b = $y;\n',
      { x: ident('c') },
      { y: 'v' },
    );
    expect(compile(filled, (position) => `$${position}`)).toEqual({
      text: 'SELECT "c" WHERE a = $1 AND b = $2',
      values: ['v', 'v'],
    });
  });

  test('a slot without an argument and an argument without a slot are refused', () => {
    expect(() => fill('SELECT {{x}}', {}, {})).toThrow(/\{\{x\}\}/);
    expect(() => fill('SELECT $y', {}, {})).toThrow(/\$y/);
    expect(() => fill('SELECT 1', { x: ident('c') }, {})).toThrow(/not in this query: x/);
    expect(() => fill('SELECT 1', {}, { y: 1 })).toThrow(/not in this query: \$y/);
    expect(() => fill('-- {{x}}\nSELECT 1', { x: ident('c') }, {})).toThrow(/not in this query/);
  });

  test('names of Object.prototype are no arguments', () => {
    expect(() => fill('SELECT {{constructor}}', {}, {})).toThrow(/constructor/);
    expect(() => fill('SELECT $toString', {}, {})).toThrow(/toString/);
  });

  test('a value that looks like a slot stays a value', () => {
    const filled = fill('SELECT $y', {}, { y: '{{x}} $z' });
    expect(compile(filled, () => '?')).toEqual({ text: 'SELECT ?', values: ['{{x}} $z'] });
  });
});
