/** Large sides whose rows do not fit into memory, here some hundred rows and memory for some dozens. */
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/core/finding.ts';
import { type SqlValue, sql } from '../../src/sql/sql.ts';
import { diagnosed } from './diagnosed.ts';
import { diffTables, type SmallDiff } from './small-tables.ts';

const COLUMNS = [
  { name: 'id', type: 'BIGINT', nullable: true },
  { name: 't', type: 'VARCHAR', nullable: true },
  { name: 'n', type: 'INTEGER', nullable: true },
];
const MEMORY_OF_TWO_PARTS = 12_000n;
const MEMORY_OF_MANY_PARTS = 4_000n;

type Rows = readonly (readonly SqlValue[])[];

/** By the key `id`; `memory`: null for small sides. */
function findingsOf(production: Rows, shadow: Rows, memory: bigint | null): Promise<readonly Finding[]> {
  const tables = { production: { columns: COLUMNS, rows: production }, shadow: { columns: COLUMNS, rows: shadow } };
  return diffTables(tables, { key: ['id'] }, diagnosed, 20, memory === null, memory);
}

describe('rows that are joined as they are read', () => {
  test('are kept beside a sample in which a key stands twice on both sides: its rows are no changed ones', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => i);
    const twice = ids.slice(0, 20).flatMap((id) => [
      [1000 + id, 'one', 0],
      [1000 + id, 'two', 0],
    ]);
    const production = [...ids.map((id) => [id, `Name ${id}`, 0]), ...twice];
    const shadow = [...ids.map((id) => [id, id === 7 ? 'other' : `Name ${id} `, 0]), ...twice];
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
      MEMORY_OF_TWO_PARTS,
    );
  });

  test('are told with the rows of the sample that agree: no more are profiled than were read again', async () => {
    const rows = (nameOf: (id: number) => string) => Array.from({ length: 230 }, (_, id) => [id, nameOf(id), 0]);
    const tables = {
      production: { columns: COLUMNS, rows: rows((id) => `Name ${id}`) },
      shadow: { columns: COLUMNS, rows: rows((id) => (id === 7 ? 'other' : `Name ${id}${id < 30 ? ' ' : ''}`)) },
    };
    const spec = { key: ['id'], normalise: [{ column: 't', type: null, rule: 'trim' as const }] };
    const notesOf = ({ result }: SmallDiff) => result.notes.map(({ text }) => text);
    const notes = await diffTables(tables, spec, notesOf, 20, false, MEMORY_OF_TWO_PARTS / 2n);
    expect(notes).toHaveLength(2);
    for (const text of notes) {
      const [readAgain = 0, , profiled] = (text.match(/\d+/g) ?? []).map(Number);
      expect(profiled).toBeLessThanOrEqual(readAgain);
    }
  });
});

describe('what is counted on some rows', () => {
  const ids = Array.from({ length: 60 }, (_, i) => i);
  const production = ids.map((id) => [id, `Name ${id}`, id]);

  test('is no proof that a column is the same in every row: one that differs elsewhere has another value', async () => {
    for (const kept of ids.slice(0, 4)) {
      const shadow = ids.map((id) => [id, id === kept ? `Name ${id}` : null, id === kept ? -1 : id]);
      const [small, large] = [
        await findingsOf(production, shadow, null),
        await findingsOf(production, shadow, MEMORY_OF_MANY_PARTS),
      ];
      const told = (findings: readonly Finding[]) => findings.map(({ cause, certainty }) => [cause, certainty]);
      expect(told(large)).toEqual(told(small));
    }
  });

  test('is said to be so where no row that agrees was read again', async () => {
    const shadow = ids.map((id) => [id, id === 7 ? `Name ${id}` : `name ${id}`, id]);
    const [small] = await findingsOf(production, shadow, null);
    expect(small).toMatchObject({ cause: 'case', counts: { contradictions: 1n } });
    const [large] = await findingsOf(production, shadow, MEMORY_OF_MANY_PARTS);
    expect(large?.text).toContain('; of the rows that were read again no value at risk is equal');
  });

  test('counts rows that differ in another column as they are: all of them are there, and no sample', async () => {
    const many = Array.from({ length: 400 }, (_, i) => i);
    const nameOf = (id: number) => (id < 4 || id >= 370 ? `Name ${id}` : `name ${id}`);
    const before = many.map((id) => [id, nameOf(id), id]);
    const after = many.map((id) => [id, id < 4 ? nameOf(id) : nameOf(id).toLowerCase(), id < 100 ? -1 : id]);
    const told = (findings: readonly Finding[]) =>
      findings.map(({ cause, certainty, counts }) => ({ cause, certainty, counts }));
    const small = told(await findingsOf(before, after, null));
    expect(small[0]).toMatchObject({ cause: 'case', certainty: 'explained', counts: { contradictions: 4n } });
    expect(told(await findingsOf(before, after, MEMORY_OF_MANY_PARTS))).toEqual(small);
  });
});
