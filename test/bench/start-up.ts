/** `shadowcheck --help` from the packed package against `node -e 0`. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/sql/query-file.ts';
import type { Measured } from './main.ts';
import { median, timed } from './median.ts';

const run = promisify(execFile);
const ROUNDS = 15;
const ALLOWED_MS = 150;

export async function startUp(): Promise<readonly Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-pack-'));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: packageRoot() });
  const [tarball] = await readdir(folder);
  await run('npm', ['init', '-y'], { cwd: folder });
  await run('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder });
  const shim = join(folder, 'node_modules', 'shadowcheck', 'bin', 'shadowcheck.js');
  const more: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = await timed(() => run(process.execPath, ['-e', '0']));
    more.push((await timed(() => run(process.execPath, [shim, '--help']))) - bare);
  }
  await rm(folder, { recursive: true, force: true });
  const figure = median(more);
  return [
    {
      work: 'shadowcheck --help, packed, beyond node -e 0',
      figure: `${figure.toFixed(0)} ms more`,
      allowed: `${ALLOWED_MS} ms`,
      holds: figure < ALLOWED_MS,
    },
  ];
}
