/** Our own logs, written out of a real catalog: everything once, whatever is killed, by however many processes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { type Catalog, openCatalog } from '../../src/store/catalog.ts';
import type { ComparisonRecord } from '../../src/store/comparison-record.ts';
import { type FilePort, nodeFiles } from '../../src/store/files.ts';
import type { FoundLanding } from '../../src/store/landing-record.ts';
import { findSegments, readSegment } from '../../src/store/mismatch-reader.ts';
import { type OwnLogCatalog, writeOwnSegments } from '../../src/store/own-log.ts';
import { findSignals, readSignals } from '../../src/store/signal-reader.ts';
import { compared, found, look, NOW, taken } from './landing-samples.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();
const now = (): Date => new Date(NOW);
const NOTHING_KNOWN = { jsonlWatermark: () => null, isSegmentKnown: () => false };

interface Stored {
  /** Ids, in the order of the files and rows. */
  readonly landings: string[];
  readonly comparisons: string[];
  readonly mismatches: string[];
}

async function stored(store: string): Promise<Stored> {
  const all: Stored = { landings: [], comparisons: [], mismatches: [] };
  for await (const part of readSignals(await findSignals(store), openDuckdb)) {
    expect(part.quarantined).toEqual([]);
    all.landings.push(...part.landings.map(({ id }) => id));
    all.comparisons.push(...part.comparisons.map(({ comparison_id }) => comparison_id));
  }
  const folder = join(store, 'logs', 'mismatch');
  await nodeFiles.makeFolder(folder);
  for (const segment of (await findSegments(folder, NOTHING_KNOWN)).segments) {
    const read = await readSegment(segment, openDuckdb);
    expect(read.quarantined).toEqual([]);
    all.mismatches.push(...read.entries.map(({ comparison_id }) => comparison_id));
  }
  return all;
}

const keyOf = (day: number): string => `ds=2026-10-${String(day).padStart(2, '0')}`;

/** A pair of landings on each of these days. */
function landed(catalog: Catalog, days: readonly number[], more: Partial<FoundLanding> = {}): void {
  const both = (['production', 'shadow'] as const).flatMap((side) =>
    days.map((day) => found(side, `${side} ${day}`, { partition_key: keyOf(day), ...more })),
  );
  const lease = taken(catalog);
  catalog.commitLook(look({ found: both }), lease, NOW);
  catalog.releaseLease(lease);
}

function commit(catalog: Catalog, comparisons: readonly ComparisonRecord[]): void {
  const lease = taken(catalog);
  catalog.commitComparisons(comparisons, [], lease, NOW);
  catalog.releaseLease(lease);
}

const MISMATCH = { outcome: 'mismatch', kinds: ['checksum'], checksums: { production: 'a', shadow: 'b' } } as const;

function filesBelow(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    paths.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length), readFileSync(path, 'base64')] as const;
    }),
  );
}

