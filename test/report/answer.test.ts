import { describe, expect, test } from 'vitest';
import { INCONCLUSIVE_REASONS } from '../../src/core/outcome.ts';
import { answerOf } from '../../src/report/answer.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { compoundReport, inconclusiveReport, matchReport, sampleFinding, sampleReport } from './sample-reports.ts';

const ROWS: NonNullable<PairReport['rows']> = {
  equal: 90,
  agreed: 0,
  changed: 0,
  only_in_production: 0,
  only_in_shadow: 0,
  duplicate_keys: null,
  null_keys: null,
  keys_counted_over: null,
};
const NO_FINDING = { findings: [], unexplained_rows: 10, examples: [], owner: null };

describe('a mismatch', () => {
  test('with one cause that explains all: what, where, why, since when, whose', () => {
    expect(answerOf(sampleReport())).toEqual({
      headline: '812 of 1,204,331 rows differ, all in created_at: timestamps cut to milliseconds.',
      rest: "Only rows with origin_path = 'delta' are hit (812 of 815 at risk, none of 4,120 elsewhere). This is known, first seen 2026-11-18 05:10 UTC. Owned by ingest-core. It blocks promotion.",
    });
  });

  test('with several causes and a remainder names them all, and what is left', () => {
    const { headline, rest } = answerOf(compoundReport());
    expect(headline).toBe(
      '408 of 10,062 rows differ in display_name and biography, 42 rows stand only in production and 12 only in shadow: 2 causes are at work, and not all is explained.',
    );
    expect(rest).toContain('Empty text became NULL (372 of 390 cells) and rows missing in shadow (42 rows).');
    expect(rest).toContain(
      'White space at the ends removed: fits 11 of 18 cells, but 85 cells should differ and do not and 7 differ otherwise.',
    );
    expect(rest).toContain('30 differing rows are left unexplained.');
    expect(rest).toContain('Column legacy_flags stands only in production; rows were compared in the common columns.');
    expect(rest).toContain('1 of 3 issues was resolved once and is back');
  });

  test('one cause in several columns is one cause', () => {
    const report = sampleReport({ findings: [sampleFinding(), sampleFinding({ columns: ['updated_at'] })] });
    expect(answerOf(report).headline).toBe(
      '812 of 1,204,331 rows differ, all in created_at: timestamps cut to milliseconds.',
    );
  });

  test('a cause that explains only a part is told as a part', () => {
    const finding = sampleFinding({
      counts: { differing: 812, explained: 800, at_risk: 800, contradictions: 0, inherited: 0, residual: 12 },
    });
    const { headline, rest } = answerOf(sampleReport({ findings: [finding], unexplained_rows: 12 }));
    expect(headline).toContain(': in part timestamps cut to milliseconds (800 of 812 cells).');
    expect(rest).toContain('12 differing rows are left unexplained.');
  });

  test('what was not counted is not claimed', () => {
    const { headline, rest } = answerOf(sampleReport({ unexplained_rows: null }));
    expect(headline).toContain('in part');
    expect(rest).toContain('How many rows are left unexplained was not counted.');
  });

  test('a likeness is not a cause', () => {
    const { headline } = answerOf(
      sampleReport({ findings: [sampleFinding({ certainty: 'resembles' })], unexplained_rows: 812 }),
    );
    expect(headline).toContain(': it looks like timestamps cut to milliseconds, which is not proven.');
  });

  test.each([
    ['unknown', 'no known cause explains it'],
    ['not_attributable', 'the cause cannot be told from the data'],
  ] as const)('%s: %s', (certainty, words) => {
    expect(
      answerOf(sampleReport({ findings: [sampleFinding({ certainty })], unexplained_rows: 812 })).headline,
    ).toContain(`: ${words}.`);
  });

  test('without a finding ends with what differs', () => {
    expect(answerOf(sampleReport({ findings: [], unexplained_rows: 812 })).headline).toBe(
      '812 of 1,204,331 rows differ, all in created_at.',
    );
  });

  test.each([
    [{ only_in_production: 10 }, '10 rows stand only in production (of 100 rows).'],
    [{ only_in_shadow: 1, equal: 99 }, '1 row stands only in shadow (of 100 rows).'],
    [
      { only_in_production: 6, only_in_shadow: 4 },
      '6 rows stand only in production and 4 only in shadow (of 100 rows).',
    ],
    [{ changed: 1, equal: 99 }, '1 of 100 rows differs in created_at.'],
  ])('rows %j', (rows, headline) => {
    expect(answerOf(sampleReport({ ...NO_FINDING, rows: { ...ROWS, ...rows } })).headline).toBe(headline);
  });

  test('only in the schema', () => {
    const schema = {
      only_in_production: ['e_mail', 'phone'],
      only_in_shadow: ['email'],
      retyped: [],
      renamed: [],
      reordered: false,
    };
    const report = sampleReport({
      ...NO_FINDING,
      unexplained_rows: 0,
      kinds: ['schema'],
      rows: { ...ROWS, equal: 100 },
      schema,
    });
    expect(answerOf(report).headline).toBe(
      'All 100 rows are equal in the common columns, but columns e_mail and phone stand only in production and column email stands only in shadow.',
    );
  });

  test.each(['production', 'shadow'] as const)('a %s partition that never came', (side) => {
    const report = sampleReport({ ...NO_FINDING, kinds: [`${side}_missing`], rows: null, unexplained_rows: null });
    expect(answerOf(report).headline).toMatch(
      new RegExp(`^The ${side} partition is missing after its deadline; (production|shadow) holds 1,204,331 rows\\.$`),
    );
  });

  test('rows that were never paired are not counted', () => {
    const report = sampleReport({ ...NO_FINDING, rows: null, unexplained_rows: null });
    expect(answerOf(report).headline).toBe('The values of created_at differ; in which rows was not looked at.');
    const counts = { ...report, shadow: { ...report.shadow, row_count: 7 } };
    expect(answerOf(counts).headline).toBe('Production holds 1,204,331 rows, shadow 7; which ones was not looked at.');
  });

  test('names and states from data come in visible form', () => {
    const report = sampleReport({
      findings: [],
      columns: [{ ...(sampleReport().columns[0] ?? never()), column: 'a\u001b[31m\u202e' }],
    });
    expect(answerOf(report).headline).toContain('all in a␛[31m\\u{202e}');
  });
});

