import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planColumns } from '../../src/compare/column-plan.ts';
import { keepForms, measureKey, rowsThere } from '../../src/compare/key-measure.ts';
import { sideQuery } from '../../src/compare/side-query.ts';
import { mapSides, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { ident, integer, join, type Sql, sql, value } from '../../src/sql/sql.ts';

type Row = readonly [a: string | null, b: number | null, c: string | null];

const row: fc.Arbitrary<Row> = fc.tuple(
  fc.constantFrom('x', 'y', '', 'NULL', null),
  fc.constantFrom(-1, 0, 1, 2, null),
  fc.constantFrom('p', 'q', null),
);
const KEY = [0, 1];
const WITNESS = 2;

/** By the definition: values of the key, different rows, rows, and values that stand on both sides. */
function counted(rows: Sided<readonly Row[]>) {
  const keyOf = (one: Row): string => JSON.stringify(KEY.map((i) => one[i] ?? null));
  const keys = mapSides(rows, (list) => new Set(list.map(keyOf)));
  const kinds = (list: readonly Row[], key: string): ReadonlySet<string> =>
    new Set(list.filter((one) => keyOf(one) === key).map((one) => JSON.stringify(one)));
  const common = [...keys.production].filter((key) => keys.shadow.has(key));
  const single = common.filter((key) => kinds(rows.production, key).size === 1 && kinds(rows.shadow, key).size === 1);
  return {
    sides: mapSides(rows, (list, side) => ({
      keys: keys[side].size,
      kinds: new Set(list.map((one) => JSON.stringify(one))).size,
      rows: list.length,
      null_rows: list.filter((one) => KEY.some((i) => one[i] === null)).length,
    })),
    common: common.length,
    /** Where both sides hold one kind of row: exact, whichever row the engine picks. */
    agreeing: single.filter((key) =>
      rows.production.some(
        (p) => keyOf(p) === key && rows.shadow.some((s) => keyOf(s) === key && p[WITNESS] === s[WITNESS]),
      ),
    ).length,
    all_single: single.length === common.length,
  };
}

function from(rows: readonly Row[]): Sql {
  const selects = rows.map(
    ([a, b, c], i) =>
      sql`SELECT 0 AS f, ${integer(i)} AS r, CAST(${value(a)} AS VARCHAR) AS a, CAST(${value(b)} AS INTEGER) AS b, CAST(${value(c)} AS VARCHAR) AS c`,
  );
  const none = sql`SELECT 0 AS f, 0 AS r, '' AS a, 0 AS b, '' AS c WHERE false`;
  return sql`(${join([none, ...selects], ' UNION ALL ')})`;
}

test('a key is measured as counting by hand does, over rows where they lie and over rows kept', async () => {
  const engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
  const columns = [
    { name: 'a', type: 'VARCHAR', expression: ident('a') },
    { name: 'b', type: 'INTEGER', expression: ident('b') },
    { name: 'c', type: 'VARCHAR', expression: ident('c') },
  ];
  const plan = planColumns({ production: columns, shadow: columns }, PLAIN_SPEC);
  const rows = fc.array(row, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(rows, rows, async (production, shadow) => {
      const pair = { production, shadow };
      const queries = mapSides(pair, (list, side) =>
        sideQuery(side, { from: from(list), file: sql`f`, row: sql`r` }, plan, { where: null, sample: null }),
      );
      const expected = counted(pair);
      for (const read of [rowsThere(plan, queries, 1), await keepForms(engine, plan, queries, [0, 1, 2])]) {
        const measure = await measureKey(engine, read, KEY, [WITNESS], true);
        expect({ sides: measure.sides, common: measure.common }).toEqual({
          sides: expected.sides,
          common: expected.common,
        });
        if (expected.all_single) expect(measure.agreements[0]?.agreeing).toBe(expected.agreeing);
      }
    }),
    { numRuns: 60 },
  );
  await engine.close();
});
