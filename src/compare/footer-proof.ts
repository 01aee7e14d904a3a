/**
 * What footers prove before a row is read: that the two sides have different row counts. Never that they match, and no more
 * than that: minima, maxima and counts of NULL in footers are known to be wrong from several writers, whereas a reader goes
 * by the row counts itself.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { mapSidesInOrder, SIDES, type Sided } from '../core/side.ts';
import type { PinnedFile, PinnedLanding } from '../partition/pin.ts';
import { readSoundFooter, wrongPages } from '../partition/sound-file.ts';

/**
 * The row counts of both sides, where they differ and every file is sound that they are taken from; null otherwise.
 * `known` are row counts by file number of files that were read before, which are not opened.
 */
export async function provenRowCounts(
  pinned: Sided<PinnedLanding>,
  known: Sided<ReadonlyMap<number, bigint>>,
): Promise<Sided<bigint> | null> {
  const isParquet = SIDES.every((side) => pinned[side].format.kind === 'parquet');
  if (!isParquet) return null;
  const counts = await mapSidesInOrder(pinned, ({ files }, side) => countRows(files, known[side], false));
  if (counts.production === null || counts.shadow === null || counts.production === counts.shadow) return null;
  for (const side of SIDES) {
    if ((await countRows(pinned[side].files, known[side], true)) !== counts[side]) return null;
  }
  return { production: counts.production, shadow: counts.shadow };
}

/** Null where a file is not sound; `pages`: its pages are looked at too. */
async function countRows(
  files: readonly PinnedFile[],
  known: ReadonlyMap<number, bigint>,
  pages: boolean,
): Promise<bigint | null> {
  let rows = 0n;
  for (const [i, file] of files.entries()) {
    const count = known.get(i) ?? (await countFile(file, pages));
    if (count === null) return null;
    rows += count;
  }
  return rows;
}

async function countFile({ path, size }: PinnedFile, pages: boolean): Promise<bigint | null> {
  let handle: FileHandle | null = null;
  try {
    // Non-blocking: a FIFO may have taken the place of the file.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const footer = await readSoundFooter(handle, Number(size));
    if ('wrong' in footer) return null;
    return pages && (await wrongPages(handle, footer)) !== null ? null : footer.row_count;
  } catch (error) {
    // Of the system: who reads the file in earnest tells why it cannot be read.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  } finally {
    await handle?.close();
  }
}
