/** What options promise, whatever they are combined with. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copySampleData } from '../demo/sample-copy.ts';
import { shadowcheck } from './captured-terminal.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-options-'));
  for (const [side, name] of Object.entries({ production: 'a', shadow: 'b' })) {
    for (const day of ['ds=2026-11-19', 'ds=2026-11-20']) {
      await mkdir(join(folder, side, day), { recursive: true });
      await writeFile(join(folder, side, day, 'part.csv'), `id,name\n1,${name}\n`);
    }
  }
  await mkdir(join(folder, 'production', 'ds=2026-11-21'));
  await writeFile(join(folder, 'production', 'ds=2026-11-21', 'part.csv'), 'id,name\n1,a\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('diff', () => {
  test('--by-partition with --dry-run prints the SQL of every pair, names the one that has none, and compares nothing', async () => {
    const line = ['diff', 'production', 'shadow', '--by-partition', '--key', 'id', '--dry-run', '--output', 'out'];
    const { code, stdout, stderr } = await shadowcheck(folder, ...line);
    expect(code).toBe(3);
    expect(stdout.match(/^-- .*$/gm)).toEqual(
      ['ds=2026-11-19', 'ds=2026-11-20'].flatMap((day) =>
        ['production', 'shadow'].flatMap((side) => [`-- ${day}, ${side}: rows`, `-- ${day}, ${side}: fingerprint`]),
      ),
    );
    expect(stderr).toContain('ds=2026-11-21');
    expect(await readdir(folder)).not.toContain('out');
  });

  test.each([[['--by-partition']], [[]]])('an unknown --format is refused before any work %j', async (options) => {
    const line = ['diff', 'production', 'shadow', '--format', 'pdf', '--verbose', ...options];
    const { code, stdout, stderr } = await shadowcheck(folder, ...line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toBe('--format pdf: no such report format [unknown_format]');
  });

  test.each([[['--by-partition']], [[]]])('--quiet prints nothing, also with --json %j', async (options) => {
    const line = ['diff', 'production', 'shadow', '--key', 'id', '--quiet', '--json', ...options];
    const { code, stdout, stderr } = await shadowcheck(folder, ...line);
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
    expect([1, 3]).toContain(code);
  });
});

test('analyze and gate print nothing with --quiet, also with --json', async () => {
  const sample = await copySampleData();
  const analyzed = await shadowcheck(sample.folder, 'analyze', '--quiet', '--json');
  const gated = await shadowcheck(sample.folder, 'gate', '--policy', 'release.yaml', '--quiet', '--json');
  await sample.remove();
  expect(analyzed).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(gated).toEqual({ code: 1, stdout: '', stderr: '' });
}, 60_000);

test('a sensitive column cannot be a partition column: its values would stand in paths', async () => {
  const sample = await copySampleData();
  const path = join(sample.folder, 'shadowcheck.yaml');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('sensitive: [email, phone]', 'sensitive: [email, phone, Hour]'));
  const { code, stderr } = await shadowcheck(sample.folder, 'config', 'check');
  await sample.remove();
  expect(code).toBe(2);
  expect(stderr).toContain('ingestion_jobs.clicks_hourly.partition');
  expect(stderr).toContain('"hour" is sensitive');
});

test('a spill folder that cannot be made is trouble of the infrastructure, not a bug and not a report', async () => {
  const sample = await copySampleData();
  await mkdir(join(sample.folder, 'shadowcheck'));
  await writeFile(join(sample.folder, 'shadowcheck', 'spill'), '');
  for (const line of [['analyze'], ['gate', '--policy', 'release.yaml']]) {
    const { code, stdout, stderr } = await shadowcheck(sample.folder, ...line);
    expect(code, stderr).toBe(4);
    expect(stdout).not.toMatch(/nothing to analyse|pass|match/);
    expect(stderr).toContain('[store_not_writable]');
    expect(stderr).not.toContain('bug');
  }
  await sample.remove();
}, 60_000);
