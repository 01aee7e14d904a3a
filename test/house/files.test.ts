import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, textOf } from './source-files.ts';

const LINES_MAX = 300;
/** Names that tell nothing: what such a file holds has a noun of its own. */
const EMPTY_NAMES = /^(utils?|helpers?|commons?|types?|misc|shared|lib)$/;

const folders = ['src', 'jobs', 'scripts', 'test', 'sample-data'];
const typescript = folders.flatMap((folder) => filesBelow(folder, '.ts'));
const tracked = filesBelow('.').filter((path) =>
  /\.(ts|js|json|md|sql|ya?ml|css|html|svg|csv|jsonl)$|^[^/]*$/.test(path),
);

test('no file or folder has a name that tells nothing', () => {
  const wrong = typescript.filter((path) =>
    path.split('/').some((part) => EMPTY_NAMES.test(basename(part, '.ts').replace(/\.test$/, ''))),
  );
  expect(wrong).toEqual([]);
});

test(`no file of src is longer than ${LINES_MAX} lines`, () => {
  const long = filesBelow('src', '.ts').filter((path) => textOf(path).split('\n').length - 1 > LINES_MAX);
  expect(long).toEqual([]);
});

test('file names are kebab-case, parts of a registry may be snake_case', () => {
  expect(
    typescript.map((path) => basename(path)).filter((name) => !/^[a-z0-9]+([-_.][a-z0-9]+)*\.ts$/.test(name)),
  ).toEqual([]);
});

test('no test is left out or focused', () => {
  const leftOut =
    /\b(test|it|describe)(\.\w+)*\.(only|skip|todo|skipIf|runIf|fails)\b|\b(xit|xtest|xdescribe|fit|fdescribe)\(/;
  // The data tier runs only where the data is.
  const wrong = filesBelow('test', '.ts').filter(
    (path) => !path.startsWith('test/data/') && leftOut.test(textOf(path)),
  );
  expect(wrong).toEqual([]);
});

test('no committed file names a place of one machine', () => {
  const machinePath = /(?<![\w.$}])\/(?:home|root|Users|work)\/[\w.-]+/;
  const wrong = tracked.filter((path) => machinePath.test(textOf(path)));
  expect(wrong).toEqual([]);
});
