/**
 * Partition keys: `ds=2026-11-20/hour=05`, canonical, so that two spellings of one partition are one key.
 *
 * A value is percent-encoded where it holds anything but letters, digits, `-`, `_`, `.`, `:`, `+`, and a space, which is
 * what Hive and Spark write themselves for the characters that matter (`/`, `=`, `%`, control characters) and more.
 * The order of the levels is the declared one of the table, not the alphabet's.
 */

export interface PartitionLevel {
  readonly column: string;
  /** `null` is Hive's `__HIVE_DEFAULT_PARTITION__`. */
  readonly value: string | null;
}

export interface PartitionKey {
  readonly levels: readonly PartitionLevel[];
}

/** Half-open, in UTC. */
export interface TimeRange {
  readonly start: Date;
  readonly end: Date;
}

const HIVE_NULL = '__HIVE_DEFAULT_PARTITION__';

/** `ds=2026-11-20/hour=05`; the empty text for a table without partitions. */
export function printPartitionKey(key: PartitionKey): string {
  return key.levels
    .map(({ column, value }) => `${encode(column)}=${value === null ? HIVE_NULL : encode(value)}`)
    .join('/');
}

/** Parses a key or the partition part of a path. Returns null where a level is not `column=value`. */
export function parsePartitionKey(text: string): PartitionKey | null {
  if (text === '') return { levels: [] };
  const levels: PartitionLevel[] = [];
  for (const part of text.split('/')) {
    const level = parsePartitionLevel(part);
    if (level === null) return null;
    levels.push(level);
  }
  return { levels };
}

/** Parses one folder name. The first `=` separates; a value may hold more. Null where the name is no level. */
export function parsePartitionLevel(name: string): PartitionLevel | null {
  const at = name.indexOf('=');
  if (at <= 0) return null;
  const value = name.slice(at + 1);
  return { column: decode(name.slice(0, at)), value: value === HIVE_NULL ? null : decode(value) };
}

const DAY_COLUMNS = new Set(['ds', 'dt', 'day', 'date', 'event_date', 'partition_date', 'log_date']);
const HOUR_COLUMNS = new Set(['hour', 'hr', 'hh', 'h', 'event_hour']);

/**
 * The time that a partition covers, from its own key: a level of a well-known day column, narrowed by an hour column;
 * also `year=/month=/day=` and values such as `2026-11-20T05` or `2026-11`. Null where the key tells no time.
 */
export function timeRangeOf(key: PartitionKey): TimeRange | null {
  const values = new Map(key.levels.map((level) => [level.column.toLowerCase(), level.value]));
  const year = whole(values.get('year'));
  let range = year === null ? null : calendarRange(year, whole(values.get('month')), whole(values.get('day')));
  for (const { column, value } of key.levels) {
    if (range !== null) break;
    if (value !== null && DAY_COLUMNS.has(column.toLowerCase())) range = parseTimeValue(value);
  }
  for (const { value } of key.levels) {
    if (range !== null) break;
    if (value !== null) range = parseTimeValue(value);
  }
  if (range === null) return null;
  for (const [column, value] of values) {
    const hour = HOUR_COLUMNS.has(column) ? whole(value) : null;
    if (hour === null || hour > 23) continue;
    const start = new Date(range.start.getTime() + hour * HOUR_MS);
    return start < range.end ? { start, end: new Date(start.getTime() + HOUR_MS) } : range;
  }
  return range;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function calendarRange(year: number, month: number | null, day: number | null): TimeRange | null {
  if (month !== null && (month < 1 || month > 12)) return null;
  const start = Date.UTC(year, (month ?? 1) - 1, day ?? 1);
  if (day !== null && (month === null || new Date(start).getUTCDate() !== day)) return null;
  if (day !== null) return { start: new Date(start), end: new Date(start + DAY_MS) };
  const end = month === null ? Date.UTC(year + 1, 0) : Date.UTC(year, month);
  return { start: new Date(start), end: new Date(end) };
}

function parseTimeValue(value: string): TimeRange | null {
  const match = /^(\d{4})-?(\d{2})(?:-?(\d{2})(?:[T _-](\d{2})(?::?00)?(?::?00)?Z?)?)?$/.exec(value);
  if (match === null) return null;
  const [, year, month, day, hour] = match;
  const days = calendarRange(Number(year), Number(month), day === undefined ? null : Number(day));
  if (days === null || hour === undefined) return days;
  if (Number(hour) > 23) return null;
  const start = new Date(days.start.getTime() + Number(hour) * HOUR_MS);
  return { start, end: new Date(start.getTime() + HOUR_MS) };
}

function whole(value: string | null | undefined): number | null {
  return value !== null && value !== undefined && /^\d{1,4}$/.test(value) ? Number(value) : null;
}

function encode(part: string): string {
  // encodeURIComponent refuses lone surrogates; a folder name from the disk may hold them.
  return part
    .toWellFormed()
    .replace(/[^\w.:+ -]/gu, (char) =>
      [...new TextEncoder().encode(char)]
        .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
        .join(''),
    );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray percent sign that was never an escape
  }
}
