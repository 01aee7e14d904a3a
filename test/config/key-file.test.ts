import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readKeyFile } from '../../src/config/key-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-keys-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(content: string | Uint8Array, ignored: readonly string[] = []) {
  const path = join(folder, 'keys.csv');
  await writeFile(path, content);
  const { keys, troubles } = await readKeyFile(path, new Set(ignored));
  return {
    keys: [...keys],
    told: troubles.map(({ place, message, hint }) => `${place}: ${message}${hint === undefined ? '' : ` | ${hint}`}`),
  };
}

test('columns are separated by ; and may have blanks around them, fields may be quoted, an empty key is an answer', async () => {
  expect(
    await read('\uFEFFjob,key\r\norders,order_id\r\n\r\n"a,b", x ; y z \r\n__proto__,id\r\nlog,\r\nlog2,""'),
  ).toEqual({
    keys: [
      ['orders', ['order_id']],
      ['a,b', ['x', 'y z']],
      ['__proto__', ['id']],
      ['log', []],
      ['log2', []],
    ],
    told: [],
  });
  expect(await read('key,job\nid,orders\n')).toEqual({ keys: [['orders', ['id']]], told: [] });
});

test('everything that is wrong is told at once, with its line', async () => {
  const { told } = await read(
    'job,key\na,id\n"b\nc",id\na,other\nd,x;;y\ne,x;x\nf,x,y\ng\n,x\n"\u202e""",updated_at\n',
    ['updated_at'],
  );
  expect(told).toEqual([
    'line 5: "a" has a key already, in line 2',
    'line 6: key of "d": a column has no name',
    'line 7: key of "e": "x" is named twice',
    'line 8: expected 2 fields, got 3 | columns of a key are separated by ;',
    'line 9: expected 2 fields, got 1 | columns of a key are separated by ;',
    'line 10: the name of the job is missing',
    'line 11: key of "\u202e\\"": "updated_at" is in `ignore` and cannot be a column of the key',
  ]);
});

test.each([
  [
    'job,keys\n',
    [
      'line 1: unknown column "keys" | did you mean "key"?',
      'line 1: there is no column "key" | the first line is the header: job,key',
    ],
  ],
  ['job,key,owner\n', ['line 1: unknown column "owner" | the first line is the header: job,key']],
  ['job,key,job\n', ['line 1: the column "job" stands here twice']],
  [
    '',
    [
      'line 1: there is no column "job" | the first line is the header: job,key',
      'line 1: there is no column "key" | the first line is the header: job,key',
    ],
  ],
  ['job,key\na,"id\n', ['line 2: a quote is opened and never closed']],
  ['job,key\na,"id"x\n', ['line 2: text after a closing quote']],
])('%j is refused', async (content, expected) => {
  expect(await read(content)).toEqual({ keys: [], told: expected });
});

test('what is no text, no file or not there is told', async () => {
  expect((await read(Buffer.from([0x6a, 0xff]))).told).toEqual(['undefined: this is no UTF-8 text']);
  await mkdir(join(folder, 'sub'));
  const code = async (name: string) => (await readKeyFile(join(folder, name), new Set())).troubles[0]?.code;
  expect([await code('sub'), await code('none.csv')]).toEqual(['keys_unreadable', 'keys_missing']);
});

test('any names that are written as CSV come back', async () => {
  const quote = (field: string) => `"${field.replaceAll('"', '""')}"`;
  const column = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => text.trim() === text && !text.includes(';'));
  const job = fc.string({ unit: 'grapheme', minLength: 1 });
  const entry = fc.tuple(job, fc.uniqueArray(column, { maxLength: 4 }));
  const entries = fc.uniqueArray(entry, { selector: ([name]) => name, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(entries, async (given) => {
      const lines = given.map(([name, columns]) => `${quote(name)},${quote(columns.join(';'))}`);
      expect(await read(['job,key', ...lines].join('\n'))).toEqual({ keys: given, told: [] });
    }),
    { numRuns: 60 },
  );
});
