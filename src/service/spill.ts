/** Spill folders: `spill/<process id>/<work item>`, so that what a dead process left can be told from what a living one uses. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes the spill folders of processes that are gone. */
export async function sweepSpill(folder: string, isAlive: (pid: number) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!isAlive(Number(name))) await rm(join(folder, name), { recursive: true, force: true });
  }
}
