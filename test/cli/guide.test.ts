/** What the guide shows works on the sample data. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/sql/query-file.ts';
import { copySampleData } from '../demo/sample-copy.ts';
import { shadowcheck } from './captured-terminal.ts';

test('the gate of the guide can be decided on the sample data: its minima are met', async () => {
  const guide = await readFile(join(packageRoot(), 'docs', 'guide.md'), 'utf8');
  const policy = [...guide.matchAll(/```yaml\n(.*?)```/gs)]
    .map(([, yaml]) => yaml ?? '')
    .find((yaml) => yaml.includes('minima:'));
  const sample = await copySampleData();
  await writeFile(join(sample.folder, 'guide.yaml'), policy ?? '');
  const { code, stdout, stderr } = await shadowcheck(sample.folder, 'gate', '--policy', 'guide.yaml', '--json');
  await sample.remove();
  expect(code, stderr).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'fail', minima: { verdict: 'pass' } });
}, 60_000);
