/**
 * What footers prove before a row is read: that the two sides have different row counts. Never that they match, and no more
 * than that: minima, maxima and counts of NULL in footers are known to be wrong from several writers, whereas a reader goes
 * by the row counts itself.
 */
import { mapSidesInOrder, SIDES, type Sided } from '../core/side.ts';
import type { PinnedFile, PinnedLanding } from '../partition/pin.ts';
import { soundRowCount } from '../partition/sound-file.ts';

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
    const count = known.get(i) ?? (await soundRowCount(file, pages));
    if (count === null) return null;
    rows += count;
  }
  return rows;
}
