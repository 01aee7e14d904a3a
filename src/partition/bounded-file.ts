/** Small files that a producer left beside its data, read whole: never more of one than its bound, and never a FIFO. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

export interface BoundedFile {
  readonly bytes: Uint8Array;
  readonly mtime_ms: number;
}

/**
 * All of a regular file of at most `bytes_max` bytes; null where nothing is there or it is no regular file.
 *
 * Throws `RangeError` for a larger file, which is not read, and what the file system throws.
 */
export function readBounded(path: string, bytes_max: number): BoundedFile | null {
  const file = openOrNull(path);
  if (file === null) return null;
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return null;
    if (found.size > bytes_max) throw new RangeError(`it has ${found.size} bytes, and at most ${bytes_max} are read`);
    // One byte more than there was: a file that grows while it is read is not cut to something that looks whole.
    const bytes = new Uint8Array(found.size + 1);
    let at = 0;
    for (let got = -1; got !== 0 && at < bytes.length; at += got)
      got = readSync(file, bytes, at, bytes.length - at, at);
    if (at > found.size) throw new RangeError('it grew while it was read');
    return { bytes: bytes.subarray(0, at), mtime_ms: found.mtimeMs };
  } finally {
    closeSync(file);
  }
}

function openOrNull(path: string): number | null {
  try {
    // Non-blocking: opening a FIFO would wait for its writer.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ENXIO: a socket.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENXIO') return null;
    throw error;
  }
}
