/** What is known of a landing's files before one of their rows is read: sums that we kept, and sums that the producer tells. */
import type { KnownBytes } from '../compare/byte-equal.ts';
import { type FileSums, formOf, isEqualSums, ROW_SUM_MAX, type SideReading } from '../compare/file-sums.ts';
import { parseStrong, printStrong } from '../compare/strong-checksum.ts';
import { idOf } from '../core/identity.ts';
import { readManifest } from '../partition/manifest.ts';
import type { PinnedFile, PinnedLanding } from '../partition/pin.ts';
import type { FileFingerprint } from '../store/comparison-record.ts';

/** Of a landing of more files nothing is kept: its rows in the catalog would cost more than they save. */
export const KEPT_FILES_MAX = 10_000;

/** Which file this is: any way of writing it again gives another id. The device is left out, as it changes when a disk is mounted again. */
export function identityOf(file: PinnedFile, path: string): string {
  const { inode, size, mtime_ns, ctime_ns, footer_sha256 } = file;
  return idOf('file', path, `${inode} ${size} ${mtime_ns} ${ctime_ns}`, footer_sha256);
}

/** Sums by the file's number in the landing. */
export type SumsByFile = ReadonlyMap<number, FileSums>;

export interface KnownOfSide {
  readonly known: readonly FileFingerprint[];
  /** The manifest's name; null: the source has none. */
  readonly manifest: string | null;
  /** Reads every file, whatever is known of it. */
  readonly anew: boolean;
}

/** What is known of one side's files, by their numbers. */
export interface SideEvidence {
  readonly form: string;
  readonly paths: readonly string[];
  readonly identities: readonly string[];
  /** Sums of rows that we read. */
  readonly kept: SumsByFile;
  /** The producer's. */
  readonly told: SumsByFile;
  /** Those of them that are believed: none, where one was found to be wrong. */
  readonly believed: SumsByFile;
  /** Digests of the files' bytes. */
  readonly bytes: ReadonlyMap<number, KnownBytes>;
  /** Numbers of the files of which no sums are known. */
  readonly missing: readonly number[];
}

/** Null for a side whose files are read together, of which nothing is kept. */
export function lookUpSide(
  reading: SideReading,
  pinned: PinnedLanding,
  engineVersion: string,
  { known, manifest, anew }: KnownOfSide,
): SideEvidence | null {
  const { fromFiles, files: paths } = reading.table;
  if (fromFiles === null || paths.length > KEPT_FILES_MAX) return null;
  const form = formOf(reading, engineVersion);
  const isStrong = reading.checksum === 'strong';
  const identities = pinned.files.map((file, i) => identityOf(file, paths[i] as string));
  const kept: SumsByFile = anew ? new Map() : keptSums(known, identities, form, isStrong);
  // No producer gives the sums that a strong checksum asks for.
  const told: SumsByFile = manifest === null || isStrong ? new Map() : toldSums(pinned, paths, manifest, form);
  const believed: SumsByFile = anew || refutedBy(kept, told).length > 0 ? new Map() : told;
  return {
    form,
    paths,
    identities,
    kept,
    told,
    believed,
    bytes: anew ? new Map() : keptBytes(known, identities),
    missing: [...paths.keys()].filter((i) => !kept.has(i) && !believed.has(i)),
  };
}

/** Numbers of the files of which a manifest tells other sums than were read. */
export function refutedBy(read: SumsByFile, told: SumsByFile): readonly number[] {
  return [...told].flatMap(([i, sums]) => {
    const own = read.get(i);
    return own === undefined || isEqualSums(own, sums) ? [] : [i];
  });
}

/** What is kept of a file's sums. */
export function fingerprintOfSums(
  { paths, identities, form }: SideEvidence,
  i: number,
  { row_count, low_sum, high_sum, strong }: FileSums,
): FileFingerprint {
  const file = { file: paths[i] as string, identity: identities[i] as string, form, is_told: false };
  return { ...file, row_count, low_sum, high_sum, strong: strong === null ? null : printStrong(strong) };
}

/** The form of what is kept of a file's bytes: whatever the rules and the engine. */
const BYTES_FORM = idOf('bytes', 1);

/** What is kept of the bytes of a file; null where their digest was not made. */
export function fingerprintOfBytes(
  { paths, identities }: SideEvidence,
  {
    number,
    row_count,
    sha256,
  }: { readonly number: number; readonly row_count: bigint; readonly sha256: string | null },
): FileFingerprint | null {
  if (sha256 === null) return null;
  const file = { file: paths[number] as string, identity: identities[number] as string, is_told: false };
  return { ...file, form: BYTES_FORM, row_count, low_sum: 0n, high_sum: 0n, strong: sha256 };
}

/** Those of the kept sums that are of exactly these files in this form, and that were read by us. */
function keptSums(
  known: readonly FileFingerprint[],
  identities: readonly string[],
  form: string,
  isStrong: boolean,
): SumsByFile {
  const kept = new Map<string, FileSums>();
  for (const { identity, row_count, low_sum, high_sum, ...one } of known) {
    const strong = isStrong && one.strong !== null ? parseStrong(one.strong) : null;
    if (one.form !== form || one.is_told || (isStrong && strong === null)) continue;
    kept.set(identity, { row_count, low_sum, high_sum, strong });
  }
  return byFile(identities.map((identity) => kept.get(identity)));
}

function keptBytes(known: readonly FileFingerprint[], identities: readonly string[]): ReadonlyMap<number, KnownBytes> {
  const kept = new Map<string, KnownBytes>();
  for (const { form, identity, row_count, strong } of known) {
    if (form === BYTES_FORM && strong !== null) kept.set(identity, { row_count, sha256: strong });
  }
  return byFile(identities.map((identity) => kept.get(identity)));
}

/**
 * The sums in the producer's manifest that fit: of a file of this size that was not written after the manifest, in this
 * form, and not larger than so many rows can make them. A manifest that cannot be read tells nothing.
 */
function toldSums(pinned: PinnedLanding, paths: readonly string[], manifest: string, form: string): SumsByFile {
  const read = readManifest(pinned.base, manifest);
  if (read === null || 'wrong' in read) return new Map();
  const told = new Map(read.manifest.files.map((file) => [file.file, file]));
  return byFile(
    pinned.files.map((file, i) => {
      const listed = told.get(paths[i] as string);
      const isListed = listed !== undefined && BigInt(listed.size_bytes) === file.size;
      if (!isListed || file.mtime_ns / 1_000_000n > BigInt(Math.floor(read.mtime_ms))) return undefined;
      const sums = listed.fingerprints.find((one) => one.form === form);
      if (sums === undefined || !canBe(sums)) return undefined;
      const { row_count, low_sum, high_sum } = sums;
      return { row_count, low_sum, high_sum, strong: null };
    }),
  );
}

function canBe({ row_count, low_sum, high_sum }: Omit<FileSums, 'strong'>): boolean {
  const most = row_count * ROW_SUM_MAX;
  return low_sum <= most && high_sum <= most;
}

function byFile<T>(files: readonly (T | undefined)[]): ReadonlyMap<number, T> {
  const found = new Map<number, T>();
  for (const [i, file] of files.entries()) if (file !== undefined) found.set(i, file);
  return found;
}
