import { utimesSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { type LiveConfig, openLiveConfig } from '../../src/service/live-config.ts';
import { freshFolders } from '../store/temp-folder.ts';

const folder = freshFolders();

function text(examples: number): string {
  return `version: 1\nstore: ./store\nmismatch_logs: [./log]\ndefaults: { examples: ${examples} }\n`;
}

/** The clock is ahead of the files by a minute, so that they count as settled. */
async function opened(path: string): Promise<{ live: LiveConfig; loads: () => number; discoveries: () => number }> {
  let loads = 0;
  let discoveries = 0;
  const live = await openLiveConfig(path, {
    load: (file) => {
      loads += 1;
      return loadConfig(file);
    },
    discover: async (config) => {
      discoveries += 1;
      return config;
    },
    now: () => new Date(Date.now() + 60_000),
  });
  return { live, loads: () => loads, discoveries: () => discoveries };
}

describe('the config of a service', () => {
  test('is read again when its file changed, and only then; tables are looked for each time', async () => {
    const path = join(folder(), 'shadowcheck.yaml');
    await writeFile(path, text(5));
    const { live, loads, discoveries } = await opened(path);
    await live.refresh();
    await live.refresh();
    expect({ loads: loads(), discoveries: discoveries() }).toEqual({ loads: 1, discoveries: 2 });
    await writeFile(path, text(6));
    expect((await live.refresh()).defaults.examples).toBe(6);
    expect(live.config().defaults.examples).toBe(6);
    expect(loads()).toBe(2);
  });

  test('is read again where the file has the same size and time but is another', async () => {
    const place = folder();
    const path = join(place, 'shadowcheck.yaml');
    await writeFile(path, text(5));
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    const { live } = await opened(path);
    await writeFile(join(place, 'new.yaml'), text(7));
    utimesSync(join(place, 'new.yaml'), 1_700_000_000, 1_700_000_000);
    await rename(join(place, 'new.yaml'), path);
    expect((await live.refresh()).defaults.examples).toBe(7);
  });

  test('stays the last good one while the file is broken or gone, and tells what is wrong until it is repaired', async () => {
    const path = join(folder(), 'shadowcheck.yaml');
    await writeFile(path, text(5));
    const { live } = await opened(path);
    expect(live.trouble()).toBe(null);
    await writeFile(path, 'version: 1\nstoer: ./store\nmismatch_logs: 5\n');
    expect((await live.refresh()).defaults.examples).toBe(5);
    expect(live.trouble()?.troubles.length).toBeGreaterThanOrEqual(2);
    expect(live.trouble()?.message).toContain('stoer');
    await rm(path);
    expect((await live.refresh()).defaults.examples).toBe(5);
    expect(live.trouble()?.exitCode).toBe(2);
    await writeFile(path, text(8));
    expect((await live.refresh()).defaults.examples).toBe(8);
    expect(live.trouble()).toBe(null);
  });

  test('that was written while it was read is read once more', async () => {
    const path = join(folder(), 'shadowcheck.yaml');
    await writeFile(path, text(5));
    let loads = 0;
    const live = await openLiveConfig(path, {
      load: (file) => {
        loads += 1;
        return loadConfig(file);
      },
      discover: async (config) => config,
      now: () => new Date(),
    });
    await live.refresh();
    expect(loads).toBe(2);
  });

  test('is read once for two jobs that ring at once', async () => {
    const path = join(folder(), 'shadowcheck.yaml');
    await writeFile(path, text(5));
    const { live, loads } = await opened(path);
    await writeFile(path, text(9));
    const [one, other] = await Promise.all([live.refresh(), live.refresh()]);
    expect(one).toBe(other);
    expect(loads()).toBe(2);
  });

  test('that cannot be read at the start keeps the service from starting', async () => {
    await expect(opened(join(folder(), 'missing.yaml'))).rejects.toMatchObject({ exitCode: 2 });
  });
});
