import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, type Import, importsOf, packageOf } from './source-files.ts';

/** The order of the path of a partition. A file imports from its own folder and from earlier ones. */
const ORDER = [
  'core',
  'sql',
  'engine',
  'store',
  'partition',
  'compare',
  'diff',
  'diagnose',
  'report',
  'config',
  'analyze',
  'detect',
  'gate',
  'service',
  'jobs',
  'cli',
];

/** One door per external package. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  '@duckdb/node-api': ['engine'],
  'node:sqlite': ['store'],
  'parquetjs-lite': ['store'],
  'node-cron': ['service'],
  pino: ['service'],
  commander: ['cli'],
  yaml: ['config'],
  'hono/html': ['report'],
  hono: ['service'],
  '@hono/node-server': ['service'],
  'prom-client': ['service'],
  'd3-array': ['report'],
  'd3-scale': ['report'],
  'd3-shape': ['report'],
  'node:child_process': ['service'],
  'node:http': ['service'],
};

/** They reach data through the engine and files through `store/`, so that they can be replayed. */
const WITHOUT_FILES = ['compare', 'diff', 'diagnose', 'report', 'gate'];

const sources = [...filesBelow('src', '.ts'), ...filesBelow('jobs', '.ts')];
const imports = sources.flatMap(importsOf);

function folderOf(path: string): string {
  const [first, second] = path.split('/');
  return first === 'src' ? (second ?? '') : (first ?? '');
}

function resolved(found: Import): string {
  return join(dirname(found.from), found.specifier);
}

function printed(found: Import): string {
  return `${found.from} imports ${found.specifier}`;
}

const relatives = imports.filter(({ specifier }) => specifier.startsWith('.'));

test('every folder of src has a place in the order', () => {
  const folders = new Set(
    filesBelow('src', '.ts')
      .filter((path) => path !== 'src/index.ts')
      .map(folderOf),
  );
  expect([...folders].filter((folder) => !ORDER.includes(folder))).toEqual([]);
});

test('files import from their own folder and from earlier ones', () => {
  const wrong = relatives
    .filter(({ from }) => from !== 'src/index.ts')
    .filter((found) => ORDER.indexOf(folderOf(resolved(found))) > ORDER.indexOf(folderOf(found.from)));
  expect(wrong.map(printed)).toEqual([]);
});

test('files import only files of the house, and nobody imports the barrel', () => {
  const known = new Set(sources);
  const wrong = relatives.filter((found) => !known.has(resolved(found)) || resolved(found) === 'src/index.ts');
  expect(wrong.map(printed)).toEqual([]);
});

test('core imports nothing but itself and node:crypto', () => {
  const wrong = imports
    .filter(({ from }) => folderOf(from) === 'core')
    .filter((found) => found.specifier !== 'node:crypto' && !resolved(found).startsWith('src/core/'));
  expect(wrong.map(printed)).toEqual([]);
});

test('each external package has one door', () => {
  const wrong = imports.filter(({ from, specifier }) => {
    const doors = DOORS[specifier] ?? DOORS[packageOf(specifier) ?? ''];
    return doors !== undefined && !doors.includes(folderOf(from));
  });
  expect(wrong.map(printed)).toEqual([]);
});

test('every external package that is imported has its door named here', () => {
  const packages = new Set(imports.map(({ specifier }) => packageOf(specifier)).filter((name) => name !== null));
  expect([...packages].filter((name) => name !== 'zod' && DOORS[name] === undefined)).toEqual([]);
});

test('folders that compare, explain, print and judge touch no file', () => {
  const wrong = imports.filter(
    ({ from, specifier }) =>
      WITHOUT_FILES.includes(folderOf(from)) && /^node:(fs|net|http|child_process)/.test(specifier),
  );
  expect(wrong.map(printed)).toEqual([]);
});

test('no import cycle', () => {
  const next = new Map<string, string[]>();
  for (const found of relatives.filter(({ type_only }) => !type_only)) {
    next.set(found.from, [...(next.get(found.from) ?? []), resolved(found)]);
  }
  expect(firstCycle(next)).toEqual([]);
});

function firstCycle(next: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): readonly string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const following of next.get(path) ?? []) {
      const cycle = visit(following, [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    done.add(path);
    return [];
  };
  for (const path of next.keys()) {
    const cycle = visit(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
