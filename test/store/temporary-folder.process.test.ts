/** Nothing of a temporary folder is left, however early the process ends. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/sql/query-file.ts';

test('a process that ends in the moment in which its folder is made leaves none', async () => {
  const root = await mkdtemp(join(tmpdir(), 'shadowcheck-early-'));
  try {
    const source = pathToFileURL(join(packageRoot(), 'src', 'store', 'temporary-folder.ts')).href;
    const script = `import { inTemporaryFolder } from ${JSON.stringify(source)};
      for (let i = 0; i < 20; i += 1) void inTemporaryFolder('early-', () => new Promise(() => {}));
      process.exit(4);`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TMPDIR: root },
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(4);
    expect(await readdir(root)).toEqual([]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
