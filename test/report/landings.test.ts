import { describe, expect, test } from 'vitest';
import { answerOf } from '../../src/report/answer.ts';
import { htmlFormat } from '../../src/report/formats/html.ts';
import { markdownFormat } from '../../src/report/formats/markdown.ts';
import { textFormat } from '../../src/report/formats/text.ts';
import { type PairReport, pairReportSchema, type ReportSide } from '../../src/report/pair-report.ts';
import { matchReport, sampleReport } from './sample-reports.ts';

const CONTEXT = { back_href: null, history: null, color: false, width: 120 };
const { production, shadow } = sampleReport();

function withShadow(changes: Partial<ReportSide>, base: PairReport = sampleReport()): PairReport {
  return { ...base, shadow: { ...base.shadow, ...changes } };
}

describe('which landings a report is about', () => {
  test('stands in text, Markdown and HTML: build, run kind, when and how late', () => {
    const text = textFormat.pair(sampleReport(), CONTEXT);
    expect(text).toContain(
      'landed     production 2026-11-21 01:58 UTC, on time · legacy · build 2304 · scheduled\n' +
        "           shadow 2026-11-21 03:10 UTC, 1 h 10 min late (the files' own time) · next · build 2310 · backfill",
    );
    const markdown = markdownFormat.pair(sampleReport(), CONTEXT);
    expect(markdown).toContain('| written by | legacy, build 2304, scheduled | next, build 2310, backfill |');
    expect(markdown).toContain(
      "| landed | 2026-11-21 01:58 UTC, on time | 2026-11-21 03:10 UTC, 1 h 10 min late (the files' own time) |",
    );
    expect(markdown).toContain('- Landing of shadow: `22bb0000000000000000000000000002`');
    const html = htmlFormat.pair(sampleReport(), CONTEXT);
    expect(html).toContain('<dt>landed</dt><dd><span class="production">2026-11-21 01:58 UTC, on time</span>');
    expect(html).toContain('shadow · next · build 2310 · backfill');
    expect(html).toContain('22bb0000000000000000000000000002');
  });

  test.each([
    [0, 'on time'],
    [41, '41 s late'],
    [60, '1 min late'],
    [3 * 86_400 + 59, '3 days late'],
    [86_400 + 7_300, '1 day 2 h late'],
  ])('%d seconds after it was due is %s', (latency_seconds, words) => {
    expect(textFormat.pair(withShadow({ latency_seconds }), CONTEXT)).toContain(`03:10 UTC, ${words} (`);
  });

  test('is left out where nothing is recorded, and reports made before it was kept are read as such', () => {
    const { landing_id: _id, run_kind: _kind, landed_at: _at, landed_at_from: _from, due_at: _due, ...older } = shadow;
    const { latency_seconds: _late, ...oldSide } = older;
    const { logged_kinds: _kinds, ...old } = sampleReport();
    const report = pairReportSchema.parse({
      ...old,
      production: { ...oldSide, build: null, system: null },
      shadow: oldSide,
    });
    expect(report.shadow).toEqual({
      ...oldSide,
      landing_id: null,
      run_kind: null,
      landed_at: null,
      landed_at_from: null,
      due_at: null,
      latency_seconds: null,
    });
    expect(report.logged_kinds).toEqual([]);
    for (const format of [textFormat, markdownFormat, htmlFormat]) {
      expect(format.pair(report, CONTEXT)).not.toMatch(/\blanded\b|not known|Landing of/);
    }
  });

  test('one of which only the other side is known says so', () => {
    const report = { ...sampleReport(), production: { ...production, landed_at: null, run_kind: null } };
    expect(textFormat.pair(report, CONTEXT)).toContain('production not known · legacy · build 2304');
  });

  test('a side that never came has not landed, and was due', () => {
    const report = withShadow({ landed_at: null, latency_seconds: null }, sampleReport({ kinds: ['shadow_missing'] }));
    expect(textFormat.pair(report, CONTEXT)).toContain('shadow not landed, due 2026-11-21 02:00 UTC');
  });
});

describe('a seeded landing', () => {
  const seeded = { run_kind: 'seeded' } as const;

  test('makes a match worthless, in its first sentence', () => {
    expect(answerOf(withShadow(seeded, matchReport())).headline).toBe(
      'All 1,204,331 rows are equal on both sides, which proves nothing: shadow was copied from the other system.',
    );
    const both = withShadow(seeded, matchReport({ production: { ...production, ...seeded } }));
    expect(answerOf(both).headline).toContain(
      'which proves nothing: production and shadow were copied from the other system.',
    );
    const none = { equal: 0, agreed: 0, changed: 0, only_in_production: 0, only_in_shadow: 0 };
    const empty = matchReport({ rows: { ...none, duplicate_keys: null, null_keys: null, keys_counted_over: null } });
    expect(answerOf(withShadow(seeded, empty)).headline).toContain('no row to compare, which proves nothing:');
  });

  test('is told with a mismatch, too', () => {
    expect(answerOf(withShadow(seeded)).rest).toMatch(
      /^Shadow was copied from the other system: rows that agree prove nothing\. /,
    );
    expect(answerOf(sampleReport()).rest).not.toContain('copied');
  });

  test.each(['scheduled', 'backfill', 'full_dump', null] as const)('is no landing of run kind %s', (run_kind) => {
    expect(answerOf(withShadow({ run_kind }, matchReport())).headline).toBe(
      'All 1,204,331 rows are equal on both sides.',
    );
  });
});
