/**
 * The mismatch log that a detector wrote: three segments in the documented form, and a file of JSON lines by another
 * program, which knows only the required fields and wrote some lines that nobody can use.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { idOf } from '../src/core/identity.ts';
import { compareTables } from './build-comparison.ts';
import type { PlannedPair } from './build-plan.ts';
import { type Cell, columns, type Table } from './build-table.ts';
import { HOUR, MINUTE, microseconds, SECOND, timestampText } from './build-time.ts';
import { type SizesInBytes, writeTable } from './build-warehouse.ts';

export interface LoggedPair {
  readonly pair: PlannedPair;
  readonly loggedBy: 'shadowcheck' | 'rowcheck';
  /** Microseconds. */
  readonly loggedAt: number;
}

interface Segment {
  readonly hour: string;
  readonly loggedBy: LoggedPair['loggedBy'];
  readonly places: readonly string[];
}

const SEGMENTS: readonly Segment[] = [
  {
    hour: '2026-11-20T04:00:00Z',
    loggedBy: 'shadowcheck',
    places: [
      'orders/ds=2026-11-15',
      'orders/ds=2026-11-16',
      'orders/ds=2026-11-17',
      'orders/ds=2026-11-19',
      'users/ds=2026-11-16',
      'users/ds=2026-11-18',
      'payments/ds=2026-11-16',
      'payments/ds=2026-11-19',
      'subscriptions/ds=2026-11-17',
      'subscriptions/ds=2026-11-19',
      'access_log/ds=2026-11-18',
    ],
  },
  {
    hour: '2026-11-20T10:00:00Z',
    loggedBy: 'shadowcheck',
    places: [
      'clicks_hourly/ds=2026-11-20/hour=06',
      'clicks_hourly/ds=2026-11-20/hour=07',
      'clicks_hourly/ds=2026-11-20/hour=09',
    ],
  },
  {
    hour: '2026-11-20T21:00:00Z',
    loggedBy: 'rowcheck',
    places: [
      'users/ds=2026-11-17',
      'users/ds=2026-11-19',
      'payments/ds=2026-11-17',
      'events/ds=2026-11-19',
      'clicks_hourly/ds=2026-11-19/hour=08',
    ],
  },
  {
    hour: '2026-11-21T03:00:00Z',
    loggedBy: 'shadowcheck',
    places: ['payments/ds=2026-11-20', 'subscriptions/ds=2026-11-20', 'access_log/ds=2026-11-20'],
  },
];

/** Lines that must be put aside, each with its reason: no job, no time, torn. */
export const UNUSABLE_LINES = [
  '{"partition_key":"ds=2026-11-18","logged_at":"2026-11-20T21:20:11Z"}',
  '{"job":"orders","partition_key":"ds=2026-11-18","logged_at":"yesterday evening"}',
  '{"job":"events","partition_key":"ds=2026-11-',
] as const;

/** All entries, in the order in which they were logged. */
export function loggedPairs(pairs: readonly PlannedPair[]): LoggedPair[] {
  const byPlace = new Map(pairs.map((pair) => [`${pair.table}/${pair.partitionKey}`, pair]));
  return SEGMENTS.flatMap(({ hour, loggedBy, places }) =>
    places.map((place, i) => {
      const pair = byPlace.get(place);
      if (pair === undefined) throw new Error(`logged, but not planned: ${place}`);
      return { pair, loggedBy, loggedAt: microseconds(hour) + (3 * i + 2) * MINUTE + 11 * SECOND + i * 137_000 };
    }),
  );
}

/** Writes the whole log below `folder`. */
export async function writeMismatchLog(
  connection: DuckDBConnection,
  folder: string,
  entries: readonly LoggedPair[],
  sizes: SizesInBytes,
): Promise<void> {
  for (const { hour, loggedBy } of SEGMENTS) {
    const start = microseconds(hour);
    const own = entries.filter(({ loggedAt }) => loggedAt >= start && loggedAt < start + HOUR);
    const path = join(folder, `ds=${hour.slice(0, 10)}`, `hour=${hour.slice(11, 13)}`);
    if (loggedBy === 'rowcheck') await writeForeignLines(path, own);
    else await writeTable(connection, join(path, `${idOf('segment', hour)}.parquet`), segmentOf(own, sizes), 'parquet');
  }
}

async function writeForeignLines(folder: string, entries: readonly LoggedPair[]): Promise<void> {
  const lines = entries.map(({ pair, loggedAt }) =>
    JSON.stringify({
      job: pair.table,
      partition_key: pair.partitionKey,
      logged_at: `${timestampText(loggedAt).slice(0, 19).replace(' ', 'T')}Z`,
    }),
  );
  lines.splice(2, 0, ...UNUSABLE_LINES);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'rowcheck.jsonl'), `${lines.join('\n')}\n`);
}

