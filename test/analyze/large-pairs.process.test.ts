/** Pairs too large to be kept whole, or compared as such: what is read again, and what is told of it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyzePair } from '../../src/analyze/analyze-pair.ts';
import type { AnalysisRequest } from '../../src/analyze/request.ts';
import { SIDES, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { sql, trustedExpression, value } from '../../src/sql/sql.ts';
import { requestFor } from '../bench/request.ts';

let root: string;
let pairs = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'shadowcheck-large-'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

/** Compares what two SELECT statements give. The memory of the request only says how many parts there are. */
async function compare(
  selects: Sided<string>,
  spec: Partial<Spec>,
  more: Partial<AnalysisRequest> = { kept_rows_max: 0n },
): Promise<PairReport> {
  pairs += 1;
  const folder = join(root, `pair-${pairs}`);
  const spill = join(folder, 'spill');
  await mkdir(spill, { recursive: true });
  const writer = await openDuckdb({ files: [], spill: folder, threads: 2, memory_bytes: null });
  for (const side of SIDES) {
    await mkdir(join(folder, side));
    const path = value(join(folder, side, 'rows.parquet'));
    await writer.run(sql`COPY ${trustedExpression(selects[side])} TO ${path} (FORMAT parquet)`);
  }
  await writer.close();
  const places = { production: join(folder, 'production'), shadow: join(folder, 'shadow') };
  const request = { ...requestFor(places, { ...PLAIN_SPEC, ...spec }, spill), ...more };
  return analyzePair(request, {
    openEngine: (limits) => openDuckdb({ ...limits, memory_bytes: null }),
    now_ms: () => performance.now(),
  });
}

const WIDE = 'i * 3 AS b, i * 7 AS c, i * 11 AS d, i + 70000 AS e, i AS f, i % 13 AS g';

test('a key to which the search comes back counts the rows that it counted first', async () => {
  const production = `SELECT i AS id, ${WIDE} FROM range(400) t(i)`;
  const shadow =
    'SELECT i AS id, i * 3 + 1 AS b, i * 7 + 1 AS c, i * 11 + 1 AS d, i + 70001 AS e, i + 1 AS f, i % 13 AS g FROM range(400) t(i)';
  const report = await compare({ production, shadow }, { infer_key: true });
  expect(report.key).toMatchObject({ columns: ['id'], evidence: expect.stringContaining('tried e too') });
  expect(report.rows).toMatchObject({ equal: 0, changed: 400 });
});

describe('what speaks against a cause', () => {
  const production = `SELECT i AS id, ${WIDE}, 'x' || i || '  ' AS note FROM range(3000) t(i)`;
  const shadow = production.replace("|| '  '", "|| CASE WHEN i % 2 = 0 THEN '' ELSE '  ' END");

  test('is counted too where the rows that differ are kept in several parts', async () => {
    const report = await compare(
      { production, shadow },
      { key: ['id'] },
      { kept_rows_max: 0n, memory_bytes: 100_000n },
    );
    expect(report.notes.map(({ code }) => code)).toContain('looked_at_in_part');
    const [finding] = report.findings;
    expect(finding).toMatchObject({ cause: 'trim', certainty: 'resembles' });
    expect(finding?.counts.at_risk).toBeGreaterThan(1500);
    expect(finding?.counts.contradictions).toBeGreaterThan(0);
  });

  test('is told of all rows where some were read again', async () => {
    const few = `SELECT i AS id, ${WIDE}, 'x' || i || CASE WHEN i % 500 = 0 THEN '  ' ELSE '' END AS note FROM range(200000) t(i)`;
    const half = few.replace('i % 500 = 0', 'i % 1000 = 500');
    const report = await compare({ production: few, shadow: half }, { key: ['id'] }, {});
    const [finding] = report.findings;
    expect(finding).toMatchObject({ cause: 'trim', certainty: 'resembles', text: expect.stringContaining('some') });
    expect(finding?.counts.contradictions).toBeGreaterThan(130);
    expect(finding?.counts.contradictions).toBeLessThan(270);
  });
});

