/**
 * Puts the segments of a day that is over together into one file: a segment a minute makes a thousand files a day, and
 * opening them costs a reader more than their rows. `compaction-manifest.ts` tells why no reader sees a row twice or
 * misses one, whatever moment this is ended at.
 *
 * Segments of the mismatch log are put together only once all of a day's are in committed slots, and the file that stands
 * for them is recorded in one of these slots before it counts: it is never analysed.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { idOf } from '../core/identity.ts';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { type Engine, EngineError, type OpenEngine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { type Sql, sql } from '../sql/sql.ts';
import type { CompactedSegments } from './compacted-segments.ts';
import {
  type CompactedFile,
  type Compaction,
  compactionOf,
  manifestBytes,
  manifestName,
} from './compaction-manifest.ts';
import type { FilePort } from './files.ts';
import { parquetSegmentAt } from './find-segments.ts';
import { globEscaped } from './log-reader.ts';
import type { LogName } from './mismatch-log.ts';
import { isGone, logUnreadable, systemCodeOf } from './store-trouble.ts';

export interface CompactionEffects {
  readonly files: FilePort;
  readonly openEngine: OpenEngine;
  readonly now: () => Date;
  /** Folder for what is written before it is published. */
  readonly spill: string;
}

export interface CompactedLogs {
  /** Days of a log of which segments were put together. */
  days: number;
  /** Segments that they consisted of. */
  segments: number;
  /** Files that were unlinked, because another one has stood for them long enough. */
  removed: number;
  /** Days that were left as they are, and why. */
  readonly troubles: Trouble[];
}