const SIDE_COLUMNS = [
  'landing_id VARCHAR',
  'system VARCHAR',
  'build VARCHAR',
  'run_kind VARCHAR',
  'location VARCHAR',
  'row_count BIGINT',
  'checksum VARCHAR',
  'landed_at TIMESTAMP_MS',
  'due_at TIMESTAMP_MS',
  'size_bytes BIGINT',
  'cpu_seconds DOUBLE',
  'storage_bytes DOUBLE',
  'integrity VARCHAR',
] as const;

function segmentOf(entries: readonly LoggedPair[], sizes: SizesInBytes): Table {
  return {
    columns: columns(
      'record_version INTEGER',
      'comparison_id VARCHAR',
      'content_id VARCHAR',
      'logged_at TIMESTAMP_MS',
      'job VARCHAR',
      'pairing VARCHAR',
      'table_role VARCHAR',
      'partition_key VARCHAR',
      'outcome VARCHAR',
      'inconclusive_reason VARCHAR',
      'kinds VARCHAR[]',
      'stage VARCHAR',
      ...SIDE_COLUMNS.map((column) => `production_${column}`),
      ...SIDE_COLUMNS.map((column) => `shadow_${column}`),
      'reference_side VARCHAR',
      'spec VARCHAR',
      'differing_columns VARCHAR[]',
      'detail VARCHAR',
    ),
    rows: entries.map((entry) => rowOf(entry, sizes)),
  };
}

/**
 * Ids of landings, locations, checksums and the spec are null: they would tie the log to one machine's paths and to one
 * version of the hash.
 */
function rowOf({ pair, loggedAt }: LoggedPair, sizes: SizesInBytes): Cell[] {
  const { rows, columns: counts, schema } = compareTables(pair.production, pair.shadow, pair.job);
  const unreadable = pair.spoiling === 'no_marker' || pair.spoiling === 'truncated';
  // The partition that is gone had lost rows when it was looked at; nothing of it is left to say which.
  const shadowRows = pair.spoiling === 'gone' ? pair.shadow.rows.length - 38 : pair.shadow.rows.length;
  const sameCount = pair.production.rows.length === shadowRows;
  const isSchema = schema.only_in_production.length + schema.only_in_shadow.length > 0;
  const isContent = !sameCount || rows.equal < pair.production.rows.length;
  const kinds = [sameCount ? [] : 'row_count', isContent ? 'checksum' : [], isSchema ? 'schema' : []].flat();
  return [
    '1',
    idOf('comparison', pair.table, pair.partitionKey, loggedAt),
    null,
    timestampText(loggedAt),
    pair.table,
    'migration',
    'target',
    pair.partitionKey,
    unreadable ? 'inconclusive' : 'mismatch',
    unreadable ? reasonOf(pair) : null,
    JSON.stringify(unreadable ? [] : kinds),
    'shadow',
    ...sideCells(pair, 'production', loggedAt - 95 * MINUTE, pair.production.rows.length, sizes),
    ...sideCells(pair, 'shadow', loggedAt - 7 * MINUTE, unreadable ? null : shadowRows, sizes),
    'production',
    null,
    unreadable || !sameCount || !isContent ? null : JSON.stringify(counts.map(({ column }) => column)),
    JSON.stringify({ trigger: 'landing' }),
  ];
}

function reasonOf(pair: PlannedPair): string {
  return pair.spoiling === 'no_marker' ? 'not_landed' : 'shadow_unreadable';
}

function sideCells(
  pair: PlannedPair,
  side: 'production' | 'shadow',
  landedAt: number,
  rowCount: number | null,
  sizes: SizesInBytes,
): Cell[] {
  const landed = !(side === 'shadow' && pair.spoiling === 'no_marker');
  const size = sizes.get(`${side}/${pair.table}/${pair.partitionKey}`) ?? null;
  return [
    null,
    side === 'production' ? 'legacy' : 'next',
    side === 'production' ? 'legacy-4.19' : 'next-2026.47',
    'scheduled',
    null,
    rowCount === null ? null : String(rowCount),
    null,
    landed ? timestampText(landedAt) : null,
    timestampText(landedAt - (landedAt % HOUR) + HOUR),
    size === null ? null : String(size),
    side === 'production' ? '41.5' : '12.25',
    null,
    'unverified',
  ];
}
