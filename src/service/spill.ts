/** Spill folders: `spill/<process id>-<scheduled job>/<work item>`, so that what a dead process left can be told from what a living one uses. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the work of one run goes. Two jobs of one process have two folders: one ends before the other. */
export function spillFolder(store: string, pid: number, job: string): string {
  return join(store, 'spill', `${pid}-${job}`);
}

/** Removes the spill folders of processes that are gone. */
export async function sweepSpill(folder: string, isAlive: (pid: number) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!isAlive(Number.parseInt(name, 10))) await rm(join(folder, name), { recursive: true, force: true });
  }
}
