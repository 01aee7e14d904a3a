/**
 * Paths as the engine reads them. It takes every path for a pattern first: `a[1]` reads `a1`, if there is one. Escaped
 * as `a[[]1]` it reads what it says, provided that the escaped text is among the allowed paths, because access is checked
 * on the text of the pattern. A backslash counts as a separator in a pattern, so a path with both is read through a link.
 */
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { PinnedLanding } from './pin.ts';

/** Whether the engine would read this path as a pattern. */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/** The pattern that matches this path only. */
export function escapePattern(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}

function needsLink(path: string): boolean {
  return isPattern(path) && path.includes('\\');
}

/** The names that this side uses in the spill folder, by file number. */
export function spillPath(
  pinned: PinnedLanding,
  spill: string,
  file: number,
  ending: 'parquet' | 'csv' | 'link',
): string {
  return join(spill, `${pinned.landing.side}-${file}.${ending}`);
}

/**
 * What the engine must be allowed to read for this side, beside the spill folder itself. To be called before the engine
 * is opened, because what it may read cannot be changed later. Text files are not among it: the engine reads only what
 * they were converted to.
 */
export function readablePaths(pinned: PinnedLanding, spill: string): string[] {
  const endings = ['parquet', 'csv', 'link'] as const;
  const spilled = isPattern(spill)
    ? pinned.files.flatMap((_, i) => endings.map((ending) => escapePattern(spillPath(pinned, spill, i, ending))))
    : [];
  const own = pinned.format.kind === 'parquet' ? pinned.files.map((file) => file.path) : [];
  return [...own, ...own.filter(isPattern).map(escapePattern), ...spilled];
}

/** The pinned Parquet files as the engine is to be told them, in their order. Links are made in the spill folder where nothing else helps. */
export async function enginePaths(pinned: PinnedLanding, spill: string): Promise<string[]> {
  const paths: string[] = [];
  for (const [i, { path }] of pinned.files.entries()) {
    const link = spillPath(pinned, spill, i, 'link');
    if (needsLink(path)) {
      await rm(link, { force: true });
      await symlink(path, link);
    }
    paths.push(escapePattern(needsLink(path) ? link : path));
  }
  return paths;
}
