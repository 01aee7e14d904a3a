/**
 * Writes the `registry.ts` of each folder whose files are parts: a new part is one new file, and nothing scans folders
 * at run time. `--check` writes nothing and exits with 1 where a registry is out of date.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Registry {
  /** Path of the registry, from the root of the project. */
  readonly path: string;
  /** Folder of the parts, relative to the registry's own. */
  readonly folder: string;
  readonly list: string;
  /** Contract of the parts, and the file that declares it, relative to the registry. */
  readonly contract: string;
  readonly contract_file: string;
  readonly element: string;
}

export const REGISTRIES: readonly Registry[] = [
  {
    path: 'src/diagnose/registry.ts',
    folder: './detectors',
    list: 'detectors',
    contract: 'Detector',
    contract_file: './detector.ts',
    element: 'Detector',
  },
  {
    path: 'src/report/registry.ts',
    folder: './formats',
    list: 'reportFormats',
    contract: 'ReportFormat',
    contract_file: './format.ts',
    element: 'ReportFormat',
  },
  {
    path: 'src/cli/registry.ts',
    folder: './commands',
    list: 'commands',
    contract: 'CliCommand',
    contract_file: './command.ts',
    element: 'CliCommand',
  },
  {
    path: 'jobs/registry.ts',
    folder: '.',
    list: 'scheduledJobs',
    contract: 'ScheduledJob',
    contract_file: '../src/service/scheduled-job.ts',
    element: 'ScheduledJob<unknown>',
  },
];

/** The text that a registry must have, from the files that are there. Throws where a file holds no part, or two. */
export function registryText(registry: Registry, root: string): string {
  const folder = join(root, registry.path, '..', registry.folder);
  const parts = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && file !== 'registry.ts')
    .sort()
    .map((file) => {
      const exported = exportedPart(readFileSync(join(folder, file), 'utf8'), registry.contract, join(folder, file));
      const name = localName(basename(file, '.ts'), registry.contract);
      const path = registry.folder === '.' ? `./${file}` : `${registry.folder}/${file}`;
      return { name, path, clause: exported === name ? name : `${exported} as ${name}` };
    });
  const contract = { path: registry.contract_file, clause: `type ${registry.contract}` };
  const imports = [contract, ...parts].map(({ path, clause }) =>
    clause.startsWith('type ')
      ? `import type { ${clause.slice('type '.length)} } from '${path}';`
      : `import { ${clause} } from '${path}';`,
  );
  const members = parts.map(({ name }) => `  ${name},\n`).join('');
  const text = [
    '// Written by scripts/write-registries.ts from the files beside it: run `npm run generate`, do not edit.',
    ...imports,
    '',
    `export const ${registry.list}: readonly ${registry.element}[] = [`,
    `${members}];`,
    '',
  ].join('\n');
  return formatted(text, registry.path, root);
}

/** As the formatter wants it, so that the two never undo each other's work. */
function formatted(text: string, path: string, root: string): string {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  return execFileSync(process.execPath, [biome, 'check', '--write', `--stdin-file-path=${path}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}

function exportedPart(source: string, contract: string, path: string): string {
  const names = [...source.matchAll(new RegExp(`^export const (\\w+): ${contract}\\b`, 'gm'))].map((found) => found[1]);
  if (names.length === 1 && names[0] !== undefined) return names[0];
  throw new Error(`${path}: must export exactly one const of type ${contract}, has ${names.length}`);
}

/** `tsTruncDetector`, `diffCommand`: with the contract's noun, since a file may be called `case` or `import`. */
function localName(fileName: string, contract: string): string {
  const noun = /[A-Z][a-z]+$/.exec(contract)?.[0] ?? contract;
  return fileName.replaceAll(/[-_](\w)/g, (_match, letter: string) => letter.toUpperCase()) + noun;
}

/** Paths of registries whose text is not what the files say. */
export function registriesOutOfDate(root: string): readonly string[] {
  return REGISTRIES.filter(({ path }) => existsSync(join(root, path, '..')))
    .filter((registry) => {
      const path = join(root, registry.path);
      return !existsSync(path) || readFileSync(path, 'utf8') !== registryText(registry, root);
    })
    .map(({ path }) => path);
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const outdated = registriesOutOfDate(root);
  if (process.argv.includes('--check')) {
    for (const path of outdated) console.error(`${path} is out of date: npm run generate`);
    process.exitCode = outdated.length > 0 ? 1 : 0;
  } else {
    for (const registry of REGISTRIES.filter(({ path }) => outdated.includes(path))) {
      writeFileSync(join(root, registry.path), registryText(registry, root));
      console.log(`written: ${registry.path}`);
    }
  }
}
