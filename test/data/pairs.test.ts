/**
 * Real pairs of tables with counts that another program made. The pairs are not part of the package; where their folder
 * is absent these tests are skipped, and say so. `SHADOWCHECK_PAIRS` names another folder.
 */
import { describe, expect, test } from 'vitest';
import type { PairReport } from '../../src/report/pair-report.ts';
import { analyzeFiles } from './analyze-here.ts';
import { keyOf, realPairs, renamedIn, typedFiles } from './real-pairs.ts';

const keyed = realPairs.filter((pair) => keyOf(pair).length > 0);
const unkeyed = realPairs.filter((pair) => keyOf(pair).length === 0);

describe.skipIf(realPairs.length === 0)('real pairs', () => {
  test.each(keyed)('$name: the counts are those of the independent program', async (pair) => {
    const typed = pair.expected.typed;
    const report = await analyzeFiles(typedFiles(pair), { key: keyOf(pair), ignore: renamedIn(pair) });
    const { rows } = report;
    expect({
      ...rowCounts(report),
      only_production: rows?.only_in_production,
      only_shadow: rows?.only_in_shadow,
      rows_changed: rows?.changed,
      rows_identical: rows?.equal,
      changed_columns: Object.fromEntries(report.columns.map(({ column, differing_rows }) => [column, differing_rows])),
    }).toEqual({
      rows_production: typed.rows_production,
      rows_shadow: typed.rows_shadow,
      only_production: typed.only_production,
      only_shadow: typed.only_shadow,
      rows_changed: typed.rows_changed,
      rows_identical: typed.rows_identical,
      changed_columns: typed.changed_columns,
    });
  });

  test.each(unkeyed)('$name: without a key the multiset is that of the independent program', async (pair) => {
    expect(multisetOf(await analyzeFiles(typedFiles(pair)))).toEqual(expectedMultiset(pair.expected.typed));
  });

  // Types differ between the sides of some: there the independent program's multiset tells 1 from 1.0.
  const sameTypes = keyed.filter(
    ({ expected: { typed } }) => typed.rows_identical === typed.rows_production - typed.bag.only_production,
  );
  test.each(sameTypes)('$name: no key changes what is identical', async (pair) => {
    const keys = [[], ...(pair.alternate_keys ?? [])];
    for (const key of keys) {
      const found = multisetOf(await analyzeFiles(typedFiles(pair), { key }));
      expect(found, `key ${key.join(', ')}`).toEqual(expectedMultiset(pair.expected.typed));
    }
  });
});

function rowCounts({ production, shadow }: PairReport) {
  return { rows_production: production.row_count, rows_shadow: shadow.row_count };
}

/** Rows of a side that are not identical to one of the other's, however they were paired then. */
function multisetOf(report: PairReport) {
  const { equal = 0, changed = 0, only_in_production = 0, only_in_shadow = 0 } = report.rows ?? {};
  return {
    ...rowCounts(report),
    equal,
    only_production: changed + only_in_production,
    only_shadow: changed + only_in_shadow,
  };
}

function expectedMultiset({ rows_production, rows_shadow, bag }: (typeof realPairs)[number]['expected']['typed']) {
  return { rows_production, rows_shadow, equal: rows_production - bag.only_production, ...bag };
}
