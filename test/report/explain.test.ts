import { describe, expect, test } from 'vitest';
import { accountingOf, sumTroubles } from '../../src/report/accounting.ts';
import { explainPair } from '../../src/report/explain.ts';
import { sampleReport } from './sample-reports.ts';

describe('an explanation', () => {
  test('tells what was read, by what rows were paired, which rules held, that it adds up, how sure it is, and the SQL', () => {
    const report = sampleReport({ sql: { production: 'SELECT 1\nFROM x' } });
    const text = explainPair(report);
    for (const title of [
      'What was read',
      'How rows were held',
      'Rules in force',
      'Rows',
      'Limits',
      'How sure',
      'SQL',
    ]) {
      expect(text).toMatch(new RegExp(`^${title}`, 'm'));
    }
    expect(text).toContain(report.production.location);
    expect(text).toContain('this adds up on both sides');
    expect(text).toContain('1 of 4.6e18 (2^62) cases');
    expect(text).toContain('  SELECT 1\n  FROM x\n');
    expect(text).not.toMatch(/ +$/m);
  });

  test('says so where figures do not add up', () => {
    const { rows } = sampleReport();
    const text = explainPair(sampleReport({ rows: rows && { ...rows, equal: rows.equal - 1 } }));
    expect(text).toContain('does not add up, which is a bug');
  });

  test('tells an inferred key with its evidence, and that there was none', () => {
    const key = { columns: ['id'], source: 'inferred', evidence: 'unique on both sides' } as const;
    expect(explainPair(sampleReport({ key: { ...key, columns: ['id'] } }))).toContain(
      'by an inferred key: id; unique on both sides',
    );
    expect(explainPair(sampleReport({ key: { columns: [], source: 'none', evidence: null } }))).toContain(
      'without a key',
    );
  });

  test('tells every limit that bit, and that a sample speaks for itself only', () => {
    const sampled = accountingOf(
      {
        production: { read: 100, row_count: 90, compared: 40 },
        shadow: { read: 101, row_count: 90, compared: 40 },
      },
      'sample of 50 % of the keys',
    );
    const text = explainPair(sampleReport({ accounting: sampled, rows: null }));
    expect(text).toContain('only a part was compared: sample of 50 % of the keys');
    expect(text).toContain('speaks of the rows of the sample');
    expect(text).toMatch(/left out by the condition +10 +11/);
    expect(text).toMatch(/left out by the sample +50 +50/);
  });

  test('columns that were left out are a limit too; of a match nobody looked for a key', () => {
    const { rules } = sampleReport();
    const of = (changed: Partial<typeof rules>) =>
      explainPair(
        sampleReport({
          outcome: 'match',
          key: { columns: [], source: 'none', evidence: null },
          rules: { ...rules, ...changed },
          rows: null,
          examples: [],
          notes: [],
        }),
      );
    expect(of({ ignore: [] })).toContain('none: everything was looked at');
    expect(of({ ignore: ['a', 'b'] })).toContain('columns that were not compared: a, b');
    expect(of({ ignore: [], columns: ['a'] })).toContain('only these columns and the key were compared: a');
    expect(of({})).toContain('no row differs, so that no key was needed');
  });

  test('of what was not decided is no certainty', () => {
    const text = explainPair(
      sampleReport({ outcome: 'inconclusive', inconclusive_reason: 'not_landed', rows: null, certainty: null }),
    );
    expect(text).toContain('nothing was decided');
  });

  test('shows hostile names and statements in visible form', () => {
    const location = '/data/\u001b[31m\u202eevil';
    const report = sampleReport({ sql: { production: `SELECT '\u001b[2J'` } });
    const text = explainPair({ ...report, production: { ...report.production, location } });
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
  });
});

describe('accounting', () => {
  test('holds counts that follow from each other, and none where one was not counted', () => {
    const accounting = accountingOf(
      {
        production: { read: 10, row_count: 8, compared: 5 },
        shadow: { read: null, row_count: 8, compared: null },
      },
      null,
    );
    expect(accounting).toEqual({
      rows_read: { production: 10, shadow: null },
      rows_filtered: { production: 2, shadow: null },
      rows_sampled_out: { production: 3, shadow: null },
      rows_compared: { production: 5, shadow: null },
      cut: null,
    });
    expect(sumTroubles({ accounting, rows: null })).toEqual([]);
  });

  test('is held against the rows that were counted, on each side', () => {
    const side = { read: 10, row_count: 10, compared: 10 };
    const accounting = accountingOf({ production: side, shadow: side }, null);
    const rows = {
      equal: 5,
      agreed: 2,
      changed: 1,
      only_in_production: 2,
      only_in_shadow: 1,
      duplicate_keys: null,
      null_keys: null,
      keys_counted_over: null,
    };
    expect(sumTroubles({ accounting, rows })).toEqual(['shadow: 9 rows counted of 10 that were compared']);
    const more = { ...accounting, rows_filtered: { production: 1, shadow: 0 } };
    expect(sumTroubles({ accounting: more, rows: null })).toEqual([
      'production: 10 rows read, 1 and 0 left out, 10 compared',
    ]);
  });
});
