import { mkdir, rm } from 'node:fs/promises';
import { fileTrouble, systemCodeOf } from '../store/store-trouble.ts';

/** Makes the folder of one work item, for its user only. Throws `OperatingError` with exit code 4 where it cannot be made. */
export async function makeSpillFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileTrouble(error, path) ?? error;
  }
}

/** Removes it with all that is in it. Where it could not even be made, there is nothing to remove. */
export async function removeSpillFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOTDIR') throw fileTrouble(error, path) ?? error;
  }
}
