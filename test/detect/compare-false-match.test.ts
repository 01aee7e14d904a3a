/** The pairs that the engine itself would judge wrongly, as landings. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problems, parseTolerances } from '../../src/cli/options.ts';
import type { Spec } from '../../src/core/spec.ts';
import { MATCHES, MISMATCHES } from '../compare/false-match-pairs.ts';
import { type LandedPair, openPair } from './landed-pair.ts';

let pair: LandedPair;
beforeAll(async () => {
  pair = await openPair();
});
afterAll(() => pair.end());

/** Options of `diff` in pairs of name and value. */
function specOf(options: readonly string[]): Partial<Spec> {
  const given = (name: string): string[] => options.filter((_, i) => i > 0 && options[i - 1] === name);
  return {
    key: given('--key'),
    tolerance: parseTolerances({ abs: given('--abs-tol'), rel: given('--rel-tol'), time: [] }, new Problems()),
  };
}

describe('a mismatch', () => {
  test.each(MISMATCHES)('%s', async (_, production, shadow, options) => {
    await pair.write('production', 'part.parquet', production);
    await pair.write('shadow', 'part.parquet', shadow);
    expect(await pair.compare(specOf(options))).toMatchObject({ outcome: 'mismatch', inconclusive_reason: null });
  });
});

describe('a match', () => {
  test.each(MATCHES)('%s', async (_, production, shadow, options) => {
    await pair.write('production', 'part.parquet', production);
    await pair.write('shadow', 'part.parquet', shadow);
    expect(await pair.compare(specOf(options))).toMatchObject({ outcome: 'match', kinds: [] });
  });
});
