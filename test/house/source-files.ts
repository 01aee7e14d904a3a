import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const NOT_OURS = new Set([
  'node_modules',
  'dist',
  '.git',
  'coverage',
  '.bench',
  'sample-data/shadowcheck',
  'sample-data/shadowcheck-live',
  'sample-data/live',
]);

/** Paths of files below `folder`, from the root of the project, sorted; without what is installed or built. */
export function filesBelow(folder: string, ending = ''): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = relative(ROOT, join(ROOT, folder, entry.name));
      if (NOT_OURS.has(path)) return [];
      if (entry.isDirectory()) return filesBelow(path, ending);
      return entry.isFile() && path.endsWith(ending) ? [path] : [];
    })
    .sort();
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Erased when it runs. */
  readonly type_only: boolean;
}

/** The static and literal dynamic imports and re-exports of a file. */
export function importsOf(path: string): readonly Import[] {
  const text = textOf(path);
  const fixed = text.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[\w*{][^;'"]*?from\s+)?['"]([^'"]+)['"]/gm);
  const dynamic = text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g);
  return [
    ...[...fixed].map((found) => ({ from: path, specifier: found[2] as string, type_only: found[1] !== undefined })),
    ...[...dynamic].map((found) => ({ from: path, specifier: found[1] as string, type_only: false })),
  ];
}

/** `@scope/name` of `@scope/name/deep`; null for our own files and for what Node brings. */
export function packageOf(specifier: string): string | null {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return null;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? null);
}
