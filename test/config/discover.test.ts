import { chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { discoverJobs } from '../../src/config/discover-jobs.ts';
import { type ConfigFolder, openConfigFolder } from './config-folder.ts';

let at: ConfigFolder;
beforeEach(async () => {
  at = await openConfigFolder();
});
afterEach(() => at.remove());

const SOURCES = 'version: 1\nsources: { w: { kind: folder, root: ./w, landed: { marker: _SUCCESS } } }\n';
const discover = (rules = '', production = 'production/{job}', shadow = 'shadow/{job}') =>
  `${SOURCES}discover:\n  - { source: w, production: "${production}", shadow: "${shadow}"${rules === '' ? '' : `, ${rules}`} }\n`;

const namesOf = ({ jobs }: Config) => [...jobs.keys()];

describe('tables below both patterns', () => {
  test('become jobs with the rules of the entry; those on one side only are listed', async () => {
    await at.make(
      'w/production/b',
      'w/production/a',
      'w/production/lonely',
      'w/shadow/a',
      'w/shadow/b',
      'w/shadow/extra',
    );
    await writeFile(join(at.path, 'w/production/file'), '');
    await writeFile(join(at.path, 'w/shadow/file'), '');
    const config = await at.load(
      discover(
        'key: [id], partition: [ds], ignore: [at], owner: team, tags: [t], due: 1h, builds: { shadow: n1 }, landed: told',
      ),
    );
    expect(namesOf(config)).toEqual(['a', 'b']);
    expect(config.jobs.get('a')).toMatchObject({
      name: 'a',
      discovered: true,
      compared: true,
      owner: 'team',
      tags: ['t'],
      due_ms: 3_600_000,
      grace_ms: 3_600_000,
      partition: ['ds'],
      spec: { key: ['id'], ignore: ['at'] },
      sides: {
        production: { source: 'w', table: 'production/a', root: join(at.path, 'w/production/a'), system: 'legacy' },
        shadow: { table: 'shadow/a', build: 'n1', landed: { is_told: true } },
      },
    });
    expect(config.uncovered).toEqual([
      { job: 'lonely', side: 'production', source: 'w', table: 'production/lonely' },
      { job: 'extra', side: 'shadow', source: 'w', table: 'shadow/extra' },
    ]);
    expect([config.notes, config.discovery_notes, config.discovery_troubles]).toEqual([[], [], []]);
  });

  test.each([
    ['{job}', '{job}_shadow', ['w/orders', 'w/orders_shadow', 'w/other']],
    [
      'db/p_{job}_v2/data',
      'db/s_{job}/now/data',
      ['w/db/p_orders_v2/data', 'w/db/s_orders/now/data', 'w/db/p_x_v2', 'w/db/s_x/now/data'],
    ],
    ['_stage_{job}', 'shadow/{job}', ['w/_stage_orders', 'w/shadow/orders', 'w/shadow/_stage']],
  ])('%s and %s', async (production, shadow, folders) => {
    await at.make(...folders);
    const config = await at.load(discover('key: [id]', production, shadow));
    expect(namesOf(config)).toEqual(['orders']);
    expect(config.jobs.get('orders')?.sides.shadow.root).toBe(join(at.path, 'w', shadow.replace('{job}', 'orders')));
    expect(config.uncovered.map(({ job }) => job)).not.toContain('orders_shadow');
  });

  test('hidden folders, files and broken links are none; a link to a folder is one', async () => {
    await at.make(
      'w/production/_tmp',
      'w/shadow/_tmp',
      'w/production/.x',
      'w/shadow/.x',
      'elsewhere',
      'w/shadow/linked',
    );
    await symlink(join(at.path, 'elsewhere'), join(at.path, 'w/production/linked'));
    await symlink(join(at.path, 'nowhere'), join(at.path, 'w/production/broken'));
    const config = await at.load(discover('key: [id]'));
    expect([namesOf(config), config.uncovered]).toEqual([['linked'], []]);
  });

  test('hostile names: what can be a job is one, the rest is a note', async () => {
    const names = [
      '__proto__',
      'constructor',
      '[*]{a,b}',
      'it\'s "quoted"',
      'é\u202e',
      '$&',
      '{job}',
      ' blank',
      'line\nend',
      'x'.repeat(201),
    ];
    await at.make(...names.flatMap((name) => [`w/production/t${name}`, `w/shadow/t${name}`]));
    const bytes = Buffer.from([0x74, 0x62, 0xff]);
    for (const side of ['production', 'shadow']) {
      await mkdir(Buffer.concat([Buffer.from(join(at.path, 'w', side, '/')), bytes]));
    }
    const config = await at.load(discover('key: [id]', 'production/t{job}', 'shadow/t{job}'));
    const fit = names.slice(0, 7);
    expect(namesOf(config).toSorted()).toEqual(fit.toSorted());
    for (const name of fit) {
      expect(config.jobs.get(name)?.sides.production.root).toBe(join(at.path, 'w/production', `t${name}`));
    }
    expect(config.discovery_notes).toEqual([
      `discover[0]: 4 tables have names that no job can have: " blank", "b\uFFFD", "line\\nend", ${'x'.repeat(201)}`,
    ]);
  });

  test('written jobs win by name and by tables, and so does the first of two entries', async () => {
    await at.make(...['a', 'b', 'c', 'dump'].flatMap((name) => [`w/production/${name}`, `w/shadow/${name}`]));
    await at.make('w/production/only_dump', 'w/x/c', 'w/y/c', 'w/x/d', 'w/y/d');
    const config =
      await at.load(`${discover('key: [id]')}  - { source: w, production: "x/{job}", shadow: "y/{job}", key: [id] }
ingestion_jobs:
  a: { production: { source: w, table: p2, full_dump: production/only_dump }, shadow: { source: w, table: s2 } }
  mine: { production: { source: w, table: production/b }, shadow: { source: w, table: shadow/b } }
`);
    expect(namesOf(config)).toEqual(['a', 'mine', 'c', 'dump', 'd']);
    expect(config.jobs.get('a')?.discovered).toBe(false);
    expect(config.jobs.get('c')?.sides.production.table).toBe('production/c');
    expect(config.uncovered).toEqual([]);
    expect(config.discovery_notes).toEqual([
      'discover[0]: a table makes no job, because another has its name: a',
      'discover[1]: a table makes no job, because another has its name: c',
    ]);
  });
});

describe('keys', () => {
  beforeEach(() => at.make(...['a', 'b', 'c', 'd'].flatMap((name) => [`w/production/${name}`, `w/shadow/${name}`])));

  test('the file says it before the entry; jobs that are given no key are counted, an empty one is meant', async () => {
    await at.write('keys.csv', 'job,key\na,x;y\nb,\ntypo,id\n');
    const config = await at.load(discover('key_from: keys.csv'));
    expect([...config.jobs.values()].map(({ spec }) => spec.key)).toEqual([['x', 'y'], [], [], []]);
    expect(config.discovery_notes).toEqual([
      'discover[0]: 2 jobs are given no key, so it is inferred: c, d',
      `discover[0]: ${join(at.path, 'keys.csv')} has keys of jobs that are not there (1): typo`,
    ]);
    const both = await at.load(discover('key_from: keys.csv, key: [id]'));
    expect([...both.jobs.values()].map(({ spec }) => spec.key)).toEqual([['x', 'y'], [], ['id'], ['id']]);
  });

  test('all problems of entry and file at once', async () => {
    await at.write('keys.csv', 'job,key\na,at\n');
    const text = `${SOURCES}discover:
  - { source: w, production: "production/{job}", shadow: shadow, key_from: keys.csv }
  - { source: ww, production: "production/{job}", shadow: "../{job}" , key: [id] }
  - { source: ww, production: "{job}/{job}", shadow: "{job}", keys: [id] }
  - { source: ww, production: "p/{job}", shadow: "s/{job}", key_from: none.csv }
  - { source: w, production: "p/{job}", shadow: "p/{job}", key: [id, id] }
  - { source: w, production: "p/{job}", shadow: "s/{job}", key_from: keys.csv, ignore: [at], tolerance: 1 }
`;
    expect(await at.told(text)).toEqual([
      'keys.csv 2 key of "a": "at" is in `ignore` and cannot be a column of the key',
      '4:58 discover[0].shadow: expected a folder with {job} in it, once, got "shadow"',
      '5:59 discover[1].shadow: expected a folder below the root of the source, without .., got "../{job}"',
      '6:31 discover[2].production: expected a folder with {job} in it, once, got "{job}/{job}"',
      '6:63 unknown key "keys" in discover[2] | did you mean "key"?',
      '7:15 discover[3].source: there is no source "ww" | did you mean "w"?',
      '7:71 discover[3].key_from: there is no file "none.csv" | paths are relative to the file that they stand in',
      '8:49 discover[4].shadow: both sides are the same table, and what is compared with itself always matches | name another table, or tell the rows apart with `where`',
      '8:70 discover[4].key[1]: "id" is named twice',
      '9:94 unknown key "tolerance" in discover[5] | possible here: "checksum", "examples", "sensitive", "due", "grace", "owner", "tags", "category", "priority", "stage", "systems", "builds", "partition", "key", "normalise", …',
    ]);
  });
});

describe('again, for the service', () => {
  beforeEach(() => at.make(...['a', 'b'].flatMap((name) => [`w/production/${name}`, `w/shadow/${name}`])));

  test('the same object where nothing changed, and the same jobs where others did', async () => {
    const config = await at.load(discover('key: [id]'));
    expect(await discoverJobs(config)).toBe(config);
    await at.make('w/production/c');
    const lonely = await discoverJobs(config);
    expect([namesOf(lonely), lonely.uncovered.map(({ job }) => job)]).toEqual([['a', 'b'], ['c']]);
    await at.make('w/shadow/c');
    await rm(join(at.path, 'w/shadow/a'), { recursive: true });
    const later = await discoverJobs(lonely);
    expect([namesOf(later), later.uncovered.map(({ job }) => job)]).toEqual([['b', 'c'], ['a']]);
    expect(later.jobs.get('b')).toBe(config.jobs.get('b'));
    expect(await discoverJobs(await at.load(SOURCES))).toMatchObject({ uncovered: [] });
  });

  test('a folder that is missing or cannot be listed is told, and takes no job away, neither its own nor others', async () => {
    await at.make('w/x/z', 'w/y/z');
    const config = await at.load(
      `${discover('key: [id]')}  - { source: w, production: "x/{job}", shadow: "y/{job}", key: [id] }\n`,
    );
    expect(namesOf(config)).toEqual(['a', 'b', 'z']);
    await rename(join(at.path, 'w/shadow'), join(at.path, 'w/gone'));
    const without = await discoverJobs(config);
    expect(namesOf(without)).toEqual(['a', 'b', 'z']);
    const told = (message: string) => ({
      code: 'source_unreadable',
      subject: join(at.path, 'w/shadow'),
      place: 'discover[0]',
      message: `cannot be listed (ENOENT): ${message}`,
      hint: 'Is the disk mounted, and may this user read the folder? Nothing below it is compared that was not known before.',
    });
    expect([without.discovery_notes, without.discovery_troubles]).toEqual([
      [],
      [told('its jobs stay as they were (2)')],
    ]);
    expect(await discoverJobs(without)).toBe(without);
    const anew = await at.load(await readFile(config.path, 'utf8'));
    expect([namesOf(anew), anew.discovery_notes, anew.discovery_troubles]).toEqual([
      ['z'],
      [],
      [told('no job comes from there')],
    ]);
    await rename(join(at.path, 'w/gone'), join(at.path, 'w/shadow'));
    expect(await discoverJobs(without)).toEqual(config);
  });

  test('a folder in place of which a file stands, or that nobody may read', async () => {
    await rm(join(at.path, 'w/shadow'), { recursive: true });
    await writeFile(join(at.path, 'w/shadow'), '');
    await chmod(join(at.path, 'w/production'), 0o000);
    const config = await at.load(discover('key: [id]'));
    await chmod(join(at.path, 'w/production'), 0o755);
    expect(config.jobs.size).toBe(0);
    expect(config.discovery_troubles).toContainEqual(
      expect.objectContaining({
        subject: join(at.path, 'w/shadow'),
        message: expect.stringContaining('cannot be listed (ENOTDIR)'),
      }),
    );
  });
});
