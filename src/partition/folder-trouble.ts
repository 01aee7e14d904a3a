/** What may be wrong with a place below a table's folder; the rest of the table is looked at all the same. */
import type { Trouble } from '../core/operating-error.ts';

export function linkLoop(path: string): Trouble {
  return { code: 'link_loop', subject: path, message: 'this link leads back to a folder above it' };
}

export function notThere(path: string): Trouble {
  const message = 'listed, but it cannot be opened: a broken link, just removed, or a name that is not UTF-8';
  return { code: 'path_unreadable', subject: path, message };
}

export function unreadable(path: string, error: unknown): Trouble {
  const code = (error as NodeJS.ErrnoException).code;
  // Without a code it is no trouble of the file system, but a bug of ours.
  if (code === undefined) throw error;
  return { code: 'path_unreadable', subject: path, message: `cannot be read (${code})` };
}

export function notRegular(path: string): Trouble {
  const message = 'this is neither a file nor a folder, and opening it could wait for ever';
  return { code: 'not_a_regular_file', subject: path, message };
}

export function notFolder(path: string): Trouble {
  return { code: 'path_unreadable', subject: path, message: 'this is no folder' };
}

export function tableNotThere(path: string): Trouble {
  return { code: 'path_not_found', subject: path, message: 'this folder of a table is not there' };
}

export function tableEmptied(path: string): Trouble {
  const message = 'another folder stands here, with nothing in it, where there were partitions';
  return { code: 'table_emptied', subject: path, message, hint: 'Is the disk mounted? Nothing counts as gone.' };
}

/** Of several folders that spell one key differently. */
export function ambiguous(key: string, folders: readonly string[]): Trouble {
  const message = `stands in several folders: ${[...folders].sort().join(', ')}`;
  const hint = 'Move the rows into one folder: a reader of either would see half of the partition.';
  return { code: 'partition_ambiguous', subject: key, message, hint };
}
