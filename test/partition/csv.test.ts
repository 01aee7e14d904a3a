import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileFormat } from '../../src/core/landing.ts';
import { openCsv } from '../../src/partition/csv-table.ts';
import { pinLanding } from '../../src/partition/pin.ts';
import { inconclusiveOf, landingAt, openPlace, type Place, readSide } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.end());

const CSV: Extract<FileFormat, { kind: 'csv' }> = {
  kind: 'csv',
  delimiter: null,
  header: true,
  null_text: null,
  columns: [],
};

async function drain(file: string): Promise<void> {
  const table = await openCsv('shadow', CSV, [file]);
  for await (const rows of table.rows(0)) expect(rows.length).toBeLessThan(3);
}

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
    await drain(await place.write('whole.csv.gz', gzipSync(Buffer.from('a,b\n1,x\n2,y\n'))));
    for (const [name, compress] of [
      ['gz', gzipSync],
      ['zst', zstdCompressSync],
    ] as const) {
      const whole = compress(Buffer.from('a,b\n1,x\n2,y\n'));
      for (let length = 0; length < whole.length; length += 1) {
        const file = await place.write(`cut.csv.${name}`, whole.subarray(0, length));
        // Shorter than its magic it is refused when it is pinned; longer, the decompressor has to notice.
        const magic = name === 'gz' ? 2 : 4;
        const read = length < magic ? pinLanding(landingAt(file)) : drain(file);
        expect((await inconclusiveOf(read)).reason).toBe('shadow_unreadable');
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
