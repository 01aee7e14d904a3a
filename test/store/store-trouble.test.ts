import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { catalogTrouble, fileTrouble } from '../../src/store/store-trouble.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('fileTrouble', () => {
  test.each([
    ['ENOSPC', 'disk_full'],
    ['EDQUOT', 'disk_full'],
    ['EACCES', 'store_not_writable'],
    ['EROFS', 'store_not_writable'],
    ['EMFILE', 'too_many_open_files'],
    ['EIO', 'disk_error'],
    ['ESTALE', 'store_failed'],
  ])('%s is %s, with the path, the cause and what can be done', (system, code) => {
    const error = Object.assign(new Error(`${system}: said the system`), { code: system, syscall: 'write' });
    const trouble = fileTrouble(error, '/store/a');
    expect(trouble).toMatchObject({ exitCode: 4, code, cause: error });
    expect(trouble?.troubles[0]).toMatchObject({ subject: '/store/a', hint: expect.stringMatching(/\w/) });
    expect(trouble?.message).toContain(system);
  });

  test('a real system error is one, a bug is none', async () => {
    const error = await stat(join(freshFolder(), 'nothing')).catch((thrown: unknown) => thrown);
    expect(fileTrouble(error, 'x')).toMatchObject({ code: 'store_failed' });
    expect(fileTrouble(new TypeError('bug'), 'x')).toBeNull();
    expect(fileTrouble(Object.assign(new Error('bug'), { code: 'ERR_INVALID_ARG_TYPE' }), 'x')).toBeNull();
    expect(fileTrouble('text', 'x')).toBeNull();
  });
});

describe('catalogTrouble', () => {
  test('a lock that is held is told as one, a broken constraint stays a bug', () => {
    const path = join(freshFolder(), 'catalog.db');
    const [holder, waiter] = [new DatabaseSync(path), new DatabaseSync(path, { timeout: 1 })];
    holder.exec('CREATE TABLE a (x INTEGER PRIMARY KEY); INSERT INTO a VALUES (1); BEGIN IMMEDIATE');
    const locked = thrownBy(() => waiter.exec('BEGIN IMMEDIATE'));
    expect(catalogTrouble(locked, path)).toMatchObject({ exitCode: 4, code: 'catalog_locked' });
    const broken = thrownBy(() => holder.exec('INSERT INTO a VALUES (1)'));
    expect(catalogTrouble(broken, path)).toBeNull();
    holder.close();
    waiter.close();
  });
});
