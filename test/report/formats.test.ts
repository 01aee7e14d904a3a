import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PairContext } from '../../src/report/format.ts';
import { renderIndexPage, summaryOf } from '../../src/report/index-page.ts';
import { type PairReport, pairReportSchema } from '../../src/report/pair-report.ts';
import { reportFormats } from '../../src/report/registry.ts';
import { buildSlotReport } from '../../src/report/slot.ts';
import { slotReportSchema } from '../../src/report/slot-report.ts';
import { displayWidth } from '../../src/report/text-layout.ts';
import { hostileText } from './hostile-text.ts';
import { compoundReport, inconclusiveReport, matchReport, sampleFinding, sampleReport } from './sample-reports.ts';

const HISTORY = [
  { partition_key: 'ds=2026-11-19', outcome: 'match', href: 'x.html' },
  { partition_key: 'ds=2026-11-20', outcome: 'mismatch', href: null },
  { partition_key: 'ds=2026-11-21', outcome: null, href: 'javascript:alert(1)' },
] as const;
const CONTEXT: PairContext = { back_href: 'index.html', history: HISTORY, color: false, width: 100 };
const PAIRS = {
  mismatch: sampleReport(),
  compound: compoundReport(),
  match: matchReport(),
  inconclusive: inconclusiveReport(),
};
const SLOT = buildSlotReport({
  slot: '2026-11-21T01',
  generated_at: '2026-11-21T01:05:00.000Z',
  pairs: Object.values(PAIRS),
  quarantine: [{ log: 'logs/other', place: 'line 42', reason: 'partition_key is missing' }],
  repeated: 0,
});

function formatOf(id: string): (typeof reportFormats)[number] {
  const format = reportFormats.find((known) => known.id === id);
  if (format === undefined) throw new Error(`no format ${id}`);
  return format;
}

/** A report with the same text in every place that takes text from outside. */
function hostileReport(text: string): PairReport {
  const base = sampleReport();
  const cell = { column: text, production: text, shadow: `${text}!` };
  return sampleReport({
    job: text,
    owner: text,
    pairing: text,
    partition_key: text,
    detail: text,
    spec: text,
    production: { ...base.production, location: text, build: text, checksum: text },
    key: { columns: [text], source: 'given', evidence: null },
    rules: { ...base.rules, ignore: [text], where: { production: text, shadow: null } },
    schema: {
      only_in_production: [text],
      only_in_shadow: [],
      retyped: [{ column: text, production: text, shadow: text, compared_as: text }],
      renamed: [{ production: text, shadow: text, by: 'content', rows: 10, agreeing: 9 }],
      reordered: true,
    },
    columns: [{ ...(base.columns[0] ?? failed()), column: text, type: text, agreed_rows: 1, agreed_by: text }],
    findings: [
      sampleFinding({
        cause: text,
        title: text,
        params: { value: text },
        columns: [text],
        type_pair: text,
        text,
        slices: [{ condition: text, hit: 1, at_risk: 1, outside_hit: 0, outside_at_risk: 1, p: 0.01 }],
        examples: [{ ...cell, key: [{ column: text, value: text }], predicted: text }],
        look_alikes: [{ cause: text, why_not: text }],
        advice: { likely_cause: text, where: text, check_sql: [text] },
        issue: { id: text, state: 'new', title: text, owner: text, link: text, action: null, first_seen: text },
      }),
    ],
    examples: [
      {
        kind: 'changed',
        key: [{ column: text, value: text }],
        cells: [{ ...cell, paths: [{ path: text, production: text, shadow: `${text}!`, only_in: null }] }],
        cause: text,
        production: null,
        shadow: null,
      },
    ],
    notes: [{ code: text, text }],
    masked_columns: [text],
    sql: { statement: text },
    command: text,
    versions: { shadowcheck: text, duckdb: text },
  });
}

function failed(): never {
  throw new Error('the sample has no column');
}