describe('writing our own logs', () => {
  test('every landing and comparison is a signal, what is no match is a mismatch with both sides', async () => {
    const store = freshFolder();
    const catalog = openCatalog(join(store, 'catalog.db'));
    const inputs = [{ table_role: 'delta', table: 'w/d', partition_key: 'ds=2026-10-01', landing_id: null }] as const;
    landed(catalog, [1, 2, 3], { build: '7', due_at_ms: NOW - 5000, cpu_seconds: 1.5, inputs });
    const missing = compared(catalog, {
      partition_key: keyOf(3),
      outcome: 'inconclusive',
      inconclusive_reason: 'not_landed',
      trigger: 'deadline',
      row_counts: { production: null, shadow: null },
    });
    const differs = compared(catalog, { partition_key: keyOf(2), ...MISMATCH, detail: '{"a":1}' });
    commit(catalog, [compared(catalog, { partition_key: keyOf(1) }), differs, missing]);
    const written = await writeOwnSegments(catalog, store, nodeFiles, now);
    expect(written).toEqual({ segments: 1, mismatches: 2, signals: 9 });
    const all = await stored(store);
    expect(all.mismatches.sort()).toEqual([differs.comparison_id, missing.comparison_id].sort());
    expect([all.landings.length, all.comparisons.length]).toEqual([6, 3]);
    for await (const { landings } of readSignals(await findSignals(store), openDuckdb)) {
      for (const landing of landings) expect(landing).toEqual({ ...catalog.landingById(landing.id), inputs });
    }
    const [segment] = (await findSegments(join(store, 'logs', 'mismatch'), NOTHING_KNOWN)).segments;
    if (segment === undefined) throw new Error('no mismatch segment');
    expect(segment.hour).toBe('2026-11-20T05');
    const { entries } = await readSegment(segment, openDuckdb);
    const { production } = catalog.comparisonById(differs.comparison_id)?.landings ?? {};
    expect(entries.find(({ comparison_id }) => comparison_id === differs.comparison_id)).toMatchObject({
      ...MISMATCH_FIELDS,
      logged_at: new Date(NOW),
      spec: 'spec',
      detail: '{"a":1}',
      production: {
        landing_id: production?.id,
        location: production?.location,
        build: '7',
        row_count: 10n,
        checksum: 'a',
        landed_at: new Date(NOW - 1000),
        due_at: new Date(NOW - 5000),
        size_bytes: 100n,
        cpu_seconds: 1.5,
        integrity: 'unverified',
      },
      shadow: { checksum: 'b', integrity: 'crc_ok', system: 'next' },
    });
    catalog.close();
  });

  test('with nothing new nothing is written, and matches alone make no mismatch log', async () => {
    const store = freshFolder();
    const catalog = openCatalog(join(store, 'catalog.db'));
    expect(await writeOwnSegments(catalog, store, nodeFiles, now)).toEqual({ segments: 0, mismatches: 0, signals: 0 });
    landed(catalog, [1]);
    commit(catalog, [compared(catalog, { partition_key: keyOf(1) })]);
    expect(await writeOwnSegments(catalog, store, nodeFiles, now)).toEqual({ segments: 1, mismatches: 0, signals: 3 });
    expect(readdirSync(join(store, 'logs'))).toEqual(['signal']);
    catalog.close();
  });

  test('a side that never came has no landing in its entry', async () => {
    const store = freshFolder();
    const catalog = openCatalog(join(store, 'catalog.db'));
    const lease = taken(catalog);
    catalog.commitLook(look({ found: [found('production', 'a')] }), lease, NOW);
    catalog.releaseLease(lease);
    const sides = { production: null, shadow: null };
    commit(catalog, [
      compared(catalog, {
        trigger: 'deadline',
        outcome: 'mismatch',
        kinds: ['shadow_missing'],
        row_counts: sides,
        checksums: sides,
        integrity: sides,
      }),
    ]);
    await writeOwnSegments(catalog, store, nodeFiles, now);
    const [segment] = (await findSegments(join(store, 'logs', 'mismatch'), NOTHING_KNOWN)).segments;
    const entries = segment === undefined ? [] : (await readSegment(segment, openDuckdb)).entries;
    expect(entries).toMatchObject([
      { kinds: ['shadow_missing'], shadow: { landing_id: null, location: null, size_bytes: null, landed_at: null } },
    ]);
    catalog.close();
  });

  test('more than a segment holds makes several, each row in one of them', async () => {
    const store = freshFolder();
    const catalog = openCatalog(join(store, 'catalog.db'));
    const lease = taken(catalog);
    const many = Array.from({ length: 5_200 }, (_, i) => found('shadow', `${i}`, { partition_key: `n=${i}` }));
    catalog.commitLook(look({ found: many, pairs: [] }), lease, NOW);
    catalog.releaseLease(lease);
    expect(await writeOwnSegments(catalog, store, nodeFiles, now)).toMatchObject({ segments: 2, signals: 5_200 });
    const { landings } = await stored(store);
    expect(landings).toHaveLength(5_200);
    expect(new Set(landings).size).toBe(5_200);
    catalog.close();
  }, 20_000);
});

const MISMATCH_FIELDS = { outcome: 'mismatch', kinds: ['checksum'], reference_side: 'production' };

