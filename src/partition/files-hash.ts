/**
 * The hash of a landing's files: the same files give the same hash, whoever looked, and a file written again gives
 * another one. The device is left out, because it changes when a disk is mounted again.
 */
import { relative, sep } from 'node:path';
import { idOf } from '../core/identity.ts';
import type { PinnedLanding } from './pin.ts';

export interface HashedFile {
  /** Relative to the folder of the partition, `/` between the parts. */
  readonly path: string;
  readonly size: bigint;
  readonly mtime_ns: bigint;
  readonly ctime_ns: bigint;
  readonly inode: bigint;
}

/** 32 hexadecimal digits over relative path, size, times and inode of each file, whatever their order. */
export function filesHashOf(files: readonly HashedFile[]): string {
  const sorted = [...files].sort((one, other) => (one.path < other.path ? -1 : 1));
  return idOf(
    'files',
    sorted.map(({ path, size, mtime_ns, ctime_ns, inode }) => [path, `${size} ${mtime_ns} ${ctime_ns} ${inode}`]),
  );
}

/** The same of a landing that was pinned as a folder. */
export function filesHashOfPinned({ base, files }: PinnedLanding): string {
  return filesHashOf(files.map((file) => ({ ...file, path: relative(base, file.path).split(sep).join('/') })));
}
