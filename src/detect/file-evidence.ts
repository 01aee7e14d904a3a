/** What is known of a landing's files before one of their rows is read: sums that we kept, and sums that the producer tells. */
import { type FileSums, ROW_SUM_MAX } from '../compare/file-sums.ts';
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

/** Those of the kept sums that are of exactly these files in this form, and that were read by us. */
export function keptSums(known: readonly FileFingerprint[], identities: readonly string[], form: string): SumsByFile {
  const kept = new Map<string, FileSums>();
  for (const one of known) if (one.form === form && !one.is_told) kept.set(one.identity, one);
  return sumsOf(identities.map((identity) => kept.get(identity)));
}

/**
 * The sums in the producer's manifest that fit: of a file of this size that was not written after the manifest, in this
 * form, and not larger than so many rows can make them. A manifest that cannot be read tells nothing.
 */
export function toldSums(pinned: PinnedLanding, paths: readonly string[], manifest: string, form: string): SumsByFile {
  const read = readManifest(pinned.base, manifest);
  if (read === null || 'wrong' in read) return new Map();
  const told = new Map(read.manifest.files.map((file) => [file.file, file]));
  return sumsOf(
    pinned.files.map((file, i) => {
      const listed = told.get(paths[i] as string);
      const isListed = listed !== undefined && BigInt(listed.size_bytes) === file.size;
      if (!isListed || file.mtime_ns / 1_000_000n > BigInt(Math.floor(read.mtime_ms))) return undefined;
      const sums = listed.fingerprints.find((one) => one.form === form);
      return sums !== undefined && canBe(sums) ? sums : undefined;
    }),
  );
}

function canBe({ row_count, low_sum, high_sum }: FileSums): boolean {
  const most = row_count * ROW_SUM_MAX;
  return low_sum <= most && high_sum <= most;
}

function sumsOf(files: readonly (FileSums | undefined)[]): SumsByFile {
  const sums = new Map<number, FileSums>();
  for (const [i, file] of files.entries()) {
    if (file === undefined) continue;
    const { row_count, low_sum, high_sum } = file;
    sums.set(i, { row_count, low_sum, high_sum });
  }
  return sums;
}
