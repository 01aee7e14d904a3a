/** What is planted where. Everything that the table in README.md and `expected.json` say follows from this list. */
import {
  asAgreed,
  asKnownIssue,
  blanksTrimmed,
  caseChanged,
  columnConstant,
  columnRenamed,
  decimalsRounded,
  type Fault,
  nullsFilled,
  type PlantedFault,
  plant,
  rowsAdded,
  rowsLostWhere,
  rowsRepeated,
  tailLost,
  timesCutToMilliseconds,
  timesShifted,
  valuesLost,
} from './build-faults.ts';
import { type CleanPair, cleanPairs, DAYS, SUBSCRIPTION_HISTORY } from './build-jobs.ts';
import type { Table } from './build-table.ts';

/** What is wrong with a shadow's folder, where not with its rows. */
export type Spoiling = 'no_marker' | 'truncated' | 'gone';

export interface Plant {
  /** `orders/ds=2026-11-16` */
  readonly place: string;
  /** For the reader of the README. */
  readonly story: string;
  readonly faults: readonly Fault[];
  readonly spoiling: Spoiling | null;
}

/** A pair as it is written to disk. */
export interface PlannedPair extends CleanPair {
  readonly shadow: Table;
  readonly planted: readonly PlantedFault[];
  readonly spoiling: Spoiling | null;
  readonly story: string | null;
}

function faulty(place: string, story: string, ...faults: readonly Fault[]): Plant {
  return { place, story, faults, spoiling: null };
}

function spoiled(place: string, story: string, spoiling: Spoiling): Plant {
  return { place, story, faults: [], spoiling };
}

const missedDeletes = (day: string) => SUBSCRIPTION_HISTORY[DAYS.indexOf(day)]!.deleted;
const cutTimes = (column: string) => asKnownIssue('ING-214', timesCutToMilliseconds(column));

export const PLANTS: readonly Plant[] = [
  faulty('orders/ds=2026-11-15', 'totals in cents, inside the agreed tolerance', asAgreed(decimalsRounded('total', 2))),
  faulty('orders/ds=2026-11-16', 'landed before the last batch was written', tailLost(41)),
  faulty(
    'orders/ds=2026-11-17',
    'two faults: one region lost, times cut to milliseconds',
    rowsLostWhere('region', 'APAC'),
    cutTimes('updated_at'),
  ),
  faulty('orders/ds=2026-11-19', 'exchange rates rounded to four decimals', decimalsRounded('fx_rate', 4)),
  faulty('users/ds=2026-11-16', 'blanks around the city lost', blanksTrimmed('city')),
  faulty(
    'users/ds=2026-11-18',
    'phones in international form lost',
    valuesLost('phone', (phone) => phone.startsWith('+')),
  ),
  faulty('users/ds=2026-11-19', 'addresses in lower case', asKnownIssue('ING-198', caseChanged('email', 'lower'))),
  faulty(
    'payments/ds=2026-11-16',
    'two faults: methods in upper case, fees rounded to cents',
    caseChanged('method', 'upper'),
    decimalsRounded('fee', 2),
  ),
  faulty('payments/ds=2026-11-17', 'one batch written twice', rowsRepeated(200, 232)),
  faulty('payments/ds=2026-11-19', 'NULL became the empty text', nullsFilled('reference', '')),
  faulty('payments/ds=2026-11-20', 'column renamed', columnRenamed('method', 'payment_method')),
  faulty('events/ds=2026-11-19', 'times cut to milliseconds', cutTimes('occurred_at')),
  spoiled('subscriptions/ds=2026-11-17', 'the file is cut off in the middle', 'truncated'),
  faulty('subscriptions/ds=2026-11-19', 'deletes not merged', rowsAdded(missedDeletes('2026-11-19'))),
  faulty(
    'subscriptions/ds=2026-11-20',
    'deletes not merged, of this day and the day before',
    rowsAdded([...missedDeletes('2026-11-19'), ...missedDeletes('2026-11-20')]),
  ),
  faulty('clicks_hourly/ds=2026-11-19/hour=08', 'one country in every row', columnConstant('country', 'US')),
  faulty('clicks_hourly/ds=2026-11-20/hour=06', 'times moved by five hours', timesShifted('clicked_at', -18_000)),
  faulty('clicks_hourly/ds=2026-11-20/hour=07', 'times moved by five hours', timesShifted('clicked_at', -18_000)),
  spoiled('clicks_hourly/ds=2026-11-20/hour=09', 'logged as a mismatch, deleted since', 'gone'),
  faulty('access_log/ds=2026-11-18', 'one batch written twice, in a table without key', rowsRepeated(120, 165)),
  spoiled('access_log/ds=2026-11-20', 'half-landed: one file of two, no marker', 'no_marker'),
];

/** All pairs of the warehouse, with their faults planted. */
export function plannedPairs(): PlannedPair[] {
  const owed = new Map(PLANTS.map((entry) => [entry.place, entry]));
  const pairs = cleanPairs().map((clean) => {
    const place = `${clean.table}/${clean.partitionKey}`;
    const entry = owed.get(place);
    owed.delete(place);
    const { table, planted } = plant(clean.shadow, entry?.faults ?? []);
    return { ...clean, shadow: table, planted, spoiling: entry?.spoiling ?? null, story: entry?.story ?? null };
  });
  if (owed.size > 0) throw new Error(`planted nowhere: ${[...owed.keys()].join(', ')}`);
  return pairs;
}
