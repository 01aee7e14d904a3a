/** App events of one day: JSON kept as text, lists, and a list that may be empty or NULL, which are not the same. */
import type { Random } from './build-random.ts';
import { columns, type Table } from './build-table.ts';
import { DAY, microseconds, timestampText } from './build-time.ts';

const ROWS = 300;
const KINDS = ['view', 'view', 'view', 'search', 'add', 'buy'] as const;
const TAGS = ['app', 'beta', 'ios', 'a,b', 'say "hi"', 'größe'] as const;

export function eventsOf(day: string, random: Random): Table {
  const start = microseconds(day);
  const number = (start - microseconds('2026-11-01')) / DAY;
  return {
    columns: columns(
      'event_id VARCHAR',
      'user_id BIGINT',
      'kind VARCHAR',
      'occurred_at TIMESTAMP',
      'properties VARCHAR',
      'tags VARCHAR[]',
    ),
    rows: Array.from({ length: ROWS }, (_, i) => {
      const kind = random.pick(KINDS);
      return [
        `${random.hexadecimal(8)}-${number}-${i}`,
        String(500_000 + random.whole(0, 20_319)),
        kind,
        timestampText(start + random.whole(0, DAY - 1)),
        random.chance(0.1) ? null : JSON.stringify(propertiesOf(kind, random)),
        random.chance(0.1) ? null : JSON.stringify(random.shuffled(TAGS).slice(0, random.whole(0, 3))),
      ];
    }),
  };
}

function propertiesOf(kind: string, random: Random): object {
  if (kind === 'search') return { q: random.pick(['żółw', 'red "shoe"', '靴']), hits: random.whole(0, 90) };
  if (kind === 'view') return { page: random.whole(1, 40), ref: null };
  return { sku: `S${random.whole(100, 999)}`, qty: random.whole(1, 3), opts: { gift: random.chance(0.2) } };
}
