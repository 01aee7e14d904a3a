/**
 * What the two systems write into the live warehouse, and when, as a story in three waves:
 *
 *   1  the week of the warehouse, with one fault more, and three partitions of which only one side is there
 *   2  two of the missing sides, a build that repairs the fault, a backfill that plants another
 *   3  a build that brings the fault back
 *
 * The feed writes it, `expected-live.json` and the README are told from it.
 */
import type { RunKind, TableRole } from '../src/core/landing.ts';
import { parsePartitionKey, timeRangeOf } from '../src/core/partition-key.ts';
import type { Side } from '../src/core/side.ts';

export const WAVES = [1, 2, 3] as const;
export type Wave = (typeof WAVES)[number];

/** One write of one partition. */
export interface PlannedLanding {
  readonly wave: Wave;
  readonly side: Side;
  readonly table: string;
  readonly partition_key: string;
  /** Folder of its files, below the sample's own. */
  readonly from: string;
  readonly build: string;
  readonly run_kind: RunKind;
  /** ISO, UTC, in the story's time. */
  readonly landed_at: string;
}

/** Tables whose writers announce each landing in a landing log; the others leave a marker in the partition's folder. */
export const ANNOUNCED_TABLES: readonly string[] = ['clicks_hourly', 'subscriptions'];

/** The markers of the legacy system are empty: of what it lands nothing is known but what the config says. */
export function isSilent({ side, table }: Pick<PlannedLanding, 'side' | 'table'>): boolean {
  return side === 'production' && !ANNOUNCED_TABLES.includes(table);
}

/** What a landing of a table is made from, beside the day itself: told with it. */
export const INPUT_TABLES: Readonly<
  Record<string, readonly { readonly table_role: TableRole; readonly table: string }[]>
> = { subscriptions: [{ table_role: 'delta', table: 'subscriptions_delta' }] };

export const CPU_SECONDS: Readonly<Record<Side, number>> = { production: 41.5, shadow: 12.25 };

/** How long after the end of its time a partition lands; due are both within two hours. */
const LANDS_AFTER_MINUTES: Readonly<Record<Side, number>> = { production: 40, shadow: 65 };

interface Exception {
  readonly wave: Wave;
  readonly place: string;
  /** Comes instead of the landing that the first wave takes from the warehouse, and not after it. */
  readonly is_first: boolean;
  readonly from: string;
  readonly build: string;
  readonly run_kind: RunKind;
  /** Null: at the time at which this side always lands. */
  readonly landed_at: string | null;
  /** For the reader of the README. */
  readonly story: string;
}

const LEGACY = 'legacy-4.19';
const NEXT = 'next-2026.47';

/** Landings of the story that are not simply those of the warehouse, in the order in which they are written. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    wave: 1,
    place: 'shadow/orders/ds=2026-11-18',
    is_first: true,
    from: 'later/orders-shifted',
    build: NEXT,
    run_kind: 'scheduled',
    landed_at: null,
    story: 'bad: times moved by an hour',
  },
  {
    wave: 1,
    place: 'shadow/clicks_hourly/ds=2026-11-19/hour=10',
    is_first: true,
    from: 'warehouse/production/clicks_hourly/ds=2026-11-19/hour=10',
    build: NEXT,
    run_kind: 'seeded',
    landed_at: null,
    story: 'seeded: copied from production, so that its match proves nothing',
  },
  {
    wave: 2,
    place: 'production/subscriptions/ds=2026-11-18',
    is_first: true,
    from: 'warehouse/production/subscriptions/ds=2026-11-18',
    build: LEGACY,
    run_kind: 'scheduled',
    landed_at: '2026-11-21T03:10:00Z',
    story: 'shadow was first, and waits: pending, then a match',
  },
  {
    wave: 2,
    place: 'shadow/users/ds=2026-11-15',
    is_first: true,
    from: 'warehouse/shadow/users/ds=2026-11-15',
    build: NEXT,
    run_kind: 'scheduled',
    landed_at: '2026-11-21T03:15:00Z',
    story: 'the shadow comes after its deadline: missing, then a match',
  },
  {
    wave: 2,
    place: 'shadow/orders/ds=2026-11-18',
    is_first: false,
    from: 'warehouse/shadow/orders/ds=2026-11-18',
    build: 'next-2026.48',
    run_kind: 'scheduled',
    landed_at: '2026-11-21T03:20:00Z',
    story: 'repaired: the times are right again',
  },
  {
    wave: 2,
    place: 'shadow/payments/ds=2026-11-14',
    is_first: false,
    from: 'later/payments-rounded',
    build: 'next-2026.48',
    run_kind: 'backfill',
    landed_at: '2026-11-21T03:25:00Z',
    story: 'a backfill by another build: fees rounded to three decimals',
  },
  {
    wave: 3,
    place: 'shadow/orders/ds=2026-11-18',
    is_first: false,
    from: 'later/orders-shifted',
    build: 'next-2026.49',
    run_kind: 'scheduled',
    landed_at: '2026-11-21T03:50:00Z',
    story: 'bad again: the same bytes as the first time',
  },
];

/** Production of this partition is never written, although its shadow is. */
export const NEVER_WRITTEN = { place: 'production/events/ds=2026-11-17', story: 'production never comes' } as const;

/** Jobs whose partners may take as long as they like: what they miss is pending, not missing. */
export const PATIENT_JOBS: readonly string[] = ['subscriptions'];

/** The landings of one wave by the time at which they land, given everything that stands in the warehouse. */
export function plannedLandings(wave: Wave, warehouse_places: readonly string[]): readonly PlannedLanding[] {
  const firsts = EXCEPTIONS.filter(({ is_first }) => is_first).map(({ place }) => place);
  const instead = new Set([...firsts, NEVER_WRITTEN.place]);
  const plain = wave === 1 ? warehouse_places.filter((place) => !instead.has(place)) : [];
  const landings = [
    ...plain.map((place) => landingAt({ wave: 1, place, from: `warehouse/${place}`, run_kind: 'scheduled' })),
    ...EXCEPTIONS.filter((exception) => exception.wave === wave).map(landingAt),
  ];
  return landings.sort((one, other) => compareText(orderOf(one), orderOf(other)));
}

export function placeOf({
  side,
  table,
  partition_key,
}: Pick<PlannedLanding, 'side' | 'table' | 'partition_key'>): string {
  return `${side}/${table}/${partition_key}`;
}

function landingAt(
  written: Pick<Exception, 'wave' | 'place' | 'from' | 'run_kind'> & Partial<Pick<Exception, 'build' | 'landed_at'>>,
): PlannedLanding {
  const [side, table, ...levels] = written.place.split('/');
  if ((side !== 'production' && side !== 'shadow') || table === undefined)
    throw new Error(`no place: ${written.place}`);
  const partition_key = levels.join('/');
  return {
    wave: written.wave,
    side,
    table,
    partition_key,
    from: written.from,
    build: written.build ?? (side === 'production' ? LEGACY : NEXT),
    run_kind: written.run_kind,
    landed_at: written.landed_at ?? scheduledAt(side, partition_key),
  };
}

function scheduledAt(side: Side, partition_key: string): string {
  const key = parsePartitionKey(partition_key);
  const range = key === null ? null : timeRangeOf(key);
  if (range === null) throw new Error(`no time in ${partition_key}`);
  return `${new Date(range.end.getTime() + LANDS_AFTER_MINUTES[side] * 60_000).toISOString().slice(0, 19)}Z`;
}

function orderOf(landing: PlannedLanding): string {
  return `${landing.landed_at} ${placeOf(landing)}`;
}

/** By code units: a locale's order differs between machines. */
function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
