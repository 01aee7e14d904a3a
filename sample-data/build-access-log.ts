/** Lines of a web server's log of one day: no key, and equal lines do occur. */
import type { Random } from './build-random.ts';
import { type Cell, columns, type Table } from './build-table.ts';
import { DAY, microseconds, SECOND, timestampText } from './build-time.ts';

const ROWS = 480;
const METHODS = ['GET', 'GET', 'GET', 'HEAD', 'POST'] as const;
const PATHS = ['/', '/health', '/api/v2/orders', '/api/v2/users', '/robots.txt', '/static/app.js'] as const;
const STATUSES = ['200', '200', '200', '204', '304', '404', '500'] as const;

export function accessLogOf(day: string, random: Random): Table {
  const start = microseconds(day);
  const rows: Cell[][] = [];
  while (rows.length < ROWS) {
    const path = random.pick(PATHS);
    const row = [
      timestampText(start + random.whole(0, DAY / SECOND - 1) * SECOND),
      random.pick(METHODS),
      path,
      random.pick(STATUSES),
      random.chance(0.1) ? null : String(random.whole(0, 90_000)),
      `192.0.2.${random.whole(1, 60)}`,
    ];
    rows.push(row);
    // A health check that is asked twice in a second leaves two equal lines.
    if (path === '/health' && random.chance(0.15)) rows.push(row);
  }
  return {
    columns: columns(
      'logged_at TIMESTAMP',
      'method VARCHAR',
      'path VARCHAR',
      'status INTEGER',
      'size_bytes BIGINT',
      'client VARCHAR',
    ),
    rows,
  };
}
