import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { render, type Sink } from '../../src/report/render.ts';
import { slugOf } from '../../src/report/slug.ts';
import { hostileText } from './hostile-text.ts';
import { readCodeSpan, readCsv, readEntities, readQuoted, readVisible } from './read-back.ts';

const RUNS = { numRuns: 500 };
const ACTS_ON_A_TERMINAL = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/u;

describe('what was rendered reads back as what was put in', () => {
  const readers: Readonly<Record<Exclude<Sink, 'json' | 'csv'>, (rendered: string) => string | null>> = {
    html: (rendered) => readQuoted(readEntities(rendered)),
    xml: (rendered) => readQuoted(readEntities(rendered)),
    markdown: (rendered) => readQuoted(readCodeSpan(rendered)),
    terminal: readQuoted,
    log: readQuoted,
  };

  test.each(Object.keys(readers) as (keyof typeof readers)[])('%s', (sink) => {
    fc.assert(
      fc.property(hostileText, (value) => {
        fc.pre(value.length <= 200);
        const rendered = render(value, sink);
        expect(readers[sink](rendered)).toBe(value);
        expect(rendered).not.toMatch(ACTS_ON_A_TERMINAL);
        expect(rendered).not.toBe(render(null, sink));
      }),
      RUNS,
    );
  });

  test('json', () => {
    fc.assert(
      fc.property(hostileText, (value) => {
        const rendered = render(value, 'json');
        expect(JSON.parse(rendered)).toBe(value);
        expect(rendered).not.toMatch(ACTS_ON_A_TERMINAL);
      }),
      RUNS,
    );
    expect(render(null, 'json')).toBe('null');
  });

  test('csv, between other fields, and no field is a formula', () => {
    fc.assert(
      fc.property(fc.option(hostileText), (value) => {
        const fields = readCsv(['a', render(value, 'csv'), 'b'].join(','));
        expect(fields).toHaveLength(3);
        const { text, quoted } = fields[1] ?? { text: 'lost', quoted: false };
        expect(text).not.toMatch(/^(?:[=@]|[+-](?!\d+(?:\.\d+)?$))/);
        const isPrefixed = /^'+[=+\-@＝＋－＠]/.test(text);
        expect(text === '' && !quoted ? null : readVisible(isPrefixed ? text.slice(1) : text)).toBe(value);
      }),
      RUNS,
    );
  });

  test('signed numbers stay numbers in csv', () => {
    expect(render('-12.50', 'csv')).toBe('-12.50');
    expect(render('-1+1', 'csv')).toBe("'-1+1");
  });
});

describe('what people see', () => {
  test('NULL, the text NULL, and the empty text are three things in every sink', () => {
    for (const sink of ['html', 'markdown', 'csv', 'json', 'xml', 'terminal', 'log'] as const) {
      expect(new Set([null, 'NULL', '', '"NULL"'].map((value) => render(value, sink))).size).toBe(4);
    }
  });

  test('control and bidi characters are shown, not obeyed', () => {
    expect(render('a\u001b[31mb\u202ec\n', 'terminal')).toBe('a␛[31mb\\u{202e}c␊');
    expect(render('C:\\users', 'terminal')).toBe('C:\\users');
    expect(render('trailing ', 'terminal')).toBe('"trailing "');
  });

  test('a long value says how much of it is missing, and no value can forge that', () => {
    expect(render('x'.repeat(1_500), 'terminal')).toBe(`${'x'.repeat(500)}«cut 1,000 of 1,500 characters»`);
    expect(render('«cut 1,000 of 1,500 characters»', 'terminal')).toBe('\\u{ab}cut 1,000 of 1,500 characters»');
    expect(render('x'.repeat(100_000), 'json')).toHaveLength(100_002);
  });

  test('a cut never halves a character', () => {
    expect(render(`${'x'.repeat(499)}👍👍`, 'terminal')).toBe(`${'x'.repeat(499)}«cut 2 of 501 characters»`);
  });

  test('long runs of backslashes take no time', () => {
    const started = performance.now();
    expect(render('\\'.repeat(200_000), 'json')).toHaveLength(400_002);
    expect(render('\\'.repeat(200_000), 'csv')).toHaveLength(200_000);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

test('file names from keys are safe and never shared', () => {
  expect(slugOf('ds=2026-11-20')).toBe('ds=2026-11-20');
  fc.assert(
    fc.property(hostileText, hostileText, (one, other) => {
      expect(slugOf(one)).toMatch(/^[\w=+-][\w=+.-]{0,120}$/);
      expect(slugOf(one) === slugOf(other)).toBe(one === other);
    }),
  );
});
