import type { BigIntStats, Dirent } from 'node:fs';
import { glob, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { idOf } from '../core/identity.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { filesThatCount } from './compaction-manifest.ts';
import { completePartOf, FileReplaced, openRegular } from './growing-file.ts';
import type { LogSegment, SegmentLookup } from './log-segments.ts';
import { isGone, type LogKind, logUnreadable, systemCodeOf } from './store-trouble.ts';

export interface FoundSegments {
  /** In the order of their paths. */
  readonly segments: LogSegment[];
  /**
   * One `<kind>_log_unreadable` for each file or folder that could not be looked at. None of it is among the
   * segments, so it stays unrecorded and is found once it can be read.
   */
  readonly troubles: OperatingError[];
}

/**
 * What there is to read of a log: every Parquet file, and of every file of JSON lines the complete lines behind its
 * watermark. Known Parquet files come again, under the same id. Segments of our own that were compacted do not come, the
 * file that stands for them does.
 *
 * `location` is a folder (walked, in any layout), a file, or a glob. Temporary and hidden files (`.…`, `_temporary`) are
 * no part of a log. Throws `OperatingError` where there is nothing at the location; a glob may match nothing.
 */
export async function findSegments(
  location: string,
  known: SegmentLookup,
  kind: LogKind = 'mismatch',
): Promise<FoundSegments> {
  const troubles = new Troubles(kind);
  const segments: LogSegment[] = [];
  for (const path of await countingFilesAt(location, troubles)) {
    const segment = await troubles.orNull(path, () => segmentAt(location, path, known));
    if (segment !== null) segments.push(segment);
  }
  return { segments, troubles: troubles.told };
}

export interface FoundFiles {
  /** Absolute, sorted. */
  readonly paths: readonly string[];
  readonly troubles: readonly OperatingError[];
}

/** The files of a log, without looking into them; as `findSegments` finds them. */
export async function findLogFiles(location: string, kind: LogKind): Promise<FoundFiles> {
  const troubles = new Troubles(kind);
  return { paths: await countingFilesAt(location, troubles), troubles: troubles.told };
}

async function countingFilesAt(location: string, troubles: Troubles): Promise<string[]> {
  const found = await logFilesAt(location, troubles);
  return filesThatCount(found, (folder, error) => troubles.add(folder, error));
}

class Troubles {
  readonly kind: LogKind;
  readonly told: OperatingError[] = [];

  constructor(kind: LogKind) {
    this.kind = kind;
  }

  /** What `work` gives; null where its file is gone meanwhile, or where the system refuses it, which is then told. */
  async orNull<T>(path: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!isGone(error) && !(error instanceof FileReplaced)) this.add(path, error);
      return null;
    }
  }

  add(path: string, error: unknown): void {
    if (error instanceof OperatingError) this.told.push(error);
    else if (systemCodeOf(error) === null) throw error;
    else this.told.push(logUnreadable(path, error, this.kind));
  }
}

async function segmentAt(log: string, path: string, known: SegmentLookup): Promise<LogSegment | null> {
  const stats = await stat(path, { bigint: true });
  if (!stats.isFile()) return null; // nothing that may be opened
  const hour = hourOf(path, new Date(Number(stats.mtimeMs)));
  return kindOf(path) === 'parquet'
    ? parquetAt({ log, path, hour }, stats, known)
    : linesAt({ log, path, hour }, known);
}

/** A Parquet file of a log that was just published, as `findSegments` will find it at this location. */
export async function parquetSegmentAt(log: string, path: string): Promise<LogSegment> {
  const stats = await stat(path, { bigint: true });
  return parquetSegment({ log, path, hour: hourOf(path, new Date(Number(stats.mtimeMs))) }, stats);
}

function parquetSegment(place: Place, { dev, ino, size, mtimeNs }: BigIntStats): LogSegment {
  const id = idOf('log_segment', place.path, `${dev}:${ino}`, String(size), String(mtimeNs));
  return { id, ...place, kind: 'parquet', from_offset: null, to_offset: null, file: null };
}

