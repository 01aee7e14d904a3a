import { utimesSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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

  describe('that is made of several files', () => {
    const source = (name: string) => `sources: { ${name}: { kind: folder, root: . } }\n`;
    /** The config at this place as it includes these files, and the sources that it has after each of the steps. */
    async function sourcesAfter(
      include: string,
      before: readonly string[],
      ...steps: readonly ((place: string) => Promise<unknown>)[]
    ): Promise<string[][]> {
      const place = folder();
      await writeFile(join(place, 'shadowcheck.yaml'), `version: 1\ninclude: ["${include}"]\n`);
      for (const name of before) await put(name)(place);
      const { live } = await opened(join(place, 'shadowcheck.yaml'));
      const seen = [[...live.config().sources.keys()]];
      for (const step of steps) {
        await step(place);
        seen.push([...(await live.refresh()).sources.keys()]);
      }
      return seen;
    }
    const put = (name: string) => async (place: string) => {
      await mkdir(dirname(join(place, name)), { recursive: true });
      await writeFile(join(place, name), source(basename(name, '.yaml')));
    };

    test('sees a new file beside one that is included already, and one in a new folder', async () => {
      expect(
        await sourcesAfter(
          'conf/*/*.yaml',
          ['conf/team-a/a.yaml'],
          put('conf/team-a/b.yaml'),
          put('conf/team-b/c.yaml'),
        ),
      ).toEqual([['a'], ['a', 'b'], ['a', 'b', 'c']]);
    });

    test('sees a new file in a folder that held none, and in one that came empty', async () => {
      const make = (name: string) => (place: string) => mkdir(join(place, name), { recursive: true });
      const steps = [make('conf/none/sub'), put('conf/none/sub/b.yaml'), put('conf/none/c.yaml')];
      expect(await sourcesAfter('conf/**/*.yaml', ['conf/a.yaml'], ...steps)).toEqual([
        ['a'],
        ['a'],
        ['a', 'b'],
        ['a', 'c', 'b'],
      ]);
    });

    test('sees one behind alternatives, below a linked folder, and below a folder that the pattern ends in', async () => {
      const link = (place: string) => symlink(join(place, 'elsewhere'), join(place, 'conf', 'linked'));
      expect(
        await sourcesAfter(
          '{conf,more}/*/x[12].yaml',
          ['conf/a/x1.yaml', 'elsewhere/y.yaml'],
          link,
          put('elsewhere/x2.yaml'),
        ),
      ).toEqual([['x1'], ['x1'], ['x1', 'x2']]);
      expect(await sourcesAfter('conf/*', ['conf/team/deep/a.yaml'], put('conf/team/deep/b.yaml'))).toEqual([
        ['a'],
        ['a', 'b'],
      ]);
    });
  });

  test('that cannot be read at the start keeps the service from starting', async () => {
    await expect(opened(join(folder(), 'missing.yaml'))).rejects.toMatchObject({ exitCode: 2 });
  });
});
