/** One partition by itself, judged as a look at its table judges it: for somebody who was told that it has landed. */
import { readdirSync, statSync } from 'node:fs';
import type { LandedWhen } from '../core/landing.ts';
import type { HashedFile } from './files-hash.ts';
import { hasLanded } from './judge-landed.ts';
import { listPartition } from './list-partition.ts';

/** Its files; or why it has not landed by this rule. Throws what the file system does. */
export function lookAtPartition(
  folder: string,
  when: LandedWhen,
  now_ms: number,
): { readonly files: readonly HashedFile[] } | { readonly reason: string } {
  const found = statSync(folder);
  const names = readdirSync(folder);
  const listing = listPartition({ path: folder, found, names }, when.is_told ? null : when.marker);
  const judged = hasLanded({ path: folder, names, mtime_ms: found.mtimeMs, listing }, when, now_ms);
  return 'reason' in judged ? { reason: judged.reason } : { files: listing.files };
}
