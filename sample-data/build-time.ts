/** Times as whole microseconds since 1970 in UTC, and their text. 2026 lies below 2^53 microseconds, so numbers are exact. */

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `2026-11-20`, or a full ISO time, in UTC. */
export function microseconds(iso: string): number {
  const text = iso.length === 10 ? `${iso}T00:00:00Z` : iso;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new Error(`not a time: ${iso}`);
  return milliseconds * 1000;
}

/** `2026-11-20 08:15:00.120034` as DuckDB prints a TIMESTAMP: no more digits than are needed. */
export function timestampText(time: number): string {
  const whole = new Date(Math.floor(time / SECOND) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const fraction = String(time % SECOND).padStart(6, '0');
  return fraction === '000000' ? whole : `${whole}.${fraction.replace(/0+$/, '')}`;
}

/** The other way round, for faults that move or cut times. */
export function timeOfText(text: string): number {
  const [whole = '', fraction = ''] = text.split('.');
  return microseconds(`${whole.replace(' ', 'T')}Z`) + Number(fraction.padEnd(6, '0'));
}

export function dateText(time: number): string {
  return new Date(time / 1000).toISOString().slice(0, 10);
}

/** `days('2026-11-14', 3)` is the 14th, 15th and 16th. */
export function days(first: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => dateText(microseconds(first) + i * DAY));
}
