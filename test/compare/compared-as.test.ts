import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparedAs } from '../../src/compare/compared-as.ts';
import { type Sql, sql, trustedExpression, value } from '../../src/sql/sql.ts';
import { withEngine } from '../diff/small-tables.ts';

/** Whether two literals of two types count as equal, both ways round. */
async function areEqual(cases: readonly (readonly [string, string, string, string])[]): Promise<boolean[]> {
  return withEngine(async (engine) => {
    const results: boolean[] = [];
    for (const [type, literal, otherType, otherLiteral] of cases) {
      const left = trustedExpression(`CAST(${literal} AS ${type})`);
      const right = trustedExpression(`CAST(${otherLiteral} AS ${otherType})`);
      const forward = comparedAs(type, otherType);
      const backward = comparedAs(otherType, type);
      const same = (a: Sql, b: Sql): Sql => sql`(${a} IS NOT DISTINCT FROM ${b} AND hash(${a}) = hash(${b}))`;
      const { rows } = await engine.run(
        sql`SELECT ${same(forward.production(left), forward.shadow(right))}, ${same(backward.production(right), backward.shadow(left))}`,
      );
      const [first, second] = rows[0] ?? [];
      expect(first, `${type} ${literal} and ${otherType} ${otherLiteral}: the sides must not matter`).toBe(second);
      results.push(first === true);
    }
    return results;
  });
}

