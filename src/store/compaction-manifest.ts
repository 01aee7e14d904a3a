/**
 * Which files of our own logs stand for others. A day's segments are put together into one file, and that may be ended at
 * any moment; so a compacted file counts only once a manifest beside it names it, together with the segments that it
 * stands for, which from then on do not count, whether they are still there or not:
 *
 *   ds=2026-11-20/compacted-<id>.parquet     published first, and not believed
 *   ds=2026-11-20/_compacted-000001          published next: JSON, the whole state; the highest number holds
 *   ds=2026-11-20/hour=05/<segment>.parquet  unlinked an hour later, when nobody reads by an older listing
 *
 * A manifest is published by `link()` under the next number, so of two processes at it one wins, and one that was asleep
 * for hours finds its number taken. A reader lists the segments first and the manifests after them: what it does not find
 * any more stands in a manifest that it does find.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { isGone } from './store-trouble.ts';

const compactedFile = z.object({
  /** In the day's folder. */
  file: z.string().regex(/^compacted-[0-9a-f]{32}\.parquet$/),
  row_count: z.int().nonnegative(),
  /** ISO, UTC. */
  compacted_at: z.iso.datetime(),
  /** Relative to the day's folder: `hour=05/<segment>.parquet`. */
  replaces: z.array(z.string()),
});
const manifest = z.object({ version: z.literal(1), files: z.array(compactedFile) });

export type CompactedFile = Readonly<z.infer<typeof compactedFile>>;

export interface Compaction {
  /** From 1; 0: nothing of this day is compacted. */
  readonly number: number;
  readonly files: readonly CompactedFile[];
}

const MANIFEST = /^_compacted-(\d{6,})$/;
const COMPACTED = /^compacted-[0-9a-f]{32}\.parquet$/;

/** The state of a day's folder. Throws `OperatingError` `compaction_unreadable` for a damaged manifest. */
export async function compactionOf(folder: string): Promise<Compaction> {
  const numbers = (await readdir(folder).catch(nothingIfGone)).flatMap((name) => MANIFEST.exec(name)?.[1] ?? []);
  const number = Math.max(0, ...numbers.map(Number));
  if (number === 0) return { number, files: [] };
  const path = join(folder, manifestName(number));
  const parsed = manifest.safeParse(jsonOf(await readFile(path, 'utf8')));
  if (!parsed.success) throw damaged(path);
  return { number, files: parsed.data.files };
}

export function manifestName(number: number): string {
  return `_compacted-${String(number).padStart(6, '0')}`;
}

export function manifestBytes(files: readonly CompactedFile[]): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ version: 1, files })}\n`);
}

/**
 * Of the files that were found in a log those that count, with the compacted ones that stand for others of them. A folder
 * whose manifest cannot be read is left out, and told: what counts there is not known.
 */
export async function filesThatCount(
  paths: readonly string[],
  onTrouble: (folder: string, error: unknown) => void,
): Promise<string[]> {
  const counting: string[] = [];
  for (const [folder, found] of Map.groupBy(paths, dayFolderOf)) {
    if (folder === null) {
      counting.push(...found);
      continue;
    }
    try {
      counting.push(...judgeFiles(folder, found, await compactionOf(folder)));
    } catch (error) {
      onTrouble(folder, error);
    }
  }
  return counting.sort();
}

function judgeFiles(folder: string, found: readonly string[], { files }: Compaction): string[] {
  const named = new Set(files.map(({ file }) => join(folder, file)));
  const replaced = new Map(files.flatMap(({ file, replaces }) => replaces.map((one) => [join(folder, one), file])));
  const counting = new Set<string>();
  for (const path of found) {
    const standing = replaced.get(path);
    if (standing !== undefined) counting.add(join(folder, standing));
    else if (named.has(path) || !isCompactedIn(folder, path)) counting.add(path);
  }
  return [...counting];
}

function isCompactedIn(folder: string, path: string): boolean {
  return dirname(path) === folder && COMPACTED.test(basename(path));
}

/** The innermost `ds=…` folder above a file; null where there is none. */
function dayFolderOf(path: string): string | null {
  const at = path.lastIndexOf('/ds=');
  const end = at === -1 ? -1 : path.indexOf('/', at + 1);
  return end === -1 ? null : path.slice(0, end);
}

function nothingIfGone(error: unknown): string[] {
  if (isGone(error)) return [];
  throw error;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function damaged(path: string): OperatingError {
  return new OperatingError(EXIT_CODES.infrastructure, {
    code: 'compaction_unreadable',
    subject: path,
    message: 'the list of compacted segments is damaged, so what counts in this folder is not known',
    hint: 'bring the file back from a copy',
  });
}
