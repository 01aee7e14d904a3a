/** Which format a file is in, told from its name; a name without a known ending is told by the Parquet magic. */
import type { FileFormat } from '../core/landing.ts';

const PLAIN_CSV: FileFormat = { kind: 'csv', delimiter: null, header: true, null_text: null, columns: [] };

const ENDINGS: readonly (readonly [RegExp, FileFormat])[] = [
  [/\.(parquet|parq|pq)$/i, { kind: 'parquet' }],
  [/\.csv$/i, PLAIN_CSV],
  [/\.tsv$/i, { ...PLAIN_CSV, delimiter: '\t' }],
  [/\.(jsonl|ndjson|json)$/i, { kind: 'jsonl', columns: [] }],
];

/** The format that a file name tells; null where it tells none. `.gz` and `.zst` are looked through, for text formats. */
export function formatOfName(name: string): FileFormat | null {
  const inner = name.replace(/\.(gz|zst)$/i, '');
  const format = ENDINGS.find(([ending]) => ending.test(inner))?.[1] ?? null;
  return format?.kind === 'parquet' && inner !== name ? null : format;
}

export type Compression = 'gzip' | 'zstd';

/** The compression that a file name promises. */
export function compressionOfName(name: string): Compression | null {
  if (/\.gz$/i.test(name)) return 'gzip';
  return /\.zst$/i.test(name) ? 'zstd' : null;
}

/** The compression that the first bytes show. No text starts with these bytes: they are not UTF-8. */
export function compressionOfMagic(start: Uint8Array): Compression | null {
  const starts = (...magic: number[]) => magic.every((byte, i) => start[i] === byte);
  if (starts(0x1f, 0x8b)) return 'gzip';
  return starts(0x28, 0xb5, 0x2f, 0xfd) ? 'zstd' : null;
}
