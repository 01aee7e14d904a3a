/** The single values of our YAML files, each with its parser and the sentence that says what was expected. */
import { z } from 'zod';

export const text = z.string().min(1, 'expected text, got an empty one');

/** A name that people give: one line of text without blank ends. */
export const name = text
  .max(200, 'expected a name of at most 200 characters')
  .refine((given) => given.trim() === given && !/\p{Cc}/u.test(given), 'expected one line without blanks at its ends');

/** A path as it stands in the file; made absolute by the loader. */
export const path = text.refine((given) => !given.includes('\0'), 'a path holds no NUL character');

/** SQL stays text here: `userExpression` is its only door. */
export const sqlText = text;

const DURATION_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/;

/** Whole milliseconds of `2h`, `30m`, `7d`; null for anything else. */
export function parseDuration(given: string): number | null {
  const [, amount, unit] = DURATION.exec(given) ?? [];
  return amount === undefined || unit === undefined ? null : Math.round(Number(amount) * (DURATION_MS.get(unit) ?? 0));
}

export const duration = z
  .string('expected a duration such as 30m, 2h or 7d')
  .regex(DURATION, 'expected a duration such as 30m, 2h or 7d')
  .transform((given) => parseDuration(given) ?? 0);

const TIME_SPAN_US: ReadonlyMap<string, number> = new Map([
  ['us', 1],
  ...[...DURATION_MS].map(([unit, ms]) => [unit, ms * 1000] as const),
]);
const TIME_SPAN = /^(?!0+(?:\.0+)?[a-z])(\d+(?:\.\d+)?)(us|ms|s|m|h|d|w)$/;

/** Whole microseconds of `2s`, `500ms`, `1us`; null for anything else, and for what is none or too long to count. */
export function parseTimeSpan(given: string): number | null {
  const [, amount, unit] = TIME_SPAN.exec(given) ?? [];
  const time_us = Math.round(Number(amount) * (TIME_SPAN_US.get(unit ?? '') ?? Number.NaN));
  return Number.isSafeInteger(time_us) && time_us > 0 ? time_us : null;
}

const TIME_SPAN_EXPECTED = 'expected a time above 0 such as 2s, 500ms, 1us or 1d';

export const timeSpan = z
  .string(TIME_SPAN_EXPECTED)
  .regex(TIME_SPAN, TIME_SPAN_EXPECTED)
  .refine((given) => parseTimeSpan(given) !== null, TIME_SPAN_EXPECTED)
  .transform((given) => parseTimeSpan(given) ?? 0);

const PERCENTAGE = /^(\d+(?:\.\d+)?)\s*%$/;
const SHARE_EXPECTED = 'expected a share such as 5% or 0.05, above 0 and at most 100%';

/** `5%` or `0.05`, as a number above 0 and at most 1. */
export const share = z
  .union([z.string().regex(PERCENTAGE, SHARE_EXPECTED), z.number()], SHARE_EXPECTED)
  .transform((given) => (typeof given === 'number' ? given : Number(PERCENTAGE.exec(given)?.[1]) / 100))
  .refine((given) => given > 0 && given <= 1, SHARE_EXPECTED);

const BYTE_UNITS: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['KIB', 2 ** 10],
  ['MIB', 2 ** 20],
  ['GIB', 2 ** 30],
  ['TIB', 2 ** 40],
]);
const BYTES = /^(\d+(?:\.\d+)?)\s*([KMGT]?i?B)$/i;

/** Whole bytes of `2GB`, `512MiB`; null for anything else. */
export function parseByteSize(given: string): number | null {
  const [, amount, unit] = BYTES.exec(given) ?? [];
  const size = BYTE_UNITS.get(unit?.toUpperCase() ?? '');
  return amount === undefined || size === undefined ? null : Math.round(Number(amount) * size);
}

export const byteSize = z
  .string('expected a size such as 512MB or 2GB')
  .regex(BYTES, 'expected a size such as 512MB or 2GB')
  .transform((given) => parseByteSize(given) ?? 0);

/** Only these schemes: a link ends in a report that somebody clicks on. */
export const webLink = z
  .string('expected an http or https address')
  .refine(
    (given) => ['http:', 'https:'].includes(URL.parse(given)?.protocol ?? ''),
    'expected an http or https address',
  );

/** A day of the calendar, `2026-12-31`. */
export const isoDate = z
  .string('expected a date such as 2026-12-31')
  .refine((given) => isCalendarDate(given), 'expected a date such as 2026-12-31');

function isCalendarDate(given: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(given)) return false;
  const day = new Date(`${given}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(given);
}

const SCALAR_TYPES =
  'BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT FLOAT DOUBLE VARCHAR DATE ' +
  'TIME TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS BLOB UUID INTERVAL JSON INT TEXT STRING REAL TIMESTAMPTZ';
const TYPE = new RegExp(
  `^(?:${SCALAR_TYPES.replaceAll(' ', '|')}|TIMESTAMP WITH TIME ZONE|DECIMAL(?:\\(\\d{1,2}(?:, ?\\d{1,2})?\\))?)(?:\\[\\])*$`,
  'i',
);

/** A column type by DuckDB's name. The pattern is closed, because the type ends up as SQL. */
export const columnType = z
  .string('expected a column type')
  .regex(TYPE, 'expected a column type such as BIGINT, DECIMAL(10,2), TIMESTAMP or VARCHAR[]; structures as JSON')
  .transform((given) => given.toUpperCase());
