/** Landings that somebody told, and what happens between the telling, the look and the comparison. */
import { appendFile, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { rebuildCatalog } from '../../src/analyze/rebuild-catalog.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import { nodeFiles } from '../../src/store/files.ts';
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

async function tell(record: Readonly<Record<string, unknown>>): Promise<void> {
  const line = { job: 'orders', partition_key: PARTITION, landed_at: new Date(DAY).toISOString(), ...record };
  await appendFile(join(detection.folder, 'landings.jsonl'), `${JSON.stringify(line)}\n`);
}

async function told(landed = 'told'): Promise<Detection> {
  const opened = await openDetection({ landed, more: 'landings: [./landings.jsonl]' });
  await writeFile(join(opened.folder, 'landings.jsonl'), '');
  return opened;
}

test('what nobody told has not landed; told twice is one landing', async () => {
  detection = await told();
  for (const side of ['production', 'shadow'] as const) await detection.land(side, PARTITION, 10, DAY, null);
  await detection.look(DAY + HOUR);
  expect(detection.catalog.pairsOf('orders', 10)).toEqual([]);
  for (const side of ['production', 'shadow', 'shadow']) await tell({ side, build: '7' });
  const { landings } = await detection.look(DAY + 2 * HOUR);
  expect(landings).toBe(2);
  expect(outcomes()).toEqual([['match', '', 1, 1]]);
  expect(detection.comparisons(PARTITION)[0]?.landings.shadow).toMatchObject({ build: '7', landed_at_from: 'told' });
});

test('told with another size than stands there, it waits until the size holds', async () => {
  detection = await told();
  await detection.land('production', PARTITION, 10, DAY, null);
  const place = await detection.land('shadow', PARTITION, 9, DAY, null);
  await tell({ side: 'production' });
  await detection.land('shadow', PARTITION, 300, DAY, null);
  const { size } = await stat(join(place, 'part-0.parquet'));
  await detection.land('shadow', PARTITION, 9, DAY, null);
  await tell({ side: 'shadow', size_bytes: size });
  const { troubles } = await detection.look(DAY + HOUR);
  expect(troubles.map(({ code }) => code)).toEqual(['landing_waits']);
  expect(detection.catalog.pairOf('orders', 'migration', PARTITION)?.state).toBe('pending');
  await detection.land('shadow', PARTITION, 300, DAY, null);
  await detection.look(DAY + 2 * HOUR);
  expect(outcomes()).toEqual([['mismatch', 'row_count', 1, 1]]);
});

test('of a table with a manifest, told or not, it has landed once its files are those of the manifest', async () => {
  detection = await openDetection({ landed: '{ manifest: _manifest.json }', more: 'landings: [./landings.jsonl]' });
  await writeFile(join(detection.folder, 'landings.jsonl'), '');
  for (const side of ['production', 'shadow'] as const) {
    const place = await detection.land(side, PARTITION, 10, DAY, null);
    const files = [{ file: 'part-0.parquet', size_bytes: 7 }];
    await writeFile(join(place, '_manifest.json'), JSON.stringify({ version: 1, files }));
    await tell({ side });
  }
  const { troubles, landings } = await detection.look(DAY + HOUR);
  expect([landings, outcomes()]).toEqual([0, []]);
  expect(troubles.map(({ code }) => code)).toEqual(['landing_waits', 'landing_waits']);
});

test('told from the future, it waits until its time has come; of an unknown job, it is told and kept', async () => {
  detection = await told();
  for (const side of ['production', 'shadow'] as const) {
    await detection.land(side, PARTITION, 10, DAY, null);
    await tell({ side, landed_at: new Date(DAY + 2 * HOUR).toISOString() });
  }
  await tell({ job: 'nobody', side: 'shadow' });
  const { troubles } = await detection.look(DAY + HOUR);
  expect(troubles.map(({ code }) => code)).toEqual(['landing_of_unknown_job', 'landing_waits', 'landing_waits']);
  expect(outcomes()).toEqual([]);
  await detection.look(DAY + 2 * HOUR);
  expect(outcomes()).toEqual([['match', '', 1, 1]]);
});

test('a line that is no landing is told once, and stops none of the others', async () => {
  detection = await told();
  await appendFile(join(detection.folder, 'landings.jsonl'), '{"job":"orders"}\nnonsense\n');
  await detection.land('shadow', PARTITION, 10, DAY, null);
  await tell({ side: 'shadow' });
  const { troubles, landings } = await detection.look(DAY + HOUR);
  expect(troubles.map(({ code }) => code)).toEqual(['landing_not_understood', 'landing_not_understood']);
  expect(landings).toBe(1);
  expect((await detection.look(DAY + 2 * HOUR)).troubles).toEqual([]);
});

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
  for (const hours of [1, 2]) expect((await detection.look(DAY + hours * HOUR)).troubles).toEqual([]);
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
  for (const hours of [2, 3]) expect((await detection.look(DAY + hours * HOUR)).troubles).toEqual([]);
  expect(detection.catalog.openTellings(['orders'])).toEqual([]);
  expect(outcomes()).toEqual([['match', '', 1, 1]]);
});

