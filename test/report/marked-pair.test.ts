import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markPair, plainText } from '../../src/report/marked-pair.ts';
import { graphemes } from '../../src/report/visible.ts';
import { hostileText } from './hostile-text.ts';

test('only what differs is marked', () => {
  expect(markPair('06:12:44.183902', '06:12:44.183000')).toEqual({
    production: { before: '06:12:44.183', differing: '902', after: '' },
    shadow: { before: '06:12:44.183', differing: '000', after: '' },
  });
});

test('a space at the end is seen, in quotes on both sides', () => {
  expect(markPair('abc', 'abc ')).toEqual({
    production: { before: '"abc', differing: '', after: '"' },
    shadow: { before: '"abc', differing: ' ', after: '"' },
  });
});

test('emoji are not torn, and accents that look alike are told apart', () => {
  expect(markPair('a👍🏽z', 'a👍🏿z').production?.differing).toBe('👍🏽');
  const accents = markPair('café', 'cafe\u0301');
  expect(plainText(accents.production)).toBe('café');
  expect(plainText(accents.shadow)).toBe('cafe\\u{301}');
});

test('a difference at the end of a long value is shown, with what was cut before it', () => {
  const long = 'x'.repeat(5_000);
  const { production, shadow } = markPair(`${long}1`, `${long}2`);
  expect(production).toEqual({ before: `«cut 4,940 of 5,001 characters»${'x'.repeat(60)}`, differing: '1', after: '' });
  expect(shadow?.differing).toBe('2');
});

test('against NULL the whole value differs', () => {
  expect(markPair(null, 'x')).toEqual({ production: null, shadow: { before: '', differing: 'x', after: '' } });
});

test('two different values are always shown differently, and the marks are whole graphemes of the shown text', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (one, other) => {
      fc.pre(one !== other && one.length < 100 && other.length < 100);
      const { production, shadow } = markPair(one, other);
      expect(plainText(production)).not.toBe(plainText(shadow));
      expect(production?.before).toBe(shadow?.before);
      expect(production?.after).toBe(shadow?.after);
      for (const value of [production, shadow]) {
        const parts = [value?.before ?? '', value?.differing ?? '', value?.after ?? ''].map(graphemes);
        expect(parts.flat().join('')).toBe(plainText(value));
      }
    }),
    { numRuns: 500 },
  );
});
