import fc from 'fast-check';
import parquet, { type Field } from 'parquetjs-lite';
import { expect, test } from 'vitest';
import { type LogCell, type LogColumn, parquetBytes } from '../../src/store/parquet.ts';

const COLUMNS: readonly LogColumn[] = [
  { name: 'id', type: 'text', required: true },
  { name: 'text', type: 'text', required: false },
  { name: 'small', type: 'int32', required: false },
  { name: 'count', type: 'int64', required: false },
  { name: 'measure', type: 'double', required: false },
  { name: 'at', type: 'timestamp', required: false },
  { name: 'list', type: 'text_list', required: false },
];

const LEAF = { compression: 'SNAPPY', statistics: false } as const;
const FIELDS: Readonly<Record<string, Field>> = {
  id: { type: 'UTF8', optional: false, ...LEAF },
  text: { type: 'UTF8', optional: true, ...LEAF },
  small: { type: 'INT32', optional: true, ...LEAF },
  count: { type: 'INT64', optional: true, ...LEAF },
  measure: { type: 'DOUBLE', optional: true, ...LEAF },
  at: { type: 'TIMESTAMP_MILLIS', optional: true, ...LEAF },
  list: {
    type: 'LIST',
    optional: true,
    fields: { list: { repeated: true, fields: { element: { type: 'UTF8', ...LEAF } } } },
  },
};

/** The writer's own way, row by row. */
async function rowByRow(rows: readonly (readonly LogCell[])[]): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const sink = {
    write: (bytes: Uint8Array, done: () => void): void => {
      parts.push(bytes);
      done();
    },
    end: (done: () => void): void => done(),
  };
  const options = { rowGroupSize: 4096, pageIndex: false };
  const writer = await parquet.ParquetWriter.openStream(new parquet.ParquetSchema(FIELDS), sink, options);
  for (const row of rows) {
    await writer.appendRow(Object.fromEntries(COLUMNS.map(({ name }, i) => [name, writable(row[i] ?? null)])));
  }
  await writer.close();
  return Buffer.concat(parts);
}

function writable(cell: LogCell): unknown {
  if (Array.isArray(cell)) return { list: cell.map((element: string) => ({ element })) };
  return typeof cell === 'bigint' ? Number(cell) : cell;
}

const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const text = fc.string({ unit: 'binary', maxLength: 8 });
const row: fc.Arbitrary<readonly LogCell[]> = fc.tuple(
  text,
  nullable(text),
  nullable(fc.integer()),
  nullable(fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n })),
  nullable(fc.double({ noNaN: true, noDefaultInfinity: true })),
  nullable(fc.date({ min: new Date('1990-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })),
  nullable(fc.array(text, { maxLength: 3 })),
);

test('rows written column by column give the bytes of rows written one by one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows) => {
      expect(await parquetBytes(COLUMNS, rows)).toEqual(await rowByRow(rows));
    }),
    { numRuns: 40 },
  );
});

test('so do rows of more than one row group, with a last one of a single row', async () => {
  const rows = Array.from({ length: 2 * 4096 + 1 }, (_, i): readonly LogCell[] => [
    `id ${i}`,
    i % 3 === 0 ? null : `text ${i % 17}`,
    i % 5,
    BigInt(i),
    i % 2 === 0 ? null : i / 7,
    new Date(1_795_151_167_000 + i),
    i % 4 === 0 ? null : Array.from({ length: i % 4 }, (_, j) => `${j}`),
  ]);
  // Not by toEqual, which looks at half a million bytes one by one.
  expect(Buffer.compare(await parquetBytes(COLUMNS, rows), await rowByRow(rows))).toBe(0);
});

test.each([
  ['a null in a required column', [null, 'a'], 'id'],
  ['half a number in a column of whole ones', ['id', 'a', 1.5], 'small'],
  ['a text in a column of numbers', ['id', 'a', 'one'], 'small'],
  ['no time', ['id', null, null, null, null, new Date(Number.NaN)], 'at: not a time'],
])('%s is an error of ours, in whichever row it stands', async (_name, bad, message) => {
  const good: readonly LogCell[] = ['id'];
  await expect(parquetBytes(COLUMNS, [bad as readonly LogCell[], good])).rejects.toThrow(message);
});
