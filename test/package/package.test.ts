import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../house/source-files.ts';

/** The package as a user gets it: packed, installed into an empty folder outside the clone, and run from there. */

let folder: string;
let packed: readonly string[];
const version = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).version as string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-package-'));
  const answer = npm(ROOT, 'pack', '--json', '--pack-destination', folder);
  // The build that packing starts prints before the answer.
  const [archive] = JSON.parse(answer.slice(answer.search(/^\[$/m))) as [
    { filename: string; files: { path: string }[] },
  ];
  packed = archive.files.map(({ path }) => path);
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', `./${archive.filename}`);
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data', 'production.csv'), 'id,amount\n1,10.50\n2,20.25\n3,30.00\n');
  await writeFile(join(folder, 'data', 'shadow.csv'), 'id,amount\n1,10.50\n2,20.99\n3,30.00\n');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function npm(cwd: string, ...args: readonly string[]): string {
  // What npm tells its scripts about this project must not leak into the other folder's.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|NODE_ENV)/i.test(name)),
  );
  return execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function shadowcheck(...args: readonly string[]): Promise<Run> {
  const bin = join(folder, 'node_modules', '.bin', 'shadowcheck');
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('the packed package', () => {
  test('holds what it runs from, and no sources, tests or samples', () => {
    expect(packed).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'bin/shadowcheck.js']));
    expect(packed).toEqual(expect.arrayContaining(['dist/src/cli/main.js', 'dist/src/service/worker.js']));
    expect(packed.filter((path) => !/^(bin|dist|queries)\/|^(LICENSE|README\.md|package\.json)$/.test(path))).toEqual(
      [],
    );
    expect(packed.filter((path) => path.startsWith('queries/')).length).toBeGreaterThan(0);
  });

  test('runs no install script and brings no development tool', () => {
    expect(existsSync(join(folder, 'node_modules', 'shadowcheck'))).toBe(true);
    expect(existsSync(join(folder, 'node_modules', 'vitest'))).toBe(false);
    expect(existsSync(join(folder, 'node_modules', 'node'))).toBe(false);
  });

  test('prints its version and its help', async () => {
    expect(await shadowcheck('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const help = await shadowcheck('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('diff');
  });

  test('finds what differs between two CSV files', async () => {
    const same = await shadowcheck('diff', 'data/production.csv', 'data/production.csv', '--key', 'id', '--json');
    expect(JSON.parse(same.stdout)).toMatchObject({ outcome: 'match', rows: { equal: 3 } });
    expect(same.code).toBe(0);
    const differs = await shadowcheck('diff', 'data/production.csv', 'data/shadow.csv', '--key', 'id', '--json');
    expect(JSON.parse(differs.stdout)).toMatchObject({ outcome: 'mismatch', rows: { equal: 2, changed: 1 } });
    expect(differs.code).toBe(1);
  });

  test('starts its worker processes from the built files', async () => {
    const within = ['--timeout', '60s', '--json'];
    const answer = await shadowcheck('diff', 'data/production.csv', 'data/shadow.csv', '--key', 'id', ...within);
    expect(answer.stderr).toBe('');
    expect(JSON.parse(answer.stdout)).toMatchObject({ outcome: 'mismatch' });
  });

  test('exports its API', async () => {
    await writeFile(join(folder, 'use.mjs'), 'console.log(typeof (await import("shadowcheck")));');
    const printed = execFileSync(process.execPath, ['use.mjs'], { cwd: folder, encoding: 'utf8' });
    expect(printed).toBe('object\n');
  });
});
