/** Landings that somebody told, and what happens between the telling, the look and the comparison. */
import { appendFile, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Detection, HOUR, openDetection } from './detection.ts';

const DAY = Date.UTC(2026, 10, 20);
/** Ends with DAY; due two hours later, told one more hour later. */
const PARTITION = 'ds=2026-11-19';
const DEADLINE = DAY + 3 * HOUR;

let detection: Detection;
afterEach(() => detection.end());

function outcomes(partition = PARTITION): unknown[] {
  return detection
    .comparisons(partition)
    .map(({ outcome, kinds, inconclusive_reason, landings }) => [
      outcome,
      inconclusive_reason ?? kinds.join(' '),
      landings.production?.sequence ?? null,
      landings.shadow?.sequence ?? null,
    ]);
}

async function reconfigure(from: string, to: string): Promise<void> {
  const path = join(detection.folder, 'shadowcheck.yaml');
  const text = await readFile(path, 'utf8');
  expect(text).toContain(from);
  await writeFile(path, text.replaceAll(from, to));
}

async function tell(record: Readonly<Record<string, unknown>>): Promise<void> {
  const line = { job: 'orders', partition_key: PARTITION, landed_at: new Date(DAY).toISOString(), ...record };
  await appendFile(join(detection.folder, 'landings.jsonl'), `${JSON.stringify(line)}\n`);
}

async function told(landed = 'told'): Promise<Detection> {
  const opened = await openDetection({ landed, more: 'landings: [./landings.jsonl]' });
  await writeFile(join(opened.folder, 'landings.jsonl'), '');
  return opened;
}

test('files that were written over and never told again: inconclusive once the time is over, and once', async () => {
  detection = await told();
  for (const side of ['production', 'shadow'] as const) {
    await detection.land(side, PARTITION, 10, DAY, null);
    await tell({ side });
  }
  const beforeCompare = async (): Promise<void> => void (await detection.land('shadow', PARTITION, 9, DAY, null));
  await detection.look(DAY + HOUR, { beforeCompare });
  expect(outcomes()).toEqual([]);
  await detection.look(DEADLINE + HOUR);
  await detection.look(DEADLINE + 2 * HOUR);
  expect(outcomes()).toEqual([['inconclusive', 'superseded', 1, 1]]);
  await tell({ side: 'shadow', landed_at: new Date(DEADLINE).toISOString() });
  await detection.look(DEADLINE + 3 * HOUR);
  expect(outcomes().slice(1)).toEqual([['mismatch', 'row_count', 1, 2]]);
});

test('a partition that was away for a look is the landing that was told', async () => {
  detection = await told();
  const place = await detection.land('shadow', PARTITION, 10, DAY, null);
  await tell({ side: 'shadow' });
  await detection.look(DAY + HOUR);
  await rename(place, join(detection.folder, 'away'));
  await detection.look(DAY + HOUR);
  await rename(join(detection.folder, 'away'), place);
  await detection.look(DAY + 2 * HOUR);
  await detection.land('production', PARTITION, 10, DAY, null);
  await tell({ side: 'production' });
  await detection.look(DEADLINE + HOUR);
  expect(outcomes()).toEqual([['match', '', 1, 1]]);
});

test('of a pairing that the config does not have yet, it waits until it has', async () => {
  detection = await told();
  for (const side of ['production', 'candidate'] as const) await detection.land(side, PARTITION, 10, DAY, null);
  await tell({ side: 'production' });
  await tell({ side: 'shadow', pairing: 'release' });
  await detection.look(DAY + HOUR);
  expect(detection.catalog.openTellings(['orders'])).toHaveLength(1);
  const release = 'pairings: { release: { shadow: { source: warehouse, table: candidate/orders } } }';
  await reconfigure('    key: [id]', `    key: [id]\n    ${release}`);
  await detection.look(DAY + 2 * HOUR);
  expect(detection.catalog.openTellings(['orders'])).toEqual([]);
  expect(detection.comparisons(PARTITION, 'release').map(({ outcome }) => outcome)).toEqual(['match']);
});

test('where a marker counts too, told and found are one landing, whatever the marker is called', async () => {
  detection = await told('{ marker: DONE }');
  for (const side of ['production', 'shadow'] as const) {
    const place = await detection.land(side, PARTITION, 10, DAY, null);
    await writeFile(join(place, 'DONE'), '');
    await tell({ side, build: '7' });
  }
  await detection.look(DAY + HOUR);
  await detection.look(DAY + 2 * HOUR);
  expect(outcomes()).toEqual([['match', '', 1, 1]]);
  const landings = detection.catalog.landingsOf('orders', 'warehouse/shadow/orders', PARTITION);
  expect(landings.map(({ build }) => build)).toEqual(['7']);
});

test('where a marker counts too, what is told without one waits for it', async () => {
  detection = await told('{ marker: _SUCCESS }');
  await detection.land('production', PARTITION, 10, DAY);
  const place = await detection.land('shadow', PARTITION, 10, DAY, null);
  await tell({ side: 'shadow', build: '7' });
  await detection.look(DAY + HOUR);
  expect(outcomes()).toEqual([]);
  await writeFile(join(place, '_SUCCESS'), '');
  await detection.look(DAY + 2 * HOUR);
  expect(outcomes()).toEqual([['match', '', 1, 1]]);
  expect(detection.comparisons(PARTITION)[0]?.landings.shadow?.build).toBe('7');
});

test('one that was written over before anybody looked was overtaken: no trouble, and the later one is the landing', async () => {
  detection = await told();
  for (const side of ['production', 'shadow'] as const) {
    await detection.land(side, PARTITION, 9, DAY, null);
    await tell({ side, size_bytes: 1 });
    const place = await detection.land(side, PARTITION, 300, DAY, null);
    const { size } = await stat(join(place, 'part-0.parquet'));
    await tell({ side, size_bytes: size, landed_at: new Date(DAY + 1).toISOString() });
  }
  expect((await detection.look(DAY + HOUR)).troubles).toEqual([]);
  expect(outcomes()).toEqual([['match', '', 1, 1]]);
  expect(detection.catalog.openTellings(['orders'])).toEqual([]);
  expect(detection.catalog.healthFacts().tellings).toEqual({ told: 0, waiting: 0, refused: 0 });
});

test('an earlier one that is heard of after the later one has landed was overtaken too', async () => {
  detection = await told();
  for (const side of ['production', 'shadow'] as const) {
    await detection.land(side, PARTITION, 10, DAY, null);
    await tell({ side, landed_at: new Date(DAY + 1).toISOString() });
  }
  await detection.look(DAY + HOUR);
  await tell({ side: 'shadow', size_bytes: 1 });
  expect((await detection.look(DAY + 2 * HOUR)).troubles).toEqual([]);
  expect(detection.catalog.openTellings(['orders'])).toEqual([]);
  expect(outcomes()).toEqual([['match', '', 1, 1]]);
});
