/**
 * Files of JSON lines that others still write to: which file it is, and which part of it is complete.
 *
 * A path does not tell which file it is (logs are rotated), and an inode not either (it is used again, a file is
 * truncated). So the identity is device and inode, the hash of the first line, and the hash of what stands right before
 * the watermark; where one of them changed, another file has taken the place and is read from its start, as the next
 * generation.
 */
import { createHash } from 'node:crypto';
import { constants, type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileIdentity, Watermark, WatermarkLookup } from './log-segments.ts';
import { isGone } from './store-trouble.ts';

export const LINE_BYTES_MAX = 1_000_000;
const HASHED_BYTES = 4096;
const CHUNK_BYTES = 65_536;
const NEWLINE = 10;

export interface CompletePart {
  readonly from_offset: number;
  readonly to_offset: number;
  readonly file: FileIdentity;
}

/** What was looked at is not there any more: it was cut, or something else stands in its place. No trouble of the system. */
export class FileReplaced extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FileReplaced';
  }
}

/**
 * Opens a regular file. Anything else (a FIFO would block for ever) is `FileReplaced`; what the system refuses is its
 * own error.
 */
export async function openRegular(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if ((await handle.stat()).isFile()) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  throw new FileReplaced('not a regular file');
}

/** `device:inode` of what stands at a path, which may be told without leave to read it; null where nothing stands. */
async function deviceInodeAt(path: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** `device:inode` of an open file. */
export async function deviceInodeOf(handle: FileHandle): Promise<string> {
  const { dev, ino } = await handle.stat({ bigint: true });
  return `${dev}:${ino}`;
}

/** The complete lines behind the watermark; null where there are none yet. */
export async function completePartOf(handle: FileHandle, known: WatermarkLookup): Promise<CompletePart | null> {
  const size = (await handle.stat()).size;
  const device_inode = await deviceInodeOf(handle);
  const watermark = known.jsonlWatermark(device_inode);
  const head_hash = await headHashOf(handle, size);
  const isSame = watermark !== null && (await standsBefore(handle, size, head_hash, watermark));
  const from_offset = isSame ? watermark.offset_bytes : 0;
  const generation = watermark === null ? 0 : watermark.generation + (isSame ? 0 : 1);
  const to_offset = await completeUntil(handle, from_offset, size);
  if (to_offset === from_offset) return null;
  const tail_hash = await tailHashOf(handle, to_offset);
  return { from_offset, to_offset, file: { device_inode, generation, head_hash, tail_hash } };
}

/** Opens the file of an identity, also where a rotation has renamed it within its folder; null where it is gone or was changed. */
export async function openSame(path: string, file: FileIdentity, to_offset: number): Promise<FileHandle | null> {
  const folder = dirname(path);
  const siblings = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  for (const candidate of [path, ...siblings.map((entry) => join(folder, entry.name))]) {
    // Asked before it is opened: a neighbour that may not be read is no trouble of this file.
    if ((await deviceInodeAt(candidate)) !== file.device_inode) continue;
    const handle = await openIfSame(candidate, file, to_offset);
    if (handle !== null) return handle;
  }
  return null;
}

async function openIfSame(path: string, file: FileIdentity, to_offset: number): Promise<FileHandle | null> {
  let handle: FileHandle | null = null;
  let isSame = false;
  try {
    handle = await openRegular(path);
    isSame = await isSameFile(handle, file, to_offset);
  } catch (error) {
    if (!isGone(error) && !(error instanceof FileReplaced)) throw error;
  } finally {
    if (!isSame) await handle?.close();
  }
  return isSame ? handle : null;
}

/** Whether an open file is the one, up to this offset, that the identity was taken of. */
async function isSameFile(handle: FileHandle, file: FileIdentity, to_offset: number): Promise<boolean> {
  if ((await deviceInodeOf(handle)) !== file.device_inode) return false;
  const size = (await handle.stat()).size;
  return standsBefore(handle, size, await headHashOf(handle, size), { ...file, offset_bytes: to_offset });
}

async function standsBefore(handle: FileHandle, size: number, head_hash: string, known: Watermark): Promise<boolean> {
  if (size < known.offset_bytes || head_hash !== known.head_hash) return false;
  return (await tailHashOf(handle, known.offset_bytes)) === known.tail_hash;
}

/** The first line without its end, at most 4 KiB of it: it does not change when the file grows. */
async function headHashOf(handle: FileHandle, size: number): Promise<string> {
  const head = await readAt(handle, 0, Math.min(size, HASHED_BYTES));
  const end = head.indexOf(NEWLINE);
  return hashOf(end === -1 ? head : head.subarray(0, end));
}

async function tailHashOf(handle: FileHandle, offset: number): Promise<string> {
  const from = Math.max(0, offset - HASHED_BYTES);
  return hashOf(await readAt(handle, from, offset - from));
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

/**
 * Behind the last newline; or the end of the file, where what stands behind the last newline is a whole JSON object. No
 * beginning of an object is itself one, so it cannot be torn; without this the last entry of a file that was written
 * without a final newline would never be read.
 */
async function completeUntil(handle: FileHandle, from: number, size: number): Promise<number> {
  const start = (await lastNewline(handle, from, size)) + 1;
  const rest = size - start;
  if (rest === 0 || rest > LINE_BYTES_MAX) return start;
  return isJsonObject(await readAt(handle, start, rest)) ? size : start;
}

/** Offset of the last newline in the part; `from - 1` where there is none. */
async function lastNewline(handle: FileHandle, from: number, to: number): Promise<number> {
  for (let end = to; end > from; end -= CHUNK_BYTES) {
    const start = Math.max(from, end - CHUNK_BYTES);
    const found = (await readAt(handle, start, end - start)).lastIndexOf(NEWLINE);
    if (found !== -1) return start + found;
  }
  return from - 1;
}

function isJsonObject(bytes: Uint8Array): boolean {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

export interface Line {
  /** From 1, within the part. */
  readonly number: number;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** Without the newline; null where it is longer than `LINE_BYTES_MAX`. */
  readonly bytes: Uint8Array | null;
}

/** The lines of a part, one by one, in memory that does not grow with their length. Throws where the file has become shorter. */
export async function* linesOf(handle: FileHandle, from: number, to: number): AsyncIterable<Line> {
  let number = 1;
  let pending: Uint8Array[] = [];
  let pending_bytes = 0;
  let offset = from;
  const add = (part: Uint8Array): void => {
    pending_bytes += part.length;
    if (pending_bytes > LINE_BYTES_MAX) pending = [];
    else pending.push(part);
  };
  const take = (): Line => {
    const line = { number: number++, offset, bytes: pending_bytes > LINE_BYTES_MAX ? null : Buffer.concat(pending) };
    offset += pending_bytes + 1;
    pending = [];
    pending_bytes = 0;
    return line;
  };
  for (let at = from; at < to; at += CHUNK_BYTES) {
    const chunk = await readAt(handle, at, Math.min(CHUNK_BYTES, to - at));
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (pending_bytes > 0) yield take();
}

/** How many lines end before this offset: only asked where a line has to be named. */
export async function lineCountBefore(handle: FileHandle, offset: number): Promise<number> {
  let count = 0;
  for (let at = 0; at < offset; at += CHUNK_BYTES) {
    const chunk = await readAt(handle, at, Math.min(CHUNK_BYTES, offset - at));
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, end + 1)) count++;
  }
  return count;
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) throw new FileReplaced('the file became shorter while it was read');
    filled += bytesRead;
  }
  return buffer;
}
