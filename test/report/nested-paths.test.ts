import { describe, expect, test } from 'vitest';
import type { PairReport } from '../../src/report/pair-report.ts';
import { pairReportSchema } from '../../src/report/pair-report.ts';
import { reportFormats } from '../../src/report/registry.ts';
import { sampleReport } from './sample-reports.ts';

const INNER = Array.from({ length: 7 }, (_, i) => ({
  path: `items[${i}].price`,
  production: `1${i}.50`,
  shadow: i === 1 ? null : `2${i}.50`,
  only_in: i === 1 ? ('production' as const) : null,
}));

const base = sampleReport();
const REPORT: PairReport = sampleReport({
  columns: base.columns.slice(0, 1).map((column) => ({
    ...column,
    differing_rows: 9,
    paths: [{ path: 'items[].price', rows: 9 }],
  })),
  examples: [
    {
      kind: 'changed',
      key: [{ column: 'id', value: '1' }],
      cells: [{ column: 'items', production: '[…]', shadow: '[……]', paths: INNER }],
      cause: null,
      production: null,
      shadow: null,
    },
  ],
});

describe.each(['text', 'md', 'html'])('%s', (id) => {
  const format = reportFormats.find((one) => one.id === id);
  const page = format?.pair(REPORT, { back_href: 'index.html', history: [], color: false, width: 200 }) ?? '';

  test('shows the inner values that differ, says what a side lacks, and how many more there are', () => {
    for (const shown of ['items[0].price', 'items[4].price', '0.50', 'nothing', 'and 2 inner values more'])
      expect(page).toContain(shown);
    expect(page).not.toContain('items[5].price');
  });

  test('tells at which paths a column differs', () => {
    expect(page).toContain('items[].price');
  });
});

test('a report of before paths were told is read, and has none', () => {
  const old = JSON.parse(JSON.stringify(REPORT)) as { examples: { cells: object[] }[]; columns: object[] };
  for (const cell of [...old.examples.flatMap(({ cells }) => cells), ...old.columns])
    delete (cell as { paths?: unknown }).paths;
  const report = pairReportSchema.parse(old);
  expect(report.examples[0]?.cells[0]?.paths).toEqual([]);
  expect(report.columns[0]?.paths).toEqual([]);
});
