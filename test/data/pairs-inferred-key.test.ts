/** The real pairs without their key: what is inferred is the key that their owners use, or one that pairs the same rows. */
import { describe, expect, test } from 'vitest';
import { planColumns } from '../../src/compare/column-plan.ts';
import { inferKey } from '../../src/compare/infer-key.ts';
import { sideQuery } from '../../src/compare/side-query.ts';
import { mapSides, mapSidesInOrder } from '../../src/core/side.ts';
import { PLAIN_SPEC } from '../../src/core/spec.ts';
import { pinLanding } from '../../src/partition/pin.ts';
import { openSide } from '../../src/partition/side-table.ts';
import { landingAt } from '../partition/place.ts';
import { analyzeFiles } from './analyze-here.ts';
import { withEngineIn } from './parquet-writer.ts';
import { keyOf, type RealPair, realPairs, renamedIn, typedFiles } from './real-pairs.ts';

const keyed = realPairs.filter((pair) => keyOf(pair).length > 0);

/** In how many of the 22 pairs it is exactly the owners'; in the others it is shorter, or another one. */
const OWNERS_KEY_MIN = 13;

describe.skipIf(keyed.length === 0)('the key of a real pair', () => {
  test(`is inferred: the owners' in ${OWNERS_KEY_MIN} pairs, and in all one that pairs the same rows`, async () => {
    const owners: string[] = [];
    for (const pair of keyed) {
      const [first = []] = await inferredKeys(pair);
      if (first.toSorted().join() === keyOf(pair).toSorted().join()) owners.push(pair.name);
      const { rows } = await analyzeFiles(typedFiles(pair), { key: first, ignore: renamedIn(pair) });
      const { typed } = pair.expected;
      expect(
        [first.length > 0, rows?.changed, rows?.only_in_production, rows?.only_in_shadow],
        `${pair.name}, by ${first.join(', ')}`,
      ).toEqual([true, typed.rows_changed, typed.only_production, typed.only_shadow]);
    }
    expect(owners.length).toBeGreaterThanOrEqual(OWNERS_KEY_MIN);
  });
});

async function inferredKeys(pair: RealPair): Promise<readonly (readonly string[])[]> {
  const pinned = await mapSidesInOrder(typedFiles(pair), (path, side) => pinLanding({ ...landingAt(path), side }));
  const files = Object.values(typedFiles(pair));
  return withEngineIn(
    null,
    async (engine) => {
      // Nothing is converted: Parquet is read where it lies.
      const tables = await mapSidesInOrder(pinned, (landing) => openSide(engine, landing, ''));
      const columns = mapSides(tables, (table) => table.columns);
      const plan = planColumns(columns, PLAIN_SPEC);
      const rows = mapSides(tables, (table, side) => sideQuery(side, table, plan, { where: null, sample: null }));
      const counts = mapSides(tables, ({ row_count_hint }) => row_count_hint);
      return (await inferKey(engine, plan, rows, counts)).map((key) => key.columns);
    },
    files,
  );
}
