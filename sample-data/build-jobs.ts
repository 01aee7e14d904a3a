/** The ingestion jobs of the sample: how each side lays out its files, and the tables of all their partitions. */
import { accessLogOf } from './build-access-log.ts';
import { clicksOf } from './build-clicks.ts';
import { eventsOf } from './build-events.ts';
import { ordersOf } from './build-orders.ts';
import { paymentsOf } from './build-payments.ts';
import { seededRandom } from './build-random.ts';
import { type SubscriptionDay, subscriptionHistory } from './build-subscriptions.ts';
import { positionOf, type Table } from './build-table.ts';
import { days, MINUTE, timeOfText, timestampText } from './build-time.ts';
import { usersOf } from './build-users.ts';

export interface Layout {
  readonly format: 'parquet' | 'csv' | 'jsonl';
  readonly files: number;
}

export interface Job {
  readonly name: string;
  /** Empty: rows are compared as a multiset. */
  readonly key: readonly string[];
  readonly ignore: readonly string[];
  /** Column to the largest difference that is agreed upon. */
  readonly tolerance: ReadonlyMap<string, number>;
  readonly production: Layout;
  readonly shadow: Layout;
}

/** One partition as production holds it, and as a shadow without fault would. */
export interface CleanPair {
  readonly job: Job;
  readonly table: string;
  readonly partitionKey: string;
  readonly production: Table;
  readonly shadow: Table;
}

export const DAYS = days('2026-11-14', 7);
const EVENT_DAYS = DAYS.slice(3);
const CLICK_DAYS = DAYS.slice(5);
const CLICK_HOURS = ['05', '06', '07', '08', '09', '10'];

const ONE_PARQUET: Layout = { format: 'parquet', files: 1 };
const TWO_PARQUET: Layout = { format: 'parquet', files: 2 };

function job(name: string, key: readonly string[], changes: Partial<Job> = {}): Job {
  const plain = { ignore: [], tolerance: new Map(), production: ONE_PARQUET, shadow: ONE_PARQUET };
  return { name, key, ...plain, ...changes };
}

const ORDERS = job('orders', ['order_id'], {
  ignore: ['ingested_at'],
  tolerance: new Map([['total', 0.005]]),
  production: TWO_PARQUET,
});
const USERS = job('users', ['user_id'], { shadow: { format: 'csv', files: 1 } });
const EVENTS = job('events', ['event_id'], { shadow: { format: 'jsonl', files: 1 } });
const PAYMENTS = job('payments', ['order_id', 'attempt']);
const SUBSCRIPTIONS = job('subscriptions', ['subscription_id']);
const CLICKS = job('clicks_hourly', ['click_id']);
const ACCESS_LOG = job('access_log', [], { shadow: TWO_PARQUET });

/** By day, in order; the plan takes from it the rows whose deletion gets lost. */
export const SUBSCRIPTION_HISTORY: readonly SubscriptionDay[] = subscriptionHistory(
  DAYS,
  seededRandom('subscriptions'),
);

/** Every partition of every table, without faults. */
export function cleanPairs(): CleanPair[] {
  return [
    ...DAYS.map((day) => daily(ORDERS, day, ordersOf)).map(ingestedLater),
    ...DAYS.map((day) => daily(USERS, day, usersOf)),
    ...DAYS.map((day) => daily(PAYMENTS, day, paymentsOf)),
    ...EVENT_DAYS.map((day) => daily(EVENTS, day, eventsOf)),
    ...DAYS.map((day, i) => pair(SUBSCRIPTIONS, `ds=${day}`, SUBSCRIPTION_HISTORY[i]!.target)),
    ...DAYS.map((day, i) => ({
      ...pair({ ...SUBSCRIPTIONS, key: ['_sequence'] }, `ds=${day}`, SUBSCRIPTION_HISTORY[i]!.delta),
      table: 'subscriptions_delta',
    })),
    ...CLICK_DAYS.flatMap((day) =>
      CLICK_HOURS.map((hour) => {
        const key = `ds=${day}/hour=${hour}`;
        return pair(CLICKS, key, clicksOf(day, hour, seededRandom(`clicks_hourly/${key}`)));
      }),
    ),
    ...DAYS.map((day) => daily(ACCESS_LOG, day, accessLogOf)),
  ];
}

function daily(of: Job, day: string, rowsOf: (day: string, random: ReturnType<typeof seededRandom>) => Table) {
  const key = `ds=${day}`;
  return pair(of, key, rowsOf(day, seededRandom(`${of.name}/${key}`)));
}

function pair(of: Job, partitionKey: string, table: Table): CleanPair {
  return { job: of, table: of.name, partitionKey, production: table, shadow: table };
}

/** The two systems never write at the same minute, which is why the job ignores the column. */
function ingestedLater(clean: CleanPair): CleanPair {
  const at = positionOf(clean.shadow, 'ingested_at');
  const rows = clean.shadow.rows.map((row) => row.with(at, timestampText(timeOfText(row[at]!) + 37 * MINUTE)));
  return { ...clean, shadow: { ...clean.shadow, rows } };
}
