/**
 * Whether a Parquet file can be believed without its values being decoded: its footer can be read, counts and places in it
 * fit each other and the file, the headers of its pages lead from the first page of every column to its last, hold as many
 * values as the footer says, and the pages' checksums, where the writer left any, are right.
 *
 * What is not sound here may still be read by the engine, which is more lenient with old writers: it is no shortcut, no more.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { bytesAt, readFooter, type Wrong } from './parquet-footer.ts';
import { asStruct, type ColumnChunk, numberAt, type ParquetMetadata, parseFooter } from './parquet-metadata.ts';
import type { PinnedFile } from './pin.ts';
import { readThrift, ThriftError, type ThriftStruct } from './thrift-reader.ts';

/** A footer that fits its file. */
export interface SoundFooter {
  readonly metadata: ParquetMetadata;
  readonly row_count: bigint;
}

/**
 * Opens files, in their order, for a look that may be given up: null where one cannot be opened or read, since who reads it
 * in earnest tells why.
 */
export async function openSound<T>(
  files: readonly PinnedFile[],
  work: (handles: readonly FileHandle[]) => Promise<T | null>,
): Promise<T | null> {
  const handles: FileHandle[] = [];
  try {
    // Non-blocking: a FIFO may have taken the place of a file.
    for (const { path } of files) handles.push(await open(path, constants.O_RDONLY | constants.O_NONBLOCK));
    return await work(handles);
  } catch (error) {
    // Of the system: EACCES, EIO, a file that is gone.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  } finally {
    for (const handle of handles) await handle.close();
  }
}

/** The row count of a file by its footer; null where it is not sound. `pages`: its pages are looked at too. */
export function soundRowCount(file: PinnedFile, pages: boolean): Promise<bigint | null> {
  return openSound([file], async ([handle]) => {
    const footer = await readSoundFooter(handle as FileHandle, Number(file.size));
    if ('wrong' in footer) return null;
    return pages && (await wrongPages(handle as FileHandle, footer)) !== null ? null : footer.row_count;
  });
}

/** More is parsed more slowly than the file is read. */
const FOOTER_MAX = 64 * 2 ** 20;

/** The footer of an open file of `size` bytes, if it can be read and its row groups lie in the file one beside the other. Reads no page. */
export async function readSoundFooter(file: FileHandle, size: number): Promise<SoundFooter | Wrong> {
  const footer = await readFooter(file, size);
  if ('wrong' in footer) return footer;
  if (footer.bytes.length > FOOTER_MAX) return { wrong: `its footer has ${footer.bytes.length} bytes` };
  const metadata = parseFooter(footer.bytes);
  if (metadata === null) return { wrong: 'its footer cannot be parsed' };
  const wrong = wrongCounts(metadata) ?? wrongPlaces(metadata, footer.start);
  return wrong === null ? { metadata, row_count: BigInt(metadata.num_rows) } : { wrong };
}

function wrongCounts({ num_rows, nodes, row_groups }: ParquetMetadata): string | null {
  const [root, ...columns] = nodes;
  const leaves = columns.filter(({ children }) => children === 0);
  const isFlat = root?.children === columns.length && columns.every(({ is_repeated }) => !is_repeated);
  if (leaves.length === 0) return 'it has no column';
  let rows = 0;
  for (const group of row_groups) {
    if (!(group.num_rows >= 0)) return 'a row group says no count of rows';
    if (group.chunks.length !== leaves.length) return 'a row group has other columns than the schema';
    if (isFlat && group.chunks.some(({ num_values }) => num_values !== group.num_rows))
      return 'a column has other than one value a row';
    rows += group.num_rows;
  }
  return rows === num_rows ? null : 'its row groups have other rows than the whole';
}

/** Chunks of no bytes hold nothing; all others lie between the magic and the footer, and no two on each other. */
function wrongPlaces({ row_groups }: ParquetMetadata, end: number): string | null {
  const chunks = row_groups.flatMap((group) => group.chunks).sort((one, other) => one.start - other.start);
  let free = 4;
  for (const { start, size, is_here } of chunks) {
    if (!is_here) return 'a column stands in another file, or is encrypted';
    if (size === 0) continue;
    if (!(start >= free && size >= 0 && start + size <= end)) return 'its row groups lead out of the file';
    free = start + size;
  }
  return null;
}

/** What is wrong with the pages of a file with this footer; null for nothing. Reads headers only, and pages that have a checksum. */
export async function wrongPages(file: FileHandle, { metadata }: SoundFooter): Promise<string | null> {
  try {
    for (const { chunks } of metadata.row_groups) {
      for (const chunk of chunks) {
        const wrong = await wrongChunk(file, chunk);
        if (wrong !== null) return wrong;
      }
    }
    return null;
  } catch (error) {
    if (error instanceof ThriftError) return `the header of a page cannot be read: ${error.message}`;
    throw error;
  }
}

const PAGE = { data: 0, data_v2: 3 };

async function wrongChunk(file: FileHandle, { start, size, num_values }: ColumnChunk): Promise<string | null> {
  const end = start + size;
  const window = new FileWindow(file);
  let values = 0;
  let position = start;
  while (position < end) {
    const { struct, end: body } = await headerAt(window, position, end);
    const length = numberAt(struct, 3);
    if (!(length >= 0 && body + length <= end)) return 'a page leads out of its column';
    const type = numberAt(struct, 1);
    if (type === PAGE.data) values += numberAt(asStruct(struct.get(5)), 1);
    if (type === PAGE.data_v2) values += numberAt(asStruct(struct.get(8)), 1);
    if (struct.has(4) && (await crcOf(window, body, length)) !== numberAt(struct, 4) >>> 0)
      return 'the checksum of a page is another';
    position = body + length;
  }
  return values === num_values ? null : 'the pages of a column have other values than its footer says';
}

/** Headers hold statistics, which may be long texts; most take less than a hundred bytes. */
const HEADER_BYTES = [256, 16 * 1024, 2 ** 20];

async function headerAt(
  window: FileWindow,
  position: number,
  end: number,
): Promise<{ struct: ThriftStruct; end: number }> {
  for (const bytes of HEADER_BYTES) {
    const length = Math.min(bytes, end - position);
    try {
      const { struct, end: read } = readThrift(await window.bytes(position, length));
      return { struct, end: position + read };
    } catch (error) {
      if (!(error instanceof ThriftError) || length < bytes || bytes === HEADER_BYTES.at(-1)) throw error;
    }
  }
  throw new ThriftError('it is too long');
}

const PIECE = 2 ** 20;

async function crcOf(window: FileWindow, start: number, length: number): Promise<number> {
  let crc = 0;
  for (let done = 0; done < length; done += PIECE) {
    crc = crc32(await window.bytes(start + done, Math.min(PIECE, length - done)), crc);
  }
  return crc;
}

/** Small reads that follow each other closely are one read of the file. */
class FileWindow {
  static readonly SIZE = 64 * 1024;
  readonly #file: FileHandle;
  #start = 0;
  #held: Buffer = Buffer.alloc(0);

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Throws `ThriftError` where the file is shorter. */
  async bytes(position: number, length: number): Promise<Buffer> {
    if (position < this.#start || position + length > this.#start + this.#held.length) {
      this.#start = position;
      this.#held = await bytesAt(this.#file, position, Math.max(length, FileWindow.SIZE));
      if (this.#held.length < length) throw new ThriftError('the file ends too early');
    }
    return this.#held.subarray(position - this.#start, position - this.#start + length);
  }
}
