/**
 * Files that stand on both sides with the same bytes hold the same rows: no value of them need be decoded.
 *
 * A pair that differs must not pay for it: two files with other bytes have other sizes or other footers almost always, and
 * those are known since they were pinned.
 */
import { relative, sep } from 'node:path';
import { parsePartitionLevel } from '../core/partition-key.ts';
import { mapSides, SIDES, type Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { PinnedFile, PinnedLanding } from '../partition/pin.ts';
import { type SameBytes, sameBytes } from '../partition/same-bytes.ts';
import type { ColumnPlan } from './column-plan.ts';

/** A file here and one there, by their numbers, with the same bytes. */
export interface TwinFiles extends SameBytes {
  readonly production: number;
  readonly shadow: number;
}

/** What is known of the bytes of a file from an earlier look, by its number. */
export interface KnownBytes {
  readonly sha256: string;
  readonly row_count: bigint;
}

export interface TwinSearch {
  /** Numbers of the files that a twin is of use for, on either side; null: all. */
  readonly wanted: Sided<ReadonlySet<number>> | null;
  /** Of files that have not changed since. */
  readonly known: Sided<ReadonlyMap<number, KnownBytes>>;
  /** Whether the digest of twins is wanted, so that the next look need not read them. */
  readonly digests: boolean;
  /** False: only what is known counts. */
  readonly reads: boolean;
}

const NOTHING_KNOWN: TwinSearch = {
  wanted: null,
  known: { production: new Map(), shadow: new Map() },
  digests: false,
  reads: true,
};

/**
 * Whether the same bytes are the same rows by these rules: the same columns are read in the same way on both sides, and no
 * row is left out, since how many would be left is not known without reading them.
 */
export function bytesProveRows(plan: ColumnPlan, { where, sample, expressions }: RowRules): boolean {
  const isAlike = plan.columns.every(
    ({ name, shadow_name, types }) => name === shadow_name && types.production === types.shadow,
  );
  const isWhole = where.production === null && where.shadow === null && sample === null;
  return isAlike && isWhole && expressions.length === 0;
}

/** What decides which rows there are and what stands in them. */
export type RowRules = Pick<Spec, 'where' | 'sample' | 'expressions'>;

/**
 * The rows on each side where every file of one side has a twin on the other; null where one has none, or where that would
 * be no proof. Reads bytes, and decodes nothing.
 */
export async function byteEqualSides(
  pinned: Sided<PinnedLanding>,
  plan: ColumnPlan,
  rules: RowRules,
): Promise<{ readonly row_count: bigint } | null> {
  const { production, shadow } = pinned;
  const isProof = bytesProveRows(plan, rules) && SIDES.every((side) => plan.unpaired[side].length === 0);
  const isPossible = production.files.length === shadow.files.length && production.files.length > 0;
  if (!isPossible || production.size_bytes !== shadow.size_bytes || !isProof) return null;
  const candidates = candidatesOf(pinned);
  if (candidates.some(([one, other]) => one.length !== other.length)) return null;
  const twins = await findTwins(pinned);
  if (twins.length < production.files.length) return null;
  return { row_count: twins.reduce((sum, { row_count }) => sum + row_count, 0n) };
}

/**
 * Files of production with one of shadow that has the same bytes, each at most once, that are sound
 * (`partition/sound-file.ts`).
 */
export async function findTwins(
  pinned: Sided<PinnedLanding>,
  search: TwinSearch = NOTHING_KNOWN,
): Promise<readonly TwinFiles[]> {
  const twins: TwinFiles[] = [];
  for (const [production, shadow] of candidatesOf(pinned)) {
    const open = [...shadow];
    for (const i of production) {
      // The one of the same place is the most likely one; and of many that are alike in size and footer few are tried.
      for (const j of inOrderOf(open, i).slice(0, TRIES_MAX)) {
        const { wanted } = search;
        if (wanted !== null && !wanted.production.has(i) && !wanted.shadow.has(j)) continue;
        const same = await sameFiles(pinned, { production: i, shadow: j }, search);
        if (same === null) continue;
        twins.push({ production: i, shadow: j, ...same });
        open.splice(open.indexOf(j), 1);
        break;
      }
    }
  }
  return twins.sort((one, other) => one.production - other.production);
}

const TRIES_MAX = 4;

function inOrderOf(numbers: readonly number[], wanted: number): readonly number[] {
  return [...numbers].sort((one, other) => Number(other === wanted) - Number(one === wanted));
}

/** Numbers of the files that may be twins, by what is known of them without reading: here and there. */
function candidatesOf(pinned: Sided<PinnedLanding>): readonly (readonly [readonly number[], readonly number[]])[] {
  const alike = new Map<string, [number[], number[]]>();
  mapSides(pinned, ({ files, base, format }, side) => {
    if (format.kind !== 'parquet') return;
    for (const [i, file] of files.entries()) {
      const of = JSON.stringify([String(file.size), file.footer_sha256, levelsOf(base, file.path)]);
      const group = alike.get(of) ?? [[], []];
      group[side === 'production' ? 0 : 1].push(i);
      alike.set(of, group);
    }
  });
  return [...alike.values()];
}

/** Folders above a file tell values of its rows: two files with the same bytes below `region=eu` and `region=us` are no twins. */
function levelsOf(base: string, path: string): readonly (readonly [string, string | null])[] {
  return relative(base, path)
    .split(sep)
    .slice(0, -1)
    .flatMap((folder) => {
      const level = parsePartitionLevel(folder);
      return level === null ? [] : [[level.column, level.value] as const];
    });
}

function sameFiles(
  pinned: Sided<PinnedLanding>,
  numbers: Sided<number>,
  { known, digests, reads }: TwinSearch,
): Promise<SameBytes | null> {
  const { production, shadow } = mapSides(numbers, (number, side) => known[side].get(number));
  if (production !== undefined && shadow !== undefined) {
    return Promise.resolve(production.sha256 === shadow.sha256 ? production : null);
  }
  if (!reads) return Promise.resolve(null);
  const files = mapSides(numbers, (number, side) => pinned[side].files[number] as PinnedFile);
  return sameBytes(files.production, files.shadow, digests);
}
