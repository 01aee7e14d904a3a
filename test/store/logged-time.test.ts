import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLoggedTime } from '../../src/store/logged-time.ts';

const time = fc.date({ min: new Date('1990-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });

describe('parseLoggedTime', () => {
  test('reads every way in which a moment is written', () => {
    fc.assert(
      fc.property(time, fc.integer({ min: -720, max: 840 }), (moment, offset_minutes) => {
        const iso = moment.toISOString();
        const sign = offset_minutes < 0 ? '-' : '+';
        const [hours, minutes] = [Math.floor(Math.abs(offset_minutes) / 60), Math.abs(offset_minutes) % 60];
        const zone = `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
        const local = new Date(moment.getTime() + offset_minutes * 60_000).toISOString().slice(0, -1);
        for (const text of [iso, iso.slice(0, -1), iso.replace('T', ' '), `${local}${zone}`, `${local} ${zone}`]) {
          expect(parseLoggedTime(text)).toEqual(moment);
        }
        for (const ms of [moment.getTime(), BigInt(moment.getTime()), `${moment.getTime()}`]) {
          expect(parseLoggedTime(ms)).toEqual(moment);
        }
      }),
    );
  });

  test.each([
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20 05:06', '2026-11-20T05:06:00.000Z'],
    ['2026-11-20T05:06:07.123456789Z', '2026-11-20T05:06:07.123Z'],
    ['2026-11-20 05:06:07.1 UTC', '2026-11-20T05:06:07.100Z'],
    ['2026-11-20 05:06:07+00', '2026-11-20T05:06:07.000Z'],
    ['2024-02-29T00:00:00-0330', '2024-02-29T03:30:00.000Z'],
  ])('%s is a moment in UTC', (text, iso) => {
    expect(parseLoggedTime(text)).toEqual(new Date(iso));
  });

  test.each([
    '',
    'now',
    '2026-13-01',
    '2025-02-29',
    '2026-11-20T24:00:00Z',
    '2026-11-20T05:60:00Z',
    '2026-11-20T05:06:07+99:00',
    '20/11/2026',
    '0001-01-01',
    '9999-12-31',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    0,
    1_795_151_167,
    1_795_151_167_000_000n,
  ])('%s is none, and the answer says why', (raw) => {
    expect(parseLoggedTime(raw)).toMatch(/milliseconds since 1970/);
  });
});
