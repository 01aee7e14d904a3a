import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OperatingError } from '../../src/core/operating-error.ts';
import { Inconclusive } from '../../src/core/outcome.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { EngineError } from '../../src/engine/engine.ts';
import { inconclusiveFromEngineError } from '../../src/partition/engine-trouble.ts';
import { type Sql, sql, value } from '../../src/sql/sql.ts';
import { openPlace, type Place } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.end());

async function errorOf(statement: Sql, memory_bytes: bigint | null = null): Promise<unknown> {
  const engine = await openDuckdb({ files: [], spill: place.root, threads: 1, memory_bytes });
  try {
    await engine.run(statement);
  } catch (error) {
    return error;
  } finally {
    await engine.close();
  }
  throw new Error('the statement was expected to fail');
}

function scan(file: string): Sql {
  return sql`SELECT sum(hash(COLUMNS(*))) FROM read_parquet(${value([file])}, hive_partitioning = false)`;
}

const SECRETS = sql`SELECT 'SECRET' || (range * 7919) % 1000 AS s, range AS id FROM range(3000)`;

describe('an error of the engine', () => {
  test('about a file that went away means that the partition changed', async () => {
    const found = inconclusiveFromEngineError('shadow', await errorOf(scan(place.path('gone.parquet'))));
    expect(found.reason).toBe('partition_changed');
    expect(found.message).toContain(place.path('gone.parquet'));
  });

  test('about damaged pages means corrupt, names the file, and shows no value', async () => {
    const whole = await readFile(await place.parquet('whole.parquet', SECRETS));
    const reasons = new Set<string>();
    for (let at = 4; at < whole.length - 200; at += 331) {
      const bytes = Buffer.from(whole);
      bytes.fill(0xff, at, at + 40);
      const file = await place.write('damaged.parquet', bytes);
      // Some damage gives other values instead of an error, which is what a mismatch's integrity speaks of.
      const error = await errorOf(scan(file)).catch(() => null);
      if (error === null) continue;
      const found = inconclusiveFromEngineError('production', error);
      reasons.add(found.reason);
      expect(found.message).not.toContain('SECRET');
    }
    expect([...reasons]).toEqual(['production_corrupt']);
  });

  test('about a footer means unreadable', async () => {
    const file = await place.write('text.parquet', 'this is no Parquet file at all');
    expect(inconclusiveFromEngineError('shadow', await errorOf(scan(file))).reason).toBe('shadow_unreadable');
  });

  test.each([
    [
      'Invalid Input',
      'Failed to read file "/d/a.parquet": Unsupported compression codec "LZ4". Supported options are …',
      'codec',
    ],
    ['Invalid', 'BYTE_STREAM_SPLIT encoding is only supported for FLOAT or DOUBLE data', 'BYTE_STREAM_SPLIT'],
    ['IO', 'MAP_KEY_VALUE requires two children', 'map without values'],
  ])('about a form of Parquet that is not read (%s: %s) says which', (kind, message, said) => {
    const found = inconclusiveFromEngineError('shadow', new EngineError(kind, `${kind} Error: ${message}`));
    expect(found.reason).toBe('unsupported_type');
    expect(found.message).toContain(said);
  });

  test('about memory means out of memory', async () => {
    const big = sql`SELECT list(range) FROM range(20000000)`;
    expect(inconclusiveFromEngineError('shadow', await errorOf(big, 20_000_000n)).reason).toBe('out_of_memory');
  });

  test('about an interrupt means cancelled', async () => {
    const engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
    const running = engine.run(
      sql`SELECT sum(hash(one.range * other.range)) FROM range(1000000) AS one, range(1000000) AS other`,
    );
    const caught = running.catch((error: unknown) => error);
    const ring = setInterval(() => engine.cancel(), 20);
    const error = await caught;
    clearInterval(ring);
    await engine.close();
    expect(inconclusiveFromEngineError('shadow', error).reason).toBe('cancelled');
  });

  test('about our own statement, or a value that does not cast, is thrown as it is', async () => {
    for (const statement of [sql`SELECT nothing_here`, sql`SELECT CAST('SECRET file "/x"' AS INTEGER)`]) {
      const error = await errorOf(statement);
      expect(error).toBeInstanceOf(EngineError);
      expect(() => inconclusiveFromEngineError('shadow', error)).toThrow(error as EngineError);
    }
  });

  test('about a full disk is an operating error, and what is Inconclusive stays so', () => {
    const full = new EngineError('IO', 'IO Error: Could not write file "/spill/x.tmp": No space left on device');
    expect(() => inconclusiveFromEngineError('shadow', full)).toThrow(OperatingError);
    const known = new Inconclusive('deadline', 'too late');
    expect(inconclusiveFromEngineError('shadow', known)).toBe(known);
  });
});