class Killed extends Error {}

/** Throws at the n-th thing that others can see, before it or after it was done; then the process is gone. */
function killedAt(step: number, after: boolean, catalog: Catalog): { files: FilePort; catalog: OwnLogCatalog } {
  let steps = 0;
  const around = <T>(work: () => T): T => {
    steps += 1;
    if (steps === step && !after) throw new Killed();
    const outcome = work();
    if (steps === step) throw new Killed();
    return outcome;
  };
  const publish: FilePort['publish'] = async (path, bytes) => {
    steps += 1;
    if (steps === step && !after) throw new Killed();
    const outcome = await nodeFiles.publish(path, bytes);
    if (steps === step) throw new Killed();
    return outcome;
  };
  return {
    files: { ...nodeFiles, publish },
    catalog: {
      ...catalog,
      claimOwnSegment: (now_ms, limit) => around(() => catalog.claimOwnSegment(now_ms, limit)),
      markSegmentPublished: (id) => around(() => catalog.markSegmentPublished(id)),
    },
  };
}

describe('ended at any moment', () => {
  test('the next run completes what was claimed, under the same names, nothing twice and nothing missing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { maxLength: 4 }),
        async (kills) => {
          const store = freshFolder();
          const path = join(store, 'catalog.db');
          let catalog = openCatalog(path);
          landed(catalog, [1, 2, 3]);
          const records = [1, 2, 3].map((day) =>
            compared(catalog, { partition_key: keyOf(day), ...(day === 1 ? {} : MISMATCH) }),
          );
          for (const [run, [step, after]] of kills.entries()) {
            const record = records[run];
            if (record !== undefined) commit(catalog, [record]);
            const broken = killedAt(step, after, catalog);
            await writeOwnSegments(broken.catalog, store, broken.files, () => new Date(NOW + run * 3_600_000)).catch(
              (error: unknown) => {
                if (!(error instanceof Killed)) throw error;
              },
            );
            catalog.close();
            catalog = openCatalog(path);
          }
          const before = await writeLeft(store);
          commit(catalog, records.slice(kills.length));
          await writeOwnSegments(catalog, store, nodeFiles, () => new Date(NOW + 86_400_000));
          const left = filesBelow(join(store, 'logs'));
          for (const [name, bytes] of before) expect(left.get(name)).toBe(bytes);
          const all = await stored(store);
          expect(all.landings).toHaveLength(6);
          expect(new Set(all.landings).size).toBe(6);
          expect(all.comparisons.sort()).toEqual(records.map(({ comparison_id }) => comparison_id).sort());
          expect(all.mismatches.sort()).toEqual(
            records
              .slice(1)
              .map(({ comparison_id }) => comparison_id)
              .sort(),
          );
          expect(catalog.claimedSegments()).toEqual([]);
          catalog.close();
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  test('two processes at once put every row into one segment, and a segment written by both stands once', async () => {
    const store = freshFolder();
    const catalogs = [0, 1].map(() => openCatalog(join(store, 'catalog.db')));
    const [first] = catalogs;
    if (first === undefined) throw new Error('no catalog');
    landed(
      first,
      Array.from({ length: 28 }, (_, i) => i + 1),
    );
    commit(
      first,
      Array.from({ length: 28 }, (_, i) => compared(first, { partition_key: keyOf(i + 1), ...MISMATCH })),
    );
    first.claimOwnSegment(NOW, 10);
    await Promise.all(catalogs.map((catalog) => writeOwnSegments(catalog, store, nodeFiles, now)));
    const all = await stored(store);
    expect([all.landings.length, new Set(all.landings).size]).toEqual([56, 56]);
    expect([all.comparisons.length, new Set(all.comparisons).size]).toEqual([28, 28]);
    expect([all.mismatches.length, new Set(all.mismatches).size]).toEqual([28, 28]);
    for (const catalog of catalogs) catalog.close();
  });
});

async function writeLeft(store: string): Promise<Map<string, string>> {
  await nodeFiles.makeFolder(join(store, 'logs'));
  return filesBelow(join(store, 'logs'));
}
