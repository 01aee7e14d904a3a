/** Of many differing cells some are looked at only; what is told of all of them, and what is shown, is held here. */
import { describe, expect, test } from 'vitest';
import type { ComparedColumn } from '../../src/core/comparison.ts';
import type { Finding } from '../../src/core/finding.ts';
import { mapSides } from '../../src/core/side.ts';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { integer, type Sql, sql } from '../../src/sql/sql.ts';

const ROWS = 240_000;
const FIRST_OF_SECOND_FILE = 120_000;

const column = (name: string, type: string, is_key: boolean): ComparedColumn => ({
  name,
  shadow_name: name,
  types: { production: type, shadow: type },
  compared_as: type,
  is_key,
  tolerance: null,
  agreed_rules: [],
});

/** Names `Name i`, of which the shadow's are `candidate` over `id`, two files of 120,000 rows; some rows have no partner. */
async function findingsOf(candidate: Sql, isAlone: Sql): Promise<readonly Finding[]> {
  const engine = await openDuckdb({ files: [], spill: null, threads: 2, memory_bytes: null });
  try {
    await engine.run(sql`CREATE TEMP TABLE production_side AS
      SELECT id // ${integer(FIRST_OF_SECOND_FILE)} AS "file", id % ${integer(FIRST_OF_SECOND_FILE)} AS "row", id AS v0, 'Name ' || id AS v1
      FROM (SELECT range AS id FROM range(${integer(ROWS)}))`);
    await engine.run(sql`CREATE TEMP TABLE only_in_production AS
      SELECT "file", "row", CAST(NULL AS VARCHAR) AS twin, v0, v1 FROM (SELECT *, v0 AS id FROM production_side) WHERE ${isAlone}`);
    await engine.run(sql`CREATE TEMP TABLE only_in_shadow AS SELECT * FROM only_in_production WHERE false`);
    await engine.run(sql`CREATE TEMP TABLE changed_rows AS
      SELECT * FROM (
        SELECT id AS pair, "file" AS production_file, "row" AS production_row, "file" AS shadow_file, "row" AS shadow_row,
          v0 AS p0, v0 AS s0, false AS d0, v1 AS p1, ${candidate} AS s1, v1 <> ${candidate} AS d1
        FROM (SELECT *, v0 AS id FROM production_side) WHERE NOT (${isAlone}))
      WHERE d1`);
    const counted = await engine.run(
      sql`SELECT (SELECT count(*) FROM changed_rows), (SELECT count(*) FROM only_in_production)`,
    );
    const [changed, alone] = (counted.rows[0] ?? []).map((cell) => BigInt(String(cell))) as [bigint, bigint];
    const population = mapSides({ production: null, shadow: null }, () => sql`SELECT * FROM production_side`);
    const { findings } = await diagnose({
      engine,
      tables: {
        columns: [column('id', 'BIGINT', true), column('name', 'VARCHAR', false)],
        has_key: true,
        population,
        population_rows: { production: BigInt(ROWS), shadow: BigInt(ROWS) - alone },
        profiled_rows: { production: BigInt(ROWS), shadow: BigInt(ROWS) - alone },
        paired_rows: BigInt(ROWS) - alone,
      },
      comparison: {
        schema: { only_in_production: [], only_in_shadow: [], retyped: [], renamed: [], reordered: false },
        fingerprints: mapSides(population, () => ({ row_count: BigInt(ROWS), checksum: '', strong: null })),
        kinds: ['checksum'],
        differing_columns: null,
      },
      difference: {
        rows: {
          equal: BigInt(ROWS) - alone - changed,
          agreed: 0n,
          changed,
          only_in_production: alone,
          only_in_shadow: 0n,
          duplicate_keys: null,
          null_keys: null,
          keys_counted_over: null,
        },
        rows_compared: mapSides(population, () => BigInt(ROWS)),
        columns: [
          {
            column: 'name',
            type: 'VARCHAR',
            differing_rows: changed,
            agreed_rows: 0n,
            agreed_by: null,
            profile: null,
          },
        ],
        examples: [],
      },
      reference_side: 'production',
      only_columns: { production: [], shadow: [] },
      populationOf: () => sql`SELECT * FROM production_side`,
      builds: { production: null, shadow: null },
      example_limit: 5,
    });
    return findings.filter(({ columns }) => columns.length > 0);
  } finally {
    await engine.close();
  }
}

const ids = (examples: Finding['examples']): readonly number[] => examples.map(({ key }) => Number(key[0]?.value));

describe('cells that speak against a cause', () => {
  test('are the first three of all where they stand at the end only, behind rows that differ or have no partner', async () => {
    const isEqual = sql`id IN (130000, 230001, 239998, 239999)`;
    const [finding] = await findingsOf(
      sql`CASE WHEN ${isEqual} THEN v1 ELSE lower(v1) END`,
      sql`id % 1000 = 5 OR id = 130001`,
    );
    expect(finding).toMatchObject({ cause: 'case', counts: { contradictions: 4n } });
    expect(ids(finding?.counter_examples ?? [])).toEqual([130_000, 230_001, 239_998]);
    expect(finding?.counter_examples[0]).toMatchObject({ production: 'Name 130000', predicted: 'name 130000' });
  });

  test('are the first three of all where the first file begins with them', async () => {
    const [finding] = await findingsOf(sql`CASE WHEN id % 100 = 7 THEN v1 ELSE lower(v1) END`, sql`id < 10`);
    expect(finding?.counts.contradictions).toBe(2_399n);
    expect(ids(finding?.counter_examples ?? [])).toEqual([107, 207, 307]);
  });

  test('all are shown where there are fewer than three, and none where there is none', async () => {
    const one = await findingsOf(sql`CASE WHEN id = 200000 THEN v1 ELSE lower(v1) END`, sql`false`);
    expect(one.map(({ counter_examples }) => ids(counter_examples))).toEqual([[200_000]]);
    const none = await findingsOf(sql`lower(v1)`, sql`false`);
    expect(none.map(({ counter_examples }) => ids(counter_examples))).toEqual([[]]);
  });
});

describe('examples of a cause', () => {
  test('are spread over all the cells, in their order, though some are looked at only', async () => {
    const [finding] = await findingsOf(sql`lower(v1)`, sql`false`);
    const shown = ids(finding?.examples ?? []);
    expect(shown).toHaveLength(5);
    for (const [i, id] of shown.entries()) expect(Math.abs(id - (i * ROWS) / 4)).toBeLessThan(ROWS / 20);
    for (const { production, shadow, predicted } of finding?.examples ?? []) {
      expect([shadow, predicted]).toEqual([production?.toLowerCase(), production?.toLowerCase()]);
    }
  });

  test('that are too few for a sample are all found, and all are counted', async () => {
    const rare = sql`id IN (3, 123456, 239999)`;
    const findings = await findingsOf(sql`CASE WHEN ${rare} THEN v1 || '!' ELSE lower(v1) END`, sql`false`);
    expect(findings.map(({ cause, counts }) => [cause, counts.explained, counts.residual])).toEqual([
      ['case', 239_997n, 3n],
      ['unknown', 0n, 3n],
    ]);
    expect(findings[1]?.text).toContain('3 longer, 0 shorter, 0 of the same length');
    expect(ids(findings[1]?.examples ?? [])).toEqual([3, 123_456, 239_999]);
  });
});
