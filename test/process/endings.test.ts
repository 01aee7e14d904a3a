/** However the process ends: its exit code says what was found, and no data of others is left in the temporary folder. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/sql/query-file.ts';
import { copySampleData } from '../demo/sample-copy.ts';

const BIN = join(packageRoot(), 'bin', 'shadowcheck.js');

let sample: Awaited<ReturnType<typeof copySampleData>>;
let temporary: string;

beforeAll(async () => {
  sample = await copySampleData();
  temporary = join(sample.folder, 'tmp');
  await mkdir(temporary);
  const line = (i: number): string => `${i},${'x'.repeat(60)}${i}`;
  const rows = Array.from({ length: 1_500_000 }, (_, i) => line(i)).join('\n');
  for (const side of ['a', 'b']) await writeFile(join(sample.folder, `${side}.csv`), `id,note\n${rows}\n${side},\n`);
}, 60_000);

afterAll(() => sample.remove());

/** Runs through a shell, so that streams can be piped and sent to devices; `$SC` is the command. */
function shell(script: string): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, SC: `${process.execPath} ${BIN}`, TMPDIR: temporary };
    const child = spawn('bash', ['-c', script], { cwd: sample.folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
}

const ORDERS = 'warehouse/production/orders/ds=2026-11-19 warehouse/shadow/orders/ds=2026-11-19 --key order_id';

describe('a reader that closes the pipe', () => {
  test.each([
    ['gate --policy release.yaml', 1],
    ['gate --policy release.yaml --json', 1],
    [`diff ${ORDERS}`, 1],
    [`diff ${ORDERS} --json`, 1],
    ['analyze', 0],
    ['show nothing-of-this-id', 2],
  ])('does not change the exit code of %s', async (line, code) => {
    const ended = await shell(`( exec 1> >(exec true); sleep 0.3; exec $SC ${line} )`);
    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stderr).not.toMatch(/EPIPE|bug|at file/);
  });
});

describe('output that cannot be written', () => {
  test('is told once and ends with 4', async () => {
    for (const line of [`diff ${ORDERS}`, `diff ${ORDERS} --json`, 'gate --policy release.yaml']) {
      const { code, stderr } = await shell(`$SC ${line} > /dev/full`);
      expect({ code, stderr }).toEqual({ code: 4, stderr: 'the results could not be written (ENOSPC)\n' });
    }
  });

  test('also where nothing can be told', async () => {
    expect((await shell(`$SC diff ${ORDERS} > /dev/full 2> /dev/full`)).code).toBe(4);
  });
});

test('what nobody caught ends with 4, because 1 would mean a mismatch', async () => {
  for (const [i, trouble] of ['throw new Error("thrown")', 'Promise.reject(new Error("rejected"))'].entries()) {
    const preload = join(sample.folder, `trouble-${i}.mjs`);
    await writeFile(preload, `setTimeout(() => { ${trouble} }, 700);`);
    const { code, stderr } = await shell(`NODE_OPTIONS='--import ${preload}' $SC diff a.csv b.csv --key id`);
    expect(code, stderr).toBe(4);
    expect(stderr).toContain('This is a bug in shadowcheck');
  }
});

/** Sends a signal as soon as the command has put something into the temporary folder. */
async function signalled(argv: readonly string[], signal: NodeJS.Signals): Promise<number | string | null> {
  const env = { ...process.env, TMPDIR: temporary };
  const child = spawn(process.execPath, [BIN, ...argv], { cwd: sample.folder, env, stdio: 'ignore' });
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('exit', (code, by) => resolve(code ?? by));
  });
  let held: string[] = [];
  for (let i = 0; i < 1000 && held.length === 0; i += 1) {
    await wait(5);
    const [folder] = await readdir(temporary);
    if (folder !== undefined) held = await readdir(join(temporary, folder)).catch(() => []);
  }
  expect(held.length, 'the command never had anything to leave behind').toBeGreaterThan(0);
  child.kill(signal);
  return ended;
}

describe('a signal', () => {
  const slow = 'SELECT count(*) FROM range(100000000) a(i), range(100000) b(j) WHERE i % 7 = j % 11';
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends with %i, and leaves nothing of the data', async (signal, code) => {
    for (const argv of [
      ['diff', 'a.csv', 'b.csv', '--key', 'id'],
      ['diff', 'a.csv', 'b.csv', '--key', 'id', '--timeout', '60s'],
      ['query', slow],
    ]) {
      expect(await signalled(argv, signal), argv.join(' ')).toBe(code);
      // A child that was killed takes a moment to be gone.
      expect(await readdir(temporary), argv.join(' ')).toEqual([]);
    }
  });

  test('analyze --hourly ends well on SIGTERM, after the slot under way', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-hourly-'));
    const config = join(sample.folder, 'hourly.yaml');
    await writeFile(config, `version: 1\nstore: ${folder}\nmismatch_logs: [${folder}]\n`);
    const child = spawn(process.execPath, [BIN, 'analyze', '--hourly', '--config', config], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = new Promise((resolve) => child.on('exit', (code, by) => resolve(code ?? by)));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    await rm(folder, { recursive: true, force: true });
  });
});
