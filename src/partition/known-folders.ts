/**
 * What is known of a table's folders from the looks before: a tree of its levels and partitions, and the compact JSON of
 * it. Some 110 bytes a partition: 40,000 tables of 30 partitions are 130 MB of catalog.
 */
import type { LandedWhen } from '../core/landing.ts';
import type { FolderTimes } from './folder-times.ts';

/** A folder that is a level (`children`), or a partition, or neither as long as it could not be read. */
export interface KnownFolder {
  readonly name: string;
  /** As they were before it was last listed; null where it has to be listed again whatever they are. */
  times: FolderTimes | null;
  /** When it was last listed. */
  looked_at_ms: number;
  children: KnownFolder[] | null;
  partition: KnownPartition | null;
}

export interface KnownPartition {
  /** `waiting`: not landed, and listed at every look. */
  readonly state: 'landed' | 'waiting';
  /** Of what landed, else empty. */
  readonly files_hash: string;
  readonly changed_at_ms: number;
  /** Folders within the partition, whose files belong to it, by their path below it. */
  readonly inner: readonly InnerFolder[];
}

export interface InnerFolder {
  readonly path: string;
  readonly times: FolderTimes;
}

export interface StampedRules {
  readonly folder: string;
  readonly columns: readonly string[];
  readonly when: LandedWhen;
}

const VERSION = 1;

export function newFolder(name: string): KnownFolder {
  return { name, times: null, looked_at_ms: 0, children: null, partition: null };
}

/**
 * The root of the table as a stamp has it; null where nothing was seen yet, or by other columns. Where the rule of
 * landing was another one, nothing has landed by this one yet; nor where the table's folder was another, because a
 * landing stands in its folder.
 */
export function readStamp(stamp: string | null, rules: StampedRules): KnownFolder | null {
  if (stamp === null) return null;
  try {
    // Written by us and by nobody else: a schema over every folder would cost as much as the look.
    const [version, columns, rule, root] = JSON.parse(stamp) as Stamp;
    if (version !== VERSION || root === null || columns !== JSON.stringify(rules.columns)) return null;
    return unpack(root, rule === printRule(rules));
  } catch {
    return null; // of another version, or damaged: everything is looked at as for the first time
  }
}

export function printStamp(root: KnownFolder | null, rules: StampedRules): string {
  const stamp: Stamp = [VERSION, JSON.stringify(rules.columns), printRule(rules), root === null ? null : pack(root)];
  return JSON.stringify(stamp);
}

/**
 * The stamp by which everything that has landed is listed again, and by which what was there is known all the same: without
 * a stamp nobody would notice what went meanwhile.
 */
export function stampToListAgain(stamp: string): string {
  const [version, columns, rule, root] = JSON.parse(stamp) as Stamp;
  if (version !== VERSION || root === null) return stamp;
  const known = unpack(root, true);
  const open = [known];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.partition?.state === 'landed') next.times = null;
    open.push(...(next.children ?? []));
  }
  return JSON.stringify([version, columns, rule, pack(known)] satisfies Stamp);
}

type Stamp = [version: number, columns: string, rule: string, root: Packed | null];

function printRule({ folder, when: { marker, is_manifest, quiet_ms, is_told } }: StampedRules): string {
  return JSON.stringify([marker, is_manifest, quiet_ms, is_told, folder]);
}

type PackedTimes = readonly [inode: number, mtime_ms: number, ctime_ms: number];
type PackedUnread = readonly [name: string, times: PackedTimes | null, looked_at_ms: number];
type PackedLevel = readonly [...PackedUnread, children: readonly Packed[]];
type PackedPartition = readonly [
  ...PackedUnread,
  changed_at_ms: number,
  hash: string | number,
  ...inner: (string | PackedTimes)[],
];
type Packed = PackedUnread | PackedLevel | PackedPartition;

const WAITING = 0;

/** Recursive by the levels of a table, of which there are a few. */
function pack({ name, times, looked_at_ms, children, partition }: KnownFolder): Packed {
  const packed = times === null ? null : packTimes(times);
  if (children !== null) return [name, packed, looked_at_ms, children.map(pack)];
  if (partition === null) return [name, packed, looked_at_ms];
  const { state, files_hash, changed_at_ms, inner } = partition;
  const hash = state === 'landed' ? files_hash : WAITING;
  const deeper = inner.flatMap(({ path, times: own }) => [path, packTimes(own)]);
  return [name, packed, looked_at_ms, changed_at_ms, hash, ...deeper];
}

function packTimes({ inode, mtime_ms, ctime_ms }: FolderTimes): PackedTimes {
  return [inode, mtime_ms, ctime_ms];
}

function unpack(packed: Packed, isSameRule: boolean): KnownFolder {
  const [name, times, looked_at_ms, more] = packed;
  const known = { name, times: times === null ? null : unpackTimes(times), looked_at_ms };
  if (more === undefined) return { ...known, children: null, partition: null };
  if (typeof more !== 'number') {
    return { ...known, children: more.map((child) => unpack(child, isSameRule)), partition: null };
  }
  const [, , , , hash, ...deeper] = packed as PackedPartition;
  const inner: InnerFolder[] = [];
  for (let i = 0; i < deeper.length; i += 2) {
    inner.push({ path: deeper[i] as string, times: unpackTimes(deeper[i + 1] as PackedTimes) });
  }
  const hasLanded = typeof hash === 'string' && isSameRule;
  const state = hasLanded ? 'landed' : 'waiting';
  return {
    ...known,
    children: null,
    partition: { state, files_hash: hasLanded ? hash : '', changed_at_ms: more, inner },
  };
}

function unpackTimes([inode, mtime_ms, ctime_ms]: PackedTimes): FolderTimes {
  return { inode, mtime_ms, ctime_ms };
}
