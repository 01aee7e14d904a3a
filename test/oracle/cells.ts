/** Values of a type, and values near another: as a fault in a copy leaves them. */
import fc from 'fast-check';
import { type Cell, type ColumnType, ENUM_TEXTS } from './column-type.ts';

const TEXTS = [
  '',
  ' ',
  'a',
  'A',
  'a ',
  ' a',
  '\ta\n',
  'b',
  'NULL',
  'null',
  "it's",
  '"q"',
  '\\',
  "', '",
  'a,b',
  '{}',
  '[1]',
  'é',
  'e\u0301',
  'É',
  'ß',
  '\u00a0a',
  '日本',
  '😀',
  '\u202ea',
  '%s $1 {{x}}',
  '1',
  '1.0',
  '01',
  '1e0',
  '-5',
  '1.50',
  'true',
  '2024-01-01',
] as const;
const JSONS = [
  '{}',
  '[]',
  'null',
  '1',
  '1.0',
  '"a"',
  '{"a":1,"b":2}',
  '{"b":2,"a":1}',
  '{ "a" : 1.0, "b": 2 }',
  '{"a":9007199254740993}',
  '{"a":9007199254740992}',
  '[1, 2]',
  '[2,1]',
  '{"a":{"x":[1,{"z":0,"y":1e2}]}}',
  '{"a": {"x": [1.00, {"y": 100, "z": -0}]}}',
] as const;
const DOUBLES = [0, -0, 1, 1.5, -2.25, 0.1, 1e20, 5e-324, 2 ** 53, -1, 100, NaN, Infinity, -Infinity] as const;

/** Whole numbers from min to max; small ones, and those at the ends, often. */
function whole(min: bigint, max: bigint): fc.Arbitrary<bigint> {
  const within = [0n, 1n, -1n, 2n, 5n, 100n, 2n ** 53n, 2n ** 53n + 1n, min, max].filter((n) => n >= min && n <= max);
  return fc.oneof(
    { arbitrary: fc.constantFrom(...within), weight: 4 },
    { arbitrary: fc.bigInt({ min, max }), weight: 1 },
  );
}

const DAY_SECONDS = 86_400n;
/** The engine's timestamps of nanoseconds end in 2262. */
const SECONDS_MAX = 9_000_000_000n;

function seconds(perSecond: bigint): fc.Arbitrary<bigint> {
  const days = fc.constantFrom(0n, -1n, 1n, 19_723n, 20_000n).map((day) => day * DAY_SECONDS * perSecond);
  const offsets = fc.constantFrom(0n, 1n, perSecond, 3_600n * perSecond, perSecond / 1_000n, perSecond / 1_000_000n);
  return fc.oneof(
    { arbitrary: fc.tuple(days, offsets).map(([day, offset]) => day + offset), weight: 5 },
    { arbitrary: fc.bigInt({ min: -SECONDS_MAX * perSecond, max: SECONDS_MAX * perSecond }), weight: 1 },
  );
}

/** A value of this type; NULL only within nested ones. */
export function cellOf(type: ColumnType): fc.Arbitrary<Cell> {
  switch (type.kind) {
    case 'integer':
      return whole(type.min, type.max);
    case 'decimal': {
      const end = 10n ** BigInt(type.width) - 1n;
      const unit = 10n ** BigInt(type.scale);
      const round = [0n, 1n, -1n, 2n, 10n, 50n, 150n].map((n) => n * unit).filter((n) => n <= end);
      return fc.oneof(fc.constantFrom(...round), whole(-end, end));
    }
    case 'float':
      return fc.oneof(
        { arbitrary: fc.constantFrom(...DOUBLES), weight: 3 },
        { arbitrary: fc.integer({ min: -4000, max: 4000 }).map((n) => n / 8), weight: 1 },
        { arbitrary: type.sql === 'DOUBLE' ? fc.double() : fc.float(), weight: 1 },
      );
    case 'text':
      return fc.oneof(
        { arbitrary: fc.constantFrom(...TEXTS), weight: 4 },
        { arbitrary: fc.string({ unit: 'grapheme', maxLength: 5 }).map(withoutNul), weight: 1 },
      );
    case 'json':
      return fc.constantFrom(...JSONS);
    case 'enum':
      return fc.constantFrom(...ENUM_TEXTS);
    case 'bit':
      return fc.constantFrom('0', '1', '01', '0101', '00000000', '000000001');
    case 'boolean':
      return fc.boolean();
    case 'uuid':
      return fc.oneof(
        fc.constantFrom(0n, 1n, 1n << 64n, (1n << 128n) - 1n, (9n << 124n) + 1n),
        fc.bigInt(0n, (1n << 128n) - 1n),
      );
    case 'blob':
      return fc.constantFrom('', '00', '61', '6100', '0061', 'FF', 'C3A9');
    case 'date':
      return fc.oneof(
        { arbitrary: fc.constantFrom<Cell[]>(0n, -1n, 19_723n, 20_000n), weight: 4 },
        { arbitrary: fc.bigInt(-700_000n, 2_900_000n), weight: 1 },
        { arbitrary: fc.constantFrom('infinity', '-infinity'), weight: 1 },
      );
    case 'timestamp':
      // Parquet has no infinite seconds and milliseconds: the engine refuses to write them.
      if (type.per_second < 1_000_000n) return seconds(type.per_second);
      return fc.oneof(
        { arbitrary: seconds(type.per_second), weight: 8 },
        { arbitrary: fc.constantFrom('infinity', '-infinity'), weight: 1 },
      );
    case 'time': {
      const perSecond = type.sql === 'TIME_NS' ? 1_000_000_000n : 1_000_000n;
      const last = DAY_SECONDS * perSecond - 1n;
      return fc.oneof(fc.constantFrom(0n, 1n, perSecond, 3_600n * perSecond, last), fc.bigInt(0n, last));
    }
    case 'interval':
      return fc.tuple(fc.constantFrom(0, 1, 12), fc.constantFrom(0, 1, 30), fc.constantFrom(0, 1, 86_400_000));
    case 'list':
      return fc.array(orNull(type.item), { maxLength: 3 });
    case 'array':
      return fc.array(orNull(type.item), { minLength: type.size, maxLength: type.size });
    case 'struct':
      return fc.tuple(...type.fields.map((field) => orNull(field.type)));
    case 'map':
      return fc.uniqueArray(fc.tuple(cellOf(type.key), orNull(type.value)), {
        maxLength: 3,
        selector: ([key]) => String(typeof key === 'number' ? Math.fround(key) : key),
      });
    case 'union':
      return fc
        .nat({ max: type.members.length - 1 })
        .chain((at) => fc.tuple(fc.constant(at), cellOf((type.members[at] as { type: ColumnType }).type)));
  }
}

