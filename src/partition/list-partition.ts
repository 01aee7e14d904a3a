/**
 * The files of one partition, with what the hash and the landing rule need. Synchronous calls: some 1 µs for the times of
 * a file and 4 µs for a listing, where the promise forms took 20 to 30 µs; over a million partitions that decides.
 */
import { type BigIntStats, readdirSync, type Stats, statSync } from 'node:fs';
import type { Trouble } from '../core/operating-error.ts';
import { isIgnored } from './files.ts';
import type { HashedFile } from './files-hash.ts';
import { folderTimesOf } from './folder-times.ts';
import { linkLoop, notRegular, notThere, unreadable } from './folder-trouble.ts';
import type { InnerFolder } from './known-folders.ts';

export interface PartitionListing {
  readonly files: readonly HashedFile[];
  readonly inner: readonly InnerFolder[];
  /** What cannot be read; then the files are not all that is there. */
  readonly troubles: readonly Trouble[];
}

interface OpenFolder {
  readonly path: string;
  /** Below the partition: empty, or ending in `/`. */
  readonly prefix: string;
  readonly names: readonly string[];
  /** Device and inode of the folders from the partition down to this one. */
  readonly above: readonly string[];
}

/**
 * All files of a partition, those in deeper folders too, as `listFiles` finds them: names that start with `.` or `_` are
 * left out, and the marker; links are followed, except back into a folder above. `names` is what the folder itself holds.
 */
export function listPartition(
  folder: { readonly path: string; readonly found: Stats; readonly names: readonly string[] },
  marker: string | null,
): PartitionListing {
  const files: HashedFile[] = [];
  const inner: InnerFolder[] = [];
  const troubles: Trouble[] = [];
  const open: OpenFolder[] = [
    { path: folder.path, prefix: '', names: folder.names, above: [placeOnDisk(folder.found)] },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of next.names) {
      if (isIgnored(name) || name === marker) continue;
      const [path, below] = [`${next.path}/${name}`, `${next.prefix}${name}`];
      try {
        const found = statSync(path, { bigint: true, throwIfNoEntry: false });
        if (found?.isFile()) {
          files.push(hashedFile(below, found));
        } else if (found?.isDirectory()) {
          const self = placeOnDisk(found);
          if (next.above.includes(self)) {
            troubles.push(linkLoop(path));
            continue;
          }
          // Its times before its names: what comes in between shows at the next look.
          inner.push({ path: below, times: folderTimesOf(statSync(path)) });
          open.push({ path, prefix: `${below}/`, names: readdirSync(path), above: [...next.above, self] });
        } else {
          troubles.push(found === undefined ? notThere(path) : notRegular(path));
        }
      } catch (error) {
        troubles.push(unreadable(path, error));
      }
    }
  }
  inner.sort((one, other) => (one.path < other.path ? -1 : 1));
  return { files, inner, troubles };
}

/** What tells two folders apart, whatever links lead to them. */
export function placeOnDisk({ dev, ino }: Stats | BigIntStats): string {
  return `${dev}:${ino}`;
}

function hashedFile(path: string, found: BigIntStats): HashedFile {
  return { path, size: found.size, mtime_ns: found.mtimeNs, ctime_ns: found.ctimeNs, inode: found.ino };
}