describe('a match', () => {
  test('says how many rows, and what of the schema differs without a difference', () => {
    expect(answerOf(matchReport())).toEqual({
      headline: 'All 1,204,331 rows are equal on both sides.',
      rest: 'The type of quantity differs, the values do not. The columns stand in another order.',
    });
  });

  test('of nothing says that there was nothing', () => {
    expect(answerOf(matchReport({ rows: { ...ROWS, equal: 0 } })).headline).toBe(
      'Both sides are empty: they match, but there was no row to compare.',
    );
  });

  test('of a part says so', () => {
    const { rules } = sampleReport();
    const { rest } = answerOf(
      matchReport({ rules: { ...rules, sample: 0.05, where: { production: 'a > 1', shadow: null } } }),
    );
    expect(rest).toContain(
      'Compared was only a sample of 5 % of the keys and rows that meet the condition of the rules.',
    );
    expect(answerOf(matchReport({ rules: { ...rules, columns: ['a', 'b'] } })).rest).toContain(
      'Compared was only the columns a and b, and the key.',
    );
    expect(
      answerOf(matchReport({ accounting: { ...sampleReport().accounting, cut: 'stopped after 10 files' } })).rest,
    ).toContain('Compared was only a part (stopped after 10 files).');
  });

  test('within agreed rules is not called equal', () => {
    const report = matchReport({
      outcome: 'match_agreed',
      rows: { ...ROWS, equal: 96, agreed: 4 },
      columns: [{ ...(sampleReport().columns[3] ?? never()) }],
    });
    expect(answerOf(report).headline).toBe(
      'No row differs beyond what was agreed: 96 are equal, 4 differ only within agreed rules, in total.',
    );
  });
});

describe('inconclusive', () => {
  test.each(INCONCLUSIVE_REASONS)('%s is neither a match nor a mismatch, with the reason and what to do', (reason) => {
    const { headline, rest } = answerOf(inconclusiveReport({ inconclusive_reason: reason }));
    expect(headline).toMatch(/^Not decided: .{10,}\.$/);
    expect(rest).toMatch(/^part-2\.parquet: .* gives\. This is neither a match nor a mismatch\. .{20,}\.$/);
    expect(`${headline}${rest}`).not.toMatch(/undefined|null\b/);
  });

  test('a detail over several lines stays one sentence', () => {
    const { rest } = answerOf(inconclusiveReport({ detail: 'IO Error:\n  no such file' }));
    expect(rest).toMatch(/^IO Error: no such file\. This is/);
  });
});

function never(): never {
  throw new Error('the sample has fewer columns');
}
