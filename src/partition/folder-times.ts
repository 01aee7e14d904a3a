/**
 * When a folder has to be listed again. Its times change when something in it is made, renamed or removed, not when a
 * file in it is written in place; and two changes within one tick of a clock leave the same times.
 */
import type { Stats } from 'node:fs';

export interface FolderTimes {
  /** Another folder that was moved to this place may have the times of the one before. */
  readonly inode: number;
  readonly mtime_ms: number;
  readonly ctime_ms: number;
}

/** A folder that changed so shortly before a look, or after it, is looked at again: file systems stamp by up to 2 s. */
const TICK_MS = 2000;

/** A file that is written in place is seen within this time, however long nothing happened to it. */
export const REWRITE_SEEN_MS = 24 * 3_600_000;

export function folderTimesOf(found: Stats): FolderTimes {
  return { inode: found.ino, mtime_ms: found.mtimeMs, ctime_ms: found.ctimeMs };
}

export function isSameTimes(one: FolderTimes | null, other: FolderTimes): boolean {
  return (
    one !== null && one.inode === other.inode && one.mtime_ms === other.mtime_ms && one.ctime_ms === other.ctime_ms
  );
}

/** Whether the next change may have left these same times, because they are too close to the look, or after it. */
export function isFresh({ mtime_ms, ctime_ms }: FolderTimes, looked_at_ms: number): boolean {
  return Math.max(mtime_ms, ctime_ms) > looked_at_ms - TICK_MS;
}

/**
 * Whether the files of an unchanged folder are due for another look: after half of the time that they had been quiet at
 * the last one. A look that lies in the future, because the clock jumped back, counts as none.
 */
export function isDue(
  looked: { readonly looked_at_ms: number; readonly changed_at_ms: number; readonly inode: number },
  now_ms: number,
): boolean {
  const { looked_at_ms, changed_at_ms, inode } = looked;
  const pause_ms = Math.min(Math.max((looked_at_ms - changed_at_ms) / 2, 0), longestPauseMs(inode));
  return now_ms < looked_at_ms || now_ms - looked_at_ms >= pause_ms;
}

/** Between half and all of a day, so that partitions first seen in one look are not all due again in one look. */
function longestPauseMs(inode: number): number {
  return (REWRITE_SEEN_MS * (64 + (inode % 64))) / 127;
}
