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
import type { LogName } from './mismatch-log.ts';
import { globEscaped } from './parquet-segment.ts';
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
/** Of one compacted file: a day of 20,000 jobs. That is 10 MB of Parquet, and 250 MB while it is read back as records. */
const ROWS_MAX = 60_000;

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
  const segments = fresh.length > 1 ? await putTogether(day, fresh, compaction, catalog, effects) : 0;
  done.segments += segments;
  if (segments > 0) done.days += 1;
  done.removed += await removeReplaced(day, new Set(standing), compaction, effects);
  for (const hour of hours) await effects.files.removeEmptyFolder(join(day.folder, hour));
}

/** Names relative to the day's folder. */
async function segmentsIn(folder: string, hour: string): Promise<string[]> {
  const names = await namesIn(join(folder, hour));
  return names.filter((name) => !name.startsWith('.') && name.endsWith('.parquet')).map((name) => `${hour}/${name}`);
}

/** Returns how many segments have a file that stands for them now. */
async function putTogether(
  day: Day,
  fresh: readonly string[],
  compaction: Compaction,
  catalog: CompactedSegments,
  effects: CompactionEffects,
): Promise<number> {
  const { log, folder } = day;
  const ids = log === 'mismatch' ? await analysedIds(day, fresh, catalog) : new Map<string, string>();
  if (ids === null) return 0;
  const added: CompactedFile[] = [];
  for (const { names, row_count } of await groupsOf(day, [...fresh].sort(), effects)) {
    if (names.length < 2) continue;
    const file = `compacted-${idOf('compacted', log, day.day, ...names)}.parquet`;
    const path = join(folder, file);
    await effects.files.publish(path, await merged(day, names, row_count, effects));
    const analysed = ids.get(names[0] as string);
    if (analysed !== undefined) catalog.recordCompacted(await parquetSegmentAt(day.location, path), analysed);
    added.push({ file, row_count, compacted_at: effects.now().toISOString(), replaces: [...names] });
  }
  if (added.length === 0) return 0;
  const next = manifestBytes([...compaction.files, ...added]);
  const outcome = await effects.files.publish(join(folder, manifestName(compaction.number + 1)), next);
  if (outcome === 'already_there') return 0; // another process was first, and its list counts
  return added.reduce((segments, { replaces }) => segments + replaces.length, 0);
}

/** By name, as the catalog knows them; null unless all of them are in committed slots. */
async function analysedIds(
  { location, folder }: Day,
  names: readonly string[],
  catalog: CompactedSegments,
): Promise<ReadonlyMap<string, string> | null> {
  const ids = new Map<string, string>();
  for (const name of names) ids.set(name, (await parquetSegmentAt(location, join(folder, name))).id);
  return catalog.committedSegments([...ids.values()]).size === names.length ? ids : null;
}

interface Group {
  readonly names: readonly string[];
  readonly row_count: number;
}

/** In the order given, as many as make a file that a reader can hold in memory. */
async function groupsOf(day: Day, names: readonly string[], effects: CompactionEffects): Promise<readonly Group[]> {
  const counts = await inEngine(day, names, effects, async (engine, files) => {
    const { rows } = await engine.run(query('store/log-row-counts', {}, { files }));
    return new Map(rows.map(([path, row_count]) => [String(path), Number(row_count)]));
  });
  const groups: { names: string[]; row_count: number }[] = [];
  for (const name of names) {
    const row_count = counts.get(join(day.folder, name)) ?? 0;
    const last = groups.at(-1);
    if (last === undefined || last.row_count + row_count > ROWS_MAX) groups.push({ names: [name], row_count });
    else {
      last.names.push(name);
      last.row_count += row_count;
    }
  }
  return groups;
}

/** The bytes of one file with the rows of these. */
function merged(
  day: Day,
  names: readonly string[],
  row_count: number,
  effects: CompactionEffects,
): Promise<Uint8Array> {
  return inEngine(day, names, effects, async (engine, files, spill) => {
    const path = join(spill, 'compacted.parquet');
    const statement = query('store/compact-log', { order: ORDERS[day.log] }, { files, path });
    const written = Number((await engine.run(statement)).rows[0]?.[0]);
    if (written !== row_count)
      throw new Error(`${day.log} ${day.day}: ${written} rows of ${row_count} were put together`);
    return readFile(path);
  });
}

async function inEngine<T>(
  { log, folder }: Day,
  names: readonly string[],
  { openEngine, spill }: CompactionEffects,
  work: (engine: Engine, files: readonly string[], spill: string) => Promise<T>,
): Promise<T> {
  await mkdir(spill, { recursive: true, mode: 0o700 });
  const own = await mkdtemp(join(spill, 'compaction-'));
  const paths = names.map((name) => join(folder, name));
  const patterns = paths.map(globEscaped);
  try {
    const files = [...paths, ...patterns];
    const engine = await openEngine({ files, spill: own, threads: 1, memory_bytes: MEMORY_BYTES });
    try {
      return await work(engine, patterns, own);
    } finally {
      await engine.close();
    }
  } catch (error) {
    if (error instanceof EngineError) throw logUnreadable(folder, withoutValues(error), log);
    throw error;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
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
