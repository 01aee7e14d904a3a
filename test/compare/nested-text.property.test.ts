import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparedAs } from '../../src/compare/compared-as.ts';
import { sql, value } from '../../src/sql/sql.ts';
import { withEngine } from '../diff/small-tables.ts';

const text = fc.oneof(
  fc.constantFrom(
    '',
    'NULL',
    'a',
    'a, b',
    "'",
    '"',
    '[',
    ']',
    "', '",
    '\\',
    ', ',
    "\\'",
    '{',
    '}',
    '=',
    ': ',
    ' a',
    'a ',
  ),
  fc.string({ maxLength: 4 }),
);

test('lists and structs of any texts have one form exactly where they are equal', async () => {
  const list = comparedAs('VARCHAR[]', 'VARCHAR[]');
  const struct = comparedAs('STRUCT(a VARCHAR, b VARCHAR)', 'STRUCT(a VARCHAR, b VARCHAR)');
  await withEngine((engine) =>
    fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 3 }), fc.array(text, { maxLength: 3 }), async (one, other) => {
        const lists = [one, other].map((items) => sql`CAST(${value(items)} AS VARCHAR[])`);
        const structs = [one, other].map(
          (items) =>
            sql`struct_pack(a := ${value(items[0] ?? null)}::VARCHAR, b := ${value(items[1] ?? null)}::VARCHAR)`,
        );
        const [a, b] = [lists[0] ?? sql`NULL`, lists[1] ?? sql`NULL`];
        const [c, d] = [structs[0] ?? sql`NULL`, structs[1] ?? sql`NULL`];
        const { rows } = await engine.run(
          sql`SELECT ${list.production(a)} = ${list.shadow(b)}, ${struct.production(c)} = ${struct.shadow(d)}`,
        );
        const same = (x: unknown, y: unknown): boolean => JSON.stringify(x) === JSON.stringify(y);
        expect(rows[0]).toEqual([
          same(one, other),
          same([one[0] ?? null, one[1] ?? null], [other[0] ?? null, other[1] ?? null]),
        ]);
      }),
      { numRuns: 200 },
    ),
  );
});
