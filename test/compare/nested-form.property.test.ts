import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparedAs } from '../../src/compare/compared-as.ts';
import { type Sql, sql } from '../../src/sql/sql.ts';
import { withEngine } from '../diff/small-tables.ts';
import {
  anyValue,
  areEqual,
  carried,
  literal,
  relatedType,
  type TypeModel,
  typeModel,
  typeText,
} from './typed-values.ts';

const pair = typeModel.chain((type) =>
  fc
    .oneof({ weight: 6, arbitrary: relatedType(type) }, { weight: 1, arbitrary: fc.constant(type) })
    .chain((other) =>
      anyValue(type).chain((one) => carried(one, type, other).map((two) => ({ type, other, one, two }))),
    ),
);

/** The two values in the compared form, in one relation, as the engine reads them from tables. */
function judged(production: Sql, shadow: Sql, types: readonly [TypeModel, TypeModel]): Sql {
  const form = comparedAs(typeText(types[0]), typeText(types[1]));
  const [p, s] = [form.production(sql`p`), form.shadow(sql`s`)];
  return sql`(SELECT [${p} IS NOT DISTINCT FROM ${s}, hash(${p}) = hash(${s})] FROM (SELECT ${production} AS p, ${shadow} AS s))`;
}

test('values of any two types have one form and one hash exactly where they are equal by the documented rules', async () => {
  let equal = 0;
  await withEngine((engine) =>
    fc.assert(
      fc.asyncProperty(fc.array(pair, { minLength: 12, maxLength: 12 }), async (pairs) => {
        const statement = pairs
          .map(({ type, other, one, two }) => judged(literal(one, type), literal(two, other), [type, other]))
          .reduce((all, next, i) => (i === 0 ? sql`SELECT ${next}` : sql`${all}, ${next}`), sql``);
        const { rows } = await engine.run(statement);
        for (const [i, { type, other, one, two }] of pairs.entries()) {
          const isEqual = areEqual(one, type, two, other);
          equal += isEqual && one !== null ? 1 : 0;
          expect(
            rows[0]?.[i],
            `${typeText(type)} ${JSON.stringify(one)} and ${typeText(other)} ${JSON.stringify(two)}`,
          ).toEqual([isEqual, isEqual]);
        }
      }),
      // Shrinking would run for minutes, and one pair is told whole.
      { numRuns: 30, endOnFailure: true },
    ),
  );
  // Equal pairs are no exception here.
  expect(equal).toBeGreaterThan(100);
});
