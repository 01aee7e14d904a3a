/** What a location stands for on the disk: a file, a folder walked to its depth, or a glob. */
import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { messageOf, OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { expandBraces, looksLikeGlob, matcherOfSegment } from './glob.ts';

export interface Listing {
  readonly kind: 'file' | 'folder' | 'glob';
  /** The folder that the files are below: what partition levels and shown paths are told from. */
  readonly base: string;
  /** Absolute paths of regular files, sorted by code units, each once. */
  readonly files: readonly string[];
}

/**
 * The regular files of a location: absolute paths, sorted, each once. A folder is walked; names that start with `.` or
 * `_` are left out, as Hive and Spark do. A path that exists is a name, whatever characters it holds; only otherwise
 * can it be a pattern, and the same goes for each folder in a pattern.
 *
 * Throws `OperatingError`: `path_not_found` (exit 2) where nothing is there, `not_a_regular_file` for a FIFO, socket or
 * device (never opened), `link_loop`, `path_unreadable`.
 */
export async function listFiles(location: string): Promise<string[]> {
  return [...(await listLocation(location)).files];
}

/** As `listFiles`, with what kind of place it is. */
export async function listLocation(location: string): Promise<Listing> {
  const path = resolve(location);
  const found = await look(path);
  if (found?.isDirectory()) return { kind: 'folder', base: path, files: await filesBelow(path) };
  if (found !== null) return { kind: 'file', base: dirname(path), files: [await regular(path, found)] };
  if (!looksLikeGlob(path)) throw notFound(location, 'nothing is there');
  return listGlob(location, path);
}

/** Throws what `listFiles` would throw for a location where nothing is; walks nothing unless it is a pattern. */
export async function requireLocation(location: string): Promise<void> {
  const path = resolve(location);
  if ((await look(path)) === null) await listLocation(path);
}

async function listGlob(location: string, path: string): Promise<Listing> {
  const { base, rest } = await literalPrefix(path);
  const files = new Set<string>();
  for (const pattern of patternsOf(location, rest)) {
    const segments = pattern.split(sep).filter((segment, i, all) => segment !== '**' || all[i - 1] !== '**');
    for (const match of await matches(base, segments)) {
      const found = await look(match);
      if (found === null) throw vanished(match);
      for (const file of found.isDirectory() ? await filesBelow(match) : [await regular(match, found)]) files.add(file);
    }
  }
  if (files.size === 0) throw notFound(location, 'no file matches this pattern');
  return { kind: 'glob', base, files: [...files].sort() };
}

function patternsOf(location: string, rest: string): string[] {
  try {
    return expandBraces(rest);
  } catch (error) {
    const trouble = { code: 'pattern_too_wide', subject: location, message: messageOf(error) };
    throw new OperatingError(EXIT_CODES.usage, { ...trouble, hint: 'Name fewer alternatives, or use *.' });
  }
}

/** As many leading folders of a pattern as exist under exactly their name; the rest is the pattern proper. */
async function literalPrefix(path: string): Promise<{ base: string; rest: string }> {
  const segments = path.split(sep).slice(1);
  let base: string = sep;
  while (segments.length > 1) {
    const next = join(base, segments[0] as string);
    if (!(await look(next))?.isDirectory()) break;
    base = next;
    segments.shift();
  }
  return { base, rest: segments.join(sep) };
}

async function matches(folder: string, segments: readonly string[]): Promise<string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [folder];
  const exact = join(folder, segment);
  if (segment !== '**' && (await look(exact)) !== null) return matchRest(exact, rest);
  const found: string[] = segment === '**' && rest.length > 0 ? await matches(folder, rest) : [];
  const fits = segment === '**' ? matcherOfSegment('*') : matcherOfSegment(segment);
  for (const entry of await entriesOf(folder)) {
    if (!fits(entry.name)) continue;
    const path = join(folder, entry.name);
    // Links are not followed by `**`: they may lead back up.
    if (segment === '**' && rest.length > 0) found.push(...(entry.isDirectory() ? await matches(path, segments) : []));
    else found.push(...(await matchRest(path, segment === '**' ? [] : rest)));
  }
  return found;
}

async function matchRest(path: string, rest: readonly string[]): Promise<string[]> {
  if (rest.length === 0) return [path];
  return (await look(path))?.isDirectory() ? matches(path, rest) : [];
}

/** All regular files below a folder, sorted. Linked folders are followed, except back into themselves. */
export async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  const walk = async (path: string, above: readonly string[]): Promise<void> => {
    for (const entry of await entriesOf(path)) {
      if (isIgnored(entry.name)) continue;
      const child = join(path, entry.name);
      if (entry.isFile()) {
        files.push(child);
        continue;
      }
      const found = await look(child);
      if (found === null) throw vanished(child);
      if (!found.isDirectory()) {
        files.push(await regular(child, found));
        continue;
      }
      const real = await realpath(child);
      if (above.includes(real)) throw refused(child, 'link_loop', 'this link leads back to a folder above it');
      await walk(child, [...above, real]);
    }
  };
  await walk(folder, [await realpath(folder)]);
  return files.sort();
}

/** Names that no reader of a Hive layout takes for data: markers, temporary and hidden files. */
export function isIgnored(name: string): boolean {
  return name.startsWith('.') || name.startsWith('_');
}

/** The entries of a folder; empty where it is no folder. */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw unreadable(folder, error);
  }
}

/** What is at a path, links followed; null where nothing is. */
export async function look(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw unreadable(path, error);
  }
}

async function regular(path: string, found: Stats): Promise<string> {
  if (found.isFile()) return path;
  throw refused(path, 'not_a_regular_file', 'this is neither a file nor a folder, and opening it could wait for ever');
}

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}

function notFound(location: string, message: string): OperatingError {
  const hint = 'Check the path; a relative path starts in the working folder.';
  return new OperatingError(EXIT_CODES.usage, { code: 'path_not_found', subject: location, message, hint });
}

function vanished(path: string): OperatingError {
  const message = 'listed, but it cannot be opened: a broken link, just removed, or a name that is not UTF-8';
  return refused(path, 'path_unreadable', message);
}

function unreadable(path: string, error: unknown): OperatingError {
  return refused(
    path,
    'path_unreadable',
    `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
  );
}

function refused(path: string, code: string, message: string): OperatingError {
  return new OperatingError(EXIT_CODES.inconclusive, { code, subject: path, place: basename(path), message });
}
