import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { mapSides } from '../../src/core/side.ts';
import type { Spec } from '../../src/core/spec.ts';
import { batchesOf } from '../../src/detect/batches.ts';
import { compareBatch } from '../../src/detect/compare-pair.ts';
import type { CompareRequest, CompareResult } from '../../src/detect/compare-request.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { EngineError, type OpenEngine } from '../../src/engine/engine.ts';
import { EFFECTS, judged, type LandedPair, openPair, recorded } from './landed-pair.ts';

const KEYED = { key: ['id'] };

describe('pairs of one batch', () => {
  const pairs: LandedPair[] = [];
  afterEach(async () => {
    for (const pair of pairs.splice(0)) await pair.end();
  });

  async function landed(rows: { production: string; shadow: string }): Promise<LandedPair> {
    const pair = await openPair();
    pairs.push(pair);
    await pair.write('production', 'a.parquet', rows.production);
    await pair.write('shadow', 'a.parquet', rows.shadow);
    return pair;
  }

  const ROWS = "SELECT range id, CAST(range AS DOUBLE) x, 'a' y FROM range(50)";
  const NEARBY =
    "SELECT range id, range + CASE WHEN range % 7 = 3 THEN 0.001 ELSE 0 END::DOUBLE x, 'a' y FROM range(50)";
  const TOLERANT: Partial<Spec> = { ...KEYED, tolerance: [{ column: 'x', type: null, abs: 0.01, rel: 0, time_us: 0 }] };

  async function mixedBatch(): Promise<readonly CompareRequest[]> {
    const same = await landed({ production: ROWS, shadow: ROWS });
    const near = await landed({ production: ROWS, shadow: NEARBY });
    const cut = await landed({ production: ROWS, shadow: ROWS });
    await truncate(cut.path('shadow', 'a.parquet'), 200);
    const spoiled = await landed({ production: ROWS, shadow: 'SELECT range id FROM range(3)' });
    await writeFile(spoiled.path('shadow', 'a.parquet'), `PAR1${'x'.repeat(100)}\x32\0\0\0PAR1`);
    const text = await landed({ production: 'SELECT range id FROM range(3)', shadow: ROWS });
    await rm(text.path('shadow', 'a.parquet'));
    await writeFile(text.path('shadow', 'a.csv'), 'id\n0\n1\n2\n');
    const where = { production: 'CAST(y AS INTEGER) = 1', shadow: null };
    const old = await recorded(same.request().landings.shadow);
    const gone = { ...old, facts: { ...(old.facts as NonNullable<typeof old.facts>), files_hash: 'of other files' } };
    return [
      same.request(KEYED),
      near.request(TOLERANT),
      cut.request(KEYED),
      near.request(TOLERANT),
      spoiled.request(KEYED),
      same.request({ ...KEYED, where }),
      near.request(KEYED),
      text.request(KEYED),
      same.request(KEYED, { landings: { ...same.request().landings, shadow: gone } }),
      same.request({ key: ['nr'] }),
      text.request(KEYED),
      same.request(KEYED),
    ].map((request, i) => ({ ...request, comparison_id: `c${i}` }));
  }

  const run = (requests: readonly CompareRequest[], openEngine: OpenEngine = openDuckdb): Promise<CompareResult[]> => {
    const spill = join((pairs[0] as LandedPair).root, 'spill');
    return compareBatch({ requests, threads: 1, memory_bytes: null, spill }, { ...EFFECTS, openEngine });
  };

  test('come out as each does alone, whatever stands beside it, and share an engine', async () => {
    const requests = await mixedBatch();
    let opened = 0;
    const results = await run(requests, (limits) => {
      opened += 1;
      return openDuckdb(limits);
    });
    expect(results.map(({ comparison_id }) => comparison_id)).toEqual(requests.map((request) => request.comparison_id));
    expect(results.map(({ outcome, inconclusive_reason }) => inconclusive_reason ?? outcome)).toEqual([
      'match',
      'match_agreed',
      'shadow_unreadable',
      'match_agreed',
      'shadow_corrupt',
      'schemas_do_not_unite',
      'mismatch',
      'match',
      'superseded',
      'schemas_do_not_unite',
      'match',
      'match',
    ]);
    const alone: CompareResult[] = [];
    for (const request of requests) alone.push(...(await run([request])));
    expect(results.map(judged)).toEqual(alone.map(judged));
    // Anew after the schemas of all, after the file that cannot be read and after the condition.
    expect(opened).toBeLessThanOrEqual(4);
  });

  test('an engine that is past answering is replaced, and only its pair is undecided', async () => {
    const pair = await landed({ production: ROWS, shadow: ROWS });
    const requests = ['c0', 'c1', 'c2'].map((comparison_id) => ({ ...pair.request(KEYED), comparison_id }));
    let statements = 0;
    const results = await run(requests, async (limits) => {
      const engine = await openDuckdb(limits);
      const isFirst = statements === 0;
      return {
        version: engine.version,
        stream: (statement) => engine.stream(statement),
        describe: (rows) => engine.describe(rows),
        cancel: () => engine.cancel(),
        close: () => engine.close(),
        run: (statement) => {
          statements += 1;
          // The schemas, both sides of the first pair, then the second pair's first statement and every later one.
          if (isFirst && statements > 3)
            throw new EngineError('FATAL', 'FATAL Error: the database has been invalidated');
          return engine.run(statement);
        },
      };
    });
    expect(results.map(({ outcome }) => outcome)).toEqual(['match', 'inconclusive', 'match']);
  });

  test('a spill folder that cannot be made is trouble of the run', async () => {
    const pair = await landed({ production: ROWS, shadow: ROWS });
    await writeFile(join(pair.root, 'file'), '');
    const batch = {
      requests: [pair.request()],
      threads: 1,
      memory_bytes: null,
      spill: join(pair.root, 'file', 'spill'),
    };
    await expect(compareBatch(batch, EFFECTS)).rejects.toMatchObject({ exitCode: 4 });
  });
});

