/** The frame of a Parquet file: `PAR1`, data, footer, footer length (4 bytes, little endian), `PAR1`. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

const MAGIC = 'PAR1';
const ENCRYPTED_MAGIC = 'PARE';
/** Both magics, the footer length, and a footer of at least one byte. */
const SIZE_MIN = 13;

/** What the frame shows: the footer's sha256, or what is wrong with it. */
export type FooterLook = { readonly sha256: string } | Wrong;

export interface Wrong {
  readonly wrong: string;
}

/**
 * Reads the frame of an open file of `size` bytes. A file that was cut anywhere has no magic at its end (or, by chance,
 * a footer length that leads out of it), so that a half-written file is never taken for a whole one.
 */
export async function lookAtFooter(file: FileHandle, size: number): Promise<FooterLook> {
  const footer = await readFooter(file, size);
  return 'wrong' in footer ? footer : { sha256: createHash('sha256').update(footer.bytes).digest('hex') };
}

/** The footer as it stands in an open file of `size` bytes; it starts at `start`. */
export async function readFooter(
  file: FileHandle,
  size: number,
): Promise<{ readonly bytes: Buffer; readonly start: number } | Wrong> {
  if (size === 0) return { wrong: 'it has 0 bytes' };
  if (size < SIZE_MIN) return { wrong: `it has ${size} bytes, too few for a Parquet file` };
  const start = await bytesAt(file, 0, 4);
  const end = await bytesAt(file, size - 8, 8);
  if (start.toString('latin1') !== MAGIC) return { wrong: 'it does not start with the Parquet magic' };
  const endMagic = end.subarray(4).toString('latin1');
  if (endMagic === ENCRYPTED_MAGIC) return { wrong: 'its footer is encrypted' };
  if (endMagic !== MAGIC) return { wrong: 'it does not end with the Parquet magic: truncated, or still being written' };
  const length = end.readUInt32LE(0);
  if (length === 0 || length > size - 12) return { wrong: `its footer length, ${length}, leads out of the file` };
  const position = size - 8 - length;
  const bytes = await bytesAt(file, position, length);
  if (bytes.length < length) return { wrong: 'it became shorter while it was read' };
  return { bytes, start: position };
}

/** Up to `length` bytes from `position`; fewer at the end of the file. */
export async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

export function isParquetMagic(start: Uint8Array): boolean {
  return Buffer.from(start.subarray(0, 4)).toString('latin1') === MAGIC;
}