/** Tags and attributes of a page, by a strict reader: throws at anything that our own pages never hold. */
function tagsOf(html: string): readonly { readonly name: string; readonly attributes: ReadonlyMap<string, string> }[] {
  const withoutStyle = html.replace(/<style>[^<]*<\/style>/, '<style></style>').replace('<!doctype html>', '');
  return [...withoutStyle.matchAll(/<([^>]*)>/g)].map(([tag, inside = '']) => {
    const [, name, rest = ''] = /^\/?([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*\/?$/i.exec(inside) ?? [];
    if (name === undefined) throw new Error(`not a tag of ours: ${tag}`);
    return {
      name,
      attributes: new Map(
        [...rest.matchAll(/([a-z-]+)(?:="([^"]*)")?/gi)].map(([, key = '', value = '']) => [key, value]),
      ),
    };
  });
}

const TAGS = new Set(
  'html head meta title style body main nav h1 h2 h3 p b a span code div dl dt dd small br section svg rect ul li table tr th td mark details summary pre footer'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'lang charset name content http-equiv class href id title aria-label aria-hidden role viewBox preserveAspectRatio x y width height data-label colspan rel open scope'.split(
    ' ',
  ),
);

/** Pages of ours, by relative address, and the web. */
const HREF = /^(https?:\/\/|#|\.\.\/index\.html$|[\w%.!~*'()-]+(\/[\w%.!~*'()-]+)?\.html(#|$))/;

describe('HTML', () => {
  test('no text from outside becomes a tag, an attribute or a link of another kind', () => {
    fc.assert(
      fc.property(
        fc.oneof(hostileText, fc.constantFrom('javascript:alert(1)', 'https://x/"onclick="a', 'data:text/html,x')),
        (text) => {
          const report = hostileReport(text);
          const slot = buildSlotReport({
            slot: `s${text}`,
            generated_at: text,
            pairs: [report, inconclusiveReport({ detail: text })],
            quarantine: [{ log: text, place: text, reason: text }],
            repeated: 0,
          });
          for (const page of [
            formatOf('html').pair(report, CONTEXT),
            formatOf('html').slot(slot),
            renderIndexPage([summaryOf(slot)]),
          ]) {
            for (const { name, attributes } of tagsOf(page)) {
              expect(TAGS).toContain(name);
              for (const [key, value] of attributes) {
                expect(ATTRIBUTES).toContain(key);
                if (key === 'href') expect(value.replaceAll('&#39;', "'")).toMatch(HREF);
              }
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each(Object.entries(PAIRS))(
    '%s: the policy lets the browser do nothing but draw its own style',
    (_name, report) => {
      const page = formatOf('html').pair(report, CONTEXT);
      const style = /<style>([^<]*)<\/style>/.exec(page)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;;`);
      expect(page).not.toMatch(/ style=|<script|<link|<img|@import|url\(/);
    },
  );

  test('a mismatch shows the answer, the marked difference, why not the look-alike, and its neighbours', () => {
    const page = formatOf('html').pair(PAIRS.mismatch, CONTEXT);
    expect(page).toContain('2026-11-20 06:12:44.183<mark>902</mark>');
    expect(page).toContain('Not <code>ts_round</code>: half of the values would go up, none does');
    expect(page).toContain(
      'aria-label="812 cells differ as predicted, 0 left unexplained, 3 of 815 at risk but equal"',
    );
    expect(page).toContain('title="ds=2026-11-20: mismatch, this one"');
    expect(page).not.toContain('javascript:');
  });

  test('examples of what nothing explains are said to be that', () => {
    const [finding] = PAIRS.mismatch.findings;
    if (finding === undefined || finding.examples.length === 0) throw new Error('no examples');
    const counts = { ...finding.counts, explained: 0, differing: 7 };
    const unknown = { ...PAIRS.mismatch, findings: [{ ...finding, certainty: 'unknown' as const, counts }] };
    const shown = finding.examples.length;
    const page = formatOf('html').pair(unknown, CONTEXT);
    expect(page).toContain(`<summary>Rows without an explanation (${shown}, of 7 cells)</summary>`);
    expect(page).not.toContain('Rows that it explains');
    expect(formatOf('html').pair(PAIRS.mismatch, CONTEXT)).toContain(
      `<summary>Rows that it explains (${shown}, of 812 cells)</summary>`,
    );
  });

  test('a row on one side only is one line, and its other side is not NULL', () => {
    const page = formatOf('html').pair(PAIRS.compound, CONTEXT);
    expect(page).toContain('<td class="production">only in production</td>');
    expect(page).toContain(
      '<span class="soft">display_name</span> &quot;NULL&quot; · <span class="soft">biography</span> ␛[31mred␛[0m',
    );
  });

  test('a match and an inconclusive pair tell what is known, and claim no cause', () => {
    const match = formatOf('html').pair(PAIRS.match, CONTEXT);
    expect(match).toContain('All 1,204,331 rows are equal on both sides.');
    expect(match).not.toContain('<h2>Why</h2>');
    const inconclusive = formatOf('html').pair(PAIRS.inconclusive, CONTEXT);
    expect(inconclusive).toContain('This is neither a match nor a mismatch.');
    expect(inconclusive).toContain('<details open>');
  });

  test('the page of a run links each pair, and says every outcome in words', () => {
    const page = formatOf('html').slot(SLOT);
    expect(page).toContain(`href="${PAIRS.mismatch.comparison_id}.html"`);
    expect(page).toContain('aria-label="orders/ds=2026-11-20: mismatch, known"');
    expect(page).toContain('aria-label="users/ds=2026-11-20: inconclusive"');
    expect(page).toContain('partition_key is missing');
  });

  test('the page over all runs is there before the first one', () => {
    expect(renderIndexPage([])).toContain('There is no report yet.');
    expect(renderIndexPage([summaryOf(SLOT)])).toContain(`href="2026-11-21T01/${PAIRS.mismatch.comparison_id}.html"`);
  });
});

describe('text', () => {
  test('keeps within the width, for any report', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 40, max: 160 }), (text, width) => {
        for (const line of formatOf('text')
          .pair(hostileReport(text), { ...CONTEXT, width })
          .split('\n')) {
          expect(displayWidth(line)).toBeLessThanOrEqual(width);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('colours only when asked to, and changes nothing else', () => {
    for (const report of Object.values(PAIRS)) {
      const plain = formatOf('text').pair(report, CONTEXT);
      const colored = formatOf('text').pair(report, { ...CONTEXT, color: true });
      expect(plain).not.toContain('\u001b');
      expect(colored).toContain('\u001b[');
      expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(plain);
    }
  });

  test('the answer comes first, then a table of examples', () => {
    const lines = formatOf('text').pair(PAIRS.mismatch, CONTEXT).split('\n');
    expect(lines[0]).toBe('orders/ds=2026-11-20  mismatch');
    expect(lines[1]).toBe('812 of 1,204,331 rows differ, all in created_at: timestamps cut to milliseconds.');
    expect(lines).toContain('  100417  created_at  2026-11-20 06:12:44.183902  2026-11-20 06:12:44.183000  ts_trunc');
  });
});

describe('Markdown', () => {
  test('stays below 60,000 characters, and says what it cut', () => {
    const [example = failed()] = PAIRS.mismatch.examples;
    const huge = sampleReport({
      examples: Array.from({ length: 1_000 }, () => example),
      notes: [{ code: 'last', text: 'the end' }],
    });
    const text = formatOf('md').pair(huge, CONTEXT);
    expect(text.length).toBeLessThan(60_000);
    expect(text).toMatch(/\*Cut to stay below 60,000 characters: examples \(\d+ of 1000 lines\)/);
    expect(formatOf('md').pair(PAIRS.compound, CONTEXT)).not.toContain('Cut to stay');
  });

  test('every row of a table has the columns of its head, whatever stands in it', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const slot = buildSlotReport({
          slot: 's',
          generated_at: 'g',
          pairs: [hostileReport(text)],
          quarantine: [{ log: text, place: text, reason: text }],
          repeated: 0,
        });
        for (const markdown of [formatOf('md').pair(hostileReport(text), CONTEXT), formatOf('md').slot(slot)]) {
          const tables = markdown
            .trimEnd()
            .split('\n\n')
            .filter((block) => block.startsWith('|'));
          for (const table of tables) {
            const widths = table.split('\n').map((line) => line.split('|').length);
            expect(widths, table).toEqual(widths.map(() => widths[0]));
          }
          expect(
            markdown.split('\n').filter((line) => !/^(?:# |## |\*\*|This is \*\*|[|] ?|- |\*Cut|$)/.test(line)),
          ).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('JSON', () => {
  test('holds the report, in the order of the schema, whatever order it was made in', () => {
    for (const report of Object.values(PAIRS)) {
      const text = formatOf('json').pair(report, CONTEXT);
      expect(pairReportSchema.parse(JSON.parse(text))).toEqual(report);
      const shuffled = Object.fromEntries(Object.entries(report).toReversed()) as PairReport;
      expect(formatOf('json').pair(shuffled, CONTEXT)).toBe(text);
    }
    expect(slotReportSchema.parse(JSON.parse(formatOf('json').slot(SLOT)))).toEqual(SLOT);
  });

  test('nothing in it acts on a terminal', () => {
    const text = formatOf('json').pair(hostileReport('\u001b[31m\u009b2J\u202e\u2028'), CONTEXT);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
  });
});

test.each(reportFormats.map((format) => [format.id, format] as const))(
  '%s: the same report gives the same bytes',
  (_id, format) => {
    for (const report of Object.values(PAIRS)) {
      expect(format.pair(structuredClone(report), CONTEXT)).toBe(format.pair(report, CONTEXT));
      expect(format.pair(report, CONTEXT)).not.toMatch(/undefined|\[object|NaN/);
    }
    expect(format.slot(structuredClone(SLOT))).toBe(format.slot(SLOT));
    expect(format.slot(SLOT)).not.toMatch(/undefined|\[object|NaN/);
  },
);
