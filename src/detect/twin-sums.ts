/**
 * Files that need not be decoded because a file of the other side has the same bytes: where that one's sums are known they
 * are this one's too; where nothing is known of either, both hold the same rows, whatever these are.
 */
import { byteEqualSides, bytesProveRows, findTwins } from '../compare/byte-equal.ts';
import type { FileSums, SideReading } from '../compare/file-sums.ts';
import { mapSides, otherSide, SIDES, type Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { PinnedLanding } from '../partition/pin.ts';
import type { SideEvidence } from './file-evidence.ts';

/** A file of one side that has the bytes of a file of the other. */
export interface Twin {
  readonly number: number;
  readonly row_count: bigint;
  readonly sha256: string | null;
  /** The other's; null where they are not known. */
  readonly sums: FileSums | null;
}

export interface TwinPlace {
  readonly pinned: Sided<PinnedLanding>;
  readonly readings: Sided<SideReading>;
  readonly evidence: Sided<SideEvidence | null>;
  readonly spec: Spec;
  /** False: no file is read, and what is known of them has to do. */
  readonly is_read: boolean;
}

const NONE: Sided<readonly Twin[]> = { production: [], shadow: [] };

/** The files of both sides that have a twin; none where nothing has to be read, or where the same bytes would be no proof. */
export async function twinsOf({
  pinned,
  readings,
  evidence,
  spec,
  is_read,
}: TwinPlace): Promise<Sided<readonly Twin[]>> {
  const { production, shadow } = evidence;
  const { plan } = readings.production;
  if (production === null || shadow === null || production.form !== shadow.form) return NONE;
  if (production.missing.length + shadow.missing.length === 0 || !bytesProveRows(plan, spec)) return NONE;
  // A producer's sums may turn out to be wrong, and must not come over to the other side.
  if (production.believed.size + shadow.believed.size > 0) return NONE;
  const known = { production: production.bytes, shadow: shadow.bytes };
  const wanted = { production: new Set(production.missing), shadow: new Set(shadow.missing) };
  const twins = await findTwins(pinned, { wanted, known, digests: true, reads: is_read });
  const both = { production, shadow };
  return mapSides(both, (_, side) =>
    twins.map(({ [side]: number, [otherSide(side)]: partner, row_count, sha256 }) => {
      const sums = both[otherSide(side)].kept.get(partner) ?? null;
      return { number, row_count, sha256, sums };
    }),
  );
}

/** The rows of each side where the files of a side can only be read together, and every one has a twin; null where not. */
export async function wholeTwins({ pinned, readings, evidence, spec }: TwinPlace): Promise<bigint | null> {
  if (SIDES.every((side) => evidence[side] !== null)) return null;
  return (await byteEqualSides(pinned, readings.production.plan, spec))?.row_count ?? null;
}
