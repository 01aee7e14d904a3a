import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { REGISTRIES, type Registry, registriesOutOfDate, registryText } from '../../scripts/write-registries.ts';
import { ROOT } from './source-files.ts';

test('the registries say what the folders hold', () => {
  expect(registriesOutOfDate(ROOT)).toEqual([]);
});

describe('writing a registry', () => {
  const registry = REGISTRIES.find(({ list }) => list === 'commands') as Registry;
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'shadowcheck-registry-'));
    await mkdir(join(root, 'src/cli/commands'), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  test.each([
    ['no part', 'export const other: Option = {};'],
    ['two parts', 'export const one: CliCommand = {};\nexport const two: CliCommand = {};'],
  ])('refuses a file with %s', async (_name, text) => {
    await writeFile(join(root, 'src/cli/commands/odd.ts'), text);
    expect(() => registryText(registry, root)).toThrow(/exactly one const of type CliCommand/);
  });
});
