/** Partitions of a table in Hive layout: folders `ds=2026-11-20/hour=05` below the table's folder, whatever their spelling. */
import { join } from 'node:path';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import {
  type PartitionKey,
  type PartitionLevel,
  parsePartitionLevel,
  printPartitionKey,
} from '../core/partition-key.ts';
import { entriesOf, isIgnored, look } from './files.ts';

export interface PartitionFolder {
  readonly key: PartitionKey;
  /** Absolute if the table's folder is. */
  readonly folder: string;
}

/**
 * The folder of a partition, found by its parsed levels (`ds=2026%2D11-20` is `ds=2026-11-20`); null where there is none.
 *
 * Throws `OperatingError` `partition_ambiguous` where two spellings of the key are there: reading one would be reading half.
 */
export async function findPartition(tableFolder: string, key: PartitionKey): Promise<string | null> {
  if (!(await look(tableFolder))?.isDirectory()) return null;
  let folders: PartitionFolder[] = [{ key: { levels: [] }, folder: tableFolder }];
  for (const level of key.levels) {
    const below = await Promise.all(folders.map((parent) => levelFolders(parent)));
    folders = below.flat().filter((child) => isSameLevel(child.key.levels.at(-1), level));
  }
  refuseAmbiguous(folders);
  return folders[0]?.folder ?? null;
}

/**
 * All partitions of a table, sorted by their key. With `columns` each has exactly these levels, and deeper folders belong
 * to the partition; with null the levels are discovered: a partition is a folder below which no further level follows.
 *
 * Throws `OperatingError`: `path_not_found` (exit 2), `partition_ambiguous`.
 */
export async function listPartitions(
  tableFolder: string,
  columns: readonly string[] | null,
): Promise<PartitionFolder[]> {
  if (!(await look(tableFolder))?.isDirectory()) {
    const trouble = { code: 'path_not_found', subject: tableFolder, message: 'this folder of a table is not there' };
    throw new OperatingError(EXIT_CODES.usage, trouble);
  }
  const found: PartitionFolder[] = [];
  let open: PartitionFolder[] = [{ key: { levels: [] }, folder: tableFolder }];
  for (let depth = 0; open.length > 0 && depth <= DEPTH_MAX; depth += 1) {
    const next: PartitionFolder[] = [];
    for (const parent of open) {
      if (columns !== null && depth === columns.length) {
        found.push(parent);
        continue;
      }
      const children = await levelFolders(parent);
      const fitting = columns === null ? children : children.filter((child) => lastColumn(child) === columns[depth]);
      if (columns === null && children.length === 0 && depth > 0) found.push(parent);
      next.push(...fitting);
    }
    open = next;
  }
  refuseAmbiguous(found);
  return found
    .map((partition) => ({ partition, text: printPartitionKey(partition.key) }))
    .sort((one, other) => (one.text < other.text ? -1 : 1))
    .map(({ partition }) => partition);
}

/** No table has as many levels; a folder that links to itself would have more. */
const DEPTH_MAX = 32;

async function levelFolders(parent: PartitionFolder): Promise<PartitionFolder[]> {
  const children: PartitionFolder[] = [];
  for (const entry of await entriesOf(parent.folder)) {
    const level = isIgnored(entry.name) ? null : parsePartitionLevel(entry.name);
    if (level === null) continue;
    const folder = join(parent.folder, entry.name);
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await look(folder))?.isDirectory() === true);
    if (isFolder) children.push({ key: { levels: [...parent.key.levels, level] }, folder });
  }
  return children;
}

function lastColumn(partition: PartitionFolder): string | undefined {
  return partition.key.levels.at(-1)?.column;
}

function isSameLevel(one: PartitionLevel | undefined, other: PartitionLevel): boolean {
  return one !== undefined && one.column === other.column && one.value === other.value;
}

function refuseAmbiguous(partitions: readonly PartitionFolder[]): void {
  const byKey = Map.groupBy(partitions, (partition) => printPartitionKey(partition.key));
  const troubles: Trouble[] = [];
  for (const [key, same] of byKey) {
    if (same.length < 2) continue;
    const folders = same.map((partition) => partition.folder).sort();
    const hint = 'Move the rows into one folder: a reader of either would see half of the partition.';
    const message = `stands in several folders: ${folders.join(', ')}`;
    troubles.push({ code: 'partition_ambiguous', subject: key, message, hint });
  }
  if (troubles.length > 0) throw new OperatingError(EXIT_CODES.inconclusive, troubles);
}
