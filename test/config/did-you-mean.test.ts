import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean, suggestionFor } from '../../src/config/did-you-mean.ts';
import { parseDuration } from '../../src/config/scalars.ts';

test.each([
  ['kee', ['key', 'ignore'], 'key'],
  ['ignroe', ['key', 'ignore'], 'ignore'],
  ['IGNORE', ['key', 'ignore'], 'ignore'],
  ['tolerence', ['tolerance', 'table'], 'tolerance'],
  ['xyz', ['key', 'ignore'], null],
  ['key', [], null],
])('%s among %j means %s', (written, candidates, expected) => {
  expect(didYouMean(written, candidates)).toBe(expected);
});

test('one swap, insertion, deletion or replacement is always found', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcdefgh'), minLength: 4, maxLength: 12 });
  fc.assert(
    fc.property(word, fc.nat(), fc.constantFrom('swap', 'insert', 'delete', 'replace'), (name, at, edit) => {
      const i = at % (name.length - 1);
      const typo = {
        swap: name.slice(0, i) + name.charAt(i + 1) + name.charAt(i) + name.slice(i + 2),
        insert: `${name.slice(0, i)}z${name.slice(i)}`,
        delete: name.slice(0, i) + name.slice(i + 1),
        replace: `${name.slice(0, i)}z${name.slice(i + 1)}`,
      }[edit];
      expect(didYouMean(typo, ['completely_different', name])).toBe(name);
    }),
  );
});

test('where nothing is near, a short choice is shown', () => {
  expect(suggestionFor('zzz', ['a', 'b'])).toBe('possible here: "a", "b"');
  expect(suggestionFor('zzz', [])).toBeUndefined();
});

test.each([
  ['500ms', 500],
  ['1.5s', 1500],
  ['30m', 1_800_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
  ['1w', 604_800_000],
  ['2', null],
  ['h', null],
  ['-1h', null],
  ['1 h', null],
  ['1h30m', null],
  ['1y', null],
])('the duration %s is %s ms', (written, expected) => {
  expect(parseDuration(written)).toBe(expected);
});
