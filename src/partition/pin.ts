/**
 * Pinning: what a landing is made of at the moment that it is looked at, so that a later look can tell whether it is
 * still the same. A file rewritten in place during a scan silently mixes old and new rows; device, inode, size, both
 * times and the footer before and after are what shows it. Hard links would be surer, but they change the file's own
 * ctime and fail for files of another user.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileFormat, Landing } from '../core/landing.ts';
import { messageOf, OperatingError } from '../core/operating-error.ts';
import { Inconclusive } from '../core/outcome.ts';
import type { Side } from '../core/side.ts';
import { compressionOfMagic, compressionOfName, formatOfName } from './file-format.ts';
import { type Listing, listLocation, look } from './files.ts';
import { bytesAt, isParquetMagic, lookAtFooter } from './parquet-footer.ts';

/** One file as it was when it was pinned. */
export interface PinnedFile {
  /** Absolute. */
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly mtime_ns: bigint;
  readonly ctime_ns: bigint;
  /** Of a Parquet footer; null for text. */
  readonly footer_sha256: string | null;
}

export interface PinnedLanding {
  readonly landing: Landing;
  readonly format: FileFormat;
  /** In the order of their paths. Empty only where a marker says that an empty partition has landed. */
  readonly files: readonly PinnedFile[];
  readonly size_bytes: bigint;
  /** The folder below which partition levels count. */
  readonly base: string;
}

