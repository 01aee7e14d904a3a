import { describe, expect, test } from 'vitest';
import { certaintyOf, certaintyOfPair, printCertainty } from '../../src/compare/certainty.ts';

const rows = (production: number, shadow = production) => ({ production: BigInt(production), shadow: BigInt(shadow) });
const FACTS = { proof: 'sums', is_agreed: false, rows: rows(1000), differing: null } as const;

describe('the chance of a false match', () => {
  test('is that two sums of 31 bits collide, however many rows there are', () => {
    for (const count of [1, 1000, 1e8]) expect(certaintyOf({ ...FACTS, rows: rows(count) }).false_match_log2).toBe(-62);
  });

  test('is none where bytes were compared', () => {
    expect(certaintyOf({ ...FACTS, proof: 'bytes' })).toEqual({
      proof: 'bytes',
      false_match_log2: null,
      miscounted: null,
    });
  });

  test('is that of eight sums more by a strong checksum', () => {
    expect(certaintyOf({ ...FACTS, proof: 'strong_sums' }).false_match_log2).toBe(-(62 + 8 * 31));
  });

  test('is that of the pairing of rows where rules forgave differences, strong or not', () => {
    const agreed = { ...FACTS, is_agreed: true };
    expect(certaintyOf(agreed).false_match_log2).toBe(-61);
    expect(certaintyOf({ ...agreed, proof: 'strong_sums' }).false_match_log2).toBe(-61);
    // Columns that one XOR of 64 bits calls equal are not read.
    expect(certaintyOf({ ...agreed, rows: rows(200_000) }).false_match_log2).toBe(-60);
  });
});

describe('the chance of a wrong count', () => {
  test('is one for each differing row with each row of the other side', () => {
    const facts = { ...FACTS, rows: rows(1000, 2000), differing: rows(3, 5) };
    expect(certaintyOf(facts).miscounted).toBe((3 * 2000 + 5 * 1000) / 2 ** 64);
  });

  test('is none where nothing differs, never above one, and not told where nothing was counted', () => {
    expect(certaintyOf({ ...FACTS, differing: rows(0) }).miscounted).toBe(0);
    expect(certaintyOf({ ...FACTS, rows: rows(1e12), differing: rows(1e12) }).miscounted).toBe(1);
    expect(certaintyOf(FACTS).miscounted).toBeNull();
  });

  test('grows with the columns of large sides that are not read', () => {
    const facts = { ...FACTS, rows: rows(2e7), differing: rows(2000) };
    const read = (2 * 2000 * 2e7) / 2 ** 64;
    expect(certaintyOf(facts).miscounted).toBeGreaterThan(read);
    expect(certaintyOf(facts).miscounted).toBeLessThan(1.001 * read);
  });
});

test('it is that of the fingerprints and the counts of a pair', () => {
  const fingerprint = { row_count: 10n, checksum: '1-2', strong: null };
  const sides = { production: fingerprint, shadow: fingerprint };
  const counts = { equal: 7n, agreed: 1n, changed: 1n, only_in_production: 1n, only_in_shadow: 2n };
  expect(certaintyOfPair('inconclusive', sides, null)).toBeNull();
  expect(certaintyOfPair('match', sides, null)).toMatchObject({ proof: 'sums', miscounted: null });
  expect(certaintyOfPair('mismatch', sides, counts)?.miscounted).toBe((3 * 10 + 4 * 10) / 2 ** 64);
  expect(certaintyOfPair('match_agreed', sides, counts)?.false_match_log2).toBe(-61);
  const strong = { ...fingerprint, strong: '1-2-3-4-5-6-7-8' };
  expect(certaintyOfPair('match', { production: strong, shadow: strong }, null)?.proof).toBe('strong_sums');
  const undecoded = { ...fingerprint, checksum: null };
  expect(certaintyOfPair('match', { production: undecoded, shadow: undecoded }, null)?.proof).toBe('bytes');
});

test('it is told in sentences, with its limits', () => {
  const text = (facts: Parameters<typeof certaintyOf>[0]) => printCertainty(certaintyOf(facts)).join(' ');
  expect(text(FACTS)).toBe(
    'Row counts and two sums, of 31 bits each of the 64-bit hash of every row, decide. Sides that differ are called a match ' +
      'in at most 1 of 4.6e18 (2^62) cases. This holds for rows that nobody made to collide: the hash is no cryptographic ' +
      'one. For those there is the strong checksum (--checksum strong).',
  );
  expect(text({ ...FACTS, proof: 'bytes' })).toContain('leaves nothing to chance');
  expect(text({ ...FACTS, proof: 'strong_sums' })).toContain('SHA-256');
  expect(text({ ...FACTS, differing: rows(5) })).toContain('at most 5.4e-16 likely');
  expect(text({ ...FACTS, rows: rows(1e10), differing: rows(1e8) })).toContain('at most 11 % likely');
  expect(text({ ...FACTS, differing: rows(0) })).toContain('No difference was counted');
});
