import { expect, test } from 'vitest';
import { SHADOWCHECK_VERSION } from '../../src/core/version.ts';
import { filesBelow, importsOf, packageOf, textOf } from './source-files.ts';

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly scripts: Readonly<Record<string, string>>;
}

/** Run as programs, or read by the compiler; nothing imports them. */
const TOOLS = ['@biomejs/biome', '@types/node', 'node', 'typescript'];

const manifest = JSON.parse(textOf('package.json')) as Manifest;

function importedBelow(...folders: readonly string[]): readonly string[] {
  const files = folders.flatMap((folder) => filesBelow(folder, '.ts'));
  const names = files.flatMap(importsOf).map(({ specifier }) => packageOf(specifier));
  return [...new Set(names.filter((name) => name !== null))].sort();
}

test('the dependencies are what src and jobs import, no more and no less', () => {
  expect(Object.keys(manifest.dependencies).sort()).toEqual(importedBelow('src', 'jobs'));
});

test('tests and scripts import nothing that is not declared', () => {
  const declared = { ...manifest.dependencies, ...manifest.devDependencies };
  const imported = importedBelow('test', 'scripts', 'sample-data');
  expect(imported.filter((name) => !Object.hasOwn(declared, name))).toEqual([]);
});

test('every development dependency is imported or a known tool', () => {
  const used = [...importedBelow('test', 'scripts', 'sample-data'), ...TOOLS];
  expect(Object.keys(manifest.devDependencies).filter((name) => !used.includes(name))).toEqual([]);
});

test('the version in the code is that of the package', () => {
  expect(SHADOWCHECK_VERSION).toBe(manifest.version);
});

test('only the pinned node may run an install script', () => {
  expect(manifest.allowScripts).toEqual({ node: true });
  expect(manifest.devDependencies.node).toMatch(/^24\.\d+\.\d+$/);
});

test('every script of package.json starts a file that exists', () => {
  const started = Object.values(manifest.scripts).flatMap((line) =>
    [...line.matchAll(/\bnode ([\w./-]+\.[jt]s)/g)].map((found) => found[1] as string),
  );
  const present = new Set(filesBelow('.'));
  expect(started.filter((path) => !present.has(path))).toEqual([]);
});
