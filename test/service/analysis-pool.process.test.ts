import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnalysisRequest } from '../../src/analyze/request.ts';
import type { Landing } from '../../src/core/landing.ts';
import type { Inconclusive } from '../../src/core/outcome.ts';
import { PLAIN_SPEC } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { createAnalysisPool } from '../../src/service/analysis-pool.ts';
import { sql, value } from '../../src/sql/sql.ts';

const MIB = 2 ** 20;
let folder: string;
let items = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-analysis-'));
  await writeFile(join(folder, 'production.csv'), 'id,amount\n1,10\n2,20\n3,30\n');
  await writeFile(join(folder, 'shadow.csv'), 'id,amount\n1,10\n2,21\n3,30\n');
  execFileSync('mkfifo', [join(folder, 'pipe.csv')]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function request(production: string, shadow: string): AnalysisRequest {
  const landing = (side: 'production' | 'shadow', name: string): Landing => ({
    side,
    location: join(folder, name),
    system: null,
    build: null,
    landed: { marker: null },
    format: null,
  });
  items += 1;
  return {
    comparison_id: `item-${items}`,
    job: 'orders',
    owner: null,
    pairing: 'migration',
    partition_key: 'ds=2026-11-20',
    landings: { production: landing('production', production), shadow: landing('shadow', shadow) },
    unreadable: null,
    reference_side: 'production',
    spec: { ...PLAIN_SPEC, key: ['id'] },
    examples: 5,
    privacy: { mode: 'mask_sensitive', sensitive: [], token_key: '00'.repeat(32) },
    known_issues: [],
    today: null,
    threads: 1,
    memory_bytes: null,
    spill: join(folder, `spill-${items}`),
  };
}

test('real analyses come back whole; a pipe in place of a file holds up nobody', async () => {
  const pool = createAnalysisPool({ size: 2, timeout_ms: 30_000, memory_bytes: 1024 * MIB });
  try {
    const [piped, same, differs] = await Promise.all([
      pool.run(request('pipe.csv', 'shadow.csv')),
      pool.run(request('production.csv', 'production.csv')),
      pool.run(request('production.csv', 'shadow.csv')),
    ]);
    expect(piped).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'production_unreadable' });
    expect(same).toMatchObject({ outcome: 'match', comparison_id: expect.stringMatching(/^item-/) });
    expect(differs).toMatchObject({ outcome: 'mismatch', rows: { equal: 2, changed: 1 } });
  } finally {
    await pool.close();
  }
});

test('a cell larger than the ceiling is out of memory, and the next pair is analysed', async () => {
  await writeLargeCell('large-production.parquet', 1);
  await writeLargeCell('large-shadow.parquet', 2);
  const pool = createAnalysisPool({ size: 1, timeout_ms: 60_000, memory_bytes: 300 * MIB });
  try {
    const large = pool.run(request('large-production.parquet', 'large-shadow.parquet'));
    // The smaller try ends by the engine's own limit, as a report, or by the ceiling, as an error.
    const reason = await large.then(
      (report) => report.inconclusive_reason,
      (error: Inconclusive) => error.reason,
    );
    expect(reason).toBe('out_of_memory');
    expect(await pool.run(request('production.csv', 'shadow.csv'))).toMatchObject({ outcome: 'mismatch' });
  } finally {
    await pool.close();
  }
});

/** A file of a few kilobytes with one cell of 200 MB. */
async function writeLargeCell(name: string, amount: number): Promise<void> {
  const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
  await engine.run(
    sql`COPY (SELECT 1 AS id, ${value(amount)} AS amount, repeat('x', 200000000) AS cell)
        TO ${value(join(folder, name))} (FORMAT parquet, COMPRESSION zstd)`,
  );
  await engine.close();
}
