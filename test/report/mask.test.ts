import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskPairReport } from '../../src/report/mask.ts';
import { type PairReport, pairReportSchema } from '../../src/report/pair-report.ts';
import { holdsPersonalData, isCardNumber } from '../../src/report/personal-data.ts';
import { reportFormats } from '../../src/report/registry.ts';
import { compoundReport, sampleFinding, sampleReport } from './sample-reports.ts';

const KEY = 'a1b2c3d4'.repeat(8);
const CONTEXT = { back_href: null, history: null, color: true, width: 120 };

function maskSensitive(report: PairReport, ...sensitive: readonly string[]): PairReport {
  return maskPairReport(report, { mode: 'mask_sensitive', sensitive, token_key: KEY });
}

/** Everything that is ever written of a report. */
function artefacts(report: PairReport): string {
  return [JSON.stringify(report), ...reportFormats.map((format) => format.pair(report, CONTEXT))].join('\n');
}

/** A report with the secret in every place where a value of the column `secret_name` can stand. */
function plantedReport(secret: string): PairReport {
  const quoted = secret.replaceAll("'", "''");
  const cell = {
    key: [{ column: 'secret_name', value: secret }],
    column: 'secret_name',
    production: secret,
    shadow: `${secret}x`,
    predicted: secret,
  };
  const base = sampleReport();
  return sampleReport({
    detail: `could not convert string "${secret}" to INT64`,
    production: { ...base.production, location: `warehouse/${secret}/part` },
    shadow: { ...base.shadow, location: `warehouse/owner=${encodeURIComponent(secret)}` },
    rules: {
      ...base.rules,
      where: { production: `secret_name = '${quoted}'`, shadow: `"secret_name" IN ('${quoted}', 'another one')` },
      expressions: [{ column: 'note', production: `nullif(note, '${quoted}')`, shadow: null }],
    },
    schema: {
      ...base.schema,
      retyped: [
        {
          column: 'secret_name',
          production: `ENUM('${quoted}', 'unseen-label')`,
          shadow: 'VARCHAR',
          compared_as: 'VARCHAR',
        },
      ],
    },
    columns: [
      {
        column: 'secret_name',
        type: `ENUM('${quoted}', 'unseen-label')`,
        differing_rows: 1,
        differing_share: 0.1,
        agreed_rows: 1,
        agreed_by: `trim of ${secret}`,
        paths: [{ path: `secret_name.${secret}`, rows: 1 }],
        profile: {
          production: { nulls: 1, distinct: 2, min: secret, max: `${secret}z` },
          shadow: { nulls: 0, distinct: 2, min: null, max: secret },
        },
      },
      {
        column: 'note',
        type: 'VARCHAR',
        differing_rows: 0,
        differing_share: 0,
        agreed_rows: 0,
        agreed_by: null,
        paths: [{ path: `note.${secret}`, rows: 1 }],
        profile: null,
      },
    ],
    findings: [
      sampleFinding({
        title: `All became ${secret}`,
        params: { value: secret, map: { [secret]: [secret, 'unseen-value'] }, prefix: 'unseen-prefix', unit: 'ms' },
        columns: ['secret_name'],
        type_pair: `ENUM('${quoted}') -> VARCHAR`,
        text: `secret_name: every value is '${quoted}', before it was “unseen-quote”`,
        slices: [
          {
            condition: `secret_name = 'unseen-literal' AND note <> '${quoted}'`,
            hit: 1,
            at_risk: 1,
            outside_hit: 0,
            outside_at_risk: 1,
            p: 0.5,
          },
        ],
        examples: [cell],
        counter_examples: [{ ...cell, column: null }],
        look_alikes: [{ cause: 'case', why_not: `${secret} has no upper case` }],
        advice: {
          likely_cause: `a default of ${secret}`,
          where: `the row of ${secret}`,
          check_sql: [
            `SELECT * FROM shadow WHERE "secret_name" = '${quoted}'`,
            `SELECT coalesce(secret_name, '${quoted}')`,
          ],
        },
        signature: {
          version: 1,
          shape: `const:${secret}`,
          site: `const:${secret}`,
          local: secret,
          alternatives: [secret],
        },
      }),
    ],
    examples: [
      {
        kind: 'changed',
        key: [{ column: 'SECRET_name', value: secret }],
        cells: [
          {
            column: 'secret_name',
            production: secret,
            shadow: null,
            paths: [
              { path: `secret_name.${secret}`, production: 'unseen-inner', shadow: null, only_in: 'production' },
              { path: 'secret_name.unseen-path', production: null, shadow: secret, only_in: null },
            ],
          },
          {
            column: 'note',
            production: `seen with ${secret} again`,
            shadow: 'plain',
            paths: [{ path: `note.${secret}`, production: `in ${secret}`, shadow: secret, only_in: null }],
          },
        ],
        cause: 'col_const',
        production: { file: `part-${secret}.parquet`, row: 1 },
        shadow: null,
      },
    ],
    accounting: { ...base.accounting, cut: `stopped at ${secret}` },
    notes: [{ code: 'x', text: `first key is ${secret}` }],
    sql: { production: `SELECT * FROM t WHERE secret_name <> '${quoted}'` },
    command: `shadowcheck diff a b --where "secret_name = '${quoted}'"`,
  });
}

