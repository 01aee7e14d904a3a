/** What the service goes by, as it is written and as it is meant: schedules, its address, its alarms. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { CATCH_UP_WINDOW_MS } from './catch-up.ts';
import type { Alarms, CatchUp, Config, Schedule, ServiceSettings } from './config.ts';
import { duration, parseDuration } from './scalars.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Beyond this a schedule is a mistake. */
const EVERY_MS_MAX = 366 * DAY_MS;

const SCHEDULE = /^(?:hourly|daily|off|every (\d+[smhd]))$/;
const SCHEDULE_EXPECTED = 'expected hourly, daily, off, or every 5m';
const schedule = z
  .string(SCHEDULE_EXPECTED)
  .regex(SCHEDULE, SCHEDULE_EXPECTED)
  .refine((given) => isPossible(everyOf(given)), 'expected every 1s at least and every 366d at most')
  .transform((given): Schedule => ({ every_ms: everyOf(given) }));

function everyOf(given: string): number | null {
  if (given === 'off') return null;
  if (given === 'hourly') return HOUR_MS;
  if (given === 'daily') return DAY_MS;
  return parseDuration(SCHEDULE.exec(given)?.[1] ?? '') ?? 0;
}

function isPossible(every_ms: number | null): boolean {
  return every_ms === null || (every_ms > 0 && every_ms <= EVERY_MS_MAX);
}

const catchUp = z.union(
  [z.enum(['all', 'latest']), z.strictObject({ window: duration })],
  'expected all, latest, or { window: 7d }',
);

export const schedulesSchema = z.strictObject({
  analyze: schedule.optional(),
  compare: schedule.optional(),
  catch_up: catchUp.optional(),
});

export function readSchedules(entry: z.output<typeof schedulesSchema> | undefined): Config['schedules'] {
  return { analyze: entry?.analyze ?? { every_ms: HOUR_MS }, compare: entry?.compare ?? { every_ms: 5 * 60_000 } };
}

export function readCatchUp(entry: z.output<typeof catchUp> | undefined): CatchUp {
  if (entry === 'all' || entry === 'latest') return { mode: entry, window_ms: null };
  return { mode: 'window', window_ms: entry?.window ?? CATCH_UP_WINDOW_MS };
}

const LISTEN_EXPECTED = 'expected an address and a port, such as 127.0.0.1:8464 or "[::1]:8464"';
const HOST_NAME = /^[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?$/i;

const listen = z.string(LISTEN_EXPECTED).transform((given, context) => {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(given) ?? [];
  const host = bracketed ?? plain ?? '';
  const port = Number(digits);
  const isHost = bracketed === undefined ? HOST_NAME.test(host) : isIP(host) === 6;
  if (isHost && port <= 65_535) return { host: host.toLowerCase(), port };
  context.addIssue({ code: 'custom', message: LISTEN_EXPECTED });
  return z.NEVER;
});

const HOSTS_EXPECTED = 'expected a name or an address without port, such as reports.example.com';
/** As a `Host` header names it: IPv6 in brackets. */
const host = z
  .string(HOSTS_EXPECTED)
  .refine(
    (given) => HOST_NAME.test(given) || (/^\[.*\]$/.test(given) && isIP(given.slice(1, -1)) === 6),
    HOSTS_EXPECTED,
  )
  .transform((given) => given.toLowerCase());

export const serviceSchema = z.strictObject({ listen: listen.optional(), hosts: z.array(host).default([]) });

export function readService(entry: z.output<typeof serviceSchema> | undefined): ServiceSettings {
  return { ...(entry?.listen ?? { host: '127.0.0.1', port: 8464 }), hosts: entry?.hosts ?? [] };
}

/** Whether only this machine can reach it. */
export function isLoopback({ host: name }: ServiceSettings): boolean {
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

const ALARM_EXPECTED = 'expected off, or a duration such as 30m, 26h or 7d';
const alarm = z
  .string(ALARM_EXPECTED)
  .refine((given) => given === 'off' || (parseDuration(given) ?? 0) > 0, ALARM_EXPECTED)
  .transform(parseDuration);

export const alarmsSchema = z.strictObject({
  nothing_landed: alarm.optional(),
  nothing_compared: alarm.optional(),
  nothing_analysed: alarm.optional(),
});

/**
 * What is not set allows for the schedule: what comes just after a run waits for the next one. An analysis may then be two
 * hours late. A table may be daily and an hour late without waking anybody; hourly runs and more frequent ones make that
 * 26 hours. What is off here, another process or nobody does, and when is not known: no alarm.
 */
export function readAlarms(entry: z.output<typeof alarmsSchema> | undefined, schedules: Config['schedules']): Alarms {
  const read = (given: number | null | undefined, { every_ms }: Schedule, more_ms: number): number | null => {
    if (given !== undefined) return given;
    return every_ms === null ? null : Math.max(HOUR_MS, every_ms) + more_ms;
  };
  return {
    nothing_landed_ms: read(entry?.nothing_landed, schedules.compare, DAY_MS + HOUR_MS),
    nothing_compared_ms: read(entry?.nothing_compared, schedules.compare, DAY_MS + HOUR_MS),
    nothing_analysed_ms: read(entry?.nothing_analysed, schedules.analyze, 2 * HOUR_MS),
  };
}
