/** Whether what was listed of a partition has landed, since when, and what its producer says of it. */

import type { LandedAtSource, LandedWhen } from '../core/landing.ts';
import { printTrouble, type Trouble } from '../core/operating-error.ts';
import type { PartitionListing } from './list-partition.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { readMarker } from './marker.ts';
import type { Said } from './said-of-landing.ts';

export interface Landed {
  readonly landed_at_ms: number;
  readonly landed_at_from: LandedAtSource;
  readonly said: Said | null;
}

export type LandedOrNot = (Landed | { readonly reason: string }) & { readonly troubles: readonly Trouble[] };

/** What a marker or a manifest comes to. */
interface Sign {
  /** Null: it says that the partition has landed. */
  readonly reason: string | null;
  readonly mtime_ms: number | null;
  readonly said: Said | null;
  readonly from: LandedAtSource;
  readonly troubles: readonly Trouble[];
}

interface SeenPartition {
  readonly path: string;
  readonly names: readonly string[];
  readonly mtime_ms: number;
  readonly listing: PartitionListing;
}

/** Reads the marker or manifest, and judges. A partition of which a part cannot be read has not landed. */
export function hasLanded(seen: SeenPartition, when: LandedWhen, now_ms: number): LandedOrNot {
  const { listing } = seen;
  const [trouble] = listing.troubles;
  if (trouble !== undefined) return { reason: printTrouble(trouble), troubles: listing.troubles };
  const sign = signOf(seen, when);
  const notYet = sign?.reason ?? judgeFiles(seen, when, now_ms);
  if (notYet !== null) return { reason: notYet, troubles: sign?.troubles ?? [] };
  return judgeTime(seen, sign, now_ms);
}

/** Null where the rule asks for none. */
function signOf({ path, names, listing }: SeenPartition, when: LandedWhen): Sign | null {
  const { marker: name } = when;
  if (name === null || when.is_told) return null;
  const from = when.is_manifest ? 'manifest' : 'marker';
  const none: Sign = { reason: `there is no ${from} ${name}`, mtime_ms: null, said: null, from, troubles: [] };
  if (!names.includes(name)) return none;
  if (!when.is_manifest) {
    const marker = readMarker(path, name);
    if (marker === null) return none;
    return { ...none, ...marker, reason: marker.mtime_ms === null ? `its marker ${name} cannot be looked at` : null };
  }
  const read = readManifest(path, name);
  if (read === null) return none;
  if ('wrong' in read) {
    const trouble = { code: 'manifest_invalid', subject: `${path}/${name}`, message: read.wrong };
    return { ...none, reason: `its manifest ${name} cannot be used: ${read.wrong}`, troubles: [trouble] };
  }
  const { manifest, mtime_ms } = read;
  return { ...none, reason: judgeManifest(manifest, listing), mtime_ms, said: manifest };
}

/**
 * Null where the files are those of the manifest. One that it does not list is of the next landing, half-written, or of
 * one before: a reader would read it all the same.
 */
export function judgeManifest({ files }: Manifest, listing: PartitionListing): string | null {
  const sizes = new Map(listing.files.map(({ path, size }) => [path, size]));
  for (const { file, size_bytes } of files) {
    const size = sizes.get(file);
    if (size === undefined) return `its manifest lists ${file}, which is not there`;
    if (size !== BigInt(size_bytes)) return `${file} has ${size} bytes, and ${size_bytes} by its manifest`;
    sizes.delete(file);
  }
  const [more] = sizes.keys();
  return more === undefined ? null : `its manifest does not list ${more}`;
}

function judgeFiles({ listing, mtime_ms }: SeenPartition, when: LandedWhen, now_ms: number): string | null {
  const isMarked = when.marker !== null && !when.is_told;
  if (listing.files.length === 0 && !isMarked) return 'it holds no data file';
  if (when.quiet_ms === null || when.is_told) return null;
  // A file that is copied with its old time shows in the folder's. A folder's time in the future tells nothing.
  const folders = [mtime_ms, ...listing.inner.map(({ times }) => times.mtime_ms)].filter((time) => time <= now_ms);
  const newest = folders.reduce((one, other) => Math.max(one, other), newestMtimeMs(listing));
  if (now_ms - newest > when.quiet_ms) return null;
  return `it was written at ${isoTime(newest)}, and has to be quiet for ${when.quiet_ms / 1000} s`;
}

/** Clocks of two hosts differ by so much without anybody's fault. */
export const CLOCKS_DIFFER_MS = 5 * 60_000;

/** The time that the producer says; else that of its marker, else of its newest file, either of which a copy may have changed. */
function judgeTime({ path, listing }: SeenPartition, sign: Sign | null, now_ms: number): LandedOrNot {
  const said = sign?.said ?? null;
  const troubles = [...(sign?.troubles ?? [])];
  if (sign !== null && said !== null && said.landed_at !== null) {
    if (said.landed_at <= now_ms + CLOCKS_DIFFER_MS) {
      return { landed_at_ms: said.landed_at, landed_at_from: sign.from, said, troubles };
    }
    const message = `its ${sign.from} says that it landed at ${isoTime(said.landed_at)}, which is in the future`;
    troubles.push({ code: 'landed_in_future', subject: path, message, hint: 'The time of the file is taken instead.' });
  }
  const mtime_ms = sign?.mtime_ms ?? newestMtimeMs(listing);
  // A file's time may lie before every date, which would stop whoever prints it; nothing landed before 1970.
  return { landed_at_ms: Math.floor(Math.max(Math.min(mtime_ms, now_ms), 0)), landed_at_from: 'mtime', said, troubles };
}

/** The time of a file may be any that its file system can hold, beyond what a date can. */
function isoTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms after 1970` : date.toISOString();
}

function newestMtimeMs({ files }: PartitionListing): number {
  return files.reduce((one, { mtime_ns }) => Math.max(one, Number(mtime_ns / 1_000_000n)), 0);
}
