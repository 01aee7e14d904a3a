import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileTrouble } from '../store/store-trouble.ts';

/**
 * Does `work` in a new folder that only this user may enter. What is put there is data of others: it goes when the work
 * ends, and by an 'exit' hook when the process is ended before. Throws `OperatingError` where no folder can be made.
 */
export async function inTemporaryFolder<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  const start = join(tmpdir(), prefix);
  const folder = await mkdtemp(start).catch((error: unknown) => {
    throw fileTrouble(error, tmpdir()) ?? error;
  });
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