describe('values of different types', () => {
  test('are equal where no information differs', async () => {
    const equal = [
      ['INTEGER', '-1', 'BIGINT', '-1'],
      ['UBIGINT', '18446744073709551615', 'HUGEINT', '18446744073709551615'],
      ['INTEGER', '39', 'DOUBLE', '39.0'],
      ['BIGINT', '9007199254740992', 'DOUBLE', '9007199254740992'],
      ['DECIMAL(4,2)', '1.50', 'DECIMAL(10,4)', '1.5'],
      ['INTEGER', '7', 'DECIMAL(10,2)', '7'],
      ['DECIMAL(10,2)', '0.10', 'DOUBLE', '0.1'],
      ['DECIMAL(18,0)', '9007199254740992', 'FLOAT', '9007199254740992'],
      ['DECIMAL(38,10)', '1.5', 'FLOAT', '1.5'],
      ['DECIMAL(38,10)', '0.1', 'FLOAT', '0.1'],
      ['DECIMAL(38,2)', '5.00', 'DECIMAL(38,30)', '5'],
      ['FLOAT', '0.5', 'DOUBLE', '0.5'],
      ['DATE', "'2026-11-20'", 'TIMESTAMP', "'2026-11-20 00:00:00'"],
      ['TIMESTAMP', "'2026-11-20 01:02:03.4'", 'TIMESTAMP_NS', "'2026-11-20 01:02:03.4'"],
      ['TIMESTAMP_S', "'2026-11-20 01:02:03'", 'TIMESTAMP', "'2026-11-20 01:02:03'"],
      ['TIMESTAMPTZ', "'2026-11-20 01:02:03+00'", 'TIMESTAMP', "'2026-11-20 01:02:03'"],
      ['VARCHAR', "'007'", 'INTEGER', '7'],
      ['VARCHAR', "'1.10'", 'DECIMAL(10,2)', '1.1'],
      ['VARCHAR', "'0.1'", 'DOUBLE', '0.1'],
      ['VARCHAR', "'2026-11-20T01:02:03.5Z'", 'TIMESTAMP', "'2026-11-20 01:02:03.5'"],
      ['VARCHAR', "'2026-11-20'", 'DATE', "'2026-11-20'"],
      ['VARCHAR', "'TRUE'", 'BOOLEAN', 'true'],
      ['VARCHAR', "'abc'", 'BLOB', "'abc'"],
      ['INTEGER[]', '[1, NULL]', 'BIGINT[]', '[1, NULL]'],
      ['INTEGER', 'NULL', 'VARCHAR', 'NULL'],
      ['VARCHAR', "'1e2'", 'INTEGER', '100'],
      ['VARCHAR', "'+.5'", 'DECIMAL(4,2)', '0.50'],
      ['VARCHAR', "'1E+22'", 'DOUBLE', '1e22'],
      ['VARCHAR', "'0'", 'DOUBLE', "'-0.0'"],
      ['VARCHAR', "'-0'", 'INTEGER', '0'],
      ['VARCHAR', "'NaN'", 'DOUBLE', "'nan'"],
      ['VARCHAR', "'-Infinity'", 'FLOAT', "'-inf'"],
      ['VARCHAR', "'0.1'", 'FLOAT', '0.1'],
      ['VARCHAR', "'0.100000001'", 'FLOAT', '0.1'],
      ['VARCHAR', "'0.10000000000000001'", 'DOUBLE', '0.1'],
      ['VARCHAR', "'99999999999999991611392'", 'DOUBLE', '1e23'],
      ['VARCHAR', "'-170141183460469231731687303715884105728'", 'DOUBLE', '-170141183460469231731687303715884105728'],
      ['VARCHAR', "'18446744073709551616'", 'BIGNUM', "'18446744073709551616'"],
      ['VARCHAR', "'2026-11-20T02:02:03+01:00'", 'TIMESTAMPTZ', "'2026-11-20 01:02:03+00'"],
      ['VARCHAR', "'infinity'", 'TIMESTAMP', "'infinity'"],
      ['VARCHAR', "'0044-03-15 (BC) 00:00:00'", 'TIMESTAMP', "'0044-03-15 (BC) 00:00:00'"],
      ['VARCHAR', "'2026-11-20T01:02:03.123456789Z'", 'TIMESTAMP_NS', "'2026-11-20 01:02:03.123456789'"],
      ['VARCHAR', "'10:00:00.500'", 'TIME', "'10:00:00.5'"],
      ['VARCHAR', "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", 'UUID', "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
      ['VARCHAR', "'1 month'", 'INTERVAL', "'1 month'"],
      ["ENUM('a', 'b')", "'b'", "ENUM('b')", "'b'"],
      ["ENUM('7')", "'7'", 'INTEGER', '7'],
      ['UBIGINT', '7', 'INTEGER', '7'],
      ['UBIGINT', '7', 'UTINYINT', '7'],
      ['UHUGEINT', '7', 'HUGEINT', '7'],
      ['BIGNUM', '7', 'DECIMAL(10,2)', '7'],
      ['BIGNUM', "'10000000000000000303786028427003666890752'", 'DOUBLE', '10000000000000000303786028427003666890752'],
      ['DECIMAL(20,1)', '-0.5', 'DECIMAL(30,3)', '-0.5'],
      ['HUGEINT', '170141183460469212842221372237303250944', 'DOUBLE', '170141183460469212842221372237303250944'],
      ['TIME', "'10:00:00'", 'TIMETZ', "'10:00:00+00'"],
      ['TIME', "'10:00:00.5'", 'TIME_NS', "'10:00:00.500000000'"],
      ['DATE', "'infinity'", 'TIMESTAMP', "'infinity'"],
      ['DATE', "'2026-11-20'", 'TIMESTAMP_NS', "'2026-11-20 00:00:00'"],
      ['TIMESTAMPTZ', "'-infinity'", 'TIMESTAMP_S', "'-infinity'"],
      ['INTEGER[3]', '[1, 2, 3]', 'BIGINT[]', '[1, 2, 3]'],
      ['DECIMAL(4,2)[]', '[1, NULL, 0.1]', 'DOUBLE[]', '[1, NULL, 0.1]'],
      ['STRUCT(a INTEGER, b VARCHAR)', "{'a': 1, 'b': 'x'}", 'STRUCT(b VARCHAR, a DECIMAL(4,1))', "{'b': 'x', 'a': 1}"],
      ['STRUCT(a INTEGER)', "{'a': 1}", 'STRUCT(a INTEGER, b INTEGER[])', "{'a': 1, 'b': NULL}"],
      ['MAP(VARCHAR, INTEGER)', "map {'a': 1, 'b': 2}", 'MAP(VARCHAR, BIGINT)', "map {'b': 2, 'a': 1}"],
      ['UNION(a INTEGER, b VARCHAR)', 'union_value(a := 1)', 'UNION(b VARCHAR, a BIGINT)', 'union_value(a := 1)'],
      ['VARIANT', "{'b': 1.50::DECIMAL(9, 2), 'a': [1::TINYINT]}", 'VARIANT', "{'a': [1::BIGINT], 'b': 1.5::DOUBLE}"],
      ['VARIANT', "{'b': 1.50::DECIMAL(9, 2), 'a': 'x'}", 'JSON', `'{"a": "x", "b": 1.5}'`],
      ['VARIANT', "'some text'", 'VARCHAR', "'some text'"],
      ['BLOB', "'\\xFF\\x00'", 'BLOB', "'\\xFF\\x00'"],
      ['BIT', "'0101'", 'VARCHAR', "'0101'"],
      ['GEOMETRY', "'POINT(1 2)'", 'VARCHAR', "'POINT (1 2)'"],
      ['INTERVAL', "'1 month'", 'INTERVAL', "'1 month'"],
      ['TIMETZ', "'10:00:00+01'", 'TIMETZ', "'10:00:00+01'"],
    ] as const;
    const results = await areEqual(equal);
    expect(equal.filter((_, i) => !results[i])).toEqual([]);
  });

  test('differ where any information differs', async () => {
    const different = [
      ['BIGINT', '9007199254740993', 'DOUBLE', '9007199254740992'],
      ['DECIMAL(20,2)', '9007199254740993.00', 'DOUBLE', '9007199254740992'],
      ['DECIMAL(10,2)', '0.10', 'DOUBLE', '0.1000001'],
      ['DECIMAL(38,10)', '1.5000000512', 'FLOAT', '1.5'],
      ['DECIMAL(38,0)', '100000000000000000000000', 'DOUBLE', '1e23'],
      ['DECIMAL(10,2)', '0.11', 'DOUBLE', '0.105'],
      ['FLOAT', '0.1', 'DOUBLE', '0.1'],
      ['INTEGER', '1', 'DOUBLE', '1.5'],
      ['INTEGER', '0', 'DOUBLE', "'NaN'"],
      ['TIMESTAMP_NS', "'2026-11-20 01:02:03.000000001'", 'TIMESTAMP', "'2026-11-20 01:02:03'"],
      ['DATE', "'2026-11-20'", 'TIMESTAMP', "'2026-11-20 00:00:01'"],
      ['VARCHAR', "'1.105'", 'DECIMAL(10,2)', '1.11'],
      ['VARCHAR', "'9007199254740993'", 'DOUBLE', '9007199254740992'],
      ['VARCHAR', "' 7'", 'INTEGER', '7'],
      ['VARCHAR', "'2026-11-20 01:02:03.0000005'", 'TIMESTAMP', "'2026-11-20 01:02:03'"],
      ['VARCHAR', "'2026-11-20 01:02:03'", 'DATE', "'2026-11-20'"],
      ['VARCHAR', "''", 'INTEGER', 'NULL'],
      ['VARCHAR', "'null'", 'INTEGER', 'NULL'],
      ['VARCHAR', "'1'", 'BOOLEAN', 'true'],
      ['INTEGER[]', '[1]', 'BIGINT[]', '[1, NULL]'],
      ['INTEGER', '1', 'BOOLEAN', 'true'],
      ['VARCHAR', "'1e400'", 'DOUBLE', "'inf'"],
      ['VARCHAR', "'1e-400'", 'DOUBLE', '0'],
      ['VARCHAR', "'0.100000000000000012'", 'DOUBLE', '0.1'],
      ['VARCHAR', "'0.10000000000000002'", 'DOUBLE', '0.1'],
      ['VARCHAR', "'0.1000000015'", 'FLOAT', '0.1'],
      ['VARCHAR', "'1.5'", 'INTEGER', '2'],
      ['VARCHAR', "'10'", 'INTEGER', '1'],
      ['VARCHAR', "'1_000'", 'INTEGER', '1000'],
      ['VARCHAR', "'2026-11-20 01:02:03+01'", 'TIMESTAMP', "'2026-11-20 01:02:03'"],
      ['VARCHAR', "'2026-11-20 01:02:03.5'", 'TIMESTAMP_S', "'2026-11-20 01:02:03'"],
      ['VARCHAR', "'2026-11-20 01:02:03.0001'", 'TIMESTAMP_MS', "'2026-11-20 01:02:03'"],
      ['VARCHAR', "'10:00:00.0000005'", 'TIME', "'10:00:00'"],
      ['VARCHAR', "'NaN'", 'INTEGER', '0'],
      ['HUGEINT', '-1', 'HUGEINT', '0'],
      ['HUGEINT', '170141183460469231731687303715884105727', 'DOUBLE', '170141183460469212842221372237303250944'],
      ['UHUGEINT', '1', 'HUGEINT', '-1'],
      ['DECIMAL(38,2)', '0', 'DECIMAL(38,2)', '-0.01'],
      ['DECIMAL(18,2)', '0.01', 'DECIMAL(38,10)', '0.0100000001'],
      ['UUID', "'91111111-1111-1111-1111-111111111111'", 'UUID', "'92222222-2222-2222-1222-222222222222'"],
      ['INTERVAL', "'1 month'", 'INTERVAL', "'30 days'"],
      ['INTERVAL', "'1 day'", 'INTERVAL', "'24 hours'"],
      ['TIMETZ', "'10:00:00+00'", 'TIMETZ', "'11:00:00+01'"],
      ['TIME', "'10:00:00'", 'TIMETZ', "'10:00:00+01'"],
      ['BIT', "'0101'", 'BIT', "'101'"],
      ['BLOB', "''", 'BLOB', "'\\x00'"],
      ['GEOMETRY', "'POINT(1 2)'", 'GEOMETRY', "'POINT(2 1)'"],
      ['STRUCT(a INTEGER)', "{'a': 1}", 'STRUCT(a INTEGER, b INTEGER)', "{'a': 1, 'b': 0}"],
      ['STRUCT(a INTEGER)', "{'a': NULL}", 'STRUCT(a BIGINT)', 'NULL'],
      ['STRUCT(a INTEGER, b INTEGER)', "{'a': 1, 'b': 2}", 'STRUCT(b INTEGER, a INTEGER)', "{'b': 1, 'a': 2}"],
      ['MAP(VARCHAR, INTEGER)', "map {'a': NULL}", 'MAP(VARCHAR, INTEGER)', 'map {}'],
      ['MAP(VARCHAR, INTEGER)', "map {'a': 1}", 'STRUCT(a INTEGER)', "{'a': 1}"],
      ['UNION(a INTEGER, b INTEGER)', 'union_value(a := 1)', 'UNION(a INTEGER, b INTEGER)', 'union_value(b := 1)'],
      ['UNION(a INTEGER, b INTEGER)', 'union_value(a := NULL::INTEGER)', 'UNION(a INTEGER)', 'NULL'],
      ['INTEGER[]', '[1]', 'INTEGER[][]', '[[1]]'],
      ['VARCHAR[]', "['1, 2']", 'VARCHAR[]', "['1', '2']"],
      ['VARIANT', "'1'", 'VARIANT', '1'],
      ['VARIANT', "{'a': NULL}", 'VARIANT', "{'b': NULL}"],
      ['VARIANT', '1.50::DECIMAL(9, 2)', 'JSON', "'1.51'"],
    ] as const;
    const results = await areEqual(different);
    expect(different.filter((_, i) => results[i])).toEqual([]);
  });

  test('a whole number and a double are equal iff they are the same number', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), fc.integer({ min: -2, max: 2 })), {
          minLength: 1,
          maxLength: 20,
        }),
        async (pairs) => {
          const cases = pairs.map(
            ([whole, off]) => ['BIGINT', `'${whole}'`, 'DOUBLE', `'${Number(whole) + off}'`] as const,
          );
          const expected = pairs.map(([whole, off]) => whole === BigInt(Number(whole) + off));
          expect(await areEqual(cases)).toEqual(expected);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('JSON text and a nested value', () => {
  const TYPE =
    'STRUCT(id BIGINT, amount DOUBLE, price DECIMAL(12,2), seen TIMESTAMPTZ, tags VARCHAR[], attrs MAP(VARCHAR, INTEGER))';
  const VALUE = `{'id': 9007199254740993, 'amount': 0.1, 'price': 1.5, 'seen': '2026-11-20 00:00:00+00', 'tags': ['a', NULL], 'attrs': map {'b/~': 2, 'a': 1}}`;
  const TEXT =
    '{"id":9007199254740993,"amount":0.1,"price":1.50,"seen":"2026-11-20 00:00:00+00","tags":["a",null],"attrs":{"b/~":2,"a":1}}';

  test('are equal however the text is laid out, its members ordered and its numbers written', async () => {
    const texts = [
      TEXT,
      TEXT.replace('1.50', '1.5').replace('0.1', '1e-1'),
      TEXT.replaceAll(',', ' ,\n ').replaceAll(':', ' : ').replaceAll('00 : 00 : 00', '00:00:00'),
      TEXT.replace('2026-11-20 00:00:00+00', '2026-11-20T01:00:00+01:00'),
      TEXT.replace('"a",null', '"\\u0061", null').replace('"b/~":2,"a":1', '"a":1,"b\\/~":2'),
      TEXT.replace('"id":9007199254740993,', '').replace('}}', '},"id":9007199254740993}'),
    ];
    const cases = texts.map((text) => ['JSON', `'${text}'`, TYPE, VALUE] as const);
    expect(await areEqual(cases)).toEqual(texts.map(() => true));
  });

  test('differ where the text holds anything else, to the last digit', async () => {
    const texts = [
      TEXT.replace('993', '992'),
      TEXT.replace('0.1', '0.10000000000000001'),
      TEXT.replace('1.50', '1.505'),
      TEXT.replace('"a":1', '"a":1,"c":null'),
      TEXT.replace('"a",null', 'null,"a"'),
      TEXT.replace('"a",null', '"a"'),
      TEXT.replace('"id"', '"Id"'),
      TEXT.replace('"id":', '"id":1,"id":'),
      TEXT.replace('"price"', '"more":0,"price"'),
      TEXT.replace('0.1', '"0.1"'),
      TEXT.replace('00:00:00+00', '00:00:00.0000001+00'),
      `${TEXT} x`,
      'null',
      '',
    ];
    const cases = texts.map((text) => ['VARCHAR', `'${text}'`, TYPE, VALUE] as const);
    const results = await areEqual(cases);
    expect(texts.filter((_, i) => results[i])).toEqual([]);
  });
});

describe('values of 128 bits', () => {
  test('have as many forms and hashes as there are values, also where halves swap, add up or XOR to the same', async () => {
    await withEngine(async (engine) => {
      for (const [type, value] of [
        ['HUGEINT', 'hi * 18446744073709551616 + lo'],
        ['UHUGEINT', 'CAST(hi + 1000 AS UHUGEINT) * 18446744073709551616 + CAST(lo AS UHUGEINT)'],
        ['DECIMAL(38,0)', 'hi * 18446744073709551616 + lo'],
        ['UUID', "CAST(format('{:016x}{:016x}', CAST(hi + 1000 AS BIGINT), CAST(lo AS BIGINT)) AS UUID)"],
        [
          'INTERVAL',
          'to_months(CAST(hi AS INTEGER)) + to_days(CAST(lo % 1000 AS INTEGER)) + to_microseconds(CAST(lo AS BIGINT))',
        ],
      ] as const) {
        const { production } = comparedAs(type, type);
        const form = production(trustedExpression('v'));
        const values = trustedExpression(
          `SELECT CAST(${value} AS ${type}) AS v FROM
            (SELECT CAST(range - 250 AS HUGEINT) AS hi FROM range(500)) CROSS JOIN (SELECT CAST(range AS HUGEINT) AS lo FROM range(500))`,
        );
        const { rows } = await engine.run(
          sql`SELECT count(*), count(DISTINCT ${form}), count(DISTINCT hash(${form})) FROM ${values}`,
        );
        expect([type, ...(rows[0] ?? [])]).toEqual([type, 250_000n, 250_000n, 250_000n]);
      }
    });
  });
});

describe('a decimal and a double', () => {
  test.each(['DECIMAL(15,2)', 'DECIMAL(18,6)', 'DECIMAL(38,2)', 'DECIMAL(38,15)', 'DECIMAL(38,18)', 'DECIMAL(9,9)'])(
    'are equal iff each is the other in its own type: %s',
    async (type) => {
      const [, width = 0, scale = 0] = (/(\d+),(\d+)/.exec(type) ?? []).map(Number);
      const form = comparedAs(type, 'DOUBLE');
      const digits = fc.integer({ min: 1, max: Math.min(width, 21) });
      const unscaled = digits.chain((count) =>
        fc.bigInt({ min: -(10n ** BigInt(count)) + 1n, max: 10n ** BigInt(count) - 1n }),
      );
      await withEngine((engine) =>
        fc.assert(
          fc.asyncProperty(
            fc.array(fc.tuple(unscaled, fc.integer({ min: -1, max: 1 })), { minLength: 200, maxLength: 200 }),
            async (cases) => {
              const texts = cases.map(([number]) => decimalText(number, scale));
              const doubles = texts.map((text, i) => nextDouble(Number(text), cases[i]?.[1] ?? 0));
              const { rows } = await engine.run(
                sql`SELECT ${form.production(sql`p`)} = ${form.shadow(sql`s`)} FROM (
                SELECT CAST(unnest(${value(texts)}) AS ${bare(type)}) AS p, CAST(unnest(${value(doubles.map(String))}) AS DOUBLE) AS s)`,
              );
              // Into the decimal's type: what the double prints as, rounded, must be the decimal.
              const expected = texts.map((text, i) => {
                const double = doubles[i] ?? 0;
                return (
                  Number(text) === double &&
                  roundedTo(Number.isInteger(double) ? String(BigInt(double)) : String(double), scale) === cases[i]?.[0]
                );
              });
              expect(rows.map(([isEqual]) => isEqual)).toEqual(expected);
            },
          ),
          { numRuns: 10, endOnFailure: true },
        ),
      );
    },
  );
});

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The double beside it, in either direction. */
function nextDouble(number: number, steps: number): number {
  if (number === 0 || steps === 0) return number;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(steps));
  return view.getFloat64(0);
}

/** The printed number as an unscaled decimal, rounded half away from zero. */
function roundedTo(printed: string, scale: number): bigint {
  const [, sign = '', whole = '0', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(printed) ?? [];
  const places = fraction.length - Number(power);
  const digits = BigInt(whole + fraction);
  const shift = BigInt(Math.abs(scale - places));
  const scaled = scale >= places ? digits * 10n ** shift : (digits + 5n * 10n ** (shift - 1n)) / 10n ** shift;
  return sign === '-' ? -scaled : scaled;
}

/** A type name out of the parentheses that a trusted expression stands in. */
function bare(type: string): Sql {
  return sql(Object.assign([type], { raw: [type] }) as unknown as TemplateStringsArray);
}
