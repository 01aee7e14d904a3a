/** Rows that do not fit into memory are joined as they are read: what that counts is what is there. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyzePair } from '../../src/analyze/analyze-pair.ts';
import type { AnalysisRequest } from '../../src/analyze/request.ts';
import type { Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { requestFor } from '../bench/request.ts';

let root: string;
let instance: DuckDBInstance;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'shadowcheck-one-join-'));
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
});
afterAll(async () => {
  instance.closeSync();
  await rm(root, { recursive: true, force: true });
});

/**
 * Rows 1 to 400 on both sides, 8 of them changed; 401 to 410 in production alone, each twice; 411 to 440 in the shadow alone.
 * Memory is for some dozens of them.
 */
async function differ(name: string, key: Sided<string>, spec: Partial<Spec>) {
  const folders = { production: join(root, name, 'production'), shadow: join(root, name, 'shadow') };
  const write = async (side: 'production' | 'shadow', rows: string) => {
    await mkdir(folders[side], { recursive: true });
    await connection.run(
      `COPY (SELECT ${key[side]} AS k, n, repeat('x', 40) || i AS t FROM (${rows}) AS r(i, n))
       TO '${join(folders[side], 'rows.parquet')}' (FORMAT parquet)`,
    );
  };
  const connection = await instance.connect();
  await write(
    'production',
    'SELECT i, i FROM range(1, 411) AS a(i) UNION ALL SELECT i, i FROM range(401, 411) AS b(i)',
  );
  await write(
    'shadow',
    'SELECT i, i + CAST(i % 50 = 0 AS INTEGER) FROM range(1, 441) AS a(i) WHERE i NOT BETWEEN 401 AND 410',
  );
  connection.closeSync();
  const spill = join(root, name, 'spill');
  await mkdir(spill);
  const request: AnalysisRequest = {
    ...requestFor(folders, { ...PLAIN_SPEC, key: ['k'], ...spec }, spill),
    kept_rows_max: 0n,
    memory_bytes: 20_000n,
  };
  const files = Object.values(folders).map((folder) => join(folder, 'rows.parquet'));
  return analyzePair(request, {
    openEngine: () => openDuckdb({ files, spill, threads: 1, memory_bytes: null }),
    now_ms: () => performance.now(),
  });
}

const FOUND = {
  changed: 8,
  only_in_production: 20,
  only_in_shadow: 30,
  duplicate_keys: { production: { groups: 10, extra_rows: 10 }, shadow: { groups: 0, extra_rows: 0 } },
};

test('keys that stand twice on one side alone are counted there', async () => {
  const report = await differ('plain', { production: 'i', shadow: 'i' }, {});
  expect(report.rows).toMatchObject(FOUND);
});

test('so are keys that an expression makes and a rule makes equal', async () => {
  const report = await differ(
    'made',
    { production: `'K' || i`, shadow: `' k' || i` },
    {
      expressions: [{ column: 'k', production: 'lower(k)', shadow: 'lower(k)' }],
      normalise: [{ rule: 'trim', column: 'k', type: null }],
    },
  );
  expect(report.rows).toMatchObject(FOUND);
});
