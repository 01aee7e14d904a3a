import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileTrouble } from './store-trouble.ts';

/**
 * Does `work` in a new folder that only this user may enter. What is put there is data of others: it goes when the work
 * ends, and by an 'exit' hook when the process is ended before. Throws `OperatingError` where no folder can be made.
 */
export async function inTemporaryFolder<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  const start = join(tmpdir(), prefix);
  const folder = makeFolder(start);
  // A child that was killed a moment ago may still put a file into a folder that was just emptied.
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** At once: a process that ends while another thread makes the folder would not know of it, and leave it. */
function makeFolder(start: string): string {
  try {
    return mkdtempSync(start);
  } catch (error) {
    throw fileTrouble(error, tmpdir()) ?? error;
  }
}
