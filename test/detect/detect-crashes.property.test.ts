/** Whatever lands, goes and crashes between: at the end every pair that stands was compared as it stands, and logged once. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEvidence } from '../../src/detect/stored-evidence.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Catalog } from '../../src/store/catalog.ts';
import { nodeFiles } from '../../src/store/files.ts';
import { type Detection, HOUR, openDetection } from './detection.ts';

const PARTITIONS = ['ds=2026-11-18', 'ds=2026-11-19', 'ds=eu'];
const START = Date.UTC(2026, 10, 20);

const side = fc.constantFrom('production' as const, 'shadow' as const);
const partition = fc.constantFrom(...PARTITIONS);
const rows = fc.integer({ min: 1, max: 2 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('land' as const), side, partition, rows }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('remove' as const), side, partition }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('look' as const),
      hours: fc.integer({ min: 0, max: 4 }),
      // At which write of the catalog the run ends, before or after it; none: it comes to its end.
      crash: fc.option(fc.record({ at: fc.integer({ min: 0, max: 6 }), after: fc.boolean() })),
      meanwhile: fc.option(fc.record({ side, partition, rows }), { freq: 4 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Crash extends Error {}
const WRITES = [
  'commitLook',
  'commitComparisons',
  'replaceStamp',
  'expirePairs',
  'claimOwnSegment',
  'markSegmentPublished',
];

function crashing(catalog: Catalog, { at, after }: { readonly at: number; readonly after: boolean }): Catalog {
  let writes = 0;
  return new Proxy(catalog, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || !WRITES.includes(String(name))) return member;
      return (...given: unknown[]): unknown => {
        const crashes = writes === at;
        writes += 1;
        if (crashes && !after) throw new Crash();
        const result: unknown = Reflect.apply(member, target, given);
        if (crashes) throw new Crash();
        return result;
      };
    },
  });
}

test('landings, removals, looks and crashes in any order', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      const detection = await openDetection({ more: 'schedules: { catch_up: all }' });
      try {
        const standing = await run(detection, steps);
        await compareWithOracle(detection, standing);
      } finally {
        await detection.end();
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 8) },
  );
});

/** Rows by `<side> <partition>`, as they stand at the end. */
async function run(detection: Detection, steps: readonly Step[]): Promise<Map<string, number>> {
  const standing = new Map<string, number>();
  let now_ms = START;
  const land = async ({
    side,
    partition,
    rows,
  }: {
    side: 'production' | 'shadow';
    partition: string;
    rows: number;
  }) => {
    await detection.land(side, partition, rows, now_ms);
    standing.set(`${side} ${partition}`, rows);
  };
  for (const one of steps) {
    if (one.does === 'land') await land(one);
    else if (one.does === 'remove') {
      await rm(join(detection.folder, 'warehouse', one.side, 'orders', one.partition), {
        recursive: true,
        force: true,
      });
      standing.delete(`${one.side} ${one.partition}`);
    } else {
      now_ms += one.hours * HOUR;
      let meanwhile = one.meanwhile;
      const beforeCompare = async (): Promise<void> => {
        if (meanwhile !== null) await land(meanwhile);
        meanwhile = null;
      };
      const { crash } = one;
      const through = crash === null ? {} : { through: (catalog: Catalog) => crashing(catalog, crash) };
      await detection.look(now_ms, { beforeCompare, ...through }).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
        const lease = detection.catalog.leaseOf('compare-landed-partitions/0');
        if (lease !== null) detection.catalog.releaseLease(lease);
      });
    }
  }
  await detection.look(now_ms + 1000 * HOUR);
  return standing;
}

async function compareWithOracle(detection: Detection, standing: ReadonlyMap<string, number>): Promise<void> {
  const logged = await readEvidence(join(detection.folder, 'store'), nodeFiles, openDuckdb);
  const ids = logged.entries.map(({ comparison_id }) => comparison_id).sort();
  expect(new Set(ids).size).toBe(ids.length);
  const owedToLog: string[] = [];
  for (const partition of PARTITIONS) {
    const [production, shadow] = [standing.get(`production ${partition}`), standing.get(`shadow ${partition}`)];
    const comparisons = detection.comparisons(partition);
    owedToLog.push(
      ...comparisons.filter(({ outcome }) => outcome !== 'match').map(({ comparison_id }) => comparison_id),
    );
    const newest = comparisons.at(-1);
    const found = newest === undefined ? null : [newest.outcome, newest.row_counts];
    if (production !== undefined && shadow !== undefined) {
      const outcome = production === shadow ? 'match' : 'mismatch';
      expect([partition, found]).toEqual([partition, [outcome, { production, shadow }]]);
      expect(newest?.landings.production?.superseded_by ?? null).toBeNull();
      expect(newest?.landings.shadow?.superseded_by ?? null).toBeNull();
    } else if (production !== undefined || shadow !== undefined) {
      // Told missing, unless the two had been compared before one of them went.
      const pair = detection.catalog.pairOf('orders', 'migration', partition);
      expect(['missing', 'compared']).toContain(pair?.state);
      if (pair?.state === 'missing') expect(newest?.trigger).toBe('deadline');
    }
  }
  expect(ids).toEqual(owedToLog.sort());
}
