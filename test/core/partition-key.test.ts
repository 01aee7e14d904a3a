import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PartitionKey, parsePartitionKey, printPartitionKey, timeRangeOf } from '../../src/core/partition-key.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 10 }),
  fc.string({
    unit: fc.constantFrom('%', '2', 'F', '/', '=', '\n', "'", '[', '*', '..', ' ', '+', ':', '\0', '\u202e'),
    maxLength: 6,
  }),
  fc.constantFrom('__proto__', 'null', '', '%41', '100%', '%E0%A4'),
);
const column = text.filter((name) => name !== '');
const key: fc.Arbitrary<PartitionKey> = fc.record({
  levels: fc.array(fc.record({ column, value: fc.option(text) }), { maxLength: 3 }),
});

describe('a partition key', () => {
  test('printed and parsed is the same key', () => {
    fc.assert(
      fc.property(key, (one) => {
        // Hive has no other spelling for its null than this text.
        fc.pre(one.levels.every(({ value }) => value !== '__HIVE_DEFAULT_PARTITION__'));
        expect(parsePartitionKey(printPartitionKey(one))).toEqual(one);
      }),
      { numRuns: 1000 },
    );
  });

  test('is canonical: parsed and printed once more it stays as it is', () => {
    const spelled = fc
      .array(fc.tuple(column, text), { minLength: 1, maxLength: 3 })
      .map((levels) => levels.map(([name, value]) => `${name}=${value}`).join('/'));
    fc.assert(
      fc.property(spelled, (spelling) => {
        const parsed = parsePartitionKey(spelling);
        if (parsed === null) return;
        const canonical = printPartitionKey(parsed);
        expect(canonical).toMatch(/^[\w.:+ %=/-]*$/);
        expect(printPartitionKey(parsePartitionKey(canonical) as PartitionKey)).toBe(canonical);
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps the order of its levels, and two spellings are one key', () => {
    for (const spelling of ['hour=05/ds=2026-11-20', 'hour=%30%35/ds=2026%2D11-20']) {
      expect(printPartitionKey(parsePartitionKey(spelling) as PartitionKey)).toBe('hour=05/ds=2026-11-20');
    }
    expect(parsePartitionKey('ds=a=b')?.levels).toEqual([{ column: 'ds', value: 'a=b' }]);
    expect(parsePartitionKey('ds=__HIVE_DEFAULT_PARTITION__')?.levels).toEqual([{ column: 'ds', value: null }]);
    for (const spelling of ['ds', '=x', 'ds=1//hour=2', '/ds=1']) expect(parsePartitionKey(spelling)).toBeNull();
  });
});

describe('its time range', () => {
  function range(spelling: string): string | null {
    const found = timeRangeOf(parsePartitionKey(spelling) as PartitionKey);
    return found === null ? null : `${found.start.toISOString().slice(0, 16)} ${found.end.toISOString().slice(0, 16)}`;
  }

  test.each([
    ['ds=2026-11-20', '2026-11-20T00:00 2026-11-21T00:00'],
    ['ds=20261120', '2026-11-20T00:00 2026-11-21T00:00'],
    ['ds=2026-11-20/hour=05', '2026-11-20T05:00 2026-11-20T06:00'],
    ['hour=23/dt=2026-12-31', '2026-12-31T23:00 2027-01-01T00:00'],
    ['ds=2026-11-20T05', '2026-11-20T05:00 2026-11-20T06:00'],
    ['ds=2026-11', '2026-11-01T00:00 2026-12-01T00:00'],
    ['ds=2028-02-29', '2028-02-29T00:00 2028-03-01T00:00'],
    ['ds=2028-02', '2028-02-01T00:00 2028-03-01T00:00'],
    ['year=2028/month=2/day=29', '2028-02-29T00:00 2028-03-01T00:00'],
    ['year=2026/month=02/day=03/hour=4', '2026-02-03T04:00 2026-02-03T05:00'],
    ['year=2026/month=12', '2026-12-01T00:00 2027-01-01T00:00'],
    ['year=2026', '2026-01-01T00:00 2027-01-01T00:00'],
    ['region=eu/batch=2026-11-20', '2026-11-20T00:00 2026-11-21T00:00'],
    ['ds=2026-11-20/hour=24', '2026-11-20T00:00 2026-11-21T00:00'],
    ['ds=2026-11-20/region=2026-01-01', '2026-11-20T00:00 2026-11-21T00:00'],
  ])('of %s is %s', (spelling, expected) => {
    expect(range(spelling)).toBe(expected);
  });

  test.each([
    'ds=2026-02-29',
    'ds=2026-13-01',
    'ds=2026-11-31',
    'ds=2026-11-20T24',
    'year=2026/month=2/day=29',
    'year=2026/month=13',
    'region=eu',
    '',
    'ds=__HIVE_DEFAULT_PARTITION__',
  ])('is not told by %j', (spelling) => {
    expect(range(spelling)).toBeNull();
  });

  test('of every day starts where the day before ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), (number) => {
        const day = (offset: number) => new Date((number + offset) * 86_400_000).toISOString().slice(0, 10);
        expect(range(`ds=${day(0)}`)?.split(' ')[1]).toBe(range(`ds=${day(1)}`)?.split(' ')[0]);
        const [year, month, date] = day(0).split('-');
        expect(range(`year=${year}/month=${month}/day=${date}`)).toBe(range(`ds=${day(0)}`));
      }),
    );
  });
});
