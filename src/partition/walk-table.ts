/**
 * The walk of one look over a table's folders, level by level. Every known folder is looked at, which costs 1 µs; it is
 * listed only where it may have changed. What is known of the folders is brought up to date in place.
 *
 * Where the columns are declared, the folders so many levels down are the partitions. Where they are not, a partition is a
 * folder below which no further level follows, and a table without any level is one partition itself.
 */
import { readdirSync, type Stats, statSync } from 'node:fs';
import type { Trouble } from '../core/operating-error.ts';
import { type PartitionKey, type PartitionLevel, parsePartitionLevel } from '../core/partition-key.ts';
import { isIgnored } from './files.ts';
import { folderTimesOf, isDue, isFresh, isSameTimes } from './folder-times.ts';
import { linkLoop, notFolder, notThere, tableEmptied, tableNotThere, unreadable } from './folder-trouble.ts';
import { type InnerFolder, type KnownFolder, newFolder } from './known-folders.ts';
import type { WatchedTable } from './look-at-table.ts';

/** A folder of the table in this look. */
export interface Place {
  readonly known: KnownFolder;
  readonly path: string;
  /** Null for the table's own folder. */
  readonly above: Place | null;
  readonly depth: number;
  /** What is there; null before it was looked at. */
  found: Stats | null;
}

export interface Walk {
  readonly table: WatchedTable;
  readonly now_ms: number;
  /** Nothing was known before. */
  readonly is_first: boolean;
  /** Every partition that is there, listed or not. */
  readonly partitions: Place[];
  readonly gone: PartitionKey[];
  readonly troubles: Trouble[];
  /** Lists a partition, and sets what is known of it. `names`: what its folder holds. */
  readonly list: (place: Place, found: Stats, names: readonly string[]) => void;
}

export function walkTable(root: KnownFolder, walk: Walk): void {
  const queue: Place[] = [{ known: root, path: walk.table.folder, above: null, depth: 0, found: null }];
  for (const place of queue) visit(place, walk, queue);
}

/** The key of a place, as its folders spell it. */
export function keyOf(place: Place): PartitionKey {
  const levels: PartitionLevel[] = [];
  for (let at: Place = place; at.above !== null; at = at.above) levels.push(levelOf(at.known.name));
  return { levels: levels.reverse() };
}

function levelOf(name: string): PartitionLevel {
  return parsePartitionLevel(name) ?? { column: name, value: null };
}

function visit(place: Place, walk: Walk, queue: Place[]): void {
  place.found ??= folderAt(place, walk);
  const { known, found, path } = place;
  if (found === null) return;
  if (leadsBack(place, found)) {
    walk.troubles.push(linkLoop(path));
    return;
  }
  const isSettled =
    isSameTimes(known.times, folderTimesOf(found)) && !isFresh(folderTimesOf(found), known.looked_at_ms);
  if (known.children !== null && isSettled && !isLevelDue(known, found, walk.now_ms)) {
    below(place, known.children, queue);
  } else if (known.partition !== null && isSettled && isAtRest(place, found, walk.now_ms)) {
    walk.partitions.push(place);
  } else {
    read(place, found, walk, queue);
  }
}

/**
 * A level is listed once a day, whatever its times say: a file server whose clock runs behind ours, or one that leaves a
 * folder's times alone, would hide a partition for ever.
 */
function isLevelDue({ looked_at_ms }: KnownFolder, { ino: inode }: Stats, now_ms: number): boolean {
  return isDue({ looked_at_ms, changed_at_ms: 0, inode }, now_ms);
}

function isDeclaredPartition({ depth }: Place, { table }: Walk): boolean {
  return depth > 0 && depth === table.columns.length;
}

/** Lists a folder, which tells whether it is a level or a partition. */
function read(place: Place, found: Stats, walk: Walk, queue: Place[]): void {
  const { known } = place;
  const names = namesIn(place, walk);
  if (names === null) {
    known.times = null;
    return;
  }
  if (isEmptied(place, found, names)) {
    walk.troubles.push(tableEmptied(place.path));
    return;
  }
  const folders = isDeclaredPartition(place, walk) ? null : levelFolders(place, names, walk);
  if (folders !== null) {
    becomeLevel(place, found, folders, walk, queue);
    return;
  }
  if (known.children !== null) tellGone(known.children, place, walk);
  known.children = null;
  walk.partitions.push(place);
  walk.list(place, found, names);
}

