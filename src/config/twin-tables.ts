/** Tables that stand below two folders under the same relative name. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parsePartitionLevel } from '../core/partition-key.ts';
import { formatOfName } from '../partition/file-format.ts';

export interface TwinTables {
  /** Relative to both folders; `.` where the folders are tables themselves. Sorted. */
  readonly twins: readonly string[];
  readonly only_in_production: readonly string[];
  readonly only_in_shadow: readonly string[];
}

/** No warehouse nests its tables deeper; a folder that links to itself would. */
const DEPTH_MAX = 8;

export async function findTwinTables(production: string, shadow: string): Promise<TwinTables> {
  const inProduction = await tablesBelow(production);
  const inShadow = await tablesBelow(shadow);
  const there = new Set(inShadow);
  const both = new Set(inProduction.filter((table) => there.has(table)));
  return {
    twins: [...both].sort(),
    only_in_production: inProduction.filter((table) => !both.has(table)).sort(),
    only_in_shadow: inShadow.filter((table) => !both.has(table)).sort(),
  };
}

/** A folder is a table if it holds partition levels or data files; nothing below a table is one. */
async function tablesBelow(root: string, relative = '.', depth = 0): Promise<string[]> {
  const entries = await readdir(join(root, relative), { withFileTypes: true });
  const visible = entries.filter(({ name }) => !name.startsWith('.') && !name.startsWith('_'));
  const folders = visible.filter((entry) => entry.isDirectory());
  const isTable =
    folders.some(({ name }) => parsePartitionLevel(name) !== null) ||
    visible.some((entry) => entry.isFile() && formatOfName(entry.name) !== null);
  if (isTable) return [relative];
  if (depth === DEPTH_MAX) return [];
  const below = await Promise.all(folders.map(({ name }) => tablesBelow(root, join(relative, name), depth + 1)));
  return below.flat();
}

/** What a table is called in the config. */
export function tableName(relative: string, root: string): string {
  return relative === '.' ? basename(root) : relative;
}