const secretText = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9 .'"/@|<>&äß漢$^*+?-]{2,24}$/), fc.stringMatching(/^[a-z]{6}$/))
  .map(([text, canary]) => `${text}${canary}`);

describe('no raw value of a sensitive column is left', () => {
  test('wherever a secret was planted, in no format', () => {
    fc.assert(
      fc.property(secretText, (secret) => {
        const written = artefacts(maskSensitive(plantedReport(secret), 'Secret_Name'));
        const canary = secret.slice(-6);
        expect(written.includes(canary)).toBe(false);
        for (const unseen of [
          'unseen-label',
          'unseen-value',
          'unseen-prefix',
          'unseen-quote',
          'unseen-literal',
          'unseen-inner',
          'unseen-path',
          'another one',
        ]) {
          expect(written.includes(unseen)).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('e-mail, phone and card numbers are found without being listed', () => {
    const personal = ['jane.doe+x@mail.example.com', '+49 171 2345678', '(555) 123-4567', '4111 1111 1111 1111'];
    for (const value of personal) {
      const report = sampleReport({
        examples: [
          {
            kind: 'changed',
            key: [{ column: 'order_id', value: '7' }],
            cells: [{ column: 'contact', production: value, shadow: null, paths: [] }],
            cause: null,
            production: null,
            shadow: null,
          },
        ],
        notes: [{ code: 'x', text: `seen: ${value}.` }],
      });
      const masked = maskSensitive(report);
      expect(masked.masked_columns).toEqual(['contact']);
      expect(artefacts(masked)).not.toContain(value);
      expect(masked.examples[0]?.key).toEqual([{ column: 'order_id', value: '7' }]);
    }
  });

  test('mask_all leaves no value of any column', () => {
    const report = compoundReport();
    const masked = maskPairReport(report, { mode: 'mask_all', sensitive: [], token_key: KEY });
    const values = masked.examples.flatMap(({ key, cells }) => [
      ...key.map(({ value }) => value),
      ...cells.flatMap(({ production, shadow }) => [production, shadow]),
    ]);
    expect(values.filter((value) => value !== null && !/^tok_[0-9a-f]{10} \(/.test(value))).toEqual([]);
    expect(artefacts(masked)).not.toContain('quick brown fox');
    expect(masked.masked_columns).toContain('customer_id');
  });

  test('a renamed column is sensitive under both names', () => {
    const masked = maskSensitive(compoundReport(), 'E_MAIL');
    expect(masked.masked_columns).toEqual(['e_mail', 'email']);
  });
});

describe('what a mask leaves', () => {
  test('equal values have equal tokens, NULL stays NULL, the shape of the value is told', () => {
    const masked = maskSensitive(plantedReport("Jane O'Neil 7 canary"), 'secret_name');
    const token = masked.examples[0]?.cells[0]?.production ?? '';
    expect(token).toMatch(/^tok_[0-9a-f]{10} \(20 chars, letters\+digits\+spaces\+signs\)$/);
    expect(masked.examples[0]?.cells[0]?.shadow).toBe(null);
    expect(masked.columns[0]?.profile?.production.min).toBe(token);
    expect(masked.findings[0]?.params.value).toBe(token);
    expect(masked.notes[0]?.text).toBe(`first key is ${token}`);
  });

  test('another key gives other tokens', () => {
    const report = plantedReport('canary-value');
    const other = maskPairReport(report, {
      mode: 'mask_sensitive',
      sensitive: ['secret_name'],
      token_key: '00'.repeat(32),
    });
    expect(other.examples[0]?.cells[0]?.production).not.toBe(
      maskSensitive(report, 'secret_name').examples[0]?.cells[0]?.production,
    );
  });

  test('raw changes nothing, and nothing changes the input', () => {
    const report = plantedReport('canary-value');
    const before = structuredClone(report);
    expect(maskPairReport(report, { mode: 'raw', sensitive: ['secret_name'], token_key: KEY })).toEqual(before);
    maskSensitive(report, 'secret_name');
    expect(report).toEqual(before);
  });

  test('the result is a report, whatever the key columns are called', () => {
    const report = sampleReport({
      examples: [
        {
          kind: 'changed',
          key: [{ column: '__proto__', value: 'jane@example.com' }],
          cells: [],
          cause: null,
          production: null,
          shadow: null,
        },
      ],
    });
    const masked = pairReportSchema.parse(maskSensitive(report));
    expect(masked.masked_columns).toEqual(['__proto__']);
    expect(masked.examples[0]?.key[0]?.value).toMatch(/^tok_/);
  });

  test('short values and small numbers do not tear sentences and counts apart', () => {
    const report = sampleReport({
      examples: [
        {
          kind: 'changed',
          key: [{ column: 'order_id', value: '812' }],
          cells: [{ column: 'flag', production: 'e', shadow: 'f', paths: [] }],
          cause: null,
          production: null,
          shadow: null,
        },
      ],
      notes: [{ code: 'x', text: "812 rows differ, flag was 'e' before" }],
    });
    const masked = maskSensitive(report, 'order_id', 'flag');
    expect(masked.notes[0]?.text).toMatch(/^812 rows differ, flag was 'tok_[0-9a-f]{10} \(1 char, letters\)' before$/);
  });

  test('how a value was changed stays readable, also in the title that the text quotes', () => {
    const finding = sampleFinding({
      text: 'created_at: “Timestamps cut to milliseconds” explains 812 of 812 differing cells.',
    });
    const masked = maskSensitive(sampleReport({ findings: [finding] }), 'created_at');
    expect(masked.findings[0]?.params).toEqual({ unit: 'ms' });
    expect(masked.findings[0]?.text).toBe(finding.text);
    expect(masked.findings[0]?.title).toBe(finding.title);
  });

  test('the partition stays readable in its path', () => {
    const report = sampleReport({
      examples: [
        {
          kind: 'changed',
          key: [],
          cells: [{ column: 'ds', production: '2026-11-20', shadow: null, paths: [] }],
          cause: null,
          production: null,
          shadow: null,
        },
      ],
    });
    const masked = maskPairReport(report, { mode: 'mask_all', sensitive: [], token_key: KEY });
    expect(masked.production.location).toBe('warehouse/production/orders/ds=2026-11-20');
    expect(masked.examples[0]?.cells[0]?.production).toMatch(/^tok_/);
  });

  test('a key that is not hexadecimal is refused', () => {
    expect(() => maskPairReport(sampleReport(), { mode: 'mask_all', sensitive: [], token_key: 'secret' })).toThrow(
      'not hexadecimal',
    );
  });
});

describe('personal data is told from what tables are full of', () => {
  test.each([
    '2026-11-20',
    '2026-11-20 06:12:44.183902',
    '2026-11-20T06:12:44+00:00',
    '1234567890',
    '1763600000000',
    '7205759403792793600',
    '12.50',
    '192.168.10.12',
    'moved by +28800000 ms',
    'f47ac10b-58cc-4372-a567-0e02b2c3d479',
    'ds=2026-11-20/hour=05/00000_0',
    '1293847561029384-8837465510293847',
    'a@b',
  ])('%s is none', (text) => {
    expect(holdsPersonalData(text)).toBe(false);
  });

  test.each([
    'mail jane@example.co.uk now',
    'jane%40example.com',
    'call +1-202-555-0143',
    '0171 2345678',
    '5500005555555559',
    '3782-822463-10005',
  ])('%s is', (text) => {
    expect(holdsPersonalData(text)).toBe(true);
  });

  test('a card number needs its check digit', () => {
    expect(isCardNumber('4111111111111111')).toBe(true);
    expect(isCardNumber('4111111111111112')).toBe(false);
  });
});
