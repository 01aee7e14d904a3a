/** The smallest Parquet file: one required INT64 column, a page of plain values per row group, with checksums if asked for. */
import { crc32 } from 'node:zlib';

export interface PlainParquet {
  /** Row groups, each with its values. */
  readonly groups: readonly (readonly bigint[])[];
  readonly checksums: boolean;
  /** What the footer says instead of the truth. */
  readonly lies?: {
    readonly num_rows?: number;
    readonly group_rows?: number;
    readonly start?: number;
    readonly size?: number;
    readonly page_values?: number;
  };
}

export function plainParquet({ groups, checksums, lies = {} }: PlainParquet): Buffer {
  const parts: Buffer[] = [Buffer.from('PAR1')];
  let position = 4;
  const chunks = groups.map((values) => {
    const body = Buffer.alloc(values.length * 8);
    for (const [i, value] of values.entries()) body.writeBigInt64LE(value, i * 8);
    const header = struct([
      [1, i32(0)],
      [2, i32(body.length)],
      [3, i32(body.length)],
      ...(checksums ? [[4, i32(crc32(body) | 0)] as const] : []),
      [
        5,
        child([
          [1, i32(lies.page_values ?? values.length)],
          [2, i32(0)],
          [3, i32(3)],
          [4, i32(3)],
        ]),
      ],
    ]);
    parts.push(header, body);
    const start = position;
    position += header.length + body.length;
    return { start: lies.start ?? start, size: lies.size ?? position - start, rows: values.length };
  });
  const rows = groups.reduce((sum, values) => sum + values.length, 0);
  const footer = struct([
    [1, i32(1)],
    [
      2,
      list(12, [
        struct([
          [4, binary('schema')],
          [5, i32(1)],
        ]),
        struct([
          [1, i32(2)],
          [3, i32(0)],
          [4, binary('n')],
        ]),
      ]),
    ],
    [3, i64(lies.num_rows ?? rows)],
    [
      4,
      list(
        12,
        chunks.map(({ start, size, rows: count }) =>
          struct([
            [
              1,
              list(12, [
                struct([
                  [2, i64(start)],
                  [
                    3,
                    child([
                      [1, i32(2)],
                      [2, list(5, [varint(0)])],
                      [3, list(8, [Buffer.concat([varint(1), Buffer.from('n')])])],
                      [4, i32(0)],
                      [5, i64(count)],
                      [6, i64(size)],
                      [7, i64(size)],
                      [9, i64(start)],
                    ]),
                  ],
                ]),
              ]),
            ],
            [2, i64(size)],
            [3, i64(lies.group_rows ?? count)],
          ]),
        ),
      ),
    ],
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([...parts, footer, length, Buffer.from('PAR1')]);
}

interface Field {
  readonly type: number;
  readonly bytes: Buffer;
}

function struct(fields: readonly (readonly [number, Field])[]): Buffer {
  let before = 0;
  const parts = fields.map(([id, { type, bytes }]) => {
    const head = Buffer.from([((id - before) << 4) | type]);
    before = id;
    return Buffer.concat([head, bytes]);
  });
  return Buffer.concat([...parts, Buffer.from([0])]);
}

function child(fields: readonly (readonly [number, Field])[]): Field {
  return { type: 12, bytes: struct(fields) };
}

function i32(number: number): Field {
  return { type: 5, bytes: zigzag(number) };
}

function i64(number: number): Field {
  return { type: 6, bytes: zigzag(number) };
}

function binary(text: string): Field {
  return { type: 8, bytes: Buffer.concat([varint(text.length), Buffer.from(text)]) };
}

function list(type: number, members: readonly Buffer[]): Field {
  const head =
    members.length < 15
      ? Buffer.from([(members.length << 4) | type])
      : Buffer.concat([Buffer.from([0xf0 | type]), varint(members.length)]);
  return { type: 9, bytes: Buffer.concat([head, ...members]) };
}

function zigzag(number: number): Buffer {
  return varint(number < 0 ? -2 * number - 1 : 2 * number);
}

function varint(number: number): Buffer {
  const bytes: number[] = [];
  for (let rest = number; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
