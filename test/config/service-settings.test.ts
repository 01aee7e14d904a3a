import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ConfigFolder, openConfigFolder } from './config-folder.ts';

let at: ConfigFolder;
beforeEach(async () => {
  at = await openConfigFolder();
});
afterEach(() => at.remove());

const HOUR = 3_600_000;

describe('schedules', () => {
  test.each([
    ['hourly', HOUR],
    ['daily', 24 * HOUR],
    ['off', null],
    ['every 5m', 300_000],
    ['every 10s', 10_000],
    ['every 2h', 2 * HOUR],
    ['every 7d', 168 * HOUR],
  ])('%s', async (written, every_ms) => {
    const { schedules } = await at.load(`version: 1\nschedules: { compare: ${written} }`);
    expect(schedules).toEqual({ analyze: { every_ms: HOUR }, compare: { every_ms } });
  });

  test.each([
    ['catch_up: all', { mode: 'all', window_ms: null }],
    ['catch_up: { window: 2d }', { mode: 'window', window_ms: 48 * HOUR }],
    ['', { mode: 'window', window_ms: 168 * HOUR }],
  ])('catch-up: %s', async (written, expected) => {
    expect((await at.load(`version: 1\nschedules: { ${written} }`)).catch_up).toEqual(expected);
  });

  test.each([
    'every 0s',
    'every 999d',
    'every 99999999999999999999d',
    'every 5',
    'every 1.5h',
    'Hourly',
    '"* * * * *"',
    '5',
    'no',
  ])('%s is refused', async (written) => {
    const [only, ...more] = await at.told(`version: 1\nschedules: { compare: ${written} }`);
    expect(more).toEqual([]);
    expect(only).toMatch(/^2:\d+ schedules\.compare: expected (hourly, daily, off, or every 5m|every 1s at least)/);
  });
});

describe('the address of the service', () => {
  test.each([
    ['0.0.0.0:80', '0.0.0.0', 80],
    ['"[::1]:8464"', '::1', 8464],
    ['"[FE80::A]:1"', 'fe80::a', 1],
    ['Localhost:0', 'localhost', 0],
    ['checks.example.com:65535', 'checks.example.com', 65_535],
  ])('%s', async (written, host, port) => {
    expect((await at.load(`version: 1\nservice: { listen: ${written} }`)).service).toEqual({ host, port, hosts: [] });
  });

  test('is this machine alone where nothing is said', async () => {
    expect((await at.load('version: 1')).service).toEqual({ host: '127.0.0.1', port: 8464, hosts: [] });
  });

  test.each([
    ['127.0.0.1:1', 0],
    ['127.9.9.9:1', 0],
    ['localhost:1', 0],
    ['"[::1]:1"', 0],
    ['0.0.0.0:1', 1],
    ['"[::]:1"', 1],
    ['127.example.com:1', 1],
    ['10.0.0.1:1', 1],
  ])('%s: %i notes, where other machines can reach it', async (written, count) => {
    const { notes } = await at.load(`version: 1\nservice: { listen: ${written} }`);
    expect(notes.filter((note) => note.includes('reachable from other machines'))).toHaveLength(count);
    expect(notes).toHaveLength(count);
  });

  test.each([
    '8464',
    'localhost',
    '"localhost:"',
    ':8464',
    '"::1:8464"',
    '"[::1]"',
    '"[1.2.3.4]:1"',
    'a:65536',
    'a:-1',
    '"a b:1"',
    'http://a:1',
    '"a\\n:1"',
    '"[]:1"',
    '"-a:1"',
  ])('%s is refused', async (written) => {
    const [only, ...more] = await at.told(`version: 1\nservice: { listen: ${written} }`);
    expect(more).toEqual([]);
    expect(only).toContain('2:20 service.listen: expected an address and a port, such as 127.0.0.1:8464');
  });

  test('names that requests may ask for, as a Host header has them', async () => {
    const { service } = await at.load('version: 1\nservice: { hosts: [Checks.example.com, "[::1]", 10.0.0.7] }');
    expect(service.hosts).toEqual(['checks.example.com', '[::1]', '10.0.0.7']);
    const bad = await at.told('version: 1\nservice: { hosts: ["a:80", "http://a", "*", "", "a\\nb", "::1"] }');
    expect(bad).toHaveLength(6);
    for (const one of bad) expect(one).toContain('expected a name or an address without port');
  });
});

describe('alarms', () => {
  test('have defaults, lengths of their own, or are off', async () => {
    expect((await at.load('version: 1')).alarms).toEqual({
      nothing_landed_ms: 26 * HOUR,
      nothing_compared_ms: 26 * HOUR,
      nothing_analysed_ms: 3 * HOUR,
    });
    const { alarms } = await at.load('version: 1\nalarms: { nothing_landed: off, nothing_analysed: 90m }');
    expect(alarms).toEqual({
      nothing_landed_ms: null,
      nothing_compared_ms: 26 * HOUR,
      nothing_analysed_ms: 1.5 * HOUR,
    });
  });

  test.each([
    ['analyze: daily', 26, 26],
    ['analyze: every 7d', 26, 170],
    ['analyze: every 5m', 26, 3],
    ['analyze: off', 26, null],
    ['compare: hourly', 26, 3],
    ['compare: every 12h', 37, 3],
    ['compare: daily', 49, 3],
    ['compare: off', null, 3],
  ])('wait by default for what a schedule leaves to the next run: %s', async (written, landed, analysed) => {
    const inMs = (hours: number | null) => (hours === null ? null : hours * HOUR);
    expect((await at.load(`version: 1\nschedules: { ${written} }`)).alarms).toEqual({
      nothing_landed_ms: inMs(landed),
      nothing_compared_ms: inMs(landed),
      nothing_analysed_ms: inMs(analysed),
    });
    const given = 'alarms: { nothing_landed: 1h, nothing_compared: 2h, nothing_analysed: 4h }';
    expect((await at.load(`version: 1\nschedules: { ${written} }\n${given}`)).alarms).toEqual({
      nothing_landed_ms: HOUR,
      nothing_compared_ms: 2 * HOUR,
      nothing_analysed_ms: 4 * HOUR,
    });
  });

  test('all that is wrong is told at once', async () => {
    expect(
      await at.told('version: 1\nalarms: { nothing_landed: 0h, nothing_compared: never, nothing_analised: 3h }'),
    ).toEqual([
      '2:27 alarms.nothing_landed: expected off, or a duration such as 30m, 26h or 7d, got "0h"',
      '2:49 alarms.nothing_compared: expected off, or a duration such as 30m, 26h or 7d, got "never"',
      '2:56 unknown key "nothing_analised" in alarms | did you mean "nothing_analysed"?',
    ]);
  });
});
