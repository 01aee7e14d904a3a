/** What happens to the folders, the clock and the config between two steps of the detection. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { printPartitionKey } from '../../src/core/partition-key.ts';
import { DAY, DEADLINE, type Detection, HOUR, openDetection, outcomeOf, PARTITION } from './detection.ts';

let detection: Detection;
afterEach(() => detection.end());

function outcomes(partition = PARTITION): unknown[] {
  return detection.comparisons(partition).map(outcomeOf);
}

async function reconfigure(from: string, to: string): Promise<void> {
  const path = join(detection.folder, 'shadowcheck.yaml');
  const text = await readFile(path, 'utf8');
  expect(text).toContain(from);
  await writeFile(path, text.replaceAll(from, to));
}

function table(side: string): string {
  return join(detection.folder, 'warehouse', side, 'orders');
}

describe('files that are others than recorded', () => {
  /** Folders that were not written within the last seconds, as far as the look can tell. */
  const LATER = Date.now() + 24 * HOUR;

  test('of a partition older than the catch-up window: its newer landing is found all the same', async () => {
    detection = await openDetection();
    const old = 'ds=2020-01-01';
    await detection.land('production', 'ds=2020-01-02', 10, DAY);
    await detection.land('shadow', 'ds=2020-01-02', 10, DAY);
    await detection.look(LATER);
    for (const side of ['production', 'shadow'] as const) await detection.land(side, old, 10, DAY);
    let isFirst = true;
    await detection.look(LATER + HOUR, {
      beforeCompare: async () => {
        if (isFirst) await detection.land('shadow', old, 9, DAY);
        isFirst = false;
      },
    });
    expect(outcomes(old)).toEqual([['mismatch', 'row_count', 1, 2]]);
    expect(outcomes('ds=2020-01-02')).toEqual([['match', '', 1, 1]]);
  });

  test('a partition that went meanwhile is still noticed to be gone', async () => {
    detection = await openDetection({ more: 'schedules: { catch_up: all }' });
    const [changing, going] = ['ds=2026-11-18', PARTITION];
    await detection.land('production', changing, 10, DAY);
    await detection.land('shadow', changing, 10, DAY);
    const place = await detection.land('shadow', going, 10, DAY);
    let isFirst = true;
    await detection.look(DAY + HOUR, {
      beforeCompare: async () => {
        if (isFirst) {
          await detection.land('shadow', changing, 9, DAY);
          await rm(place, { recursive: true });
        }
        isFirst = false;
      },
    });
    expect(outcomes(changing)).toEqual([['mismatch', 'row_count', 1, 2]]);
    await detection.land('production', going, 10, DAY);
    await detection.look(DEADLINE + HOUR);
    expect(outcomes(going)).toEqual([['mismatch', 'shadow_missing', 1, null]]);
  });
});

describe('time that passes while pairs are compared', () => {
  test('a partition that landed meanwhile, before its deadline, is not told as overdue', async () => {
    detection = await openDetection();
    const other = 'ds=2026-11-18';
    for (const side of ['production', 'shadow'] as const) await detection.land(side, other, 10, DAY);
    await detection.land('production', PARTITION, 10, DAY);
    let now_ms = DEADLINE - HOUR;
    await detection.look(now_ms, {
      now: () => new Date(now_ms),
      beforeCompare: async () => {
        await detection.land('shadow', PARTITION, 10, DEADLINE - HOUR / 2);
        now_ms = DEADLINE + HOUR;
      },
    });
    expect(outcomes()).toEqual([]);
    await detection.look(DEADLINE + 2 * HOUR);
    expect(outcomes()).toEqual([['match', '', 1, 1]]);
  });
});

describe('a clock that runs ahead and comes back', () => {
  test('what was given up meanwhile is told at its deadline', async () => {
    detection = await openDetection();
    await detection.land('production', PARTITION, 10, DAY);
    await detection.look(DAY + HOUR);
    expect((await detection.look(DAY + 1000 * HOUR)).expired).toBe(1);
    await detection.look(DAY + 2 * HOUR);
    expect(outcomes()).toEqual([]);
    await detection.look(DEADLINE + HOUR);
    expect(outcomes()).toEqual([['mismatch', 'shadow_missing', 1, null]]);
  });
});

