/**
 * Subscriptions, a CDC job: a full dump to begin with, then each day's target is the target of the day before with the
 * day's delta merged into it. The delta tables hold what was merged: I, U, D in the order of `_sequence`.
 */
import type { Random } from './build-random.ts';
import { type Cell, columns, decimal, type Row, type Table } from './build-table.ts';
import { DAY, dateText, HOUR, microseconds, timestampText } from './build-time.ts';

const START_ROWS = 380;
const PLANS = [
  { plan: 'free', cents: 0 },
  { plan: 'solo', cents: 900 },
  { plan: 'team', cents: 4900 },
] as const;

const TARGET_COLUMNS = [
  'subscription_id BIGINT',
  'user_id BIGINT',
  'plan VARCHAR',
  'price DECIMAL(10,2)',
  'renews_on DATE',
  'updated_at TIMESTAMP',
] as const;

export interface SubscriptionDay {
  readonly target: Table;
  readonly delta: Table;
  /** The rows that this day's delta deleted, as they stood before. */
  readonly deleted: readonly Row[];
}

/** One entry a day, in order. */
export function subscriptionHistory(dayList: readonly string[], random: Random): SubscriptionDay[] {
  const state = new Map<string, Row>();
  let nextId = 40_001;
  const before = microseconds(dayList[0]!) - DAY;
  for (let i = 0; i < START_ROWS; i++, nextId++) state.set(String(nextId), subscription(nextId, before, random));
  return dayList.map((day) => {
    const start = microseconds(day);
    const changes: Cell[][] = [];
    const deleted: Row[] = [];
    const log = (row: Row, op: string) => changes.push([...row, op, String(changes.length + 1)]);
    const touched = random.shuffled([...state.keys()]).slice(0, 52);
    for (const id of touched.slice(0, 12)) {
      const row = state.get(id)!;
      state.delete(id);
      deleted.push(row);
      log(row, 'D');
    }
    for (const id of touched.slice(12)) {
      const row = subscription(Number(id), start, random, state.get(id)![1] ?? null);
      state.set(id, row);
      log(row, 'U');
    }
    for (let i = 0; i < 20; i++, nextId++) {
      const row = subscription(nextId, start, random);
      state.set(String(nextId), row);
      log(row, 'I');
    }
    const rows = [...state.values()].sort((a, b) => Number(a[0]) - Number(b[0]));
    return {
      target: { columns: columns(...TARGET_COLUMNS), rows },
      delta: { columns: columns(...TARGET_COLUMNS, '_op VARCHAR', '_sequence INTEGER'), rows: changes },
      deleted,
    };
  });
}

function subscription(id: number, day: number, random: Random, user: Cell = null): Row {
  const { plan, cents } = random.pick(PLANS);
  return [
    String(id),
    user ?? String(500_000 + random.whole(0, 20_319)),
    plan,
    decimal(cents, 2),
    dateText(day + random.whole(1, 30) * DAY),
    timestampText(day + random.whole(0, 23) * HOUR + random.whole(0, HOUR - 1)),
  ];
}
