import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJson } from '../../src/diff/json-node.ts';
import { columnPaths, hasPaths, pathsOf } from '../../src/diff/nested-paths.ts';

const STRUCTS = { production: 'STRUCT(a INTEGER)[]', shadow: 'STRUCT(a INTEGER)[]' };
const JSONS = { production: 'JSON', shadow: 'JSON' };

function told(production: string, shadow: string, types = JSONS, column = 'x'): readonly string[] {
  return pathsOf(production, shadow, column, types).map(
    (one) =>
      `${one.path}: ${one.only_in === 'shadow' ? 'nothing' : one.production} → ${one.only_in === 'production' ? 'nothing' : one.shadow}`,
  );
}

describe('the paths of two nested values', () => {
  test('lead to the inner values that differ, and to those only', () => {
    expect(told('[{"price": 1, "id": 7}, {"price": 2}]', '[{"price":1,"id":7},{"price":3}]', JSONS, 'items')).toEqual([
      'items[1].price: 2 → 3',
    ]);
    expect(told('{"a":{"b":{"c":"x"}}}', '{"a":{"b":{"c":"y"}}}')).toEqual(['x.a.b.c: x → y']);
  });

  test('name what a side does not have, which is another thing than NULL', () => {
    expect(told('{"a":1,"b":null}', '{"b":2,"c":[1]}')).toEqual([
      'x.a: 1 → nothing',
      'x.b: null → 2',
      'x.c: nothing → [1]',
    ]);
    expect(told('["a","b"]', '["a"]', JSONS, 'tags')).toEqual(['tags[1]: b → nothing']);
  });

  test('quote names that would not read as names, a list of the same look included', () => {
    expect(told('{"a.b":1,"":2,"[0]":3,"__proto__":4,"\\"":5,"é1":6}', '{}', JSONS, 'my attrs')).toEqual([
      '["my attrs"]["a.b"]: 1 → nothing',
      '["my attrs"][""]: 2 → nothing',
      '["my attrs"]["[0]"]: 3 → nothing',
      '["my attrs"].__proto__: 4 → nothing',
      '["my attrs"]["\\""]: 5 → nothing',
      '["my attrs"].é1: 6 → nothing',
    ]);
  });

  test('keep every digit, and take 1.0 for 1 between types but not between texts', () => {
    expect(told('{"n":9007199254740993}', '{"n":9007199254740992}')).toEqual([
      'x.n: 9007199254740993 → 9007199254740992',
    ]);
    expect(told('{"n":1.0}', '{"n":1}')).toEqual(['x.n: 1.0 → 1']);
    expect(told('[1.0,1e2,-0.0]', '[1,100.0,0]', { production: 'DOUBLE[]', shadow: 'INTEGER[]' })).toEqual([]);
    expect(told('[NaN,Infinity]', '[NaN,1]', { production: 'DOUBLE[]', shadow: 'DOUBLE[]' })).toEqual([
      'x[1]: Infinity → 1',
    ]);
  });

  test('follow the rules of types: a date is its midnight, a field that a struct lacks is NULL', () => {
    const dates = { production: 'DATE[]', shadow: 'TIMESTAMP WITH TIME ZONE[]' };
    expect(told('["2026-11-20","2026-11-21"]', '["2026-11-20 00:00:00+00","2026-11-21 00:00:01+00"]', dates)).toEqual([
      'x[1]: 2026-11-21 → 2026-11-21 00:00:01+00',
    ]);
    const structs = { production: 'STRUCT(a INTEGER)', shadow: 'STRUCT(a INTEGER, b INTEGER)' };
    expect(told('{"a":1}', '{"a":1,"b":null}', structs)).toEqual([]);
    expect(told('{"a":1}', '{"a":1,"b":2}', structs)).toEqual(['x.b: nothing → 2']);
    const maps = { production: 'MAP(VARCHAR, INTEGER)', shadow: 'MAP(VARCHAR, BIGINT)' };
    expect(told('{"a":1}', '{"a":1,"b":null}', maps)).toEqual(['x.b: nothing → null']);
  });

  test('are at most twenty, with long values cut', () => {
    const many = JSON.stringify(Array.from({ length: 100 }, (_, i) => i));
    expect(pathsOf(many, '[]', 'x', STRUCTS)).toHaveLength(20);
    const [long] = pathsOf(`["${'a'.repeat(5000)}"]`, '["b"]', 'x', STRUCTS);
    expect(long?.production).toMatch(/^a{1000} … cut, 5000 characters$/);
  });

  test('are none where there is no way in', () => {
    expect(pathsOf(null, '[1]', 'x', STRUCTS)).toEqual([]);
    expect(told('[1', '[2]')).toEqual([]);
    expect(told('1', '2')).toEqual([]);
    const deep = (leaf: string): string => `${'['.repeat(5000)}${leaf}${']'.repeat(5000)}`;
    expect(pathsOf(deep('1'), deep('2'), 'x', STRUCTS)).toHaveLength(1);
    expect(hasPaths({ production: 'VARCHAR', shadow: 'VARCHAR' })).toBe(false);
    expect(hasPaths({ production: 'INTEGER[]', shadow: 'INTEGER' })).toBe(false);
    expect(hasPaths({ production: 'VARCHAR', shadow: 'STRUCT(a INTEGER)' })).toBe(true);
  });

  test('tell two members of one name one by one', () => {
    expect(told('{"a":1,"a":2}', '{"a":1,"a":3}')).toEqual(['x.a: 2 → 3']);
  });
});

describe('JSON is read', () => {
  test('as JavaScript reads it, for any value', () => {
    const plain = (node: ReturnType<typeof readJson>): unknown => {
      if (node === null) throw new Error('no JSON');
      if (node.kind === 'list') return node.items.map(plain);
      if (node.kind === 'object') return node.members.map(([name, member]) => [name, plain(member)]);
      return JSON.parse(node.raw);
    };
    const expected = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(expected);
      if (typeof value === 'object' && value !== null)
        return Object.entries(value).map(([name, member]) => [name, expected(member)]);
      return value;
    };
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), fc.constantFrom(0, 2), (text, indent) => {
        const written = JSON.stringify(JSON.parse(text), null, indent);
        expect(plain(readJson(written))).toEqual(expected(JSON.parse(written)));
      }),
    );
  });

  test('or not at all', () => {
    for (const text of ['', '[', '[1,]', '{"a"}', '{"a":}', '{a:1}', '[1] 2', ']', '"', '{"a":1,}'])
      expect([text, readJson(text)]).toEqual([text, null]);
  });
});

describe('the paths of a column', () => {
  test('leave places in lists open, and tell in how many examples, the most frequent first', () => {
    const cell = (...paths: readonly string[]) => ({
      cells: [
        {
          column: 'x',
          production: '',
          shadow: '',
          paths: paths.map((path) => ({ path, production: '1', shadow: '2', only_in: null })),
        },
      ],
    });
    const examples = [cell('x[0].b', 'x[1].b', 'x[0]["[7]"]'), cell('x[5].b'), cell(), cell('x.c[1][2]')];
    expect(columnPaths(examples, 'x')).toEqual([
      { path: 'x[].b', rows: 2 },
      { path: 'x.c[][]', rows: 1 },
      { path: 'x[]["[7]"]', rows: 1 },
    ]);
    expect(columnPaths(examples, 'y')).toEqual([]);
    expect(columnPaths([cell(...'abcdefg'.split('').map((name) => `x.${name}`))], 'x')).toHaveLength(5);
  });
});
