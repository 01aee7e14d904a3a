/**
 * The sums of one side's files, from wherever they are known; only the other files are read, in one statement.
 *
 * Sums of a producer take the place of reading, but they never make a mismatch: before one is called, the files that
 * nobody read are read. And a producer whose sums were once found to be others than those that were read is believed in
 * nothing of that manifest.
 */
import { type FileSums, formOf, isEqualSums, readFileSums, type SideReading } from '../compare/file-sums.ts';
import type { Engine } from '../engine/engine.ts';
import type { PinnedLanding } from '../partition/pin.ts';
import type { FileFingerprint, FingerprintSource } from '../store/comparison-record.ts';
import { identityOf, KEPT_FILES_MAX, keptSums, type SumsByFile, toldSums } from './file-evidence.ts';

export interface SideSums {
  /** By file number. */
  readonly files: readonly FileSums[];
  readonly files_read: number;
  /** What was read anew, to be kept. */
  readonly fresh: readonly FileFingerprint[];
  /** Numbers of the files of which only the producer's sums are known. */
  readonly told: readonly number[];
  readonly source: FingerprintSource;
  /** Files whose rows give other sums than the manifest tells. */
  readonly refuted: readonly string[];
}

export interface KnownOfSide {
  readonly known: readonly FileFingerprint[];
  /** The manifest's name; null: the source has none. */
  readonly manifest: string | null;
  /** Reads every file, whatever is known of it. */
  readonly anew: boolean;
}

export async function sumSide(
  engine: Engine,
  reading: SideReading,
  pinned: PinnedLanding,
  { known, manifest, anew }: KnownOfSide,
): Promise<SideSums> {
  const { fromFiles, files: paths } = reading.table;
  if (fromFiles === null || paths.length > KEPT_FILES_MAX) return readWhole(engine, reading);
  const form = formOf(reading, engine.version);
  const identities = pinned.files.map((file, i) => identityOf(file, paths[i] as string));
  const kept: SumsByFile = anew ? new Map() : keptSums(known, identities, form);
  const told: SumsByFile = manifest === null ? new Map() : toldSums(pinned, paths, manifest, form);
  const believed = anew || refutedBy(kept, told).length > 0 ? new Map<number, FileSums>() : told;
  const missing = [...paths.keys()].filter((i) => !kept.has(i) && !believed.has(i));
  const read = await readFiles(engine, reading, missing);
  const seen = new Map([...kept, ...read]);
  return {
    files: paths.map((_, i) => (seen.get(i) ?? believed.get(i)) as FileSums),
    files_read: read.size,
    fresh: [...read].map(([i, sums]) => ({
      file: paths[i] as string,
      identity: identities[i] as string,
      form,
      ...sums,
      is_told: false,
    })),
    told: [...paths.keys()].filter((i) => !seen.has(i)),
    source: seen.size < paths.length ? 'producer' : sourceOf(read.size, paths.length),
    refuted: refutedBy(seen, told).map((i) => paths[i] as string),
  };
}

function sourceOf(filesRead: number, files: number): FingerprintSource {
  return filesRead < files ? 'stored' : 'read';
}

/** A side whose files are read together, of which nothing is kept. */
async function readWhole(engine: Engine, reading: SideReading): Promise<SideSums> {
  const files = await readFileSums(engine, reading, null);
  return { files, files_read: files.length, fresh: [], told: [], source: 'read', refuted: [] };
}

async function readFiles(engine: Engine, reading: SideReading, numbers: readonly number[]): Promise<SumsByFile> {
  if (numbers.length === 0) return new Map();
  const isWhole = numbers.length === reading.table.files.length;
  const sums = await readFileSums(engine, reading, isWhole ? null : numbers);
  return new Map(numbers.map((number, i) => [number, sums[i] as FileSums]));
}

/** Numbers of the files of which a manifest tells other sums than were read. */
function refutedBy(read: SumsByFile, told: SumsByFile): readonly number[] {
  return [...told].flatMap(([i, sums]) => {
    const own = read.get(i);
    return own === undefined || isEqualSums(own, sums) ? [] : [i];
  });
}

/** The side with every file read by us, now or before: what a mismatch is called by. */
export async function withoutTold(
  engine: Engine,
  reading: SideReading,
  pinned: PinnedLanding,
  sums: SideSums,
  of: KnownOfSide,
): Promise<SideSums> {
  if (sums.told.length === 0) return sums;
  const known = [...of.known, ...sums.fresh];
  const seen = await sumSide(engine, reading, pinned, { ...of, known, manifest: null });
  const { files: paths } = reading.table;
  const refuted = sums.told.filter((i) => !isEqualSums(sums.files[i] as FileSums, seen.files[i] as FileSums));
  const files_read = sums.files_read + seen.files_read;
  return {
    ...seen,
    files_read,
    source: sourceOf(files_read, paths.length),
    fresh: [...sums.fresh, ...seen.fresh],
    refuted: [...sums.refuted, ...refuted.map((i) => paths[i] as string)],
  };
}