describe('a source that comes and goes', () => {
  test('a table whose disk is not mounted has lost nothing, and what is not there is not missing', async () => {
    for (const isEmptied of [true, false]) {
      detection = await openDetection();
      const earlier = 'ds=2026-11-18';
      for (const side of ['production', 'shadow'] as const) await detection.land(side, earlier, 10, DAY);
      await detection.land('production', PARTITION, 10, DAY);
      await detection.look(DAY + HOUR);
      await rename(table('shadow'), join(detection.folder, 'unmounted'));
      if (isEmptied) await mkdir(table('shadow'));
      await detection.look(DEADLINE + HOUR);
      expect(outcomes(earlier)).toEqual([['match', '', 1, 1]]);
      expect(outcomes()).toEqual([['inconclusive', 'shadow_unreadable', 1, null]]);
      if (isEmptied) await detection.end();
    }
  });

  test('a source whose folder stands empty is not mounted', async () => {
    detection = await openDetection();
    await mkdir(join(detection.folder, 'next'));
    await reconfigure('sources: {', 'sources: { next: { kind: folder, root: ./next, landed: { marker: _SUCCESS } },');
    await reconfigure('{ source: warehouse, table: shadow/orders }', '{ source: next, table: shadow/orders }');
    await detection.land('production', PARTITION, 10, DAY);
    await detection.look(DEADLINE + HOUR);
    expect(outcomes()).toEqual([['inconclusive', 'shadow_unreadable', 1, null]]);
  });

  test('a root that was moved: a landing is compared where it stands now', async () => {
    detection = await openDetection();
    await detection.land('production', PARTITION, 10, DAY);
    await detection.look(Date.now() + 24 * HOUR - HOUR);
    await rename(join(detection.folder, 'warehouse'), join(detection.folder, 'moved'));
    await reconfigure('root: ./warehouse', 'root: ./moved');
    await rename(join(detection.folder, 'moved'), join(detection.folder, 'warehouse'));
    await detection.land('shadow', PARTITION, 10, DAY);
    await rename(join(detection.folder, 'warehouse'), join(detection.folder, 'moved'));
    await detection.look(Date.now() + 24 * HOUR);
    expect(outcomes().at(-1)).toEqual(['match', '', 1, 1]);
  });
});

describe('hostile names', () => {
  test('of partitions: each is compared as itself, and told missing as itself', async () => {
    detection = await openDetection();
    const values = [
      ...'\'|"|a b|x\ny|[1]|*|?|{a,b}|\\|%|100%|$1|__proto__|constructor|..|\u202Egpj|=|;--|'.split('|'),
      'ä'.repeat(126),
    ];
    for (const [i, name] of values.entries()) {
      await detection.land('production', `ds=${name}`, i + 1, DAY);
      await detection.land('shadow', `ds=${name}`, i + 1, DAY);
    }
    await detection.land('production', 'ds=1', 99, DAY); // what `[1]` would match as a pattern
    const { troubles } = await detection.look(DAY + 100 * HOUR);
    expect(troubles).toEqual([]);
    for (const [i, name] of values.entries()) {
      const key = printPartitionKey({ levels: [{ column: 'ds', value: name }] });
      const found = detection.comparisons(key).map(({ outcome, row_counts }) => [outcome, row_counts]);
      expect([name, found]).toEqual([name, [['match', { production: i + 1, shadow: i + 1 }]]]);
    }
    expect(outcomes('ds=1')).toEqual([['mismatch', 'shadow_missing', 1, null]]);
  });
});

describe('pairs that nobody can compare any more', () => {
  test('those of a pairing that the config has no more keep none of the others waiting', async () => {
    detection = await openDetection();
    const lease = detection.catalog.takeLease('compare-landed-partitions/0', 'me', DAY, 1000);
    if (lease === null) throw new Error('the lease was not free');
    const tables = { production: 'warehouse/production/orders', shadow: 'warehouse/old/orders' };
    const stale = Array.from({ length: 1_100 }, (_, i) => `ds=2027-01-01/hour=${i}`);
    const landing = {
      job: 'orders',
      table_role: 'target',
      location: detection.folder,
      system: null,
      build: null,
      run_kind: null,
      partition_start_ms: DAY + 9000 * HOUR,
      partition_end_ms: DAY + 9001 * HOUR,
      due_at_ms: null,
      landed_at_ms: DAY,
      landed_at_from: 'mtime',
      files_hash: 'a',
      file_count: 1,
      size_bytes: 1,
      row_count: null,
      cpu_seconds: null,
      storage_bytes: null,
      integrity: 'unverified',
      inputs: [],
    } as const;
    detection.catalog.commitLook(
      {
        found: stale.flatMap((partition_key) => [
          { ...landing, table: tables.production, partition_key },
          { ...landing, table: tables.shadow, partition_key },
        ]),
        gone: [],
        pairs: stale.map((partition_key) => {
          return { job: 'orders', pairing: 'release', partition_key, tables, deadline_ms: DAY };
        }),
        stamps: [],
        told: [],
      },
      lease,
      DAY,
    );
    detection.catalog.releaseLease(lease);
    for (const side of ['production', 'shadow'] as const) await detection.land(side, PARTITION, 10, DAY);
    await detection.look(DAY + HOUR);
    expect(outcomes()).toEqual([['match', '', 1, 1]]);
  });
});
