import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileFormat } from '../../src/core/landing.ts';
import { Inconclusive } from '../../src/core/outcome.ts';
import { sql } from '../../src/sql/sql.ts';
import { openPlace, type Place, readSide } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.end());

const CSV: FileFormat = { kind: 'csv', delimiter: null, header: true, null_text: null, columns: [] };

async function inconclusiveOf(work: Promise<unknown>): Promise<Inconclusive> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Inconclusive)) throw new Error(`expected Inconclusive, got ${String(error)}`);
  return error;
}

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

describe('CSV', () => {
  const text = 'id,name\n007,"a ""quoted"", comma"\n,""\n9007199254740993,NULL\n';
  const rows = [
    ['007', 'a "quoted", comma'],
    [null, ''],
    ['9007199254740993', 'NULL'],
  ];

  test('is text: nothing is guessed, quoted empty is not NULL', async () => {
    const side = await readSide(await place.write('a.csv', text));
    expect(side.names).toEqual(['id', 'name']);
    expect(side.types).toEqual(['VARCHAR', 'VARCHAR']);
    expect(side.rows).toEqual(rows);
    expect(side.places).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
    ]);
  });

  test('reads the same from gzip and zstd, also from several members and frames', async () => {
    const bytes = Buffer.from(text);
    const cut = text.indexOf('\n') + 4;
    for (const [name, compress] of [
      ['gz', gzipSync],
      ['zst', zstdCompressSync],
    ] as const) {
      expect((await readSide(await place.write(`one.csv.${name}`, compress(bytes)))).rows).toEqual(rows);
      const two = Buffer.concat([compress(bytes.subarray(0, cut)), compress(bytes.subarray(cut))]);
      expect((await readSide(await place.write(`two.csv.${name}`, two))).rows).toEqual(rows);
    }
  });

  test('with a header only is columns and no rows', async () => {
    for (const content of ['id,name\n', 'id,name', '\ufeffid,name\r\n']) {
      const side = await readSide(await place.write('header.csv', content));
      expect(side.names).toEqual(['id', 'name']);
      expect(side.rows).toEqual([]);
    }
  });

  test('with a null text takes only that for NULL, and only unquoted', async () => {
    const file = await place.write('null-text.csv', 'a,b\nNA,\n"NA",x\n');
    expect((await readSide(file, { ...CSV, null_text: 'NA' })).rows).toEqual([
      [null, ''],
      ['NA', 'x'],
    ]);
  });

  test('without a header names its columns by position, or as declared', async () => {
    const file = await place.write('headless.csv', '1,x\n2,y\n');
    const side = await readSide(file, { ...CSV, header: false });
    expect(side.names).toEqual(['column0', 'column1']);
    expect(side.rows).toHaveLength(2);
    const declared = {
      ...CSV,
      header: false,
      columns: [
        { name: 'id', type: 'INT' },
        { name: 'v', type: 'string' },
      ],
    };
    expect((await readSide(file, declared)).rows).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
  });

  test.each([
    [';', 'a;b\n1,5;2,5\n'],
    ['\t', 'a\tb\n1,5\t2,5\n'],
    ['|', 'a|b\n1,5|2,5\n'],
  ])('finds the delimiter %j', async (_, content) => {
    const side = await readSide(await place.write('sniffed.csv', content));
    expect(side.names).toEqual(['a', 'b']);
    expect(side.rows).toEqual([['1,5', '2,5']]);
  });

  test('of one column keeps its empty lines as rows', async () => {
    const side = await readSide(await place.write('single.csv', 'a\n\n1\n""\n'));
    expect(side.rows).toEqual([[null], ['1'], ['']]);
  });

  test('keeps line ends, NUL characters and very long values', async () => {
    const long = 'z'.repeat(5_000_000);
    const side = await readSide(await place.write('odd.csv', `a,b\r\n"x\r\ny\nz",\0\r\n${long},"\u202e"\r\n`));
    expect(side.rows).toEqual([
      ['x\r\ny\nz', '\0'],
      [long, '\u202e'],
    ]);
  });

  test.each([
    ['a row too short', 'a,b\n1,SECRET\n2\n', 'line 3'],
    ['a row too long', 'a,b\n1,x\n2,y,SECRET\n', 'line 3'],
    ['a trailing delimiter', 'a,b\n1,SECRET,\n', 'line 2'],
    ['a quote that is never closed', 'a,b\n1,x\n2,"SECRET\n', 'line 3'],
    ['text after a closing quote', 'a,b\n1,x\n2,"SEC"RET\n', 'line 3'],
    ['bytes that are not UTF-8', Buffer.from('a,b\n1,x\n2,S\xe9CRET\n', 'latin1'), 'UTF-8'],
    ['line ends of carriage returns only', 'a,b\r1,SECRET\r', 'line 1'],
    ['no byte at all', '', '0 bytes'],
  ])('with %s is unreadable, and says where without a value', async (_, content, where) => {
    const error = await inconclusiveOf(readSide(await place.write('bad.csv', content)));
    expect(error.reason).toBe('shadow_unreadable');
    expect(error.message).toContain('bad.csv');
    expect(error.message).toContain(where);
    expect(error.message).not.toContain('SEC');
  });

  test('compressed and cut anywhere is unreadable', async () => {
    for (const [name, compress] of [
      ['gz', gzipSync],
      ['zst', zstdCompressSync],
    ] as const) {
      const whole = compress(Buffer.from('a,b\n1,x\n2,y\n'));
      for (let length = 0; length < whole.length; length += 1) {
        const file = await place.write(`cut.csv.${name}`, whole.subarray(0, length));
        expect((await inconclusiveOf(readSide(file))).reason).toBe('shadow_unreadable');
      }
    }
  });

  test('in several files with different columns is united by name, with a note', async () => {
    await place.write('many/1.csv', 'a,b\n1,2\n');
    await place.write('many/2.csv', 'b,c\n3,4\n');
    const side = await readSide(place.path('many'));
    expect(side.names).toEqual(['a', 'b', 'c']);
    expect(side.rows).toEqual([
      ['1', '2', null],
      [null, '3', '4'],
    ]);
    expect(side.table.notes.map(({ code }) => code)).toEqual(['schemas_differ']);
  });

  test('takes declared types where every text is exactly one of their values', async () => {
    const columns = [
      { name: 'id', type: 'bigint' },
      { name: 'price', type: 'DECIMAL(10, 2)' },
      { name: 'at', type: 'TIMESTAMP' },
    ];
    const file = await place.write('typed.csv', 'id,price,at\n9007199254740993,1.50,2026-01-01 00:00:00.5\n,1.500,\n');
    const side = await readSide(file, { ...CSV, columns });
    expect(side.types).toEqual(['BIGINT', 'DECIMAL(10,2)', 'TIMESTAMP']);
    expect(side.rows).toEqual([
      [9007199254740993n, '1.50', '2026-01-01 00:00:00.5'],
      [null, '1.50', null],
    ]);
  });

  test.each([
    ['BIGINT', '1.5'],
    ['BIGINT', 'ten'],
    ['TINYINT', '300'],
    ['DECIMAL(10,2)', '1.005'],
    ['DATE', '2026-01-01 12:00:00'],
    ['TIMESTAMP', '2026-01-01 00:00:00.1234567'],
    ['TIMESTAMP', '2026-01-01 00:00:00+02'],
    ['DATE', '2026-02-30'],
    ['BOOLEAN', 'maybe'],
  ])('declared as %s refuses %s, naming column and row', async (type, cell) => {
    const file = await place.write('untyped.csv', `id,v\n1,\n2,${cell}\n`);
    const error = await inconclusiveOf(readSide(file, { ...CSV, columns: [{ name: 'v', type }] }));
    expect(error.reason).toBe('shadow_unreadable');
    expect(error.message).toContain('column v, row 1');
    expect(error.message).not.toContain(cell);
  });

  test('declared with a type that is no type is refused', async () => {
    const file = await place.write('no-type.csv', 'v\n1\n');
    const type = 'INTEGER); DROP TABLE x; --';
    expect((await inconclusiveOf(readSide(file, { ...CSV, columns: [{ name: 'v', type }] }))).reason).toBe(
      'unsupported_type',
    );
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
