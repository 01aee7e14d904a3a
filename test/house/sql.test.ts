import { expect, test } from 'vitest';
import { filesBelow, textOf } from './source-files.ts';

const sources = [...filesBelow('src', '.ts'), ...filesBelow('jobs', '.ts')];
const VERBS = 'SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|DROP|ALTER|ATTACH|COPY|SET|PRAGMA|DESCRIBE|EXPLAIN|FROM|WHERE';

test('SQL is not put together from strings', () => {
  const filled = new RegExp(`(?<!\\bsql)\`\\s*(?:${VERBS})\\s[^\`]*\\$\\{`);
  const glued = new RegExp(`['"]\\s*(?:${VERBS})\\s[^'"\\n]*['"]\\s*\\+`);
  const wrong = sources.filter((path) => filled.test(textOf(path)) || glued.test(textOf(path)));
  expect(wrong).toEqual([]);
});

const texts = sources.map(textOf);
const written = filesBelow('queries', '.sql')
  .filter((path) => !path.startsWith('queries/store/migrations/'))
  .map((path) => path.slice('queries/'.length, -'.sql'.length));

test('every query file is named in the sources', () => {
  expect(written.filter((name) => !texts.some((text) => text.includes(`'${name}'`)))).toEqual([]);
});

test('every query that is called has its file', () => {
  const called = texts.flatMap((text) =>
    [...text.matchAll(/\bquery\(\s*'([\w./-]+)'/g)].map((found) => found[1] as string),
  );
  expect(called.filter((name) => !written.includes(name))).toEqual([]);
});
