/** Whether two Parquet files are one, byte by byte, and can be believed without being decoded. */
import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { bytesAt } from './parquet-footer.ts';
import type { PinnedFile } from './pin.ts';
import { openSound, readSoundFooter, wrongPages } from './sound-file.ts';

export interface SameBytes {
  /** Of each, as footer and page headers say. */
  readonly row_count: bigint;
  /** Of the bytes; null where it was not asked for. */
  readonly sha256: string | null;
}

/**
 * Null where a byte differs, where the file is not sound (`sound-file.ts`), or where one cannot be read: who reads it in
 * earnest tells why. Files of one size that differ are told apart by their first and last 64 KB for the most part.
 */
export function sameBytes(one: PinnedFile, other: PinnedFile, digest: boolean): Promise<SameBytes | null> {
  if (one.size !== other.size) return Promise.resolve(null);
  return openSound([one, other], async ([here, there]) => {
    const size = Number(one.size);
    const footer = await readSoundFooter(here as FileHandle, size);
    if ('wrong' in footer) return null;
    const hash = digest ? createHash('sha256') : null;
    const isOne = one.device === other.device && one.inode === other.inode;
    const pair = { here: here as FileHandle, there: isOne ? null : (there as FileHandle), size };
    if (!(await isEqual(pair, hash)) || (await wrongPages(here as FileHandle, footer)) !== null) return null;
    return { row_count: footer.row_count, sha256: hash === null ? null : hash.digest('hex') };
  });
}

interface OpenPair {
  readonly here: FileHandle;
  /** Null where both are one file, which is only read for its digest. */
  readonly there: FileHandle | null;
  readonly size: number;
}

const EDGE = 64 * 1024;
const PIECE = 2 ** 20;

async function isEqual(pair: OpenPair, hash: Hash | null): Promise<boolean> {
  const { there, size } = pair;
  if (there === null && hash === null) return true;
  for (const edge of [Math.max(0, size - EDGE), 0]) if ((await equalPiece(pair, edge, EDGE)) === null) return false;
  for (let position = 0; position < size; position += PIECE) {
    const piece = await equalPiece(pair, position, PIECE);
    if (piece === null) return false;
    hash?.update(piece);
  }
  return true;
}

/** The bytes there; null where they are not the same, or not as many. */
async function equalPiece({ here, there, size }: OpenPair, position: number, length: number): Promise<Buffer | null> {
  const wanted = Math.min(length, size - position);
  const [one, other] = await Promise.all([
    bytesAt(here, position, wanted),
    there === null ? null : bytesAt(there, position, wanted),
  ]);
  return one.length === wanted && (other === null || one.equals(other)) ? one : null;
}