test('one that a later one has not overtaken, because that is wrong or of another table, is the landing', async () => {
  detection = await told();
  await detection.land('production', PARTITION, 10, DAY, null);
  await tell({ side: 'production' });
  const place = await detection.land('shadow', PARTITION, 300, DAY, null);
  const { size } = await stat(join(place, 'part-0.parquet'));
  await rm(place, { recursive: true });
  await tell({ side: 'shadow', size_bytes: size });
  await tell({ side: 'shadow', size_bytes: 1, landed_at: new Date(DAY + 60_000).toISOString() });
  await tell({ side: 'shadow', table_role: 'delta', landed_at: new Date(DAY + 120_000).toISOString() });
  for (const minutes of [1, 30]) await detection.look(DAY + HOUR + minutes * 60_000);
  await detection.land('shadow', PARTITION, 300, DAY, null);
  await detection.look(DAY + 2 * HOUR);
  expect(outcomes()).toEqual([['mismatch', 'row_count', 1, 1]]);
});

test.each(['told', '{ marker: _SUCCESS }'])(
  'one that was overtaken says nothing of the files of the later one, which stand there (landed: %s)',
  async (landed) => {
    detection = await told(landed);
    for (const side of ['production', 'shadow'] as const) await detection.land(side, PARTITION, 10, DAY);
    if (landed !== 'told') await detection.look(DAY + HOUR); // compared before anything is told
    for (const side of ['production', 'shadow'] as const)
      await tell({ side, landed_at: new Date(DAY + 60_000).toISOString() });
    await detection.look(DAY + 2 * HOUR);
    await tell({ side: 'shadow', build: 'old', run_kind: 'seeded' });
    await tell({ side: 'shadow', size_bytes: 1 });
    for (const hours of [3, 4]) expect((await detection.look(DAY + hours * HOUR)).troubles).toEqual([]);
    expect(outcomes()).toEqual([['match', '', 1, 1]]);
    expect(detection.comparisons(PARTITION)[0]?.landings.shadow).toMatchObject({ build: null, run_kind: null });
    expect(detection.catalog.openTellings(['orders'])).toEqual([]);
  },
);

test('what became of it outlives the catalog, so that it is not told of a later landing', async () => {
  detection = await told('{ marker: _SUCCESS }');
  for (const side of ['production', 'shadow'] as const) await detection.land(side, PARTITION, 10, DAY);
  await tell({ side: 'shadow', build: '1', run_kind: 'seeded' });
  await detection.look(DAY + HOUR);
  await detection.land('shadow', PARTITION, 300, DAY + 2 * HOUR);
  await detection.look(DAY + 3 * HOUR);
  await tell({ side: 'shadow', size_bytes: 1, landed_at: new Date(DAY + 3 * HOUR).toISOString() });
  await detection.look(DAY + 4 * HOUR);
  expect(await toldAfterRebuild()).toEqual(['landed', 'waiting']);
});

test('one whose landing no log had yet when the catalog was lost is looked at again', async () => {
  detection = await told();
  await detection.land('shadow', PARTITION, 10, DAY, null);
  await tell({ side: 'shadow' });
  await detection.look(DAY + HOUR);
  expect(await toldAfterRebuild()).toEqual(['landed']);
  await rm(join(detection.folder, 'store', 'logs'), { recursive: true });
  expect(await toldAfterRebuild()).toEqual(['told']);
});

async function toldAfterRebuild(): Promise<readonly string[]> {
  const config = await loadConfig(join(detection.folder, 'shadowcheck.yaml'));
  const now = (): Date => new Date(DAY + 5 * HOUR);
  await rebuildCatalog(config, true, { files: nodeFiles, openEngine: openDuckdb, now });
  const rebuilt = openCatalog(join(config.store, 'catalog.db'), { read_only: true });
  const known = rebuilt.allTellings().map(({ state }) => state);
  rebuilt.close();
  return known;
}

test('one that lies ahead overtakes nothing', async () => {
  detection = await told();
  await tell({ side: 'shadow', landed_at: new Date(DAY + 900 * HOUR).toISOString() });
  await tell({ side: 'shadow' });
  for (const hours of [1, 2]) {
    const { troubles } = await detection.look(DAY + hours * HOUR);
    expect(troubles.map(({ code }) => code)).toEqual(['landing_waits', 'landing_waits']);
  }
  await detection.land('shadow', PARTITION, 10, DAY, null);
  expect((await detection.look(DAY + 3 * HOUR)).landings).toBe(1);
});

test('one whose writer has a slow clock seems to be overtaken, and is the landing once its files are there', async () => {
  detection = await told();
  for (const side of ['production', 'shadow'] as const) {
    await detection.land(side, PARTITION, 10, DAY, null);
    await tell({ side });
  }
  await detection.look(DAY + HOUR);
  const place = await detection.land('shadow', PARTITION, 300, DAY, null);
  const { size } = await stat(join(place, 'part-0.parquet'));
  await detection.land('shadow', PARTITION, 10, DAY, null);
  await tell({ side: 'shadow', size_bytes: size, landed_at: new Date(DAY - 60_000).toISOString() });
  await detection.look(DAY + HOUR + 1);
  await detection.land('shadow', PARTITION, 300, DAY, null);
  await detection.look(DAY + HOUR + 60_000);
  expect(outcomes().at(-1)).toEqual(['mismatch', 'row_count', 1, 2]);
});
