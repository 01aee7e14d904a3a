/** Payment attempts of one day: an order may be tried more than once, so the key is the order and the attempt. */
import type { Random } from './build-random.ts';
import { type Cell, columns, decimal, type Table } from './build-table.ts';
import { DAY, microseconds, SECOND, timestampText } from './build-time.ts';

const ORDERS = 330;
const METHODS = ['card', 'card', 'card', 'wallet', 'bank_transfer'] as const;
const CURRENCIES = ['EUR', 'EUR', 'USD', 'GBP', 'JPY', 'INR'] as const;

export function paymentsOf(day: string, random: Random): Table {
  const start = microseconds(day);
  const first = 7_000_000 + ((start - microseconds('2026-11-01')) / DAY) * 1000;
  const rows: Cell[][] = [];
  for (let i = 0; i < ORDERS; i++) {
    const attempts = random.chance(0.12) ? random.whole(2, 3) : 1;
    const cents = random.whole(99, 450_000);
    const currency = random.pick(CURRENCIES);
    const time = start + random.whole(0, DAY - 120 * SECOND);
    for (let attempt = 1; attempt <= attempts; attempt++) {
      rows.push([
        String(first + i),
        String(attempt),
        random.pick(METHODS),
        attempt === attempts ? 'captured' : 'declined',
        currency,
        decimal(cents, 2),
        // 2.9 % and 30 cents, in ten-thousandths
        decimal(Math.round(cents * 2.9) + 3000, 4),
        random.chance(0.3) ? null : `R-${random.hexadecimal(6).toUpperCase()}`,
        `${timestampText(time + attempt * random.whole(5, 30) * SECOND)}+00`,
      ]);
    }
  }
  return {
    columns: columns(
      'order_id BIGINT',
      'attempt INTEGER',
      'method VARCHAR',
      'state VARCHAR',
      'currency VARCHAR',
      'amount DECIMAL(12,2)',
      'fee DECIMAL(10,4)',
      'reference VARCHAR',
      'settled_at TIMESTAMPTZ',
    ),
    rows,
  };
}