/** By job, so that a reader of one job skips most of a day: its landings and comparisons stand together. */
export const ORDERS: Readonly<Record<LogName, Sql>> = {
  signal: sql`ORDER BY job, signal_type, partition_key, logged_at, signal_id`,
  mismatch: sql``,
  debug: sql``,
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** After midnight, for segments that were claimed before it. */
const SETTLED_AFTER_MS = HOUR_MS;
/** So long a reader may go by its listing of a folder: queries are ended after a fraction of that. */
const REMOVED_AFTER_MS = HOUR_MS;
const MEMORY_BYTES = 500_000_000n;

/**
 * Compacts every day that is over by an hour, and unlinks what was compacted an hour ago or earlier. Two processes at it
 * do no harm, and a call that is ended is taken up by the next. Throws `OperatingError` where the store cannot be written.
 */
export async function compactLogs(
  catalog: CompactedSegments,
  store: string,
  effects: CompactionEffects,
): Promise<CompactedLogs> {
  const done: CompactedLogs = { days: 0, segments: 0, removed: 0, troubles: [] };
  for (const log of ['signal', 'debug', 'mismatch'] as const) {
    const folder = join(store, 'logs', log);
    for (const day of await daysBefore(folder, effects.now().getTime() - SETTLED_AFTER_MS)) {
      try {
        await compactDay({ log, location: folder, day, folder: join(folder, day) }, catalog, effects, done);
      } catch (error) {
        if (isGone(error)) continue; // another process is at this day
        if (!(error instanceof OperatingError && error.code.endsWith('_unreadable'))) throw error;
        done.troubles.push(...error.troubles);
      }
    }
  }
  return done;
}

interface Day {
  readonly log: LogName;
  /** The log's own folder. */
  readonly location: string;
  /** `ds=2026-11-20`. */
  readonly day: string;
  readonly folder: string;
}

async function daysBefore(folder: string, ms: number): Promise<string[]> {
  const names = await namesIn(folder);
  return names.filter((name) => /^ds=\d{4}-\d{2}-\d{2}$/.test(name) && Date.parse(name.slice(3)) + DAY_MS <= ms).sort();
}

async function compactDay(
  day: Day,
  catalog: CompactedSegments,
  effects: CompactionEffects,
  done: CompactedLogs,
): Promise<void> {
  const hours = (await namesIn(day.folder)).filter((name) => name.startsWith('hour=')).sort();
  if (hours.length === 0) return;
  const standing = (await Promise.all(hours.map((hour) => segmentsIn(day.folder, hour)))).flat();
  const compaction = await compactionOf(day.folder);
  const replaced = new Set(compaction.files.flatMap(({ replaces }) => replaces));
  const fresh = standing.filter((name) => !replaced.has(name));
  if (fresh.length > 1 && (await putTogether(day, fresh, compaction, catalog, effects))) {
    done.days += 1;
    done.segments += fresh.length;
  }
  done.removed += await removeReplaced(day, new Set(standing), compaction, effects);
  for (const hour of hours) await effects.files.removeEmptyFolder(join(day.folder, hour));
}

/** Relative to the day's folder. */
async function segmentsIn(folder: string, hour: string): Promise<string[]> {
  const names = await namesIn(join(folder, hour));
  return names.filter((name) => !name.startsWith('.') && name.endsWith('.parquet')).map((name) => `${hour}/${name}`);
}

async function putTogether(
  day: Day,
  fresh: readonly string[],
  compaction: Compaction,
  catalog: CompactedSegments,
  { files, openEngine, now, spill }: CompactionEffects,
): Promise<boolean> {
  const { log, folder } = day;
  const replaces = [...fresh].sort();
  const analysed = log === 'mismatch' ? await analysedSegment(day, replaces, catalog) : null;
  if (log === 'mismatch' && analysed === null) return false;
  const { bytes, row_count } = await merged(day, replaces, openEngine, spill);
  const file = `compacted-${idOf('compacted', log, day.day, ...replaces)}.parquet`;
  await files.publish(join(folder, file), bytes);
  if (analysed !== null) catalog.recordCompacted(await parquetSegmentAt(day.location, join(folder, file)), analysed);
  const added: CompactedFile = { file, row_count, compacted_at: now().toISOString(), replaces };
  const next = manifestBytes([...compaction.files, added]);
  const outcome = await files.publish(join(folder, manifestName(compaction.number + 1)), next);
  return outcome === 'published'; // else another process was first, and its list counts
}

/** One of these segments, in the words of the catalog; null unless all of them are in committed slots. */
async function analysedSegment(
  { location, folder }: Day,
  names: readonly string[],
  catalog: CompactedSegments,
): Promise<string | null> {
  const ids: string[] = [];
  for (const name of names) ids.push((await parquetSegmentAt(location, join(folder, name))).id);
  return catalog.committedSegments(ids).size === ids.length ? (ids[0] ?? null) : null;
}

async function merged(
  { log, folder, day }: Day,
  names: readonly string[],
  openEngine: OpenEngine,
  spill: string,
): Promise<{ bytes: Uint8Array; row_count: number }> {
  await mkdir(spill, { recursive: true, mode: 0o700 });
  const own = await mkdtemp(join(spill, 'compaction-'));
  const paths = names.map((name) => join(folder, name));
  const patterns = paths.map(globEscaped);
  const engine = await openEngine({
    files: [...paths, ...patterns],
    spill: own,
    threads: 1,
    memory_bytes: MEMORY_BYTES,
  });
  try {
    const path = join(own, 'compacted.parquet');
    const written = await numberOf(
      engine,
      query('store/compact-log', { order: ORDERS[log] }, { files: patterns, path }),
    );
    const expected = await numberOf(engine, query('store/log-row-count', {}, { files: patterns }));
    if (written !== expected) throw new Error(`${log} ${day}: ${written} rows of ${expected} were put together`);
    return { bytes: await readFile(path), row_count: written };
  } catch (error) {
    if (error instanceof EngineError) throw logUnreadable(folder, withoutValues(error), log);
    throw error;
  } finally {
    await engine.close();
    await rm(own, { recursive: true, force: true });
  }
}

async function numberOf(engine: Engine, statement: Sql): Promise<number> {
  return Number((await engine.run(statement)).rows[0]?.[0]);
}

/** The engine's message may quote what it read. */
function withoutValues(error: EngineError): Error {
  return new Error(`its segments cannot be put together (${error.kind})`);
}

async function removeReplaced(
  { folder }: Day,
  standing: ReadonlySet<string>,
  { files: compacted }: Compaction,
  { files, now }: CompactionEffects,
): Promise<number> {
  let removed = 0;
  for (const { file, compacted_at, replaces } of compacted) {
    if (now().getTime() - Date.parse(compacted_at) < REMOVED_AFTER_MS) continue;
    const left = replaces.filter((name) => standing.has(name));
    if (left.length === 0 || !(await isFile(join(folder, file)))) continue;
    for (const name of left) await files.remove(join(folder, name));
    removed += left.length;
  }
  return removed;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isGone(error)) return [];
    throw systemCodeOf(error) === null ? error : logUnreadable(folder, error);
  }
}
