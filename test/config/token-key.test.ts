import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { beforeEach, expect, test } from 'vitest';
import { tokenKey } from '../../src/config/token-key.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-token-'));
  return () => rm(folder, { recursive: true });
});

const config = (token_key_file: string | null = null) => ({
  store: join(folder, 'deep', 'store'),
  privacy: { mode: 'mask_sensitive' as const, token_key_file },
});

test('without a file the store makes its own key, once, for its owner only', async () => {
  const key = tokenKey(config());
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(tokenKey(config())).toBe(key);
  const store = config().store;
  expect((await stat(join(store, 'token.key'))).mode & 0o777).toBe(0o600);
  expect(await readdir(store)).toEqual(['token.key']);
});

test('of many that make it at the same time, all get the same', async () => {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.module).then(({ tokenKey }) => parentPort.postMessage(tokenKey(workerData.config)));`;
  const module = new URL('../../src/config/token-key.ts', import.meta.url).href;
  const keys = await Promise.all(
    Array.from(
      { length: 6 },
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker(source, { eval: true, workerData: { module, config: config() } });
          worker.once('message', resolve).once('error', reject);
        }),
    ),
  );
  expect(new Set(keys).size).toBe(1);
  expect(`${keys[0]}\n`).toBe(await readFile(join(config().store, 'token.key'), 'utf8'));
  expect(await readdir(config().store)).toEqual(['token.key']);
});

test('a given file is read: hexadecimal as it is, other bytes as hexadecimal', async () => {
  const path = join(folder, 'key');
  await writeFile(path, `${'AB'.repeat(16)}\n`);
  expect(tokenKey(config(path))).toBe('ab'.repeat(16));
  await writeFile(path, 'a phrase with 22 bytes');
  expect(tokenKey(config(path))).toBe(Buffer.from('a phrase with 22 bytes').toString('hex'));
});

test('a key that is short, empty or not there is refused', async () => {
  const path = join(folder, 'key');
  for (const text of ['', 'short', 'abcd'.repeat(3), '0'.repeat(15)]) {
    await writeFile(path, text);
    expect(() => tokenKey(config(path))).toThrow(/shorter than 16 bytes/);
  }
  expect(() => tokenKey(config(join(folder, 'none')))).toThrow(/no such file/);
});

test('a store that cannot be written is told with exit code 4', async () => {
  const blocker = join(folder, 'deep');
  await writeFile(blocker, 'a file where a folder should be');
  await chmod(blocker, 0o600);
  expect(() => tokenKey(config())).toThrow(expect.objectContaining({ code: 'store_not_writable', exitCode: 4 }));
});
