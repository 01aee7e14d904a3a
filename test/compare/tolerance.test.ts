import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { numberForm } from '../../src/compare/number-form.ts';
import { type AgreedDistance, toleranceOf, withinTolerance } from '../../src/compare/tolerance.ts';
import { familyOf, type TypeFamily } from '../../src/core/column.ts';
import type { Tolerance } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { join, sql, trustedExpression } from '../../src/sql/sql.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
});
afterAll(() => engine.close());

type Typed = readonly [type: string, literal: string];

async function within(tolerance: Partial<AgreedDistance>, pairs: readonly (readonly [Typed, Typed])[]) {
  const whole = { abs: 0, rel: 0, time_us: 0, ...tolerance };
  const names: Readonly<Record<string, string>> = {
    TIMESTAMPTZ: 'TIMESTAMP WITH TIME ZONE',
    TIMETZ: 'TIME WITH TIME ZONE',
  };
  const asked = pairs.map(([[p, one], [s, other]]) => {
    const typed = ([type, literal]: Typed) => trustedExpression(`CAST(${literal} AS ${type})`);
    const types = { production: names[p] ?? p, shadow: names[s] ?? s };
    return withinTolerance(typed([p, one]), typed([s, other]), types, whole);
  });
  const { rows } = await engine.run(sql`SELECT ${join(asked.map((condition) => sql`(${condition})`))}`);
  return rows[0];
}

describe('time', () => {
  test('two points in time agree iff they lie at most so far apart, whatever their types, to the nanosecond', async () => {
    const instant = fc
      .constantFrom('TIMESTAMP', 'TIMESTAMPTZ', 'TIMESTAMP_NS', 'TIMESTAMP_MS', 'TIMESTAMP_S', 'DATE')
      .chain((type) =>
        fc.bigInt({ min: -3_000_000_000n, max: 3_000_000_000n }).map((ns) => {
          const unit =
            {
              TIMESTAMP: 1000n,
              TIMESTAMPTZ: 1000n,
              TIMESTAMP_NS: 1n,
              TIMESTAMP_MS: 1_000_000n,
              TIMESTAMP_S: 1_000_000_000n,
              DATE: 86_400_000_000_000n,
            }[type] ?? 1n;
          // Around a midnight, as this type can hold it.
          const whole = (((1_600_041_600n * 1_000_000_000n + ns) / unit) * unit).toString();
          const made =
            type === 'TIMESTAMP_NS' ? `make_timestamp_ns(${whole})` : `make_timestamp(${BigInt(whole) / 1000n})`;
          return {
            type,
            ns: BigInt(whole),
            literal: type === 'TIMESTAMPTZ' ? `to_timestamp(0) + to_microseconds(${BigInt(whole) / 1000n})` : made,
          };
        }),
      );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(instant, instant), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(1, 500, 1_000_000, 2_000_000, 86_400_000_000),
        async (pairs, time_us) => {
          const found = await within(
            { time_us },
            pairs.map(
              ([p, s]) =>
                [
                  [p.type, p.literal],
                  [s.type, s.literal],
                ] as const,
            ),
          );
          const apart = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);
          expect(found).toEqual(pairs.map(([p, s]) => apart(p.ns, s.ns) <= BigInt(time_us) * 1000n));
        },
      ),
      { numRuns: 15 },
    );
  });

  test('times of day are not round, a zone shifts them, and infinity agrees with nothing', async () => {
    const cases: readonly (readonly [Typed, Typed, boolean])[] = [
      [['TIME', "'12:00:00'"], ['TIME', "'12:00:02'"], true],
      [['TIME', "'12:00:00'"], ['TIME', "'12:00:02.000001'"], false],
      [['TIME', "'23:59:59'"], ['TIME', "'00:00:00'"], false],
      [['TIME_NS', "'12:00:00.000000001'"], ['TIME', "'12:00:02'"], true],
      [['TIMETZ', "'12:00:00+01'"], ['TIMETZ', "'11:00:01+00'"], true],
      [['TIMETZ', "'12:00:00+01'"], ['TIME', "'12:00:00'"], false],
      [['TIMESTAMP', "'infinity'"], ['TIMESTAMP', "'2026-01-01'"], false],
      [['TIMESTAMP', "'infinity'"], ['TIMESTAMP_NS', "'-infinity'"], false],
      [['DATE', "'infinity'"], ['DATE', "'2026-01-01'"], false],
      [['DATE', "'5874897-12-31'"], ['DATE', "'5874897-12-30'"], false],
      [['TIMESTAMP', 'NULL'], ['TIMESTAMP', "'2026-01-01'"], false],
    ];
    const found = await within(
      { time_us: 2_000_000 },
      cases.map(([p, s]) => [p, s] as const),
    );
    expect(found).toEqual(cases.map(([, , expected]) => expected));
  });
});