test('where no bucket differs, a sample of what agrees is read again, and not all of it', async () => {
  const production = `SELECT i AS id, ${WIDE} FROM range(200000) t(i)`;
  const report = await compare(
    { production, shadow: `SELECT *, 1 AS added FROM (${production})` },
    { key: ['id'] },
    {},
  );
  expect(report).toMatchObject({ outcome: 'mismatch', kinds: ['schema'], rows: { equal: 200_000, changed: 0 } });
  const lookedAt = report.notes.flatMap(({ text }) => /: (\d+) of 200000 rows were read again/.exec(text)?.[1] ?? []);
  expect(lookedAt).toHaveLength(2);
  for (const rows of lookedAt) expect(Number(rows)).toBeLessThan(60_000);
});

test('without a key every copy of a row that differs is read again, and a sample of what agrees', async () => {
  const production = 'SELECT i // 2 AS a, i % 7 AS b, i // 4 AS c FROM range(200000) t(i)';
  const shadow = `${production} WHERE i NOT IN (20, 21, 41) UNION ALL SELECT 5, 6, 7 FROM range(3)`;
  const report = await compare({ production, shadow }, {}, {});
  expect(report.rows).toMatchObject({ equal: 199_997, changed: 0, only_in_production: 3, only_in_shadow: 3 });
  const lookedAt = report.notes.flatMap(({ text }) => /: (\d+) of \d+ rows were read again/.exec(text)?.[1] ?? []);
  expect(lookedAt.map(Number)).toEqual([expect.any(Number), expect.any(Number)]);
  for (const rows of lookedAt.map(Number)) {
    expect(rows).toBeGreaterThan(40_000);
    expect(rows).toBeLessThan(60_000);
  }
});

describe('where most buckets differ, and their rows do not fit into memory', () => {
  const columns = (more = '') => `i AS id, i * 3 AS a, i * 5 AS b, i % 100 / 10 AS c, 'x' || i AS note${more}`;
  const cramped = { kept_rows_max: 0n, memory_bytes: 2_000_000n };

  test('the rows are joined as they are read, few that differ are kept, and what is forgiven is counted', async () => {
    const production = `SELECT ${columns()} FROM range(150000) t(i)`;
    const report = await compare(
      {
        production,
        shadow: `SELECT * REPLACE (c + 0.01 AS c, CASE WHEN id = 149999 THEN -1 ELSE a END AS a) FROM (${production})`,
      },
      { key: ['id'], tolerance: [{ column: 'c', type: null, abs: 0.05, rel: 0, time_us: 0 }] },
      cramped,
    );
    expect(report.rows).toMatchObject({ changed: 1, agreed: 149_999, equal: 0, only_in_production: 0 });
    expect(report.examples[0]?.key).toMatchObject([{ column: 'id', value: '149999' }]);
    expect(report.examples[0]?.cells).toMatchObject([{ column: 'a', production: '449997', shadow: '-1' }]);
  });

  test('a column that differs in no row of the sample is compared all the same', async () => {
    const production = `SELECT ${columns()} FROM range(150000) t(i)`;
    const shadow = `SELECT * REPLACE (b + 1 AS b, CASE WHEN id IN (77, 120001) THEN 'y' ELSE note END AS note) FROM (${production})`;
    const report = await compare({ production, shadow }, { key: ['id'] }, cramped);
    expect(report.rows).toMatchObject({ changed: 150_000, equal: 0 });
    expect(report.columns).toMatchObject([
      { column: 'b', differing_rows: 150_000 },
      { column: 'note', differing_rows: 2 },
    ]);
  });

  test('rows without a partner are told, with how often their keys stand', async () => {
    const production = `SELECT ${columns()} FROM range(30000) t(i)`;
    const shadow = `SELECT CASE WHEN id < 20 THEN NULL WHEN id < 200 THEN 40000 + id // 2 ELSE id END AS id, * EXCLUDE (id) REPLACE (a + 1 AS a) FROM (${production})`;
    const report = await compare({ production, shadow }, { key: ['id'] }, cramped);
    expect(report.rows).toMatchObject({
      changed: 29_800,
      only_in_production: 200,
      only_in_shadow: 200,
      duplicate_keys: { production: { groups: 0, extra_rows: 0 }, shadow: { groups: 91, extra_rows: 109 } },
      null_keys: { production: 0, shadow: 20 },
    });
  });

  test('rows of keys that both sides have, one of them twice, are paired by least difference as ever', async () => {
    const production = `SELECT ${columns()} FROM range(30000) t(i)`;
    const twice = `SELECT * REPLACE (note || '!' AS note) FROM (${production}) UNION ALL SELECT * REPLACE (-a AS a, -b AS b) FROM (${production}) WHERE id IN (1, 2, 3)`;
    const report = await compare({ production, shadow: twice }, { key: ['id'] }, cramped);
    expect(report.rows).toMatchObject({
      changed: 30_000,
      only_in_shadow: 3,
      duplicate_keys: { shadow: { groups: 3, extra_rows: 3 } },
    });
  });
});

