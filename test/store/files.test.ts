import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OperatingError } from '../../src/core/operating-error.ts';
import { checkStore, nodeFiles } from '../../src/store/files.ts';
import { asNobody, openFolder, race } from './child.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('publish', () => {
  test('puts a file where none stands, makes the folders above it, and leaves no temporary file', async () => {
    const folder = freshFolder();
    expect(await nodeFiles.publish(join(folder, 'a', 'b', 'c.txt'), bytes('first'))).toBe('published');
    expect(readFileSync(join(folder, 'a', 'b', 'c.txt'), 'utf8')).toBe('first');
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['c.txt']);
  });

  test('leaves a file that stands as it is', async () => {
    const path = join(freshFolder(), 'c.txt');
    await nodeFiles.publish(path, bytes('first'));
    expect(await nodeFiles.publish(path, bytes('second'))).toBe('already_there');
    expect(readFileSync(path, 'utf8')).toBe('first');
  });

  test('takes hostile names as they are', async () => {
    const folder = freshFolder();
    for (const name of ["it's [1] * ?.txt", '-rf', '__proto__', 'new\nline', '\u202ertl']) {
      expect(await nodeFiles.publish(join(folder, name), bytes(name))).toBe('published');
      expect(readFileSync(join(folder, name), 'utf8')).toBe(name);
    }
  });

  test('of racing processes exactly one is first, for every file', async () => {
    const folder = freshFolder();
    const count = 40;
    const answers = await race(
      'publish.ts',
      ['one', 'two'].map((own) => [folder, String(count), own]),
    );
    expect(answers.reduce((sum: number, published) => sum + Number(published), 0)).toBe(count);
    const contents = readdirSync(join(folder, 'deep')).map((name) => readFileSync(join(folder, 'deep', name), 'utf8'));
    expect(contents).toHaveLength(count);
    expect(contents.filter((content) => content === 'one')).toHaveLength(Number(answers[0]));
  }, 30_000);

  test('refuses with code, path and hint where a file stands in place of a folder', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'reports'), '');
    const path = join(folder, 'reports', 'slot', 'report.json');
    const error = await nodeFiles.publish(path, bytes('x')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OperatingError);
    expect(error).toMatchObject({ exitCode: 4, code: 'store_not_writable' });
    expect((error as OperatingError).troubles[0]?.subject).toContain('reports');
    expect((error as OperatingError).troubles[0]?.hint).toMatch(/\w/);
  });

  test('does not take a folder of that name for a published file', async () => {
    const folder = freshFolder();
    mkdirSync(join(folder, 'report.json'));
    await expect(nodeFiles.publish(join(folder, 'report.json'), bytes('x'))).rejects.toMatchObject({
      code: 'store_not_writable',
    });
    expect(readdirSync(folder)).toEqual(['report.json']);
  });
});

describe('replace and read', () => {
  test('replace puts a file in the place of another', async () => {
    const path = join(freshFolder(), 'deep', 'index.html');
    await nodeFiles.replace(path, bytes('old'));
    await nodeFiles.replace(path, bytes('new'));
    expect(readdirSync(join(path, '..'))).toEqual(['index.html']);
    expect(new TextDecoder().decode((await nodeFiles.read(path)) ?? undefined)).toBe('new');
  });

  test('read gives null where nothing stands, and refuses a folder', async () => {
    const folder = freshFolder();
    expect(await nodeFiles.read(join(folder, 'nothing', 'here'))).toBeNull();
    await expect(nodeFiles.read(folder)).rejects.toBeInstanceOf(OperatingError);
  });
});

describe('sweepTemporary', () => {
  test("removes dead writers' files at any depth and nothing else", async () => {
    const folder = freshFolder();
    mkdirSync(join(folder, 'logs', 'debug'), { recursive: true });
    const dead = join(folder, 'logs', 'debug', '.tmp-999999999-0123456789ab-1');
    const earlier = join(folder, `.tmp-${process.pid}-0123456789ab-1`);
    const probe = join(folder, '.tmp-999999999-0123456789ab-1-check.db-wal');
    const tokenKey = join(folder, '.tmp-999999999-0123456789ab-key');
    const old = join(folder, `.tmp-${process.ppid}-0123456789ab-2`);
    const gone = [dead, earlier, probe, tokenKey, old];
    const alive = join(folder, `.tmp-${process.ppid}-0123456789ab-1`);
    const others = join(folder, '.tmp-of-somebody');
    const kept = [alive, others, join(folder, 'logs', 'debug', 'a.parquet')];
    for (const path of [...gone, ...kept]) writeFileSync(path, 'x');
    for (const path of [old, others]) utimesSync(path, new Date(0), new Date(0));
    expect(await nodeFiles.sweepTemporary(folder)).toBe(gone.length);
    expect([...gone, ...kept].filter((path) => existsSync(path))).toEqual(kept);
  });

  test('leaves spill of living processes alone, whatever the engine calls its files', async () => {
    const folder = freshFolder();
    const spilled = join(folder, 'spill', `${process.pid}`, 'item', '.tmp-999999999-0123456789ab-1');
    mkdirSync(dirname(spilled), { recursive: true });
    writeFileSync(spilled, 'x');
    expect(await nodeFiles.sweepTemporary(folder)).toBe(0);
    expect(existsSync(spilled)).toBe(true);
  });

  test('passes over a folder that may not be listed, and sweeps on', async () => {
    const folder = openFolder(freshFolder());
    mkdirSync(join(folder, 'lost+found'), { mode: 0o000 });
    mkdirSync(join(folder, 'reports'));
    const dead = join(folder, 'reports', '.tmp-999999999-0123456789ab-1');
    writeFileSync(dead, 'x');
    for (const path of [folder, join(folder, 'reports')]) chmodSync(path, 0o777);
    expect(await asNobody('sweep', folder)).toEqual({ swept: 1 });
    expect(existsSync(dead)).toBe(false);
  });

  test('finds nothing in a folder that is not there', async () => {
    expect(await nodeFiles.sweepTemporary(join(freshFolder(), 'nothing'))).toBe(0);
  });

  test('a sweep that takes the file of a running writer costs a try, not the file', async () => {
    const folder = freshFolder();
    let isDone = false;
    const sweeping = (async () => {
      // What a sweep in another container does, whose process numbers say nothing about ours: each first try is swept.
      for (const tried = new Set<string>(); !isDone; await new Promise((resolve) => setImmediate(resolve))) {
        for (const part of readdirSync(folder)) {
          const temporary = readdirSync(join(folder, part)).find((name) => name.startsWith('.tmp-'));
          if (temporary === undefined || tried.has(part)) continue;
          tried.add(part);
          rmSync(join(folder, part, temporary), { force: true });
        }
      }
      return isDone;
    })();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => nodeFiles.publish(join(folder, `${i}`, 'a.txt'), bytes(`${i}`))),
    );
    isDone = true;
    await sweeping;
    expect(new Set(outcomes)).toEqual(new Set(['published']));
    for (let i = 0; i < 20; i++) expect(readFileSync(join(folder, `${i}`, 'a.txt'), 'utf8')).toBe(`${i}`);
  });
});

describe('checkStore', () => {
  test('makes the folder and leaves nothing in it', async () => {
    const folder = join(freshFolder(), 'new', 'store');
    await checkStore(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('refuses clearly where a file stands', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'store'), '');
    await expect(checkStore(join(folder, 'store'))).rejects.toMatchObject({ exitCode: 4, code: 'store_not_writable' });
  });
});
