import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ConfigFolder, openConfigFolder } from './config-folder.ts';

let at: ConfigFolder;
beforeEach(async () => {
  at = await openConfigFolder();
});
afterEach(() => at.remove());

const job = (name: string, source = 'w') =>
  `ingestion_jobs: { ${name}: { production: { source: ${source}, table: p/${name} }, shadow: { source: ${source}, table: s/${name} } } }\n`;

test('jobs, sources and discover entries come from several files, paths relative to each, in the order of the patterns', async () => {
  await at.make('teams/warehouse/p/found', 'teams/warehouse/s/found');
  await at.write(
    'teams/b.yaml',
    `sources: { t: { kind: folder, root: ./warehouse } }
discover: [{ source: t, production: "p/{job}", shadow: "s/{job}", key_from: keys.csv }]
${job('b', 't')}`,
  );
  await at.write('teams/keys.csv', 'job,key\nfound,id\n');
  await at.write('teams/a.yaml', `version: 1\n${job('a', 't')}`);
  await at.write('teams/.hidden.yaml', 'broken: [');
  const config = await at.load(
    `version: 1\ninclude: [./teams/b.yaml, "teams/*.yaml"]\nsources: { w: { kind: folder, root: ./w } }\n${job('main')}`,
  );
  expect([...config.jobs.keys()]).toEqual(['main', 'b', 'a', 'found']);
  expect(config.sources.get('t')?.root).toBe(join(at.path, 'teams/warehouse'));
  expect(config.jobs.get('found')?.spec.key).toEqual(['id']);
  expect(config.discover[0]?.place).toBe('discover[0] of teams/b.yaml');
  expect(config.files).toEqual(
    ['shadowcheck.yaml', 'teams/b.yaml', 'teams/a.yaml', 'teams', 'teams/keys.csv'].map((name) => join(at.path, name)),
  );
});

test('problems of all files at once, each in its file', async () => {
  await at.write(
    'jobs/a.yaml',
    `ingestion_jobs:\n  a: { kee: [id], production: { source: ww, table: p }, shadow: { source: w, table: s } }\n`,
  );
  await at.write('jobs/b.yaml', 'store: ./elsewhere\nsources: [x]\n');
  await at.write('jobs/c.yaml', 'ingestion_jobs: { a: [');
  await at.write('jobs/d.yaml', '# nothing yet\n');
  expect(
    await at.told(
      'version: 1\nstor: x\ninclude: [jobs/*.yaml, none.yaml, none/*.yaml, jobs, 7]\nsources: { w: { kind: folder, root: . } }\n',
    ),
  ).toEqual([
    'jobs/a.yaml 2:8 unknown key "kee" in ingestion_jobs.a | did you mean "key"?',
    'jobs/a.yaml 2:41 ingestion_jobs.a.production.source: there is no source "ww" | did you mean "w"?',
    'jobs/b.yaml 1:1 unknown key "store" | possible here: "version", "include", "discover", "ingestion_jobs"',
    'jobs/b.yaml 2:1 sources: expected a mapping, got a list',
    expect.stringMatching(/^jobs\/c\.yaml 1:\d+ this is no YAML/),
    '2:1 unknown key "stor" | did you mean "store"?',
    '3:24 include[1]: there is no file "none.yaml" | paths are relative to the file that they stand in',
    '3:35 include[2]: no file matches "none/*.yaml" | paths are relative to the file that they stand in',
    '3:48 include[3]: "jobs" is a folder | name its files: "jobs/*.yaml"',
    '3:54 include[4]: expected text, got 7',
  ]);
});

test('a job or a source in two files is told with both places', async () => {
  await at.write('a.yaml', `sources: { w: { kind: folder, root: . } }\n${job('one')}`);
  await at.write('b.yaml', `\n${job('one')}`);
  const text = 'version: 1\nsources: { w: { kind: folder, root: . } }\ninclude: [a.yaml, b.yaml]\n';
  const hint = 'a name is given once in all files together; rename or remove one';
  expect(await at.told(text)).toEqual([
    `a.yaml 1:12 sources.w stands in two files: here, and in ~/shadowcheck.yaml (line 2, column 12) | ${hint}`,
    `b.yaml 2:19 ingestion_jobs.one stands in two files: here, and in ~/a.yaml (line 2, column 19) | ${hint}`,
  ]);
});

test('included files include others; one that is reached twice is read once', async () => {
  await at.write('teams/all.yaml', 'include: [one.yaml, ./deeper/*.yaml]');
  await at.write('teams/one.yaml', 'include: [deeper/two.yaml]\nsources: { w: { kind: folder, root: . } }\n');
  await at.write('teams/deeper/two.yaml', job('two'));
  await symlink('two.yaml', join(at.path, 'teams/deeper/link.yaml'));
  const config = await at.load('version: 1\ninclude: [teams/all.yaml]\n');
  expect([...config.jobs.keys()]).toEqual(['two']);
});

test('a circle of files is told where it closes, also through a link', async () => {
  await at.write('a.yaml', 'include: [b.yaml]');
  await symlink('shadowcheck.yaml', join(at.path, 'b.yaml'));
  expect(await at.told('version: 1\ninclude: [a.yaml]\n')).toEqual([
    'a.yaml 1:11 include[0]: "b.yaml" includes this file, so it would include itself | take the file out of one of the two',
  ]);
  await rm(join(at.path, 'b.yaml'));
  expect((await at.told('version: 1\ninclude: [shadowcheck.yaml, a.yaml]\n')).join('\n')).toMatch(
    /^a\.yaml 1:11 include\[0\]: there is no file "b\.yaml".*\n2:11 include\[0\]: "shadowcheck\.yaml" includes this file/,
  );
});

test('names with glob characters, quotes and line ends are names before they are patterns', async () => {
  const name = 'a[1]*"\n\u202e.yaml';
  await mkdir(join(at.path, '{x,y}'));
  await at.write(`{x,y}/${name}`, `sources: { w: { kind: folder, root: . } }\n${job('odd')}`);
  const config = await at.load(`version: 1\ninclude: [${JSON.stringify(`{x,y}/${name}`)}]\n`);
  expect([...config.jobs.keys()]).toEqual(['odd']);
  expect(config.sources.get('w')?.root).toBe(join(at.path, '{x,y}'));
});
