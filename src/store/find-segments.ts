import type { Dirent } from 'node:fs';
import { glob, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { idOf } from '../core/identity.ts';
import { messageOf, OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { completePartOf, openRegular } from './growing-file.ts';
import type { LogSegment, WatermarkLookup } from './log-segments.ts';
import { systemCodeOf } from './store-trouble.ts';

/**
 * What there is to read of a mismatch log: every Parquet file, and of every file of JSON lines the complete lines behind
 * its watermark. Known Parquet files come again, under the same id. In the order of their paths.
 *
 * `location` is a folder (walked, in any layout), a file, or a glob. Temporary and hidden files (`.…`, `_temporary`) are
 * no part of a log. Throws `OperatingError` where there is nothing at the location, or a folder cannot be listed; a glob
 * may match nothing.
 */
export async function findSegments(location: string, known: WatermarkLookup): Promise<LogSegment[]> {
  const segments: LogSegment[] = [];
  for (const path of await logFilesAt(location)) {
    const segment = await segmentAt(location, path, known);
    if (segment !== null) segments.push(segment);
  }
  return segments;
}

async function segmentAt(log: string, path: string, known: WatermarkLookup): Promise<LogSegment | null> {
  const stats = await stat(path, { bigint: true }).catch(() => null);
  if (stats === null || !stats.isFile()) return null; // gone meanwhile, or nothing that may be opened
  const hour = hourOf(path, new Date(Number(stats.mtimeMs)));
  if (kindOf(path) === 'parquet') {
    const { dev, ino, size, mtimeNs } = stats;
    const id = idOf('log_segment', path, `${dev}:${ino}`, String(size), String(mtimeNs));
    return { id, log, path, kind: 'parquet', from_offset: null, to_offset: null, hour, file: null };
  }
  const part = await partAt(path, known);
  if (part === null) return null;
  const { file, from_offset, to_offset } = part;
  const { device_inode, generation, head_hash } = file;
  const id = idOf('log_segment', path, device_inode, generation, head_hash, from_offset, to_offset);
  return { id, log, path, kind: 'jsonl', from_offset, to_offset, hour, file };
}

async function partAt(path: string, known: WatermarkLookup) {
  try {
    const handle = await openRegular(path);
    try {
      return await completePartOf(handle, known);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return null;
    throw unreadable(path, error);
  }
}

async function logFilesAt(location: string): Promise<string[]> {
  const path = resolve(location);
  const stats = await stat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return null;
    throw unreadable(path, error);
  });
  if (stats?.isDirectory()) return (await walk(path)).sort();
  if (stats !== null) return [path]; // also a file with a `*` in its name
  if (!/[*?[\]{}]/.test(location)) throw nothingThere(location);
  const found = new Set<string>();
  for await (const match of glob(location)) {
    const matched = resolve(match);
    const isFolder = (await stat(matched).catch(() => null))?.isDirectory() ?? false;
    for (const file of isFolder ? await walk(matched) : [matched]) if (isLogFile(basename(file))) found.add(file);
  }
  return [...found].sort();
}

/** Links to files are followed, links to folders are not: they may lead in circles. */
async function walk(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && entry.name !== '_temporary') paths.push(...(await walk(path)));
    } else if (isLogFile(entry.name)) paths.push(path);
  }
  return paths;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw unreadable(folder, error);
  }
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

function nothingThere(location: string): OperatingError {
  return new OperatingError(EXIT_CODES.usage, {
    code: 'mismatch_log_missing',
    subject: location,
    message: 'there is no file or folder',
    hint: 'give the folder, the file or a glob of a mismatch log',
  });
}

function unreadable(path: string, error: unknown): OperatingError {
  const trouble = {
    code: 'mismatch_log_unreadable',
    subject: path,
    message: messageOf(error),
    hint: 'give the user that runs shadowcheck read access',
  };
  return new OperatingError(EXIT_CODES.infrastructure, trouble, { cause: error });
}