describe('over which rows duplicate and NULL keys were counted', () => {
  // Every key of a third of the rows stands twice, and of one row in shadow more is NULL.
  const rows = (differing: string, count = 30_000) =>
    `SELECT CASE WHEN i = 7 THEN NULL WHEN i % 3 = 0 THEN i + 1 ELSE i END AS id, CASE WHEN ${differing} THEN -i ELSE i END AS x FROM range(${count}) t(i)`;
  const all = { groups: 9_999, extra_rows: 9_999 };
  const keysOf = ({ rows }: PairReport) => ({
    over: rows?.keys_counted_over,
    duplicates: rows?.duplicate_keys,
    nulls: rows?.null_keys,
  });
  const notesOf = ({ notes }: PairReport) =>
    notes.filter(({ code }) => ['duplicate_keys', 'null_keys'].includes(code)).map(({ text }) => text);

  test('a small pair: all of them, and the notes say nothing else', async () => {
    const report = await compare({ production: rows('false'), shadow: rows('i = 7') }, { key: ['id'] }, {});
    expect(keysOf(report)).toEqual({
      over: { production: 'all_rows', shadow: 'all_rows' },
      duplicates: { production: all, shadow: all },
      nulls: { production: 1, shadow: 1 },
    });
    expect(notesOf(report)).toHaveLength(4);
    expect(notesOf(report).join()).not.toContain('read again');
  });

  test('a large pair of which few rows differ: those that may, and the notes say so of both', async () => {
    const report = await compare(
      { production: rows('false', 200_000), shadow: rows('i = 7', 200_000) },
      { key: ['id'] },
    );
    expect(keysOf(report)).toMatchObject({
      over: { production: 'rows_that_may_differ', shadow: 'rows_that_may_differ' },
      nulls: { production: 1, shadow: 1 },
    });
    expect(report.rows?.duplicate_keys?.shadow.groups).toBeLessThan(66_666);
    for (const note of notesOf(report)) expect(note).toContain('among the rows that were read again');
  });

  test('a large pair of which every bucket differs: all of them, though in parts, and no note says otherwise', async () => {
    const cramped = { kept_rows_max: 0n, memory_bytes: 1_000_000n };
    const report = await compare({ production: rows('false'), shadow: rows('true') }, { key: ['id'] }, cramped);
    expect(keysOf(report)).toEqual({
      over: { production: 'all_rows', shadow: 'all_rows' },
      duplicates: { production: all, shadow: all },
      nulls: { production: 1, shadow: 1 },
    });
    expect(report.notes.map(({ code }) => code)).toContain('looked_at_in_part');
    for (const { text } of report.notes) expect(text).not.toMatch(/keys .*(read again|were counted there)/);
  });

  test('rows without a key: nothing was counted', async () => {
    const report = await compare({ production: rows('false'), shadow: rows('i = 7') }, { infer_key: false });
    expect(keysOf(report)).toEqual({ over: null, duplicates: null, nulls: null });
  });
});
