import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Coverage, certaintyOf, chooseBest, isAccepted } from '../../src/diagnose/judge.ts';
import { choiceBits, savedBits, type Tally } from '../../src/diagnose/score.ts';

const TALLY: Tally = {
  cells: 1000,
  differing: 100,
  literal_bits: 1000,
  explained: 100,
  explained_literal_bits: 1000,
  at_risk: 100,
  bits: 6,
};

describe('the score', () => {
  test('a choice costs nothing where there is none, and is symmetric', () => {
    expect([choiceBits(0, 10), choiceBits(10, 10), choiceBits(5, 10)]).toEqual([0, 0, 10]);
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.nat(1000),
        (k, n) => Math.abs(choiceBits(k, n) - choiceBits(n - k, n)) < 1e-6 || k > n,
      ),
    );
  });

  test('every contradiction costs, every explained cell saves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 99 }), fc.integer({ min: 0, max: 100 }), (explained, contradictions) => {
        const tally = {
          ...TALLY,
          explained,
          explained_literal_bits: 10 * explained,
          at_risk: explained + contradictions,
        };
        const more = {
          ...tally,
          explained: explained + 1,
          explained_literal_bits: 10 * (explained + 1),
          at_risk: tally.at_risk + 1,
        };
        expect(savedBits({ ...tally, at_risk: tally.at_risk + 1 })).toBeLessThan(savedBits(tally));
        expect(savedBits(more)).toBeGreaterThan(savedBits(tally));
      }),
    );
  });
});

describe('acceptance', () => {
  const accepted = (change: Partial<Tally>, parameter_space: 'none' | 'small' | 'open' = 'small'): boolean =>
    isAccepted({ tally: { ...TALLY, ...change }, parameter_space });

  test('needs bits in all, bits per cell, and a share of the cells', () => {
    expect(accepted({})).toBe(true);
    expect(accepted({ literal_bits: 5, explained_literal_bits: 5, at_risk: 1000 })).toBe(false);
    expect(accepted({ explained: 4, explained_literal_bits: 40, at_risk: 4 })).toBe(false);
    expect(
      accepted({
        differing: 1000,
        cells: 5000,
        literal_bits: 10_000,
        explained: 40,
        explained_literal_bits: 400,
        at_risk: 40,
      }),
    ).toBe(false);
  });

  test('of few cells all must be explained; an open parameter needs a second witness', () => {
    const few = (explained: number, differing: number): Partial<Tally> => ({
      differing,
      literal_bits: 20 * differing,
      explained,
      explained_literal_bits: 20 * explained,
      at_risk: explained,
    });
    expect([
      accepted(few(3, 3)),
      accepted(few(3, 4)),
      accepted(few(1, 1)),
      accepted(few(1, 1), 'open'),
      accepted(few(2, 2), 'open'),
    ]).toEqual([true, false, true, false, true]);
  });

  test('the best is the one that saves most, whatever the order', () => {
    const cheap = { tally: TALLY, parameter_space: 'small' as const };
    const dear = { tally: { ...TALLY, bits: 40 }, parameter_space: 'small' as const };
    expect(chooseBest([dear, cheap])).toEqual({ best: cheap, behind: [dear] });
    expect(chooseBest([cheap, dear])).toEqual({ best: cheap, behind: [dear] });
    expect(chooseBest([])).toBeNull();
  });
});

describe('certainty', () => {
  const coverage: Coverage = {
    explained: 100n,
    differing: 100n,
    at_risk: 110n,
    contradictions: 10n,
    halves: [
      { explained: 50, differing: 50 },
      { explained: 50, differing: 50 },
    ],
    parameter_space: 'small',
  };

  test('contradictions beyond 15 percent of what is at risk make it a resemblance', () => {
    expect(certaintyOf(coverage)).toBe('explained');
    expect(certaintyOf({ ...coverage, at_risk: 120n, contradictions: 20n })).toBe('resembles');
  });

  test('what holds on one half of the rows only is a resemblance', () => {
    const halves = [
      { explained: 50, differing: 50 },
      { explained: 10, differing: 50 },
    ];
    expect(certaintyOf({ ...coverage, explained: 60n, halves })).toBe('resembles');
  });

  test('a small share of the cells is a resemblance', () => {
    expect(certaintyOf({ ...coverage, explained: 19n, at_risk: 19n, contradictions: 0n })).toBe('resembles');
  });

  test('below five witnesses only a fact without parameters and without exception is explained', () => {
    const few = { ...coverage, explained: 3n, differing: 3n, at_risk: 3n, contradictions: 0n, halves: [] };
    expect(certaintyOf(few)).toBe('resembles');
    expect(certaintyOf({ ...few, parameter_space: 'none' })).toBe('explained');
    expect(certaintyOf({ ...few, parameter_space: 'none', at_risk: 4n, contradictions: 1n })).toBe('resembles');
  });
});