export interface PinEffects {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Kernels stamp files by a tick of up to 10 ms: two writes within one tick leave the same times. */
const SETTLE_MS = 20;
const SETTLE_ROUNDS = 3;

/**
 * Lists a landing, checks that it has landed, and notes the identity of each file. Files written within the last 20 ms
 * are looked at once more after that time, because a rewrite within one clock tick would not show.
 *
 * Throws `Inconclusive`: `not_landed` (no marker, or an empty folder without one), `<side>_missing`,
 * `<side>_unreadable` (0 bytes, truncated, not a regular file, no permission; the detail names the file),
 * `unsupported_type` (mixed or unknown formats), `partition_changed` (still being written).
 */
export async function pinLanding(
  landing: Landing,
  effects: PinEffects = { now: Date.now, wait: sleep },
): Promise<PinnedLanding> {
  for (let round = 0; round < SETTLE_ROUNDS; round += 1) {
    const pinned = await lookAt(landing);
    const now = BigInt(Math.floor(effects.now())) * 1_000_000n;
    const fresh = pinned.files.some((file) => abs(now - file.ctime_ns) < BigInt(SETTLE_MS) * 1_000_000n);
    if (!fresh) return pinned;
    await effects.wait(SETTLE_MS);
    if (isSame(pinned, await lookAt(landing))) return pinned;
  }
  throw new Inconclusive('partition_changed', `${landing.location} is still being written`);
}

/** Looks again: throws `Inconclusive('partition_changed')` where a file, its footer or the list of files is not as it was pinned. */
export async function recheckLanding(pinned: PinnedLanding): Promise<void> {
  const { location } = pinned.landing;
  let now: PinnedLanding;
  try {
    now = await lookAt(pinned.landing);
  } catch (error) {
    if (!(error instanceof Inconclusive)) throw error;
    throw new Inconclusive('partition_changed', `while ${location} was read: ${error.message}`, { cause: error });
  }
  if (isSame(pinned, now)) return;
  const before = new Map(pinned.files.map((file) => [file.path, file]));
  const changed = now.files.find((file) => !isSameFile(before.get(file.path), file));
  const what = changed === undefined ? 'a file went away' : `${changed.path} was written`;
  throw new Inconclusive('partition_changed', `while ${location} was read, ${what}`);
}

function isSame(before: PinnedLanding, after: PinnedLanding): boolean {
  return (
    before.base === after.base &&
    before.files.length === after.files.length &&
    before.files.every((file, i) => isSameFile(file, after.files[i]))
  );
}

function isSameFile(before: PinnedFile | undefined, after: PinnedFile | undefined): boolean {
  return (
    before !== undefined &&
    after !== undefined &&
    before.path === after.path &&
    before.device === after.device &&
    before.inode === after.inode &&
    before.size === after.size &&
    before.mtime_ns === after.mtime_ns &&
    before.ctime_ns === after.ctime_ns &&
    before.footer_sha256 === after.footer_sha256
  );
}

async function lookAt(landing: Landing): Promise<PinnedLanding> {
  const { side, location } = landing;
  const { marker } = landing.landed;
  const listing = await listed(landing, marker);
  const paths = listing.files.filter((path) => basename(path) !== marker);
  if (paths.length === 0 && marker === null) {
    throw new Inconclusive('not_landed', `${location} holds no data file, and no marker says that it landed empty`);
  }
  const formats = new Map<string, FileFormat>();
  const files: PinnedFile[] = [];
  for (const path of paths) {
    const { file, format } = await pinFile(side, path, landing.format, marker !== null);
    formats.set(JSON.stringify(format), format);
    files.push(file);
  }
  if (formats.size > 1) {
    const kinds = [...formats.values()].map((format) => format.kind).join(', ');
    throw new Inconclusive('unsupported_type', `${location} mixes files of several formats: ${kinds}`);
  }
  const [format = landing.format ?? ({ kind: 'parquet' } as const)] = formats.values();
  const size_bytes = files.reduce((sum, file) => sum + file.size, 0n);
  return { landing, format, files, size_bytes, base: listing.base };
}

async function listed(landing: Landing, marker: string | null): Promise<Listing> {
  try {
    const listing = await listLocation(landing.location);
    if (marker !== null) await requireMarker(landing, listing, marker);
    return listing;
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    const reason = error.code === 'path_not_found' ? 'missing' : 'unreadable';
    throw new Inconclusive(`${landing.side}_${reason}`, error.message, { cause: error });
  }
}

/** A folder holds its own marker, a file has it beside it; of a glob, each file's folder or one above it, up to the base. */
async function requireMarker(landing: Landing, listing: Listing, marker: string): Promise<void> {
  const folders = listing.kind === 'glob' ? new Set(listing.files.map(dirname)) : new Set([listing.base]);
  for (const folder of folders) {
    if (await hasMarker(folder, listing.base, marker)) continue;
    throw new Inconclusive('not_landed', `${folder} has no marker ${marker} (of ${landing.location})`);
  }
}

async function hasMarker(folder: string, base: string, marker: string): Promise<boolean> {
  const levels = relative(base, folder).split(sep);
  for (let depth = levels.length; depth >= 0; depth -= 1) {
    if ((await look(join(base, ...levels.slice(0, depth), marker)))?.isFile()) return true;
  }
  return false;
}

async function pinFile(
  side: Side,
  path: string,
  given: FileFormat | null,
  marked: boolean,
): Promise<{ file: PinnedFile; format: FileFormat }> {
  const wrong = (what: string) => new Inconclusive(`${side}_unreadable`, `${path}: ${what}`);
  // Non-blocking: between the listing and now a FIFO may have taken the place of the file.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw wrong(`cannot be opened (${(error as NodeJS.ErrnoException).code ?? messageOf(error)})`);
  });
  try {
    const stat = await handle.stat({ bigint: true });
    if (!stat.isFile()) throw wrong('it is no regular file');
    const start = await bytesAt(handle, 0, 4);
    const magic: FileFormat | null = isParquetMagic(start) ? { kind: 'parquet' } : null;
    const format = given ?? formatOfName(basename(path)) ?? magic;
    if (format === null)
      throw new Inconclusive('unsupported_type', `${path}: its name tells no format that can be read`);
    let footer_sha256: string | null = null;
    if (format.kind === 'parquet') {
      const footer = await lookAtFooter(handle, Number(stat.size));
      if ('wrong' in footer) throw wrong(footer.wrong);
      footer_sha256 = footer.sha256;
    } else {
      const problem = problemOfText(format, basename(path), start, marked);
      if (problem !== null) throw wrong(problem);
    }
    const { dev: device, ino: inode, size, mtimeNs: mtime_ns, ctimeNs: ctime_ns } = stat;
    return { file: { path, device, inode, size, mtime_ns, ctime_ns, footer_sha256 }, format };
  } finally {
    await handle.close();
  }
}

/** Writers of Hive text and JSON lines leave empty files for empty partitions, but only a marker tells those from half-landed ones. */
function problemOfText(format: FileFormat, name: string, start: Uint8Array, marked: boolean): string | null {
  const promised = compressionOfName(name);
  if (promised !== null && compressionOfMagic(start) !== promised) return `it is named as ${promised}, but is not`;
  if (start.length > 0) return null;
  if (format.kind === 'csv' && format.header) return 'it has 0 bytes, not even a header';
  return marked ? null : 'it has 0 bytes, and no marker says that it landed';
}

function abs(number: bigint): bigint {
  return number < 0n ? -number : number;
}
