/** The page over all runs as it is served: as things stand now, whether or not an analysis ever wrote it. */
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openCatalog } from '../../../src/store/catalog.ts';
import { type Serving, type ServingOptions, startServing } from './serving.ts';

const open: Serving[] = [];
afterEach(async () => {
  for (const serving of open.splice(0)) await serving.close();
});

const ALARMS = { nothing_landed_ms: 1_000, nothing_compared_ms: 1_000, nothing_analysed_ms: 1_000 };
const ALL = ['Nothing landed.', 'Nothing compared.', 'Nothing analysed.'];

async function serving(options: ServingOptions = {}): Promise<Serving> {
  const started = await startServing({ alarms: ALARMS, now: inSeconds(5), ...options });
  open.push(started);
  return started;
}

function inSeconds(seconds: number): () => Date {
  return () => new Date(Date.now() + seconds * 1000);
}

const indexOf = ({ store }: Serving): string => join(store, 'reports', 'index.html');

function alarmsIn(text: string): string[] {
  return [...text.matchAll(/<li><b>(Nothing [^<]+)<\/b>/g)].map((found) => found[1] ?? '');
}

async function writtenSecondsAgo(path: string, text: string, seconds: number): Promise<void> {
  await writeFile(path, text);
  const at = Date.now() / 1000 - seconds;
  await utimes(path, at, at);
}

test.each(['/reports/index.html', '/reports/'])(
  '%s of a store where nothing ever happened shows every alarm',
  async (path) => {
    const here = await serving();
    await rm(join(here.store, 'reports'), { recursive: true });
    const { status, text } = await here.ask('GET', path);
    expect({ status, alarms: alarmsIn(text) }).toEqual({ status: 200, alarms: ALL });
    expect(text).toContain('There is no report yet.');
    expect(await readFile(indexOf(here), 'utf8')).toBe(text);
  },
);

test('one that is older than 30 seconds is written anew, a younger one is served as it is', async () => {
  const here = await serving({ now: inSeconds(0) });
  await writtenSecondsAgo(indexOf(here), '<h1>old</h1>', 25);
  expect((await here.ask('GET', '/reports/index.html')).text).toBe('<h1>old</h1>');
  await writtenSecondsAgo(indexOf(here), '<h1>old</h1>', 31);
  expect((await here.ask('GET', '/reports/index.html')).text).toContain('<h1>All reports</h1>');
});

test('one whose time lies ahead of the clock is written anew: it would stay for ever', async () => {
  const here = await serving({ now: inSeconds(0) });
  await writtenSecondsAgo(indexOf(here), '<h1>ahead</h1>', -3600);
  expect((await here.ask('GET', '/reports/index.html')).text).toContain('<h1>All reports</h1>');
});

test('writing it counts as no analysis: the alarm of the standing one stays', async () => {
  const here = await serving();
  const catalog = openCatalog(join(here.store, 'catalog.db'));
  expect(catalog.healthFacts().oldest_unanalysed_ms).toBe(null);
  catalog.close();
  const { text } = await here.ask('GET', '/reports/index.html');
  expect(alarmsIn(text)).toContain('Nothing analysed.');
});

test('a catalog that cannot be read keeps nobody from the page that is there', async () => {
  const here = await serving();
  await writtenSecondsAgo(indexOf(here), '<h1>old</h1>', 3600);
  for (const rest of ['', '-wal', '-shm']) await rm(join(here.store, `catalog.db${rest}`), { force: true });
  await writeFile(join(here.store, 'catalog.db'), 'no catalog at all');
  const { status, text } = await here.ask('GET', '/reports/index.html');
  expect({ status, text }).toEqual({ status: 200, text: '<h1>old</h1>' });
  await rm(indexOf(here));
  expect((await here.ask('GET', '/reports/index.html')).status).toBe(404);
});

test('other pages cause no writing', async () => {
  const here = await serving();
  expect((await here.ask('GET', '/reports/2026-11-20T11/index.html')).status).toBe(404);
  await expect(stat(indexOf(here))).rejects.toThrow(/ENOENT/);
});