type Place = Pick<LogSegment, 'log' | 'path' | 'hour'>;

async function parquetAt(place: Place, stats: BigIntStats, known: SegmentLookup): Promise<LogSegment> {
  const segment = parquetSegment(place, stats);
  // Leave to read changes nothing that the id is made of: once recorded, an unreadable file would have had its turn.
  if (!known.isSegmentKnown(segment.id)) await (await openRegular(place.path)).close();
  return segment;
}

async function linesAt(place: Place, known: SegmentLookup): Promise<LogSegment | null> {
  const handle = await openRegular(place.path);
  try {
    const part = await completePartOf(handle, known);
    if (part === null) return null;
    const { device_inode, generation, head_hash } = part.file;
    const { from_offset, to_offset } = part;
    const id = idOf('log_segment', place.path, device_inode, generation, head_hash, from_offset, to_offset);
    return { id, ...place, kind: 'jsonl', ...part };
  } finally {
    await handle.close();
  }
}

const PATTERN = /[*?[\]{}]/;

async function logFilesAt(location: string, troubles: Troubles): Promise<string[]> {
  const path = resolve(location);
  const stats = await stat(path).catch((error: unknown) => {
    if (isGone(error)) return null;
    throw logUnreadable(path, error, troubles.kind);
  });
  if (stats?.isDirectory()) return (await walk(path, troubles)).sort();
  if (stats !== null) return [path]; // also a file with a `*` in its name
  if (!PATTERN.test(location)) throw nothingThere(location, troubles.kind);
  return globbed(location, troubles);
}

async function globbed(location: string, troubles: Troubles): Promise<string[]> {
  // The glob takes a folder that it may not list for an empty one; at least the one that it starts from is asked.
  const start = location.slice(0, location.search(PATTERN));
  await entriesOf(resolve(start.slice(0, start.lastIndexOf('/') + 1)), troubles);
  const found = new Set<string>();
  for await (const match of glob(location)) {
    const matched = resolve(match);
    const isFolder = (await stat(matched).catch(() => null))?.isDirectory() ?? false;
    for (const file of isFolder ? await walk(matched, troubles) : [matched]) {
      if (isLogFile(basename(file))) found.add(file);
    }
  }
  return [...found].sort();
}

/** Links to files are followed, links to folders are not: they may lead in circles. */
async function walk(folder: string, troubles: Troubles): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await entriesOf(folder, troubles)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && entry.name !== '_temporary') paths.push(...(await walk(path, troubles)));
    } else if (isLogFile(entry.name)) paths.push(path);
  }
  return paths;
}

async function entriesOf(folder: string, troubles: Troubles): Promise<Dirent[]> {
  return (await troubles.orNull(folder, () => readdir(folder, { withFileTypes: true }))) ?? [];
}

function isLogFile(name: string): boolean {
  return !name.startsWith('.') && /\.(parquet|jsonl|ndjson|json)$/i.test(name);
}

function kindOf(path: string): LogSegment['kind'] {
  return /\.parquet$/i.test(path) ? 'parquet' : 'jsonl';
}

/** From `ds=…/hour=…` in the path, else from the time of the last change. */
function hourOf(path: string, changed_at: Date): string {
  const day = [...path.matchAll(/\/ds=(\d{4}-\d{2}-\d{2})(?=\/)/g)].at(-1)?.[1];
  const hour = [...path.matchAll(/\/hour=([01]?\d|2[0-3])(?=\/)/g)].at(-1)?.[1];
  if (day !== undefined && hour !== undefined) return `${day}T${hour.padStart(2, '0')}`;
  return changed_at.toISOString().slice(0, 13);
}

function nothingThere(location: string, kind: LogKind): OperatingError {
  return new OperatingError(EXIT_CODES.usage, {
    code: `${kind}_log_missing`,
    subject: location,
    message: 'there is no file or folder',
    hint: `give the folder, the file or a glob of a ${kind} log`,
  });
}
