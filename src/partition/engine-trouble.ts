/** Which errors of the engine say that the data could not be read, and what they mean for the comparison. */
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES, Inconclusive, type InconclusiveReason } from '../core/outcome.ts';
import type { Side } from '../core/side.ts';
import { EngineError } from '../engine/engine.ts';

interface Meaning {
  readonly pattern: RegExp;
  readonly reason: (side: Side) => InconclusiveReason;
  readonly text: string;
}

/** The first that fits counts. Matched against the message's head only: what follows may quote the data. */
const MEANINGS: readonly Meaning[] = [
  { pattern: /^INTERRUPT\b|interrupted/i, reason: () => 'cancelled', text: 'the work was cancelled' },
  {
    pattern: /^Out of Memory Error|failed to allocate|allocation failure|failed to offload/i,
    reason: () => 'out_of_memory',
    text: 'the engine ran out of memory',
  },
  {
    pattern: /no files found that match|cannot open file|could not open file|no such file|file .* does not exist/i,
    reason: () => 'partition_changed',
    text: 'a file went away while it was read',
  },
  {
    pattern: /failed to cast column|multiple parquet files|schema mismatch|not all files contain|differs? in schema/i,
    reason: () => 'schemas_do_not_unite',
    text: 'the files of this side do not share one schema',
  },
  {
    pattern: /no magic bytes|too small to be a parquet|footer|not a parquet file|metadata|encrypt|non-root schema/i,
    reason: (side) => `${side}_unreadable`,
    text: 'a file has no readable Parquet footer',
  },
  {
    pattern: /unsupported compression codec/i,
    reason: () => 'unsupported_type',
    text: 'a file is compressed with a codec that cannot be read; uncompressed, snappy, gzip, zstd, brotli and LZ4_RAW can',
  },
  {
    pattern: /BYTE_STREAM_SPLIT encoding is only supported/,
    reason: () => 'unsupported_type',
    text: 'a column is encoded as BYTE_STREAM_SPLIT, which can be read for FLOAT and DOUBLE only',
  },
  {
    pattern: /MAP_KEY_VALUE requires/,
    reason: () => 'unsupported_type',
    text: 'a column is a map without values, which cannot be read',
  },
  {
    pattern: /not implemented|unimplemented|only supported|unsupported(?! gzip)/i,
    reason: () => 'unsupported_type',
    text: 'a file uses a type or an encoding that cannot be read',
  },
  {
    pattern:
      /corrupt|decompress|snappy|zstd|gzip|brotli|lz4|thrift|TProtocol|out of buffer|out of range|page|dictionary|row group|invalid (unicode|utf)|malformed|read\w* .*(bytes|past)|seek|checksum|encoding|unexpected|varint|bit ?width|RLE|offset|repetition|definition|parquet/i,
    reason: (side) => `${side}_corrupt`,
    text: 'a file holds data that cannot be decoded',
  },
];

/** Kinds of error that speak of a statement of ours, never of the data. */
const OURS = /^(Binder|Parser|Catalog|Syntax|Permission|Dependency|Settings?)$/;

/** Errors of these kinds that fit nothing above: damaged Parquet made them, of 2,400 files with flipped bits. */
const OTHERWISE_CORRUPT = /^(IO|Invalid|INTERNAL)$/;
const CORRUPT: Meaning = {
  pattern: /^/,
  reason: (side) => `${side}_corrupt`,
  text: 'a file holds data that the engine fails on',
};

/**
 * What an error of the engine, met while `side` was read, means for the comparison. Its detail names the file, where the
 * engine does, and holds no value of the data. An `Inconclusive` is handed back as it is.
 *
 * Throws the error itself where it speaks of our statement, and `OperatingError` `disk_full` (exit 4).
 */
export function inconclusiveFromEngineError(side: Side, error: unknown): Inconclusive {
  if (error instanceof Inconclusive) return error;
  if (!(error instanceof EngineError)) throw error;
  const head = error.message.split('\n', 1)[0] ?? '';
  const message = head.replaceAll(/"[^"]*"|'[^']*'/g, '""');
  if (/no space left|disk quota|max_temp_directory_size/i.test(message)) {
    const trouble = { code: 'disk_full', subject: 'the spill folder', message: 'no space is left for what is spilled' };
    throw new OperatingError(EXIT_CODES.infrastructure, trouble, { cause: error });
  }
  const otherwise = OTHERWISE_CORRUPT.test(error.kind) ? CORRUPT : undefined;
  const meaning = MEANINGS.find(({ pattern }) => pattern.test(message)) ?? otherwise;
  if (OURS.test(error.kind) || meaning === undefined) throw error;
  const file = fileIn(head);
  const where = file === null ? side : `${side}, ${file}`;
  return new Inconclusive(meaning.reason(side), `${where}: ${meaning.text} (${error.kind} error of the engine)`, {
    cause: error,
  });
}

/** The path in a message of the forms that the engine has for files. */
function fileIn(message: string): string | null {
  if (/^(Conversion|Out of Range)/.test(message)) return null;
  return /\b(?:file|pattern|path) ["'](\/[^"']*)["']/i.exec(message)?.[1] ?? null;
}
