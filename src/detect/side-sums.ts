/**
 * The sums of one side's files, from wherever they are known; only the other files are read, in one statement.
 *
 *   kept from an earlier look ─► told by the producer ─► those of a file with the same bytes on the other side ─► read
 *
 * Sums of a producer take the place of reading, but they never make a mismatch: before one is called, the files that
 * nobody read are read. And a producer whose sums were once found to be others than those that were read is believed in
 * nothing of that manifest.
 */
import { type FileSums, isEqualSums, readFileSums, type SideReading } from '../compare/file-sums.ts';
import type { Engine } from '../engine/engine.ts';
import type { PinnedLanding } from '../partition/pin.ts';
import type { FileFingerprint, FingerprintSource } from '../store/comparison-record.ts';
import {
  fingerprintOfBytes,
  fingerprintOfSums,
  type KnownOfSide,
  lookUpSide,
  refutedBy,
  type SideEvidence,
  type SumsByFile,
} from './file-evidence.ts';
import type { Twin } from './twin-sums.ts';

export interface SideSums {
  /** By file number; null for one that was not decoded, because a file of the other side has its bytes. */
  readonly files: readonly (FileSums | null)[];
  /** Rows of those that were not decoded, as many as on the other side. */
  readonly undecoded_rows: bigint;
  readonly files_read: number;
  /** What was found out anew, to be kept. */
  readonly fresh: readonly FileFingerprint[];
  /** Numbers of the files of which only the producer's sums are known. */
  readonly told: readonly number[];
  /** Null where no file has sums. */
  readonly source: FingerprintSource | null;
  /** Files whose rows give other sums than the manifest tells. */
  readonly refuted: readonly string[];
}

/** `evidence` is what `lookUpSide` found; `twins` are files of the other side with the same bytes. */
export async function sumSide(
  engine: Engine,
  reading: SideReading,
  evidence: SideEvidence | null,
  twins: readonly Twin[],
): Promise<SideSums> {
  if (evidence === null) return readWhole(engine, reading);
  const { paths, kept, told, believed, missing } = evidence;
  const byNumber = new Map(twins.map((twin) => [twin.number, twin]));
  const unknown = missing.filter((i) => !byNumber.has(i));
  const read = await readFiles(engine, reading, unknown);
  const seen = new Map([...kept, ...read]);
  for (const { number, sums } of twins) if (sums !== null) seen.set(number, sums);
  const undecoded = twins.filter(({ number }) => !seen.has(number));
  const copied = twins.filter(({ number }) => seen.has(number) && !kept.has(number));
  return {
    files: paths.map((_, i) => seen.get(i) ?? believed.get(i) ?? null),
    undecoded_rows: undecoded.reduce((sum, { row_count }) => sum + row_count, 0n),
    files_read: read.size,
    fresh: [
      ...[...read.keys(), ...copied.map(({ number }) => number)].map((i) =>
        fingerprintOfSums(evidence, i, seen.get(i) as FileSums),
      ),
      ...undecoded.flatMap((twin) => fingerprintOfBytes(evidence, twin) ?? []),
    ],
    told: [...paths.keys()].filter((i) => !seen.has(i) && believed.has(i)),
    source: sourceOf({ read: read.size, seen: seen.size, believed: believed.size, files: paths.length }),
    refuted: refutedBy(seen, told).map((i) => paths[i] as string),
  };
}

function sourceOf(count: Readonly<Record<'read' | 'seen' | 'believed' | 'files', number>>): FingerprintSource | null {
  if (count.files > 0 && count.seen + count.believed === 0) return null;
  if (count.believed > 0 && count.seen < count.files) return 'producer';
  return count.read < count.files ? 'stored' : 'read';
}

/** A side whose files are read together, of which nothing is kept. */
async function readWhole(engine: Engine, reading: SideReading): Promise<SideSums> {
  const files = await readFileSums(engine, reading, null);
  return { files, undecoded_rows: 0n, files_read: files.length, fresh: [], told: [], source: 'read', refuted: [] };
}

async function readFiles(engine: Engine, reading: SideReading, numbers: readonly number[]): Promise<SumsByFile> {
  if (numbers.length === 0) return new Map();
  const isWhole = numbers.length === reading.table.files.length;
  const sums = await readFileSums(engine, reading, isWhole ? null : numbers);
  return new Map(numbers.map((number, i) => [number, sums[i] as FileSums]));
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
  const evidence = lookUpSide(reading, pinned, engine.version, { ...of, known, manifest: null });
  const seen = await sumSide(engine, reading, evidence, []);
  const { files: paths } = reading.table;
  const refuted = sums.told.filter((i) => !isEqualSums(sums.files[i] as FileSums, seen.files[i] as FileSums));
  const files_read = sums.files_read + seen.files_read;
  return {
    ...seen,
    files_read,
    source: files_read < paths.length ? 'stored' : 'read',
    fresh: [...sums.fresh, ...seen.fresh],
    refuted: [...sums.refuted, ...refuted.map((i) => paths[i] as string)],
  };
}