test('a tolerance beyond 64 bits is taken as it is given', async () => {
  const pair = (type: string): readonly [Typed, Typed] => [
    [type, '0'],
    [type, "'90000000000000000000'"],
  ];
  const pairs = ['DOUBLE', 'DECIMAL(38,2)', 'HUGEINT'].map(pair);
  expect(await within({ abs: 1e20 }, pairs)).toEqual([true, true, true]);
  expect(await within({ abs: 8e19 }, pairs)).toEqual([false, false, false]);
  expect(await within({ rel: 1e20 }, pairs)).toEqual([true, true, true]);
});

describe('numbers in text', () => {
  const form = async (text: string): Promise<string> => {
    const { rows } = await engine.run(sql`SELECT ${numberForm(trustedExpression(`'${text}'`))}`);
    return String(rows[0]?.[0]);
  };
  const textWithin = async (tolerance: Partial<AgreedDistance>, one: string, other: string) => {
    const pair = [
      ['VARCHAR', `'${await form(one)}'`],
      ['VARCHAR', `'${await form(other)}'`],
    ] as const;
    return (await within(tolerance, [pair]))?.[0];
  };
  const nines = '9'.repeat(1000);

  test.each([
    ['1.00', '1.01', true],
    ['1.00', '1.011', false],
    ['9007199254740992', '9007199254740993', false],
    ['9007199254740992.00', '9007199254740992.01', true],
    ['0.0000000000000000000000001', '0', true],
    ['1e300', '1.0000001e300', false],
    ['abc', '1', false],
    ['nan', '1', false],
    ['inf', 'infinity', false],
    ['1_000', '1000.001', false],
    // More digits than any decimal of the engine has, and than any double tells apart.
    ['123456789012345678901234567890.12', '123456789012345678901234567890.13', true],
    ['123456789012345678901234567890.12', '123456789012345678901234567890.131', false],
    ['-123456789012345678901234567890', '123456789012345678901234567890', false],
    ['1e40', '10000000000000000000000000000000000000000.01', true],
    ['1e40', '10000000000000000000000000000000000000000.02', false],
    ['0.0100000000000000000001', '0', false],
    ['0.0100000000000000000000', '0', true],
    ['-0.005', '0.005', true],
    ['-0.005', '0.0050000000000000000000000001', false],
    ['1e-300', '0', true],
    [`${nines}`, `${nines}.01`, false],
    ['1e1001', '1e1002', false],
  ] as const)('at most 0.01 apart, to the last digit: %s and %s', async (one, other, expected) => {
    expect(await textWithin({ abs: 0.01 }, one, other)).toBe(expected);
    expect(await textWithin({ abs: 0.01 }, other, one)).toBe(expected);
  });

  test.each([
    [0.1, '7', '6.3', true],
    [0.1, '7', '6.29', false],
    [0.1, '123456789012345678901234567890', '123456789012345678901234567891', true],
    [0.1, '700000000000000000000000000000', '610000000000000000000000000000', false],
    [0.1, '-700000000000000000000000000000', '700000000000000000000000000000', false],
    [0.01, '1e-400', '2e-400', false],
    [0.6, '1e-400', '2e-400', true],
    [0.01, '1e400', '2e400', false],
    [0.01, '1e400', '1.001e400', true],
    [0.1, '0', '1e-400', false],
  ] as const)('a share of %s: %s and %s', async (rel, one, other, expected) => {
    expect(await textWithin({ rel }, one, other)).toBe(expected);
    expect(await textWithin({ rel }, other, one)).toBe(expected);
  });

  test('a tolerance larger than what decimals hold', async () => {
    expect(await textWithin({ abs: 1.5e20 }, '-70000000000000000000', '70000000000000000000.5')).toBe(true);
    expect(await textWithin({ abs: 1e30 }, '0', '1e30')).toBe(true);
    expect(await textWithin({ abs: 1e30 }, '0', '1000000000000000000000000000000.1')).toBe(false);
    expect(await textWithin({ abs: 1e-9 }, '5e-10', '-5e-10')).toBe(true);
    expect(await textWithin({ abs: 1e-9 }, '5e-10', '-5.1e-10')).toBe(false);
  });

  test('any two of them agree iff they lie at most so far apart', async () => {
    const units = fc.tuple(fc.bigInt({ min: -(10n ** 45n), max: 10n ** 45n }), fc.integer({ min: -2, max: 2 }));
    const cases = fc.array(fc.tuple(units, fc.nat(30)), { minLength: 1, maxLength: 30 });
    const written = (n: bigint, scale: number): string => `${n}e-${scale}`;
    await fc.assert(
      fc.asyncProperty(cases, async (all) => {
        // Apart by the tolerance, or by a unit of the last place more or less.
        const pairs = all.map(([[n, more], scale]) => {
          const limit = 10n ** BigInt(scale) / 100n;
          return { one: written(n, scale), other: written(n + limit + BigInt(more), scale), limit, more, scale };
        });
        for (const { one, other, limit, more, scale } of pairs) {
          const apart = limit + BigInt(more);
          const expected = (apart < 0n ? -apart : apart) * 100n <= 10n ** BigInt(scale);
          expect(await textWithin({ abs: 0.01 }, one, other), `${one} and ${other}`).toBe(expected);
        }
      }),
      { numRuns: 5 },
    );
  });
});

