/** Large sides whose rows do not fit into memory, here some hundred rows and memory for some dozens. */
import { describe, expect, test } from 'vitest';
import { sql } from '../../src/sql/sql.ts';
import { diffTables } from './small-tables.ts';

const COLUMNS = [
  { name: 'id', type: 'BIGINT', nullable: true },
  { name: 't', type: 'VARCHAR', nullable: true },
];
const MEMORY_OF_A_PART = 12_000n;

describe('rows that are joined as they are read', () => {
  test('are kept beside a sample in which a key stands twice on both sides: its rows are no changed ones', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => i);
    const twice = ids.slice(0, 20).flatMap((id) => [
      [1000 + id, 'one'],
      [1000 + id, 'two'],
    ]);
    const production = [...ids.map((id) => [id, `Name ${id}`]), ...twice];
    const shadow = [...ids.map((id) => [id, id === 7 ? 'other' : `Name ${id} `]), ...twice];
    const spec = { key: ['id'], normalise: [{ column: 't', type: null, rule: 'trim' as const }] };
    const tables = { production: { columns: COLUMNS, rows: production }, shadow: { columns: COLUMNS, rows: shadow } };
    await diffTables(
      tables,
      spec,
      async ({ engine, result: { difference } }) => {
        const changed = await engine.run(sql`SELECT p0, p1, s1 FROM changed_rows`);
        expect(difference.rows).toMatchObject({ changed: 1n, agreed: 59n, equal: 40n });
        expect(changed.rows).toEqual([[7n, 'Name 7', 'other']]);
        expect(difference.examples).toHaveLength(1);
      },
      20,
      false,
      MEMORY_OF_A_PART,
    );
  });
});
