/** What is taken out of a store by hand is found; what is damaged is not called well. Many whole runs, so no part of the quick tier. */
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { feedWave } from '../../sample-data/feed.ts';
import { listFiles } from '../../src/partition/files.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import { parseToldLanding, tellingOf } from '../../src/store/told-landing.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { copySampleData } from '../demo/sample-copy.ts';

let sample: Awaited<ReturnType<typeof copySampleData>>;
const store = (...parts: string[]): string => join(sample.folder, 'shadowcheck-live', ...parts);
const run = (...argv: string[]) => shadowcheck(sample.folder, ...argv, '--config', 'live.yaml');

interface Losses {
  readonly losses: readonly { readonly loss: string; readonly job: string; readonly partition_key: string }[];
}

async function losses(): Promise<string[]> {
  const { stdout } = await run('verify', '--json');
  return (JSON.parse(stdout) as Losses).losses.map(({ loss }) => loss);
}

beforeEach(async () => {
  sample = await copySampleData();
  await feedWave(join(sample.folder, 'live'), 1);
  await run('compare', '--quiet');
  await run('analyze', '--quiet');
}, 60_000);
afterEach(() => sample.remove());

describe('verify', () => {
  test('prints nothing of a store that is whole, and each entry of a log segment that was removed', async () => {
    const whole = await run('verify');
    expect([whole.code, whole.stdout]).toEqual([0, '']);
    const [segment] = await listFiles(store('logs', 'mismatch'));
    await rm(segment as string);
    const robbed = await run('verify');
    expect(robbed.code).toBe(1);
    expect(robbed.stdout.split('\n').filter((line) => line.startsWith('not_logged'))).toHaveLength(23);
  }, 60_000);

  test('finds each entry of a report that was removed, also of the running hour', async () => {
    const slot = (await readdir(store('reports'))).find((name) => name.startsWith('2')) as string;
    await rm(store('reports', slot), { recursive: true });
    expect((await losses()).filter((loss) => loss === 'not_reported')).toHaveLength(23);
  }, 60_000);

  test('compares a partition that changed since, and misses its entry', async () => {
    const folder = join(sample.folder, 'live', 'warehouse', 'shadow', 'orders');
    const [first, second] = ['ds=2026-11-14', 'ds=2026-11-16'].map((partition) => join(folder, partition));
    const [clean] = await listFiles(first as string);
    const [cut] = await listFiles(second as string);
    await copyFile(cut as string, clean as string);
    expect(await losses()).toEqual(['not_logged']);
  }, 60_000);

  test('says of a damaged catalog that it is damaged', async () => {
    damagePages();
    const { code, stderr } = await run('verify');
    expect(code).toBe(4);
    expect(stderr).toContain('catalog_corrupt');
  }, 60_000);
});

