/** Times as writers of logs put them: ISO text or milliseconds since 1970. What has no zone is UTC, never local time. */

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** Seconds or microseconds since 1970 taken for milliseconds fall outside of these years. */
const EARLIEST_MS = Date.UTC(1990, 0);
const LATEST_MS = Date.UTC(2200, 0);

/** The time, cut to milliseconds; a text saying what is wrong where it is none or lies outside of 1990 to 2200. */
export function parseLoggedTime(raw: string | number | bigint): Date | string {
  const ms = typeof raw === 'string' ? parseText(raw.trim()) : Math.floor(Number(raw));
  if (ms === null || Number.isNaN(ms)) return 'expected an ISO time or milliseconds since 1970';
  if (ms < EARLIEST_MS || ms >= LATEST_MS) return 'a time outside of 1990 to 2200; numbers are milliseconds since 1970';
  return new Date(ms);
}

function parseText(text: string): number | null {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const match = ISO.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offset_minutes = parseOffset(match[8]);
  if (hour > 23 || minute > 59 || second > 59 || offset_minutes === null) return null;
  const date = Date.UTC(year, month - 1, day);
  const isReal = new Date(date).getUTCMonth() === month - 1 && new Date(date).getUTCDate() === day;
  return isReal ? date + ((hour * 60 + minute - offset_minutes) * 60 + second) * 1000 + ms : null;
}

function parseOffset(zone: string | undefined): number | null {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '');
  if (match === null) return 0;
  const [, sign, hours, minutes] = match;
  const offset = Number(hours) * 60 + Number(minutes ?? 0);
  if (Number(hours) > 18 || Number(minutes ?? 0) > 59) return null;
  return sign === '-' ? -offset : offset;
}
