/**
 * The bytes of a text file, decompressed. Node's own decompressors and not the engine's, because what is cut must fail:
 * gzip's checksum and length are verified to the last byte. Node's zstd stops silently after the first frame, so the
 * frames of a file are read one after the other until its end.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Duplex, pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { compressionOfMagic } from './file-format.ts';
import { bytesAt } from './parquet-footer.ts';

const CHUNK_BYTES = 1 << 20;

/** Chunks of up to about 1 MB. Throws the stream's error where the file is cut or damaged. */
export async function* textBytes(path: string): AsyncGenerator<Uint8Array> {
  const { start, size } = await startOf(path);
  switch (compressionOfMagic(start)) {
    case null:
      yield* createReadStream(path, { highWaterMark: CHUNK_BYTES });
      return;
    case 'gzip':
      yield* through(path, 0, createGunzip({ chunkSize: CHUNK_BYTES }));
      return;
    case 'zstd':
      for (let position = 0; position < size; ) {
        const frame = createZstdDecompress({ chunkSize: CHUNK_BYTES });
        yield* through(path, position, frame);
        if (frame.bytesWritten === 0) throw new Error('a zstd frame without bytes');
        position += frame.bytesWritten;
      }
  }
}

async function startOf(path: string): Promise<{ start: Uint8Array; size: number }> {
  const file = await open(path);
  try {
    return { start: await bytesAt(file, 0, 4), size: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

function through(path: string, start: number, decompressor: Duplex): AsyncIterable<Uint8Array> {
  // An error on either end destroys both, and the reader of the decompressor is told.
  pipeline(createReadStream(path, { start, highWaterMark: CHUNK_BYTES }), decompressor, () => {});
  return decompressor;
}
