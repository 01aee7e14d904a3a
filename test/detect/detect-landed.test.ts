/** The life of landing pairs, from the folders to the mismatch log, at times that the tests choose. */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readEvidence } from '../../src/detect/stored-evidence.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { nodeFiles } from '../../src/store/files.ts';
import { DAY, DEADLINE, type Detection, HOUR, openDetection, outcomeOf, PARTITION } from './detection.ts';

let detection: Detection;
afterEach(() => detection.end());

function outcomes(partition = PARTITION): unknown[] {
  return detection.comparisons(partition).map((comparison) => [comparison.trigger, ...outcomeOf(comparison)]);
}

async function logged(): Promise<string[]> {
  const { entries, troubles } = await readEvidence(join(detection.folder, 'store'), nodeFiles, openDuckdb);
  expect(troubles).toEqual([]);
  return entries.map(({ partition_key, outcome }) => `${partition_key} ${outcome}`).sort();
}

describe('two sides', () => {
  test('shadow first: pending, then a match, and no mismatch was ever logged', async () => {
    detection = await openDetection();
    await detection.land('shadow', PARTITION, 10, DAY);
    await detection.look(DAY + HOUR);
    expect(detection.catalog.pairOf('orders', 'migration', PARTITION)?.state).toBe('pending');
    await detection.land('production', PARTITION, 10, DAY + HOUR);
    await detection.look(DAY + 2 * HOUR);
    expect(outcomes()).toEqual([['landing', 'match', '', 1, 1]]);
    await detection.look(DEADLINE + HOUR);
    expect(outcomes()).toHaveLength(1);
    expect(await logged()).toEqual([]);
  });

  test('a late partner: missing at the deadline and not before, once; then compared', async () => {
    detection = await openDetection();
    await detection.land('production', PARTITION, 10, DAY);
    await detection.look(DEADLINE - 1);
    expect(outcomes()).toEqual([]);
    await detection.look(DEADLINE + 1);
    await detection.look(DEADLINE + HOUR);
    const missing = ['deadline', 'mismatch', 'shadow_missing', 1, null];
    expect(outcomes()).toEqual([missing]);
    await detection.land('shadow', PARTITION, 10, DEADLINE + HOUR);
    await detection.look(DEADLINE + 2 * HOUR);
    expect(outcomes()).toEqual([missing, ['landing', 'match', '', 1, 1]]);
    expect(await logged()).toEqual([`${PARTITION} mismatch`]);
  });

  test('a folder without marker has not landed: inconclusive at the deadline, not missing', async () => {
    detection = await openDetection();
    await detection.land('production', PARTITION, 10, DAY);
    await detection.land('shadow', PARTITION, 10, DAY, null);
    await detection.look(DEADLINE + 1);
    expect(outcomes()).toEqual([['deadline', 'inconclusive', 'not_landed', 1, null]]);
  });

  test('a source that is not mounted has lost nothing', async () => {
    detection = await openDetection();
    await detection.land('production', PARTITION, 10, DAY);
    await detection.land('shadow', PARTITION, 10, DAY);
    await detection.look(DAY + HOUR);
    await rm(join(detection.folder, 'warehouse'), { recursive: true });
    const detected = await detection.look(DEADLINE + HOUR);
    expect(detected.troubles).toHaveLength(2);
    expect(outcomes()).toEqual([['landing', 'match', '', 1, 1]]);
    expect(detection.catalog.pairOf('orders', 'migration', PARTITION)?.state).toBe('compared');
  });

  test('a partition that retention took after it was compared is not missing', async () => {
    detection = await openDetection();
    const place = await detection.land('production', PARTITION, 10, DAY);
    await detection.land('shadow', PARTITION, 10, DAY);
    await detection.look(DAY + HOUR);
    await rm(place, { recursive: true });
    await detection.look(DEADLINE + HOUR);
    expect(outcomes()).toEqual([['landing', 'match', '', 1, 1]]);
    expect(detection.catalog.pairOf('orders', 'migration', PARTITION)?.state).toBe('compared');
  });

  test('one that went before it was compared is', async () => {
    detection = await openDetection();
    const place = await detection.land('shadow', PARTITION, 10, DAY);
    await detection.look(DAY + HOUR);
    await rm(place, { recursive: true });
    await detection.land('production', PARTITION, 10, DAY + 2 * HOUR);
    await detection.look(DEADLINE + HOUR);
    expect(outcomes()).toEqual([['deadline', 'mismatch', 'shadow_missing', 1, null]]);
  });

  test('a deadline before the catch-up window is given up, and leaves a trace', async () => {
    detection = await openDetection({ more: 'schedules: { catch_up: { window: 2d } }' });
    await detection.land('production', PARTITION, 10, DAY);
    await detection.look(DAY + HOUR);
    const { expired } = await detection.look(DEADLINE + 72 * HOUR);
    expect(expired).toBe(1);
    expect(outcomes()).toEqual([]);
    expect(detection.catalog.pairOf('orders', 'migration', PARTITION)?.state).toBe('expired');
  });
});

