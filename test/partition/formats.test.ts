import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../src/sql/sql.ts';
import { inconclusiveOf, openPlace, type Place, readSide } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.end());

describe('Parquet', () => {
  test('gives columns, types, values, and the place of each row', async () => {
    const rows = sql`SELECT range AS id, CAST(range AS DECIMAL(10,2)) AS price, CASE WHEN range <> 1 THEN 'x' END AS note FROM range(3)`;
    const side = await readSide(await place.parquet('plain/a.parquet', rows));
    expect(side.names).toEqual(['id', 'price', 'note']);
    expect(side.types).toEqual(['BIGINT', 'DECIMAL(10,2)', 'VARCHAR']);
    expect(side.rows).toEqual([
      [0n, '0.00', 'x'],
      [1n, '1.00', null],
      [2n, '2.00', 'x'],
    ]);
    expect(side.places).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
    ]);
    expect(side.table.files).toEqual(['a.parquet']);
  });

  test('of an empty table keeps its columns', async () => {
    const side = await readSide(await place.parquet('empty/a.parquet', sql`SELECT 1 AS id WHERE false`));
    expect(side.names).toEqual(['id']);
    expect(side.rows).toEqual([]);
  });

  test('is told by its magic where the name tells nothing, as Hive names its files', async () => {
    const file = await place.parquet('hive/000000_0', sql`SELECT 7 AS id`);
    expect((await readSide(file)).rows).toEqual([[7]]);
  });
});

describe('JSON lines', () => {
  async function read(text: string, columns: { name: string; type: string }[] = []) {
    return readSide(await place.write('a.jsonl', text), { kind: 'jsonl', columns });
  }

  test('has the union of the members in first-seen order; missing and null are NULL', async () => {
    const side = await read('{"a":1,"b":"x"}\n\n{"c":true,"a":null}\n{}\n');
    expect(side.names).toEqual(['a', 'b', 'c']);
    expect(side.types).toEqual(['BIGINT', 'VARCHAR', 'BOOLEAN']);
    expect(side.rows).toEqual([
      [1n, 'x', null],
      [null, null, true],
      [null, null, null],
    ]);
  });

  test('keeps numbers to the last digit', async () => {
    const side = await read(
      [
        '{"big":9007199254740993,"huge":99999999999999999999999999999999999999,"d":1.00000000000000001,"i":5,"e":1e400}',
        '{"big":-1,"huge":18446744073709551616,"d":-0.5,"i":5.0,"e":1.0E2}',
      ].join('\n'),
    );
    expect(side.types).toEqual(['BIGINT', 'DECIMAL(38,0)', 'DECIMAL(18,17)', 'DECIMAL(18,1)', 'VARCHAR']);
    expect(side.rows).toEqual([
      [9007199254740993n, '99999999999999999999999999999999999999', '1.00000000000000001', '5.0', '1e400'],
      [-1n, '18446744073709551616', '-0.50000000000000000', '5.0', '1e2'],
    ]);
    expect(side.table.notes.map(({ code }) => code)).toEqual(['numbers_as_text']);
  });

  test('keeps lists, objects and mixed values as JSON text', async () => {
    const side = await read('{"l":[1, 1.50,"a\\u0062"],"m":"x"}\n{"l":{"k" : null},"m":1}\n');
    expect(side.types).toEqual(['JSON', 'JSON']);
    expect(side.rows).toEqual([
      ['[1,1.50,"ab"]', '"x"'],
      ['{"k":null}', '1'],
    ]);
  });

  test('survives hostile member names', async () => {
    const side = await read(
      '{"__proto__":"p","a\\"b":"q","id":1,"ID":2,"":3,"file_row_number":77,"a.b":4,"x\\ny":5}\n',
    );
    expect(side.names).toEqual(['__proto__', 'a"b', 'id', 'ID', '', 'file_row_number', 'a.b', 'x\ny']);
    expect(side.rows).toEqual([['p', 'q', 1n, 2n, 3n, 77n, 4n, 5n]]);
    expect(side.places).toEqual([[0, 0]]);
  });

  test('takes declared types', async () => {
    const side = await read('{"a":"1.5","b":"2026-01-01"}\n{"a":2,"b":null}\n', [
      { name: 'a', type: 'DECIMAL(4,1)' },
      { name: 'b', type: 'DATE' },
    ]);
    expect(side.rows).toEqual([
      ['1.5', '2026-01-01'],
      ['2.0', null],
    ]);
  });

  test.each([
    ['a torn last line', '{"a":1}\n{"a":"SECR', 'line 2'],
    ['a line that is no object', '{"a":1}\n["SECRET"]\n', 'line 2'],
    ['NaN', '{"a":1}\n{"a":NaN,"b":"SECRET"}\n', 'line 2'],
    ['a trailing comma', '{"a":"SECRET",}\n', 'line 1'],
    ['a member named twice', '{"a":1}\n\n{"a":1,"\\u0061":"SECRET"}\n', 'line 3'],
    ['bytes that are not UTF-8', Buffer.from('{"a":1}\n{"a":"S\xe9CRET"}\n', 'latin1'), 'line 2'],
  ])('with %s is unreadable, and says where without a value', async (_, content, where) => {
    const error = await inconclusiveOf(readSide(await place.write('bad.jsonl', content)));
    expect(error.reason).toBe('shadow_unreadable');
    expect(error.message).toContain(where);
    expect(error.message).not.toContain('SECR');
  });

  test('with half of a surrogate pair has no exact form', async () => {
    expect((await inconclusiveOf(read('{"a":"\\ud800"}\n'))).reason).toBe('unsupported_type');
  });

  test('in several files has one type for each column', async () => {
    await place.write('types/1.ndjson', '{"a":1}\n');
    await place.write('types/2.json', '{"a":"x","b":2}\n');
    const side = await readSide(place.path('types'));
    expect(side.types).toEqual(['JSON', 'BIGINT']);
    expect(side.rows).toEqual([
      ['1', null],
      ['"x"', 2n],
    ]);
  });

  test('empty is an empty partition only under a marker', async () => {
    const file = await place.write('marked/a.jsonl', '');
    expect((await inconclusiveOf(readSide(file))).reason).toBe('shadow_unreadable');
    await place.write('marked/_SUCCESS', '');
    expect((await readSide(file, null, '_SUCCESS')).rows).toEqual([]);
  });
});