function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}

function orNull(type: ColumnType): fc.Arbitrary<Cell> {
  return fc.option(cellOf(type), { freq: 4, nil: null });
}

/** As many ways in which a fault leaves a value near what it was. Some lead to an equal value, which is as worth a look. */
export function nearCells(type: ColumnType, cell: Cell): readonly Cell[] {
  if (cell === null) return [];
  const parts = cell as readonly Cell[];
  switch (type.kind) {
    case 'integer':
      return [(cell as bigint) + 1n, (cell as bigint) - 1n, -(cell as bigint)].filter(
        (n) => n >= type.min && n <= type.max,
      );
    case 'decimal': {
      const end = 10n ** BigInt(type.width) - 1n;
      const n = cell as bigint;
      return [n + 1n, n - 1n, n + 5n, n + 10n ** BigInt(type.scale)].filter((m) => m >= -end && m <= end);
    }
    case 'float':
      return [-(cell as number), (cell as number) + 0.5, (cell as number) * 1.25, Math.fround(cell as number)];
    case 'text': {
      const text = cell as string;
      return [
        ` ${text}`,
        `${text} `,
        `\t${text}\n`,
        `${text}\u00a0`,
        swapCase(text),
        text.normalize('NFD'),
        text.normalize('NFC'),
        `${text}0`,
        `${text}.0`,
        text.slice(1),
      ];
    }
    case 'json':
      return [`${cell} `, (cell as string).replaceAll(' ', ''), (cell as string).replaceAll(/\b1\b(?!\.)/g, '1.0')];
    case 'date':
      return typeof cell === 'string' ? [0n] : [(cell as bigint) + 1n];
    case 'timestamp': {
      if (typeof cell === 'string') return [0n];
      const unit = type.per_second;
      const [n, hour] = [cell as bigint, 3_600n * unit];
      return [n + unit, n + hour, n - (n % unit), n + unit / 1_000n, n + 1n];
    }
    case 'interval':
      return [
        [parts[0] ?? 0, 30, parts[2] ?? 0],
        [1, 0, parts[2] ?? 0],
      ];
    case 'list':
      return [[...parts].reverse(), parts.slice(1), [...parts, parts[0] ?? null], ...nearMember(type.item, parts)];
    case 'array':
      return [[...parts].reverse(), ...nearMember(type.item, parts)];
    case 'struct':
      return type.fields.flatMap((field, i) =>
        [null, ...nearCells(field.type, parts[i] ?? null)].map((other) => parts.with(i, other)),
      );
    case 'map': {
      const entries = parts as readonly (readonly Cell[])[];
      const [first, ...rest] = entries;
      return first === undefined ? [] : [[...entries].reverse(), rest, [[first[0] ?? null, null], ...rest]];
    }
    default:
      return [];
  }
}

function nearMember(type: ColumnType, parts: readonly Cell[]): readonly Cell[] {
  return nearCells(type, parts[0] ?? null).map((other) => parts.with(0, other));
}

function swapCase(text: string): string {
  return text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
}
