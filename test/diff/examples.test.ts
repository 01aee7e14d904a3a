/** Which rows are shown of many: a fixed number of passes, whatever the number of rows. */
import { expect, test } from 'vitest';
import { pickExamples } from '../../src/diff/examples.ts';
import { integer, sql } from '../../src/sql/sql.ts';
import { planOf, withThreads } from './leftover-tables.ts';

const ROWS = 250_000;
/** Only these differ in the last column too. */
const RARE = [77, 150_000, 249_000];

test('of more rows than are put in order the first and the last are shown, those between are spread, and a rare pattern has its turn', async () => {
  const columns = [
    { name: 'id', type: 'BIGINT' },
    { name: 'same', type: 'VARCHAR' },
    { name: 'price', type: 'DOUBLE' },
    { name: 'note', type: 'VARCHAR' },
  ];
  const plan = planOf(columns, { key: ['id'] });
  const counts = {
    changed: BigInt(ROWS),
    agreed: 0n,
    only_in_production: BigInt(ROWS),
    only_in_shadow: 0n,
    differing_by_column: [0n, 0n, BigInt(ROWS), BigInt(RARE.length)],
    agreed_by_column: [0n, 0n, 0n, 0n],
  };
  const examples = await withThreads(2, async (engine) => {
    // As large sides are paired: a column that is the same everywhere does not stand in the table.
    await engine.run(sql`CREATE TEMP TABLE changed_pairs AS
      SELECT range AS pair, 0 AS production_file, range AS production_row, 0 AS shadow_file, range AS shadow_row,
        range AS p0, range AS s0, false AS d0, CAST(range AS DOUBLE) AS p2, CAST(-range AS DOUBLE) AS s2, true AS d2,
        'a' AS p3, 'b' AS s3, range IN (77, 150000, 249000) AS d3
      FROM range(${integer(ROWS)}) ORDER BY hash(range)`);
    await engine.run(sql`CREATE TEMP TABLE only_in_production AS
      SELECT 0 AS "file", range AS "row", CAST(NULL AS VARCHAR) AS twin, range AS v0, 'x' AS v1, CAST(range AS DOUBLE) AS v2, 'a' AS v3
      FROM range(${integer(ROWS)})`);
    return pickExamples(engine, plan, counts, 20);
  });
  const changed = examples.filter(({ kind }) => kind === 'changed');
  expect(changed).toHaveLength(10);
  const rowsOf = (some: typeof examples): readonly number[] => some.map(({ places }) => Number(places.production?.row));
  const rare = rowsOf(changed.filter(({ cells }) => cells.length === 2));
  expect(rare).toEqual(expect.arrayContaining([77, 249_000]));
  const frequent = rowsOf(changed.filter(({ cells }) => cells.length === 1));
  expect([frequent[0], frequent.at(-1)]).toEqual([0, ROWS - 1]);
  const [, second] = changed.filter(({ cells }) => cells.length === 1);
  expect(second).toMatchObject({
    key: [{ column: 'id', value: String(second?.pair) }],
    cells: [{ column: 'price', production: `${second?.pair}.0`, shadow: `-${second?.pair}.0` }],
  });

  const alone = rowsOf(examples.filter(({ kind }) => kind === 'only_in_production'));
  expect(alone).toHaveLength(10);
  for (const [i, row] of alone.entries()) expect(Math.abs(row - (i * (ROWS - 1)) / 9)).toBeLessThan(ROWS / 50);
  expect([alone[0], alone.at(-1)]).toEqual([0, ROWS - 1]);
});
