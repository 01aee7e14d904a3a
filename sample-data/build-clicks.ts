/** Clicks of one hour; the table has two partition levels, `ds` and `hour`. */
import type { Random } from './build-random.ts';
import { columns, type Table } from './build-table.ts';
import { HOUR, microseconds, timestampText } from './build-time.ts';

const ROWS = 300;
const PAGES = ['/', '/cart', '/help', '/sale?from=mail&x=1', '/größe', '/search'] as const;
const COUNTRIES = ['US', 'US', 'GB', 'DE', 'IN', 'BR'] as const;

export function clicksOf(day: string, hour: string, random: Random): Table {
  const start = microseconds(day) + Number(hour) * HOUR;
  const first = ((start - microseconds('2026-11-01')) / HOUR) * 1000;
  return {
    columns: columns(
      'click_id BIGINT',
      'page VARCHAR',
      'country VARCHAR',
      'clicked_at TIMESTAMP',
      'duration_ms INTEGER',
      'depth DOUBLE',
    ),
    rows: Array.from({ length: ROWS }, (_, i) => [
      // beyond 2^53, as ids that carry a shard in their high bits are
      String(9_100_000_000_000_000_000n + BigInt(first + i)),
      random.pick(PAGES),
      random.pick(COUNTRIES),
      timestampText(start + random.whole(0, HOUR - 1)),
      random.chance(0.05) ? null : String(random.whole(20, 60_000)),
      String(random.whole(0, 64) / 64),
    ]),
  };
}