describe('which tolerance counts', () => {
  const types = fc.constantFrom('BIGINT', 'DECIMAL(10,2)', 'DOUBLE', 'TIMESTAMP', 'DATE', 'TIME', 'VARCHAR', 'BOOLEAN');
  const target = fc.oneof(
    fc.constantFrom('x', 'y').map((column) => ({ column, type: null })),
    fc
      .constantFrom<TypeFamily>('integer', 'decimal', 'float', 'timestamp', 'text')
      .map((type) => ({ column: null, type })),
    fc.constant({ column: null, type: null }),
  );
  const tolerance: fc.Arbitrary<Tolerance> = fc
    .tuple(target, fc.record({ abs: fc.nat(2), rel: fc.nat(2), time_us: fc.nat(2) }))
    .map(([aimed, distance]) => ({ ...aimed, ...distance }));

  test('the one for the column, else for its type, else for all, but for those that speak of other values only', () => {
    fc.assert(
      fc.property(
        types,
        types,
        fc.uniqueArray(tolerance, { maxLength: 6, selector: (t) => `${t.column} ${t.type}` }),
        (production, shadow, given) => {
          const kind = (type: string): string =>
            ['BIGINT', 'DECIMAL(10,2)', 'DOUBLE'].includes(type)
              ? 'number'
              : ['TIMESTAMP', 'DATE'].includes(type)
                ? 'instant'
                : type;
          const isNumber = kind(production) === 'number' && kind(shadow) === 'number';
          const isTime = kind(production) === kind(shadow) && ['instant', 'TIME'].includes(kind(production));
          const says = ({ abs, rel, time_us }: Tolerance): boolean =>
            isNumber ? abs + rel > 0 : isTime && time_us > 0;
          const own = given.find(({ column }) => column === 'x');
          const isSilent = ({ abs, rel, time_us }: Tolerance): boolean => abs + rel + time_us === 0;
          const rest = given.filter((one) => one.column === null && (says(one) || isSilent(one)));
          const byType = (type: string) => rest.find((one) => one.type === familyOf(type));
          const found = own ?? byType(production) ?? byType(shadow) ?? rest.find(({ type }) => type === null);
          const expected =
            found === undefined || !says(found)
              ? null
              : isNumber
                ? { ...found, time_us: 0 }
                : { ...found, abs: 0, rel: 0 };
          const held = toleranceOf(given, 'x', { production, shadow }, false);
          expect(held).toEqual(
            expected === null ? null : { abs: expected.abs, rel: expected.rel, time_us: expected.time_us },
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test('a tolerance of nothing for a type takes that type out of one for all', () => {
  const rule = (type: 'float' | null, abs: number, time_us = 0): Tolerance => ({
    column: null,
    type,
    abs,
    rel: 0,
    time_us,
  });
  const doubles = { production: 'DOUBLE', shadow: 'DOUBLE' };
  const integers = { production: 'INTEGER', shadow: 'INTEGER' };
  const rules = [rule(null, 1), rule('float', 0)];
  expect(toleranceOf(rules, 'x', doubles, false)).toBeNull();
  expect(toleranceOf(rules, 'x', integers, false)).toEqual({ abs: 1, rel: 0, time_us: 0 });
  // What is said of times says nothing of numbers.
  expect(toleranceOf([rule(null, 1), rule('float', 0, 5)], 'x', doubles, false)).toEqual({
    abs: 1,
    rel: 0,
    time_us: 0,
  });
});
