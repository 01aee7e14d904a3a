/** Orders of one day: decimals of two scales, times in microseconds, a nullable note. */
import type { Random } from './build-random.ts';
import { columns, decimal, type Table } from './build-table.ts';
import { DAY, HOUR, microseconds, timestampText } from './build-time.ts';

const ROWS = 360;
const REGIONS = ['EMEA', 'EMEA', 'AMER', 'AMER', 'AMER', 'APAC'] as const;
const STATUSES = ['placed', 'paid', 'paid', 'shipped', 'shipped', 'returned'] as const;
const NOTES = [
  'leave at the door',
  'gift wrap',
  'ring twice',
  "neighbour's flat",
  'invoice by post; no flyer',
] as const;

/** Ordered by time of placing, which is the order of the key too. */
export function ordersOf(day: string, random: Random): Table {
  const start = microseconds(day);
  const first = 7_000_000 + ((start - microseconds('2026-11-01')) / DAY) * 1000;
  const placed = Array.from({ length: ROWS }, () => start + random.whole(0, DAY - 1)).sort((a, b) => a - b);
  return {
    columns: columns(
      'order_id BIGINT',
      'customer_id BIGINT',
      'region VARCHAR',
      'status VARCHAR',
      'total DECIMAL(14,4)',
      'fx_rate DECIMAL(12,6)',
      'placed_at TIMESTAMP',
      'updated_at TIMESTAMP',
      'note VARCHAR',
      'ingested_at TIMESTAMP',
    ),
    rows: placed.map((time, i) => [
      String(first + i),
      String(random.whole(10_000, 10_400)),
      random.pick(REGIONS),
      random.pick(STATUSES),
      decimal(taxedTotal(random), 4),
      decimal(random.whole(640_000, 1_390_000), 6),
      timestampText(time),
      timestampText(time + random.whole(0, 6 * HOUR)),
      random.chance(0.15) ? random.pick(NOTES) : null,
      timestampText(start + DAY + 2 * HOUR),
    ]),
  };
}

/** In ten-thousandths. Never exactly half a cent, so that a total cut to cents stays inside a tolerance of 0.005. */
function taxedTotal(random: Random): number {
  const units = random.whole(5_000, 4_500_000);
  return units % 100 === 50 ? units + 1 : units;
}
