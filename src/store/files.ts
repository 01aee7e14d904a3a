/**
 * The one door for writing files that must survive a crash: at any moment the old state stands or the new one, never
 * half of it.
 *
 * A file is written under a temporary name beside its final one, fsynced, and only then given its name: by `link()`,
 * which fails if the name is taken, so that of many writers one wins; or by `rename()` for pages that are rewritten. The
 * folder is fsynced last: before that, a power cut may forget the name.
 */
import { randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { link, lstat, mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { openDatabase } from './database.ts';
import { fileTrouble, systemCodeOf } from './store-trouble.ts';

/** Paths may be absolute or relative. All methods throw `OperatingError` with exit code 4, the path as its subject. */
export interface FilePort {
  /** Puts a file where none stands. `already_there` leaves the file that stands untouched; either way it is durable. */
  publish(path: string, bytes: Uint8Array): Promise<'published' | 'already_there'>;
  /** Puts a file in the place of the one that stands, if any. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** Gives a file another name, which must be free: it is kept, and its place is free. */
  setAside(path: string, newPath: string): Promise<void>;
  /** Removes a file; nothing where there is none. Until the folder's next fsync a power cut may bring it back. */
  remove(path: string): Promise<void>;
  /** Removes a folder where it is empty; says whether it is gone. */
  removeEmptyFolder(path: string): Promise<boolean>;
  /** The bytes of a file; null where there is none. */
  read(path: string): Promise<Uint8Array | null>;
  /** Makes a folder and the missing ones above it, durably. */
  makeFolder(path: string): Promise<void>;
  /**
   * Removes the temporary files, at any depth, of writers that run no more; returns how many. Made for the store's whole
   * folder, `sweepTemporary(config.store)`, once a run and under the lease: only names that the store itself gives are
   * touched, `spill/` is left to its own sweep, a folder below that may not be listed is passed over, and a folder costs
   * one listing however many files it holds (3,000 folders with 12,000 files: under 0.1 s). A folder that is missing is an
   * empty one.
   */
  sweepTemporary(folder: string): Promise<number>;
}

export const nodeFiles: FilePort = {
  publish: (path, bytes) => translated(path, () => publish(resolve(path), bytes)),
  replace: (path, bytes) => translated(path, () => replace(resolve(path), bytes)),
  setAside: (path, newPath) => translated(path, () => setAside(resolve(path), resolve(newPath))),
  remove: (path) => translated(path, () => rm(resolve(path), { force: true })),
  removeEmptyFolder: (path) => translated(path, () => removeEmptyFolder(resolve(path))),
  read: (path) => translated(path, () => read(resolve(path))),
  makeFolder: (path) => translated(path, () => makeFolder(resolve(path))),
  sweepTemporary: (folder) => translated(folder, () => sweepTemporary(resolve(folder))),
};

async function publish(path: string, bytes: Uint8Array): Promise<'published' | 'already_there'> {
  const outcome = await throughTemporary(path, bytes, async (temporary) => {
    try {
      await link(temporary, path);
      return 'published';
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw linkTrouble(error, path);
      if (!(await lstat(path)).isFile()) throw notAFile(path);
      return 'already_there';
    }
  });
  // Also for the loser: the winner may have died between its link and its fsync.
  await syncFolder(dirname(path));
  return outcome;
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  await throughTemporary(path, bytes, (temporary) => rename(temporary, path));
  await syncFolder(dirname(path));
}

/** By link, then unlink: a rename would take the place of a file that stands. */
async function setAside(path: string, newPath: string): Promise<void> {
  await link(path, newPath);
  await rm(path);
  await syncFolder(dirname(path));
}

async function removeEmptyFolder(path: string): Promise<boolean> {
  try {
    await rmdir(path);
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes(systemCodeOf(error) ?? '')) return false;
    if (systemCodeOf(error) !== 'ENOENT') throw error;
  }
  return true;
}

async function read(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** A sweep that takes our file for a dead writer's (process numbers of containers overlap) costs a try, not the file. */
const TRIES = 3;

async function throughTemporary<T>(
  path: string,
  bytes: Uint8Array,
  place: (temporary: string) => Promise<T>,
): Promise<T> {
  const folder = dirname(path);
  for (let attempt = 1; ; attempt++) {
    await makeFolder(folder); // at every try: an empty folder of a log may have been removed
    const temporary = join(folder, temporaryName());
    try {
      await writeDurably(temporary, bytes);
      return await place(temporary);
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT' || attempt === TRIES) throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const parent = dirname(path);
  await makeFolder(parent);
  try {
    await mkdir(path);
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST' || !(await isFolder(path))) throw error;
  }
  // Also where another process was first: it may not have come to its fsync.
  await syncFolder(parent);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false;
    throw error;
  }
  throw fileTrouble(Object.assign(new Error(path), { code: 'ENOTDIR', syscall: 'stat' }), path);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const TEMPORARY = '.tmp-';
/** Tells this process from an earlier one with the same number: in a container every start has the same one. */
const PROCESS_MARK = randomBytes(6).toString('hex');
let temporaries = 0;

function temporaryName(): string {
  return `${TEMPORARY}${process.pid}-${PROCESS_MARK}-${++temporaries}`;
}

/** What `temporaryName` gives, the probes of `checkStore`, and the token key before it has its name. */
const OWN_TEMPORARY = /^\.tmp-(\d+)-([0-9a-f]{12})-(?:key|\d+(?:-check(?:\.db(?:-wal|-shm|-journal)?)?)?)$/;
/** Files in use by work items, in which DuckDB gives the names. */
const SPILL = 'spill';

async function sweepTemporary(folder: string): Promise<number> {
  return sweep(
    folder,
    (await entriesOf(folder)).filter(({ name }) => name !== SPILL),
  );
}

async function sweep(folder: string, entries: readonly Dirent[]): Promise<number> {
  let swept = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) swept += await sweep(path, await listable(path));
    else if (entry.isFile() && (await isAbandoned(path, entry.name))) {
      await rm(path, { force: true });
      swept++;
    }
  }
  return swept;
}

/** Nothing where leave to list it is missing: the root of a disk of its own holds a `lost+found`. */
async function listable(folder: string): Promise<Dirent[]> {
  return entriesOf(folder).catch((error: unknown) => {
    if (['EACCES', 'EPERM'].includes(systemCodeOf(error) ?? '')) return [];
    throw error;
  });
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

const ABANDONED_AFTER_MS = 3_600_000;

async function isAbandoned(path: string, name: string): Promise<boolean> {
  const [, pid, mark] = OWN_TEMPORARY.exec(name) ?? [];
  if (pid === undefined || mark === PROCESS_MARK) return false;
  if (Number(pid) === process.pid || !isRunning(Number(pid))) return true;
  const stats = await lstat(path).catch(() => null);
  return stats !== null && Date.now() - stats.mtimeMs > ABANDONED_AFTER_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) !== 'ESRCH';
  }
}

/**
 * Tries in the folder what the store depends on: fsync, put-if-absent by `link()`, SQLite in WAL mode. Makes the folder
 * if it is missing and leaves nothing else behind.
 *
 * Throws `OperatingError` that says which one the file system lacks.
 */
export async function checkStore(folder: string): Promise<void> {
  await nodeFiles.makeFolder(folder);
  const probe = join(folder, `${temporaryName()}-check`);
  const database = `${probe}.db`;
  try {
    const bytes = new TextEncoder().encode('shadowcheck');
    const outcomes = [await nodeFiles.publish(probe, bytes), await nodeFiles.publish(probe, bytes)];
    if (outcomes.join() !== 'published,already_there') throw unsuitable(folder, 'link() replaces a file that stands');
    openDatabase(database).close();
  } finally {
    for (const path of [probe, database, `${database}-wal`, `${database}-shm`]) await rm(path, { force: true });
  }
}

const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK']);

function linkTrouble(error: unknown, path: string): unknown {
  const code = systemCodeOf(error);
  return code !== null && WITHOUT_LINKS.has(code) ? unsuitable(path, `it knows no hard links (${code})`, error) : error;
}

function unsuitable(path: string, lack: string, cause?: unknown): OperatingError {
  const trouble = {
    code: 'store_unsuitable',
    subject: path,
    message: `the file system cannot hold a store: ${lack}`,
    hint: 'the store must be on a local file system, such as ext4, xfs or APFS',
  };
  return new OperatingError(EXIT_CODES.infrastructure, trouble, { cause });
}

function notAFile(path: string): OperatingError {
  return new OperatingError(EXIT_CODES.infrastructure, {
    code: 'store_not_writable',
    subject: path,
    message: 'something else than a file has this name',
    hint: 'move it away',
  });
}

async function translated<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileTrouble(error, path) ?? error;
  }
}
