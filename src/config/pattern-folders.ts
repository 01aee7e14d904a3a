/**
 * The folders that decide which files a pattern fits. A new file changes the times of its own folder only, so that watching
 * the folder that the pattern starts in would miss it one level further down.
 */
import type { Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { entriesOf, isIgnored, look } from '../partition/files.ts';
import { expandBraces, matcherOfSegment } from '../partition/glob.ts';

/** Every folder that `listLocation` lists for the pattern, also those that hold nothing yet. `base`: what it calls so. */
export async function foldersOfPattern(path: string, base: string): Promise<readonly string[]> {
  const folders = new Set<string>();
  for (const pattern of expandBraces(relative(base, path))) {
    const segments = pattern.split(sep).filter((segment, i, all) => segment !== '**' || all[i - 1] !== '**');
    await follow(base, segments, folders);
  }
  return [...folders];
}

async function follow(folder: string, segments: readonly string[], folders: Set<string>): Promise<void> {
  folders.add(folder);
  const [segment, ...rest] = segments;
  const isAnyDepth = segment === '**' && rest.length > 0;
  if (isAnyDepth) await follow(folder, rest, folders);
  const fits = await matcherIn(folder, segment);
  for (const entry of await entriesOf(folder)) {
    if (!fits(entry.name)) continue;
    const child = join(folder, entry.name);
    // Links are not followed by `**`: they may lead back up.
    if (isAnyDepth ? entry.isDirectory() : await isFolder(child, entry)) {
      await follow(child, isAnyDepth ? segments : rest, folders);
    }
  }
}

/** Of a folder that the pattern ends in, everything below counts. A name that is there is a name before it is a pattern. */
async function matcherIn(folder: string, segment: string | undefined): Promise<(name: string) => boolean> {
  if (segment === undefined) return (name) => !isIgnored(name);
  if (segment === '**') return matcherOfSegment('*');
  return (await look(join(folder, segment))) === null ? matcherOfSegment(segment) : (name) => name === segment;
}

async function isFolder(path: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return (await look(path))?.isDirectory() ?? false;
}
