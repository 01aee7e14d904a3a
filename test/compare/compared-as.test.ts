import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparedAs } from '../../src/compare/compared-as.ts';
import { type Sql, sql, trustedExpression } from '../../src/sql/sql.ts';
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
    ] as const;
    const results = await areEqual(equal);
    expect(equal.filter((_, i) => !results[i])).toEqual([]);
  });

  test('differ where any information differs', async () => {
    const different = [
      ['BIGINT', '9007199254740993', 'DOUBLE', '9007199254740992'],
      ['DECIMAL(20,2)', '9007199254740993.00', 'DOUBLE', '9007199254740992'],
      ['DECIMAL(10,2)', '0.10', 'DOUBLE', '0.1000001'],
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