/** What could not be looked at may hide any loss. */
describe('verify vouches for nothing that it could not look at', () => {
  const live = (...parts: string[]): string => join(sample.folder, 'live', ...parts);
  const away = (...parts: string[]) => rename(live(...parts), live('away'));
  const verified = async () => {
    const { code, stdout, stderr } = await run('verify', '--json');
    return { code, stderr, ...(JSON.parse(stdout) as Losses & { pairs: number; compared: number; unseen: number }) };
  };
  const comparedPairs = (): number => {
    const catalog = openCatalog(store('catalog.db'), { read_only: true });
    const count = catalog.jobSummaries().reduce((sum, { pairs }) => sum + (pairs.compared ?? 0), 0);
    catalog.close();
    return count;
  };

  test('a warehouse that is away, though the log was lost with it', async () => {
    await rm(store('logs', 'mismatch'), { recursive: true });
    await away('warehouse');
    const { code, stderr, pairs, compared, unseen } = await verified();
    expect({ code, pairs, compared, unseen }).toEqual({ code: 3, pairs: 0, compared: 0, unseen: comparedPairs() });
    expect(unseen).toBeGreaterThan(40);
    expect(stderr).toContain(`${live('warehouse', 'production', 'orders')}: this folder of a table is not there`);
    expect(stderr).toContain(
      `0 pairs, 0 compared again · ${unseen} not vouched for: a table of theirs cannot be listed`,
    );
    expect(stderr).toContain('nothing lost of what could be looked at');
  }, 60_000);

  test('one side that is away', async () => {
    await away('warehouse', 'shadow');
    const { code, stderr, pairs, unseen, losses: found } = await verified();
    expect({ code, found, unseen }).toEqual({ code: 3, found: [], unseen: comparedPairs() });
    expect(pairs).toBeLessThan(10);
    expect(stderr).toContain(`${live('warehouse', 'shadow', 'orders')}: this folder of a table is not there`);
    expect(stderr.match(/shadow\/orders: this folder/g)).toHaveLength(1);
  }, 60_000);

  test('a table in whose place an empty folder stands, as where a disk was mounted', async () => {
    await away('warehouse', 'shadow', 'orders');
    await mkdir(live('warehouse', 'shadow', 'orders'));
    const { code, stderr, unseen } = await verified();
    expect([code, stderr.match(/\[\w+\]/g)]).toEqual([3, ['[table_emptied]']]);
    expect(unseen).toBeGreaterThan(0);
  }, 60_000);

  test('tables of a pattern whose folder cannot be listed', async () => {
    const config = join(sample.folder, 'live.yaml');
    const entry = 'discover: [{ source: warehouse, production: "away/{job}", shadow: "shadow/{job}", key: [id] }]\n';
    await writeFile(config, `${await readFile(config, 'utf8')}\n${entry}`);
    const { code, stderr } = await verified();
    expect(code).toBe(3);
    expect(stderr).toContain(`${live('warehouse', 'away')} (discover[0]): cannot be listed (ENOENT)`);
  }, 60_000);

  test('but a partition that retention took is no trouble', async () => {
    await rm(live('warehouse', 'shadow', 'orders', 'ds=2026-11-14'), { recursive: true });
    const { code, unseen } = await verified();
    expect({ code, unseen }).toEqual({ code: 0, unseen: 0 });
  }, 60_000);
});

describe('rebuild', () => {
  test('brings everything back, so that nothing is compared, logged or analysed twice', async () => {
    damagePages();
    const rebuilt = await run('rebuild');
    // What requests told is in the damaged pages, and said to be lost.
    expect([rebuilt.code, rebuilt.stdout.split('\n')[0]]).toEqual([3, '97 landings · 50 comparisons · 1 slots']);
    expect(rebuilt.stderr.match(/\[\w+\]/g)).toEqual(['[tellings_lost]']);
    const again = await run('compare');
    expect(again.stdout).toContain('0 new landings');
    expect(again.stdout).toContain('0 entries in the mismatch log, 0 in the signal log');
    expect((await run('analyze')).stdout).toContain('nothing to analyse');
    const verified = await run('verify');
    expect([verified.code, verified.stdout]).toEqual([0, '']);
  }, 60_000);

  test('takes along what was told by a request and has not landed yet', async () => {
    const catalog = openCatalog(store('catalog.db'));
    const told = { side: 'shadow', partition_key: 'ds=2026-11-30', landed_at: '2026-12-01T01:00:00Z' };
    const parsed = parseToldLanding({ job: 'subscriptions', ...told });
    if (!('entry' in parsed)) throw new Error(parsed.reason);
    const telling = tellingOf(parsed.entry, 'http', 0);
    catalog.tell([telling]);
    catalog.close();
    expect((await run('rebuild', '--force')).code).toBe(0);
    const again = openCatalog(store('catalog.db'), { read_only: true });
    expect(again.openTellings(['subscriptions']).map(({ id }) => id)).toContain(telling.id);
    again.close();
  }, 60_000);

  test('is refused for a catalog that is whole, and for one of a newer version', async () => {
    expect((await run('rebuild')).stderr).toContain('catalog_whole');
    const database = new DatabaseSync(store('catalog.db'));
    database.exec('PRAGMA user_version = 9999');
    database.close();
    const { code, stderr } = await run('rebuild');
    expect([code, stderr.includes('catalog_too_new')]).toEqual([4, true]);
  }, 60_000);

  test('of a store that has no catalog any more makes one', async () => {
    for (const name of await readdir(store())) if (name.startsWith('catalog.db')) await rm(store(name));
    expect((await run('rebuild')).stdout).toContain('97 landings');
  }, 60_000);
});

/** The header stays, as a disk would damage it: the catalog opens, and fails later. */
function damagePages(): void {
  const path = store('catalog.db');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  const file = openSync(path, 'r+');
  const noise = Buffer.alloc(4096, 0xa5);
  for (let at = 4096 * 3; at < statSync(path).size; at += 4096 * 4) writeSync(file, noise, 0, noise.length, at);
  closeSync(file);
}
