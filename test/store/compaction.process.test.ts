/** Compaction: whatever moment it is ended at, readers see every row once, and nothing is analysed again. */
import { cpSync, existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { query } from '../../src/sql/query-file.ts';
import { integer, sql, value } from '../../src/sql/sql.ts';
import { type Catalog, openCatalog } from '../../src/store/catalog.ts';
import type { CompactedSegments } from '../../src/store/compacted-segments.ts';
import { type DebugRow, debugSegment } from '../../src/store/debug-log.ts';
import { type FilePort, nodeFiles } from '../../src/store/files.ts';
import { findLogFiles, findSegments } from '../../src/store/find-segments.ts';
import { type LogName, mismatchSegment, segmentPath } from '../../src/store/mismatch-log.ts';
import { readSegment } from '../../src/store/mismatch-reader.ts';
import { mismatchOf } from '../../src/store/own-log.ts';
import { type CompactedLogs, compactLogs } from '../../src/store/own-log-compaction.ts';
import { signalSegment } from '../../src/store/signal-log.ts';
import { findSignals, readSignals } from '../../src/store/signal-reader.ts';
import { EMPTY_RECORD } from '../../src/store/slot-record.ts';
import { taken } from './landing-samples.ts';
import { comparisonOf, landingOf } from './signal-examples.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();
const DAY = '2026-11-20';
const HOUR_MS = 3_600_000;
const NEXT_DAY = Date.UTC(2026, 10, 21, 2);
const NOTHING_KNOWN = { jsonlWatermark: () => null, isSegmentKnown: () => false };

/** Ids of the rows, as a reader finds them. */
async function rowsOf(store: string, log: LogName): Promise<string[]> {
  const ids: string[] = [];
  if (log === 'signal') {
    for await (const part of readSignals(await findSignals(store), openDuckdb)) {
      expect(part.quarantined).toEqual([]);
      ids.push(...part.landings.map(({ id }) => id), ...part.comparisons.map((one) => one.comparison_id));
    }
  } else if (log === 'mismatch') {
    const found = await findSegments(join(store, 'logs', 'mismatch'), NOTHING_KNOWN);
    expect(found.troubles).toEqual([]);
    for (const segment of found.segments) {
      const { entries, quarantined } = await readSegment(segment, openDuckdb);
      expect(quarantined).toEqual([]);
      ids.push(...entries.map((entry) => entry.comparison_id));
    }
  }
  return ids.sort();
}

/** Segments of one comparison and its landings each, at this hour; returns the ids of all rows. */
async function putSegments(
  store: string,
  hour: number,
  count: number,
): Promise<Record<'signal' | 'mismatch', string[]>> {
  const ids: Record<'signal' | 'mismatch', string[]> = { signal: [], mismatch: [] };
  for (let i = 0; i < count; i++) {
    const number = (hour * 100 + i) * 50; // a mismatch
    const pair = {
      production: landingOf('orders', 'production', number),
      shadow: landingOf('orders', 'shadow', number),
    };
    const comparison = comparisonOf(pair, number);
    const at = new Date(`${DAY}T${String(hour).padStart(2, '0')}:10:00Z`);
    const name = `s${hour}-${i}`;
    const entry = mismatchOf(comparison);
    if (entry === null) throw new Error('no mismatch');
    const bytes = await signalSegment([pair.production, pair.shadow], [comparison]);
    await nodeFiles.publish(join(store, segmentPath('signal', at, name)), bytes);
    await nodeFiles.publish(join(store, segmentPath('mismatch', at, name)), await mismatchSegment([entry]));
    ids.signal.push(pair.production.id, pair.shadow.id, comparison.comparison_id);
    ids.mismatch.push(comparison.comparison_id);
  }
  return ids;
}

async function analyse(store: string, catalog: Catalog): Promise<number> {
  const found = await findSegments(join(store, 'logs', 'mismatch'), catalog);
  const recorded = catalog.recordSegments(found.segments);
  const lease = taken(catalog, 'analyze');
  for (let next = catalog.unassignedSegments()[0]; next !== undefined; next = catalog.unassignedSegments()[0]) {
    const slot = catalog.claimSlot(next.hour, lease);
    if (slot === null) break;
    catalog.commitSlot(slot, lease, EMPTY_RECORD, NEXT_DAY);
  }
  catalog.releaseLease(lease);
  return recorded;
}

function compact(
  catalog: CompactedSegments,
  store: string,
  now_ms = NEXT_DAY,
  files: FilePort = nodeFiles,
): Promise<CompactedLogs> {
  const effects = { files, openEngine: openDuckdb, now: () => new Date(now_ms), spill: join(store, 'spill') };
  return compactLogs(catalog, store, effects);
}

const filesIn = (store: string, log: LogName): string[] =>
  readdirSync(join(store, 'logs', log), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

describe('compaction', () => {
  test('puts the segments of a day that is over into one file, and unlinks them an hour later', async () => {
    const store = freshFolder();
    const catalog = openCatalog(join(store, 'catalog.db'));
    const early = await putSegments(store, 3, 4);
    const late = await putSegments(store, 22, 3);
    await analyse(store, catalog);
    expect(await compact(catalog, store, Date.UTC(2026, 10, 21, 0, 59))).toMatchObject({ days: 0, removed: 0 });
    expect(await compact(catalog, store)).toEqual({ days: 2, segments: 14, removed: 0, troubles: [] });
    for (const log of ['signal', 'mismatch'] as const) {
      expect(await rowsOf(store, log)).toEqual([...early[log], ...late[log]].sort());
      expect(filesIn(store, log)).toHaveLength(7 + 2);
      expect((await findLogFiles(join(store, 'logs', log), log)).paths).toHaveLength(1);
    }
    expect(await compact(catalog, store, NEXT_DAY + HOUR_MS)).toMatchObject({ days: 0, removed: 14 });
    for (const log of ['signal', 'mismatch'] as const) {
      expect(await rowsOf(store, log)).toEqual([...early[log], ...late[log]].sort());
      expect(readdirSync(join(store, 'logs', log, `ds=${DAY}`)).sort()).toEqual([
        '_compacted-000001',
        expect.stringMatching(/^compacted-[0-9a-f]{32}\.parquet$/),
      ]);
    }
    expect(await compact(catalog, store, NEXT_DAY + 2 * HOUR_MS)).toMatchObject({ days: 0, removed: 0 });
    catalog.close();
  });

  test('a compacted mismatch log has nothing that is to be analysed, not even for a catalog that is new', async () => {
    const store = freshFolder();
    const catalog = openCatalog(join(store, 'catalog.db'));
    const { mismatch } = await putSegments(store, 3, 3);
    expect(await analyse(store, catalog)).toBe(3);
    await compact(catalog, store);
    expect(await analyse(store, catalog)).toBe(0);
    await compact(catalog, store, NEXT_DAY + HOUR_MS);
    expect(await analyse(store, catalog)).toBe(0);
    // One that starts over finds all of it, once.
    expect(await analyse(store, openCatalog(':memory:'))).toBe(1);
    expect(await rowsOf(store, 'mismatch')).toEqual(mismatch.sort());
    catalog.close();
  });

  test('a day with a segment that no committed slot answers for is left alone', async () => {
    const store = freshFolder();
    const catalog = openCatalog(join(store, 'catalog.db'));
    await putSegments(store, 3, 2);
    await analyse(store, catalog);
    const more = await putSegments(store, 4, 1);
    expect(await compact(catalog, store)).toMatchObject({ days: 1, segments: 3 }); // signals only
    expect(filesIn(store, 'mismatch')).toHaveLength(3);
    expect(await analyse(store, catalog)).toBe(1);
    expect(await compact(catalog, store)).toMatchObject({ days: 1, segments: 3 });
    expect(await rowsOf(store, 'mismatch')).toEqual(expect.arrayContaining(more.mismatch));
    catalog.close();
  });

  test('segments that come late are added by another file, and one that comes back does not count', async () => {
    const store = freshFolder();
    const catalog = openCatalog(join(store, 'catalog.db'));
    const ids = await putSegments(store, 3, 3);
    const copy = join(store, 'kept');
    cpSync(join(store, 'logs', 'signal', `ds=${DAY}`, 'hour=03'), copy, { recursive: true });
    await analyse(store, catalog);
    await compact(catalog, store);
    await compact(catalog, store, NEXT_DAY + HOUR_MS);
    const late = await putSegments(store, 23, 2);
    cpSync(copy, join(store, 'logs', 'signal', `ds=${DAY}`, 'hour=03'), { recursive: true });
    const all = [...ids.signal, ...late.signal].sort();
    expect(await rowsOf(store, 'signal')).toEqual(all);
    expect(await compact(catalog, store, NEXT_DAY + 2 * HOUR_MS)).toMatchObject({ days: 1, segments: 2, removed: 3 });
    expect(await rowsOf(store, 'signal')).toEqual(all);
    await compact(catalog, store, NEXT_DAY + 3 * HOUR_MS);
    expect(await rowsOf(store, 'signal')).toEqual(all);
    expect((await findLogFiles(join(store, 'logs', 'signal'), 'signal')).paths).toHaveLength(2);
    catalog.close();
  });

  test('a day of more rows than a reader should hold becomes several files', async () => {
    const store = freshFolder();
    const folder = join(store, 'logs', 'signal', `ds=${DAY}`, 'hour=03');
    await nodeFiles.makeFolder(folder);
    const engine = await openDuckdb({ files: [], spill: folder, threads: 1, memory_bytes: null });
    for (const i of [0, 1, 2, 3]) {
      await engine.run(sql`COPY (SELECT i AS signal_id, 'landing' AS signal_type, 'orders' AS job, 'n=1' AS partition_key,
        TIMESTAMP '2026-11-20' AS logged_at FROM range(${integer(i === 3 ? 59_999 : 30_000)}) AS t (i))
        TO ${value(join(folder, `s${i}.parquet`))} (FORMAT parquet)`);
    }
    await engine.close();
    // The first two fit together, and the third and the fourth into nothing with another.
    expect(await compact(openCatalog(':memory:'), store)).toMatchObject({ days: 1, segments: 2, troubles: [] });
    const { paths } = await findLogFiles(join(store, 'logs', 'signal'), 'signal');
    expect(paths.map((path) => path.slice(path.indexOf(DAY) + DAY.length + 1))).toEqual([
      expect.stringMatching(/^compacted-/),
      'hour=03/s2.parquet',
      'hour=03/s3.parquet',
    ]);
    expect(await compact(openCatalog(':memory:'), store)).toMatchObject({ days: 0 });
  });

  test('the debug log keeps its rows, columns and their order', async () => {
    const store = freshFolder();
    const row: DebugRow = {
      comparison_id: 'c1',
      issue_id: null,
      cause: 'ts_trunc',
      key: '[{"column":"__proto__","value":"it\'s\\n"}]',
      column: 'a "b"',
      production: '\u202e\u0001',
      shadow: '',
      production_file: "/data/it's [1]/a.parquet",
      production_row: 2n ** 53n - 1n,
      shadow_file: null,
      shadow_row: null,
      logged_at: new Date('2026-11-20T05:06:07.089Z'),
    };
    for (const [i, hour] of [5, 6].entries()) {
      const rows = Array.from({ length: 3 }, (_, j) => ({ ...row, comparison_id: `c${i}-${j}` }));
      const at = new Date(`${DAY}T0${hour}:00:00Z`);
      await nodeFiles.publish(join(store, segmentPath('debug', at, `slot-${i}`)), await debugSegment(rows));
    }
    await compact(openCatalog(':memory:'), store);
    const { paths } = await findLogFiles(join(store, 'logs', 'debug'), 'debug');
    const engine = await openDuckdb({ files: paths, spill: null, threads: 1, memory_bytes: null });
    const { columns, rows } = await engine.run(query('store/log-segment-columns', {}, { path: paths[0] ?? '' }));
    await engine.close();
    expect(paths).toHaveLength(1);
    expect(columns.map(({ name }) => name)).toEqual(Object.keys(row));
    expect(rows.map(([id]) => id)).toEqual(['c0-0', 'c0-1', 'c0-2', 'c1-0', 'c1-1', 'c1-2']);
    expect(rows[0]?.slice(1)).toEqual([...Object.values(row).slice(1, -1), '2026-11-20 05:06:07.089']);
  });

  test('a segment that cannot be read keeps its day as it is, is told without a value of it, and stops no other day', async () => {
    const store = freshFolder();
    const catalog = openCatalog(':memory:');
    await putSegments(store, 3, 2);
    const folder = join(store, 'logs', 'signal');
    cpSync(join(folder, `ds=${DAY}`), join(folder, 'ds=2026-11-19'), { recursive: true });
    writeFileSync(join(folder, `ds=${DAY}`, 'hour=03', 'broken.parquet'), 'PAR1');
    const done = await compact(catalog, store);
    expect(done).toMatchObject({ days: 1, segments: 2 });
    expect(done.troubles).toMatchObject([{ code: 'signal_log_unreadable', subject: join(folder, `ds=${DAY}`) }]);
    expect(existsSync(join(folder, `ds=${DAY}`, '_compacted-000001'))).toBe(false);
  });

  test('a damaged list of what was compacted is told, and its folder is not guessed at', async () => {
    const store = freshFolder();
    const catalog = openCatalog(':memory:');
    await putSegments(store, 3, 2);
    await compact(catalog, store);
    const folder = join(store, 'logs', 'signal');
    writeFileSync(join(folder, `ds=${DAY}`, '_compacted-000002'), '{"version":1,"files":[{"file":"../../x"}]}');
    const { segments, troubles } = await findSignals(store);
    expect(segments).toEqual([]);
    expect(troubles).toMatchObject([{ exitCode: 4, code: 'compaction_unreadable' }]);
    expect((await compact(catalog, store)).troubles).toMatchObject([{ code: 'compaction_unreadable' }]);
  });

  test('a file that only looks like a compacted one does not count without its list, anybody else’s does', async () => {
    const store = freshFolder();
    await putSegments(store, 3, 2);
    const folder = join(store, 'logs', 'signal', `ds=${DAY}`);
    await compact(openCatalog(':memory:'), store);
    renameSync(join(folder, '_compacted-000001'), join(store, 'aside'));
    writeFileSync(join(folder, 'compacted.parquet'), '');
    const { paths } = await findLogFiles(join(store, 'logs', 'signal'), 'signal');
    expect(paths.map((path) => path.slice(folder.length))).toEqual([
      '/compacted.parquet',
      '/hour=03/s3-0.parquet',
      '/hour=03/s3-1.parquet',
    ]);
  });
});

class Killed extends Error {}

/** The file port and catalog of a process that is killed at its n-th step, right before it or right after it. */
function killedAt(step: number, after: boolean, catalog: CompactedSegments) {
  let steps = 0;
  const around = async <T>(work: () => Promise<T> | T): Promise<T> => {
    steps += 1;
    if (steps === step && !after) throw new Killed();
    const outcome = await work();
    if (steps >= step) throw new Killed();
    return outcome;
  };
  const files: FilePort = {
    ...nodeFiles,
    publish: (path, bytes) => around(() => nodeFiles.publish(path, bytes)),
    remove: (path) => around(() => nodeFiles.remove(path)),
    removeEmptyFolder: (path) => around(() => nodeFiles.removeEmptyFolder(path)),
  };
  const recordCompacted: CompactedSegments['recordCompacted'] = (segment, stands_for) => {
    steps += 1;
    if (steps === step && !after) throw new Killed();
    catalog.recordCompacted(segment, stands_for);
    if (steps >= step) throw new Killed();
  };
  return { files, catalog: { committedSegments: catalog.committedSegments, recordCompacted } };
}

describe('ended at any moment', () => {
  test('readers see every row once, nothing is analysed again, and the next call goes on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 14 }), fc.boolean()), { minLength: 1, maxLength: 5 }),
        async (kills) => {
          const store = freshFolder();
          const catalog = openCatalog(join(store, 'catalog.db'));
          const ids = await putSegments(store, 3, 2);
          const more = await putSegments(store, 5, 2);
          await analyse(store, catalog);
          const expected = {
            signal: [...ids.signal, ...more.signal].sort(),
            mismatch: [...ids.mismatch, ...more.mismatch].sort(),
          };
          const check = async (): Promise<void> => {
            for (const log of ['signal', 'mismatch'] as const) expect(await rowsOf(store, log)).toEqual(expected[log]);
            expect(await analyse(store, catalog)).toBe(0);
          };
          for (const [run, [step, after]] of kills.entries()) {
            const broken = killedAt(step, after, catalog);
            await compact(broken.catalog, store, NEXT_DAY + run * HOUR_MS, broken.files).catch((error: unknown) => {
              if (!(error instanceof Killed)) throw error;
            });
            await check();
          }
          const end = NEXT_DAY + 10 * HOUR_MS;
          await compact(catalog, store, end);
          await check();
          await compact(catalog, store, end + HOUR_MS);
          await check();
          expect(filesIn(store, 'signal').filter((name) => name.startsWith('s'))).toEqual([]);
          catalog.close();
        },
      ),
      { numRuns: 12 },
    );
  }, 90_000);

  test('of two processes at once one compacts, and neither harms the other', async () => {
    const store = freshFolder();
    const catalogs = [0, 1].map(() => openCatalog(join(store, 'catalog.db')));
    const [first] = catalogs;
    if (first === undefined) throw new Error('no catalog');
    const ids = await putSegments(store, 3, 3);
    await analyse(store, first);
    const done = await Promise.all(catalogs.map((catalog) => compact(catalog, store)));
    expect((done[0]?.days ?? 0) + (done[1]?.days ?? 0)).toBe(2);
    await Promise.all(catalogs.map((catalog) => compact(catalog, store, NEXT_DAY + HOUR_MS)));
    expect(await rowsOf(store, 'signal')).toEqual(ids.signal.sort());
    expect(await rowsOf(store, 'mismatch')).toEqual(ids.mismatch.sort());
    expect(await analyse(store, first)).toBe(0);
    for (const catalog of catalogs) catalog.close();
  });

  test('a reader that listed the log before it was compacted still finds every file', async () => {
    const store = freshFolder();
    const ids = await putSegments(store, 3, 3);
    const listed = await findSignals(store);
    const catalog = openCatalog(':memory:');
    await compact(catalog, store);
    await compact(catalog, store, NEXT_DAY + HOUR_MS - 1);
    const read: string[] = [];
    for await (const { landings, comparisons } of readSignals(listed, openDuckdb)) {
      read.push(...landings.map(({ id }) => id), ...comparisons.map(({ comparison_id }) => comparison_id));
    }
    expect(read.sort()).toEqual(ids.signal.sort());
  });
});
