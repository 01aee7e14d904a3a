import { expect, test } from 'vitest';
import { columnTable } from '../../src/report/column-table.ts';
import { comparisonSection, ruleLines } from '../../src/report/comparison-section.ts';
import { sampleReport } from './sample-reports.ts';

test('every rule is told with what it is for', () => {
  const all = { column: null, type: null };
  const lines = ruleLines({
    columns: ['price', 'name'],
    ignore: ['at'],
    tolerance: [
      { ...all, abs: 0.01, rel: 0, time_us: 2_000_000 },
      { ...all, abs: 0, rel: 0, time_us: 1 },
      { column: 'price', type: null, abs: 1, rel: 1e-9, time_us: 0 },
      { column: null, type: 'float', abs: 0, rel: 0.5, time_us: 0 },
      { column: 'exact', type: null, abs: 0, rel: 0, time_us: 0 },
    ],
    normalise: [
      { ...all, rule: 'unordered_lists' },
      { ...all, rule: 'number_text' },
      { column: 'name', type: null, rule: 'trim' },
    ],
    expressions: [
      { column: 'a', production: 'upper(a)', shadow: 'upper(a)' },
      { column: 'b', production: 'c', shadow: 'd' },
    ],
    where: { production: 'x = 1', shadow: null },
    sample: null,
  });
  expect(lines).toEqual([
    ['compared columns', 'price, name'],
    ['ignored columns', 'at'],
    ['tolerance', 'all numbers and times ± 0.01 or ± 2s'],
    ['tolerance', 'all times ± 1us'],
    ['tolerance', 'price ± 1 or ± 1e-9 of the larger value'],
    ['tolerance', 'float values ± 0.5 of the larger value'],
    ['tolerance', 'exact none'],
    ['normalised', 'all lists: unordered_lists'],
    ['normalised', 'all numbers in text: number_text'],
    ['normalised', 'name: trim'],
    ['expression', 'a: upper(a)'],
    ['production expression', 'b: c'],
    ['shadow expression', 'b: d'],
    ['production where', 'x = 1'],
  ]);
});

test('the page tells how sure it is, and calls no column equal that differs within the rules', () => {
  const base = sampleReport();
  const column = {
    type: 'VARCHAR',
    differing_rows: 0,
    differing_share: 0,
    agreed_rows: 0,
    agreed_by: null,
    profile: null,
    paths: [],
  };
  const columns = [
    { ...column, column: 'same' },
    { ...column, column: 'near', agreed_rows: 3, agreed_by: 'trim' },
  ];
  expect(String(comparisonSection(base, true))).toContain('1 of 4.6e18 (2^62) cases');
  const table = String(columnTable(sampleReport({ columns })));
  expect(table).toContain('1 column without a difference');
  expect(table.match(/without a difference:.*?<\/p>/s)?.[0]).not.toContain('near');
  expect(table).toContain('differ only within trim');
});
