/** The two landings of a pair, pinned, and held against what is recorded of them. */
import { readingSide } from '../analyze/pair-reading.ts';
import { makeSpillFolder, removeSpillFolder } from '../analyze/spill-folder.ts';
import { Inconclusive } from '../core/outcome.ts';
import { mapSidesInOrder, SIDES, type Side, type Sided } from '../core/side.ts';
import { filesHashOfPinned } from '../partition/files-hash.ts';
import { type PinnedLanding, pinLanding, recheckLanding } from '../partition/pin.ts';
import type { CompareRequest } from './compare-request.ts';

/** Throws `Inconclusive`, see `pinLanding`. */
export function pinPair({ landings }: CompareRequest): Promise<Sided<PinnedLanding>> {
  return mapSidesInOrder(landings, (landing, side) => readingSide(side, () => pinLanding(landing)));
}

/** Looks again: throws `Inconclusive('partition_changed')` where a side is not as it was pinned. */
export async function recheckPair(pinned: Sided<PinnedLanding>): Promise<void> {
  for (const side of SIDES) await readingSide(side, () => recheckLanding(pinned[side]));
}

/** The sides of which the files are not those of the landing that is to be compared. */
export function supersededSides(pinned: Sided<PinnedLanding>): readonly Side[] {
  return SIDES.filter((side) => {
    const { facts } = pinned[side].landing;
    return facts !== undefined && facts.files_hash !== filesHashOfPinned(pinned[side]);
  });
}

export function superseded(sides: readonly Side[], pinned: Sided<PinnedLanding>): Inconclusive {
  const places = sides.map((side) => `${side} (${pinned[side].landing.location})`).join(' and ');
  return new Inconclusive('superseded', `${places}: the files are not those of the landing any more`);
}

/** Does the work with a folder for what this pair converts or links; most pairs need none. */
export async function withSpill<T>(folder: string, pinned: Sided<PinnedLanding>, work: () => Promise<T>): Promise<T> {
  const isNeeded = SIDES.some(
    (side) => pinned[side].format.kind !== 'parquet' || pinned[side].files.some(({ path }) => path.includes('\\')),
  );
  if (!isNeeded) return work();
  await makeSpillFolder(folder);
  try {
    return await work();
  } finally {
    await removeSpillFolder(folder);
  }
}
