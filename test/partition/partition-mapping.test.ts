import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePartitionKey, printPartitionKey } from '../../src/core/partition-key.ts';
import { jobKeyOf, type MappedKey, type MappedLevel, ownKeyOf } from '../../src/partition/partition-mapping.ts';
import { canonicalFormatOf } from '../../src/partition/time-format.ts';

function printed(mapped: MappedKey): string {
  return 'key' in mapped ? printPartitionKey(mapped.key) : mapped.reason;
}

function keyOf(text: string) {
  return parsePartitionKey(text) ?? { levels: [] };
}

const level = (column: string, time_format: string | null = null): MappedLevel => ({ column, time_format });

describe('a key', () => {
  test.each([
    ['ds=2026-11-20', ['ds'], [level('dt', 'YYYYMMDD')], 'dt=20261120'],
    ['ds=2026-11', ['ds'], [level('month', 'YYYY_MM')], 'month=2026_11'],
    ['ds=2026', ['ds'], [level('y', 'YYYY')], 'y=2026'],
    ['ds=2026-11-20/hour=05', ['ds', 'hour'], [level('dt', 'DD.MM.YYYY'), level('h', 'hHHh')], 'dt=20.11.2026/h=h05h'],
    ['ts=2026-11-20T05', ['ts'], [level('ts', 'YYYYMMDDHH')], 'ts=2026112005'],
    ['ts=2026-11-20T05', ['ts'], [level('ts', 'YYYY-MM-DD HH:00')], 'ts=2026-11-20 05:00'],
    ['ds=2026-11-20/region=eu%2F1', ['ds', 'region'], [level('dt', 'YYYYMMDD'), level('r')], 'dt=20261120/r=eu%2F1'],
    ['ds=__HIVE_DEFAULT_PARTITION__', ['ds'], [level('dt', 'YYYYMMDD')], 'dt=__HIVE_DEFAULT_PARTITION__'],
    ['', [], [], ''],
  ])('%s of %j stands at %j as %s', (job, columns, levels, own) => {
    expect(printed(ownKeyOf(keyOf(job), columns, levels))).toBe(own);
    expect(printed(jobKeyOf(keyOf(own), columns, levels))).toBe(job);
  });

  test('of a side without levels of its own is as it is', () => {
    expect(ownKeyOf(keyOf('a=1/b=2'), ['a'], null)).toEqual({ key: keyOf('a=1/b=2') });
    expect(jobKeyOf(keyOf('a=1/b=2'), [], null)).toEqual({ key: keyOf('a=1/b=2') });
  });

  test.each([
    ['dt=2026-11-20', 'its value of dt is no time of the form YYYYMMDD'],
    ['dt=20261131', 'its value of dt is no time of the form YYYYMMDD'],
    ['dt=20270229', 'its value of dt is no time of the form YYYYMMDD'],
    ['dt=2026112', 'its value of dt is no time of the form YYYYMMDD'],
    ['dt=202611-2', 'its value of dt is no time of the form YYYYMMDD'],
    ['dt=２０２６１１２０', 'its value of dt is no time of the form YYYYMMDD'],
    ['dt=', 'its value of dt is no time of the form YYYYMMDD'],
    ['ds=20261120', 'its levels are not dt'],
    ['dt=20261120/hour=1', 'its levels are not dt'],
    ['', 'its levels are not dt'],
  ])('%s that does not fit has a reason', (own, reason) => {
    expect(printed(jobKeyOf(keyOf(own), ['ds'], [level('dt', 'YYYYMMDD')]))).toBe(reason);
  });

  test('of levels of another number, or in a format of no units, has a reason', () => {
    expect(printed(ownKeyOf(keyOf('ds=2026-11-20'), ['ds'], []))).toBe('its levels are not ds');
    for (const format of ['', 'yyyy', 'MM', 'DDHH', 'YYYYYYYY']) {
      expect(printed(ownKeyOf(keyOf('ds=2026-11-20'), ['ds'], [level('ds', format)]))).toContain('no time of the form');
    }
  });
});

describe('property', () => {
  const units = fc.constantFrom<string[]>(
    ['YYYY'],
    ['YYYY', 'MM'],
    ['YYYY', 'MM', 'DD'],
    ['YYYY', 'MM', 'DD', 'HH'],
    ['HH'],
  );
  const separator = fc.string({
    unit: fc.constantFrom('-', '_', '.', ' ', ':', 'T', 'é', '$', '=', '😀'),
    maxLength: 2,
  });
  const format = units.chain((some) =>
    fc
      .tuple(fc.shuffledSubarray(some, { minLength: some.length }), fc.array(separator, { minLength: 5, maxLength: 5 }))
      .map(([order, between]) => order.map((unit, i) => `${between[i]}${unit}`).join('') + between[4]),
  );
  const time = fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:00:00Z'),
    noInvalidDate: true,
  });

  /** What a naive printer makes of it. */
  function print(wanted: string, at: Date): string {
    const iso = at.toISOString();
    return wanted
      .replace('YYYY', iso.slice(0, 4))
      .replace('MM', iso.slice(5, 7))
      .replace('DD', iso.slice(8, 10))
      .replace('HH', iso.slice(11, 13));
  }

  test('every time goes there and back, as a naive printer writes it', () => {
    fc.assert(
      fc.property(format, time, (given, at) => {
        const levels = [level('dt', given)];
        const own = { levels: [{ column: 'dt', value: print(given, at) }] };
        const job = { levels: [{ column: 'ds', value: print(canonicalFormatOf(given) ?? '', at) }] };
        expect(jobKeyOf(own, ['ds'], levels)).toEqual({ key: job });
        expect(ownKeyOf(job, ['ds'], levels)).toEqual({ key: own });
      }),
      { numRuns: 1000 },
    );
  });

  test('whatever a value is: where it has a counterpart, that leads back to it', () => {
    const value = fc.oneof(
      fc.string({ unit: fc.constantFrom('0', '1', '2', '-', 'T', '9'), maxLength: 13 }),
      fc.string(),
    );
    fc.assert(
      fc.property(format, fc.option(value), (given, one) => {
        const levels = [level('dt', given), level('r')];
        const own = {
          levels: [
            { column: 'dt', value: one },
            { column: 'r', value: one },
          ],
        };
        const there = jobKeyOf(own, ['ds', 'r'], levels);
        if ('key' in there) expect(ownKeyOf(there.key, ['ds', 'r'], levels)).toEqual({ key: own });
      }),
      { numRuns: 1000 },
    );
  });
});
