/** The known cause of a real pair, said as agreed differences: what then remains is what the independent program found to remain. */
import { describe, expect, test } from 'vitest';
import type { Spec } from '../../src/core/spec.ts';
import { analyzeFiles } from './analyze-here.ts';
import { realPairs, textFiles } from './real-pairs.ts';

const LOCAL = `CAST(time_hour AS TIMESTAMP) - CASE WHEN CAST(time_hour AS TIMESTAMP) >= TIMESTAMP '2013-03-10 07:00'
  AND CAST(time_hour AS TIMESTAMP) < TIMESTAMP '2013-11-03 06:00' THEN INTERVAL 4 HOUR ELSE INTERVAL 5 HOUR END`;
const DEATHS = ['total_deaths_per_million', 'new_deaths_per_million', 'new_deaths_smoothed_per_million'];
const NEW_POKEMON = '(CAST(id AS INTEGER) BETWEEN 906 AND 1010 OR CAST(id AS INTEGER) >= 10250)';

const both = (column: string, sql: string) => ({ column, production: sql, shadow: sql });
const numberText = (column: string) => ({ column, type: null, rule: 'number_text' }) as const;

/** The rules that say it, by pair. */
const RULES: Readonly<Record<string, Partial<Spec>>> = {
  'baseball-int-as-float': { normalise: [numberText('InnOuts'), numberText('TP')] },
  'covid-worldwide-date-format': {
    expressions: [
      { column: 'Date', production: 'CAST("Date" AS DATE)', shadow: `CAST(strptime("Date", '%-m/%-d/%y') AS DATE)` },
    ],
  },
  'exchange-rates-source-migration': {
    renamed: [{ production: 'Value', shadow: 'Exchange rate' }],
    expressions: [
      {
        column: 'Value',
        production: 'round(CAST("Value" AS DOUBLE), 4)',
        shadow: 'round(CAST("Exchange rate" AS DOUBLE), 4)',
      },
    ],
  },
  'kev-excel-roundtrip-stale': {
    expressions: ['dateAdded', 'dueDate'].map((column) => ({
      column,
      production: `CAST("${column}" AS DATE)`,
      shadow: `CAST(strptime("${column}", '%-m/%-d/%Y') AS DATE)`,
    })),
  },
  'mpox-rounding-3dp-5dp': {
    expressions: DEATHS.map((column) => both(column, `round(CAST("${column}" AS DOUBLE), 3)`)),
  },
  'natural-gas-header-rename': { renamed: [{ production: 'Month', shadow: 'Date' }] },
  'nycflights-weather-timezone': {
    where: { production: null, shadow: `year(${LOCAL}) = 2013` },
    expressions: ['year', 'month', 'day', 'hour'].map((column) => ({
      column,
      production: null,
      shadow: `CAST(${column}(${LOCAL}) AS VARCHAR)`,
    })),
  },
  'pokemon-unit-factor-10': {
    expressions: ['height', 'weight'].map((column) => ({
      column,
      production: `CAST(${column} AS DOUBLE)`,
      shadow: `CASE WHEN ${NEW_POKEMON} THEN round(10 * CAST(${column} AS DOUBLE), 6) ELSE CAST(${column} AS DOUBLE) END`,
    })),
  },
  'seattle-weather-date-format': {
    expressions: [{ column: 'date', production: null, shadow: `replace("date", '/', '-')` }],
  },
  'uk-cases-spurious-total': { where: { production: null, shadow: `"Area" <> 'England '` } },
};

const explained = realPairs.flatMap((pair) => {
  const { after_normalisation } = pair.expected;
  return after_normalisation === undefined ? [] : [{ ...pair, after: after_normalisation }];
});

describe.skipIf(explained.length === 0)('real pairs under the rules that say their cause', () => {
  test.each(explained)('$name: what remains is what the independent program found', async (pair) => {
    const { key, result } = pair.after;
    const report = await analyzeFiles(textFiles(pair), { key, ...RULES[pair.name] });
    const { equal = 0, agreed = 0, changed, only_in_production, only_in_shadow } = report.rows ?? {};
    const differing = report.columns.filter(({ differing_rows }) => differing_rows > 0);
    const rename = RULES[pair.name]?.renamed?.map(({ production }) => production) ?? [];
    expect({
      rows_production: report.production.row_count,
      rows_shadow: report.shadow.row_count,
      rows_identical: equal + agreed,
      only_production: only_in_production,
      only_shadow: only_in_shadow,
      rows_changed: changed,
      changed_columns: Object.fromEntries(
        differing.map(({ column, differing_rows }) => [rename.includes(column) ? 'v' : column, differing_rows]),
      ),
    }).toEqual({
      rows_production: result.rows_production,
      rows_shadow: result.rows_shadow,
      rows_identical: result.rows_identical,
      only_production: result.only_production,
      only_shadow: result.only_shadow,
      rows_changed: result.rows_changed,
      changed_columns: result.changed_columns,
    });
  });

  test('every pair of which that is known has rules', () => {
    expect(explained.map(({ name }) => name).filter((name) => RULES[name] === undefined)).toEqual([]);
  });
});