describe('Hive text', () => {
  const columns = [
    { name: 'id', type: 'BIGINT' },
    { name: 'note', type: 'STRING' },
  ];

  test('is split at ctrl-A, without quoting; only \\N is NULL', async () => {
    const file = await place.write('hive/000000_1', '1\x01"a,b"\n2\x01\\N\n\\N\x01\n3\x01a\\nb\n');
    const side = await readSide(file, { kind: 'hive_text', columns });
    expect(side.types).toEqual(['BIGINT', 'VARCHAR']);
    expect(side.rows).toEqual([
      [1n, '"a,b"'],
      [2n, null],
      [null, ''],
      [3n, 'a\\nb'],
    ]);
  });

  test('of one column takes an empty line for an empty text', async () => {
    const file = await place.write('hive/000000_2', '\nx\n\\N\n');
    const side = await readSide(file, { kind: 'hive_text', columns: [{ name: 'v', type: 'string' }] });
    expect(side.rows).toEqual([[''], ['x'], [null]]);
  });

  test.each([
    ['cut short', '1\x01SECRET\n2'],
    ['too long', '1\x01a\n2\x01SECRET\x01b\n'],
  ])('with a line %s is unreadable', async (_, content) => {
    const file = await place.write('hive/000000_3', content);
    const error = await inconclusiveOf(readSide(file, { kind: 'hive_text', columns }));
    expect(error.reason).toBe('shadow_unreadable');
    expect(error.message).toContain('line 2');
    expect(error.message).not.toContain('SECRET');
  });

  test('without declared columns cannot be read', async () => {
    const file = await place.write('hive/000000_4', '1\n');
    expect((await inconclusiveOf(readSide(file, { kind: 'hive_text', columns: [] }))).reason).toBe('unsupported_type');
  });
});
