import { expect, test } from 'vitest';
import { filesBelow, textOf } from './source-files.ts';

/**
 * One word, one meaning. Only words that hardly have another use in this code are looked for, and only in names that
 * are declared, so that prose and other people's interfaces are free.
 */
const NEVER: Readonly<Record<string, string>> = {
  truth: 'reference',
  baseline: 'reference',
  arrival: 'landing',
  pipeline: 'job',
  ticket: 'issue',
  snapshot: 'full dump',
};

const declared =
  /\b(?:const|let|function|class|interface|type)\s+(\w+)|^\s*(?:readonly\s+)?(\w+)\??:\s|^\s*(?:async\s+)?(\w+)\([^)]*\).*\{$/gm;

test('declared names use the words of the house', () => {
  const wrong = [...filesBelow('src', '.ts'), ...filesBelow('jobs', '.ts')].flatMap((path) =>
    [...textOf(path).matchAll(declared)]
      .map((found) => found[1] ?? found[2] ?? found[3] ?? '')
      .flatMap((name) => words(name).map((word) => ({ name, instead: NEVER[word] })))
      .filter(({ instead }) => instead !== undefined)
      .map(({ name, instead }) => `${path}: ${name}, say ${instead}`),
  );
  expect(wrong).toEqual([]);
});

test('the two sides are production and shadow', () => {
  const other =
    /\b(?:left|right|source|target|old|new)_?(?:rows?|sides?|tables?|partitions?|files?|columns?|counts?)\b/i;
  const wrong = [...filesBelow('src', '.ts'), ...filesBelow('jobs', '.ts'), ...filesBelow('queries', '.sql')].flatMap(
    (path) => (other.test(textOf(path)) ? [`${path}: ${other.exec(textOf(path))?.[0]}`] : []),
  );
  expect(wrong).toEqual([]);
});

function words(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
    .filter((word) => Object.hasOwn(NEVER, word));
}
