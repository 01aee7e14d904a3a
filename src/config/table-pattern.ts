/** Folders of tables by a pattern such as `shadow/{job}` or `{job}_shadow/current`: `{job}` is (part of) one name. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const JOB = '{job}';

/** The table's folder of a job. */
export function tableOf(pattern: string, job: string): string {
  return pattern.split(JOB).join(job);
}

/** Either the names that stand for `{job}`, sorted, or the folder that cannot be listed and why. */
export type Listed = { readonly names: readonly string[] } | { readonly unreadable: string; readonly reason: string };

/**
 * Folders, and links to folders, below the source's root. Hidden names (`.`, `_`) fit only a pattern that starts so too.
 */
export async function listTables(root: string, pattern: string): Promise<Listed> {
  const segments = pattern.split('/');
  const at = segments.findIndex((segment) => segment.includes(JOB));
  const [prefix = '', suffix = ''] = (segments[at] as string).split(JOB);
  const rest = segments.slice(at + 1).join('/');
  const folder = join(root, ...segments.slice(0, at));
  const names: string[] = [];
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const { name } = entry;
      const isHidden = /^[._]/.test(name) && !prefix.startsWith(name.charAt(0));
      const fits = name.length > prefix.length + suffix.length && name.startsWith(prefix) && name.endsWith(suffix);
      if (isHidden || !fits || !(entry.isDirectory() || entry.isSymbolicLink())) continue;
      // What the listing says is enough for most: asking for each of 20,000 takes longer than all the rest.
      const isKnown = entry.isDirectory() && rest === '';
      if (isKnown || (await isFolder(join(folder, name, rest)))) {
        names.push(name.slice(prefix.length, name.length - suffix.length));
      }
    }
  } catch (error) {
    return { unreadable: folder, reason: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
  return { names: names.sort() };
}

/** A broken link, or a folder that nobody may look into, is no table. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