describe('grouping', () => {
  const sized = (size_bytes: number | undefined, i: number): CompareRequest => {
    const facts = size_bytes === undefined ? {} : { facts: { size_bytes } };
    const landings = mapSides({ production: null, shadow: null }, (_, side) => ({ side, ...facts }));
    return { comparison_id: `c${i}`, landings } as unknown as CompareRequest;
  };
  const grouped = (sizes: readonly (number | undefined)[], workers: number, threads: number) =>
    batchesOf(sizes.map(sized), { workers, threads }).map((batch) => [batch.requests.length, batch.threads]);
  const MEGABYTE = 2 ** 20;

  test('every request is in one batch, in order, up to 32 of them', () => {
    const batches = batchesOf(
      Array.from({ length: 100 }, (_, i) => sized(1_000, i)),
      { workers: 2, threads: 2 },
    );
    expect(batches.map(({ requests }) => requests.length)).toEqual([32, 32, 32, 4]);
    expect(batches.flatMap(({ requests }) => requests.map(({ comparison_id }) => comparison_id))).toEqual(
      Array.from({ length: 100 }, (_, i) => `c${i}`),
    );
  });

  test('up to 64 MB of both sides together, a larger pair alone', () => {
    const sizes = [20, 20, 12, 40, 1, 1].map((size) => size * MEGABYTE);
    expect(grouped(sizes, 1, 1)).toEqual([
      [1, 1],
      [2, 1],
      [1, 1],
      [2, 1],
    ]);
  });

  test('no worker stands idle while another has several pairs, and few batches share the threads', () => {
    expect(grouped([1, 1, 1, 1, 1], 2, 8)).toEqual([
      [3, 1],
      [2, 1],
    ]);
    expect(grouped([1], 4, 8)).toEqual([[1, 8]]);
    expect(grouped([900 * MEGABYTE, 900 * MEGABYTE, 900 * MEGABYTE], 4, 8)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(grouped([undefined, undefined], 1, 1)).toEqual([[2, 1]]);
    expect(grouped([], 4, 8)).toEqual([]);
  });
});