/** What is at a place, links followed; null, and told, where that is no folder. */
function folderAt({ path, above }: Place, { troubles }: Walk): Stats | null {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) return found;
    if (found === undefined) troubles.push(above === null ? tableNotThere(path) : notThere(path));
    else troubles.push(notFolder(path));
  } catch (error) {
    troubles.push(unreadable(path, error));
  }
  return null;
}

function namesIn({ path }: Place, { troubles }: Walk): string[] | null {
  try {
    return readdirSync(path);
  } catch (error) {
    troubles.push(unreadable(path, error));
    return null;
  }
}

function leadsBack(place: Place, found: Stats): boolean {
  for (let at = place.above; at !== null; at = at.above) {
    if (at.found?.ino === found.ino && at.found.dev === found.dev) return true;
  }
  return false;
}

/** Whether an unchanged partition need not be listed. */
function isAtRest({ known, path }: Place, found: Stats, now_ms: number): boolean {
  const { partition, looked_at_ms } = known;
  if (partition === null || partition.state === 'waiting') return false;
  if (isDue({ looked_at_ms, changed_at_ms: partition.changed_at_ms, inode: found.ino }, now_ms)) return false;
  return partition.inner.every((inner) => isUnchanged(path, inner, looked_at_ms));
}

function isUnchanged(folder: string, { path, times }: InnerFolder, looked_at_ms: number): boolean {
  try {
    const found = statSync(`${folder}/${path}`, { throwIfNoEntry: false });
    return found !== undefined && isSameTimes(times, folderTimesOf(found)) && !isFresh(times, looked_at_ms);
  } catch {
    return false; // its listing tells what is wrong
  }
}

/**
 * A place at which another folder is now, with nothing in it, is where a disk was mounted: that its partitions are gone
 * would be said of all of them.
 */
function isEmptied({ known, above }: Place, found: Stats, names: readonly string[]): boolean {
  const isAnother = above === null && known.times !== null && known.times.inode !== found.ino;
  const hadSome = known.partition !== null || (known.children?.length ?? 0) > 0;
  return isAnother && hadSome && names.every(isIgnored);
}

interface LevelFolder {
  readonly name: string;
  /** Null where the name is there and cannot be followed: that it is a broken link may end. */
  readonly found: Stats | null;
}

/** The folders of the next level, by name; null where this is no level, but a partition, as far as nobody declared it. */
function levelFolders(
  { path, known, above, depth }: Place,
  names: readonly string[],
  walk: Walk,
): LevelFolder[] | null {
  const column = walk.table.columns[depth];
  const folders: LevelFolder[] = [];
  for (const name of names) {
    const level = isIgnored(name) ? null : parsePartitionLevel(name);
    if (level === null || (column !== undefined && level.column !== column)) continue;
    const found = lookAt(`${path}/${name}`);
    if (found === null || found.isDirectory()) folders.push({ name, found });
  }
  folders.sort((one, other) => (one.name < other.name ? -1 : 1));
  if (column !== undefined) return folders;
  const isLevel = folders.some(({ found }) => found !== null) || (folders.length > 0 && known.children !== null);
  if (isLevel) return folders;
  // A table in which nothing is yet is no partition.
  const { marker } = walk.table.when;
  return above === null && names.every((name) => isIgnored(name) && name !== marker) ? [] : null;
}

function lookAt(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null; // told when its place is visited
  }
}

function becomeLevel(place: Place, found: Stats, folders: readonly LevelFolder[], walk: Walk, queue: Place[]): void {
  const { known } = place;
  const before = new Map((known.children ?? []).map((child) => [child.name, child]));
  known.children = folders.map(({ name }) => before.get(name) ?? newFolder(name));
  for (const { name } of folders) before.delete(name);
  if (before.size > 0) tellGone(before.values(), place, walk);
  if (known.partition !== null) walk.gone.push(keyOf(place));
  known.partition = null;
  known.times = folderTimesOf(found);
  known.looked_at_ms = walk.now_ms;
  below(place, known.children, queue, folders);
}

function below(
  place: Place,
  children: readonly KnownFolder[],
  queue: Place[],
  folders: readonly LevelFolder[] = [],
): void {
  for (const [i, known] of children.entries()) {
    const path = `${place.path}/${known.name}`;
    queue.push({ known, path, above: place, depth: place.depth + 1, found: folders[i]?.found ?? null });
  }
}

function tellGone(folders: Iterable<KnownFolder>, above: Place, walk: Walk): void {
  const open: Place[] = [];
  for (const known of folders) open.push({ known, path: '', above, depth: 0, found: null });
  for (const place of open) {
    if (place.known.partition !== null) walk.gone.push(keyOf(place));
    below(place, place.known.children ?? [], open);
  }
}
