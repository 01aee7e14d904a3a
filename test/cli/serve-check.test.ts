import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshFolders } from '../store/temp-folder.ts';
import { shadowcheck } from './captured-terminal.ts';

const folder = freshFolders();

function prepared(store: string): string {
  const place = folder();
  writeFileSync(join(place, 'shadowcheck.yaml'), `version: 1\nstore: ${store}\n`);
  return place;
}

describe('serve --check', () => {
  test('makes no store where there is none', async () => {
    const place = prepared('./not/yet/there');
    const { code, stdout } = await shadowcheck(place, 'serve', '--check');
    expect(code).toBe(0);
    expect(stdout).toContain(`store: ${join(place, 'not/yet/there')}`);
    expect(readdirSync(place)).toEqual(['shadowcheck.yaml']);
  });

  test('leaves nothing in one that stands', async () => {
    const place = prepared('./store');
    mkdirSync(join(place, 'store'));
    expect((await shadowcheck(place, 'serve', '--check')).code).toBe(0);
    expect(readdirSync(join(place, 'store'))).toEqual([]);
  });

  test('refuses a place where none can be made', async () => {
    const place = prepared('./file/store');
    writeFileSync(join(place, 'file'), '');
    const { code, stderr } = await shadowcheck(place, 'serve', '--check');
    expect(code).toBe(4);
    expect(stderr).toContain(join(place, 'file'));
  });
});