describe('history', () => {
  test('older than the catch-up window is compared all the same, and so is a backfill of what one side never had', async () => {
    detection = await openDetection();
    const [both, half] = ['ds=2019-05-01', 'ds=2019-05-02'];
    await detection.land('production', both, 10, DAY);
    await detection.land('shadow', both, 9, DAY);
    await detection.land('production', half, 10, DAY);
    expect((await detection.look(DAY + HOUR)).expired).toBe(1);
    expect(outcomes(both)).toEqual([['landing', 'mismatch', 'row_count', 1, 1]]);
    await detection.land('shadow', half, 9, DAY + HOUR, '{"run_kind":"backfill"}');
    await detection.look(DAY + 2 * HOUR);
    expect(outcomes(half)).toEqual([['landing', 'mismatch', 'row_count', 1, 1]]);
  });
});

describe('landings', () => {
  test('bad, repaired, bad again: three landings, three events', async () => {
    detection = await openDetection();
    await detection.land('production', PARTITION, 10, DAY);
    for (const [i, rows] of [9, 10, 9].entries()) {
      await detection.land('shadow', PARTITION, rows, DAY + i * HOUR);
      await detection.look(DAY + (i + 0.5) * HOUR);
    }
    expect(outcomes()).toEqual([
      ['landing', 'mismatch', 'row_count', 1, 1],
      ['landing', 'match', '', 1, 2],
      ['landing', 'mismatch', 'row_count', 1, 3],
    ]);
    expect(await logged()).toEqual([`${PARTITION} mismatch`, `${PARTITION} mismatch`]);
    const landings = detection.catalog.landingsOf('orders', 'warehouse/shadow/orders', PARTITION);
    expect(landings.map(({ sequence, superseded_by }) => [sequence, superseded_by !== null])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
  });

  test('a look at what has not changed finds nothing new and compares nothing', async () => {
    detection = await openDetection();
    await detection.land('production', PARTITION, 10, DAY);
    await detection.land('shadow', PARTITION, 9, DAY);
    await detection.look(DAY + HOUR);
    const { landings, outcomes: again } = await detection.look(DAY + 2 * HOUR);
    expect([landings, again.mismatch]).toEqual([0, 0]);
  });

  test('files that are others than recorded are not compared as the landing that was: the newer one is', async () => {
    detection = await openDetection();
    await detection.land('production', PARTITION, 10, DAY);
    await detection.land('shadow', PARTITION, 9, DAY);
    let isFirst = true;
    const { superseded, tables, partitions, landings } = await detection.look(DAY + HOUR, {
      beforeCompare: async () => {
        if (isFirst) await detection.land('shadow', PARTITION, 10, DAY + HOUR);
        isFirst = false;
      },
    });
    expect({ superseded, tables, partitions, landings }).toEqual({
      superseded: 1,
      tables: 2,
      partitions: 2,
      landings: 3,
    });
    expect(outcomes()).toEqual([['landing', 'match', '', 1, 2]]);
    expect(await logged()).toEqual([]);
  });

  test('a folder that is away for a moment leaves nothing undecided', async () => {
    detection = await openDetection();
    await detection.land('production', PARTITION, 10, DAY);
    const place = await detection.land('shadow', PARTITION, 10, DAY);
    let times = 0;
    await detection.look(DAY + HOUR, {
      beforeCompare: async () => {
        times += 1;
        if (times === 1) await rename(place, `${place}.away`);
      },
    });
    expect(outcomes()).toEqual([]);
    await rename(`${place}.away`, place);
    await detection.look(DAY + 2 * HOUR);
    expect(outcomes().map((outcome) => (outcome as unknown[])[1])).toEqual(['match']);
  });

  test('a marker that says who wrote it wins over the config', async () => {
    detection = await openDetection({ job: "    builds: { production: '100', shadow: '200' }" });
    await detection.land('production', PARTITION, 10, DAY);
    await detection.land('shadow', PARTITION, 10, DAY, '{"system":"next","build":"201","run_kind":"backfill"}');
    await detection.look(DAY + HOUR);
    const [comparison] = detection.comparisons(PARTITION);
    expect(comparison?.landings.production).toMatchObject({ system: 'legacy', build: '100', run_kind: null });
    expect(comparison?.landings.shadow).toMatchObject({ system: 'next', build: '201', run_kind: 'backfill' });
  });

  test('a seeded landing that matches is told as no evidence', async () => {
    detection = await openDetection();
    await detection.land('production', PARTITION, 10, DAY);
    await detection.land('shadow', PARTITION, 10, DAY, '{"run_kind":"seeded"}');
    await detection.look(DAY + HOUR);
    expect(detection.comparisons(PARTITION)[0]).toMatchObject({
      outcome: 'match',
      detail: '{"seeded":["shadow"],"files_same_bytes":1}',
    });
    expect(detection.catalog.jobSummaries()[0]).toMatchObject({ outcomes: { match: 1 }, seeded_matches: 1 });
  });

  test('each pairing of a job is compared by itself', async () => {
    detection = await openDetection({
      job: '    pairings: { release: { shadow: { source: warehouse, table: candidate/orders } } }',
    });
    await detection.land('production', PARTITION, 10, DAY);
    await detection.land('shadow', PARTITION, 9, DAY);
    await detection.land('candidate', PARTITION, 10, DAY);
    await detection.look(DAY + HOUR);
    expect(detection.comparisons(PARTITION, 'migration').map(({ outcome }) => outcome)).toEqual(['mismatch']);
    expect(detection.comparisons(PARTITION, 'release').map(({ outcome }) => outcome)).toEqual(['match']);
  });
});
