/**
 * How sure an outcome is, from how it was found. The reasons for every figure stand in docs/comparison.md, "How sure"; all
 * of them take the engine's hash for random, which it is not for somebody who makes rows to collide.
 */
import type { Fingerprint } from '../core/comparison.ts';
import type { RowCounts } from '../core/difference.ts';
import type { Outcome } from '../core/outcome.ts';
import { mapSides, SIDES, type Sided } from '../core/side.ts';
import { STRONG_PARTS } from './strong-checksum.ts';

export const PROOFS = ['sums', 'strong_sums', 'bytes'] as const;
/** What showed that two sides are the same, or would have: sums of row hashes, of digests too, or the bytes of their files. */
export type Proof = (typeof PROOFS)[number];

export interface Certainty {
  readonly proof: Proof;
  /** Sides that differ are called a match in at most one of 2 to this power cases, given as a negative number; null: in none. */
  readonly false_match_log2: number | null;
  /** At most so likely does a count or an example of the differences miss one, or name another row; null where none were counted. */
  readonly miscounted: number | null;
}

export interface CertaintyFacts {
  readonly proof: Proof;
  /** Outcome of the rows: a match that rules forgave rests on the pairing of rows, whatever the checksum. */
  readonly is_agreed: boolean;
  /** Rows that were compared. */
  readonly rows: Sided<bigint>;
  /** Rows of each side that have no identical one on the other; null where none were looked for. */
  readonly differing: Sided<bigint> | null;
}

/** The certainty of a decided pair, by its fingerprints and, where rows were paired, their counts; null of one that was not decided. */
export function certaintyOfPair(
  outcome: Outcome,
  fingerprints: Sided<Fingerprint>,
  counts: Omit<RowCounts, 'duplicate_keys' | 'null_keys' | 'keys_counted_over'> | null,
): Certainty | null {
  if (outcome === 'inconclusive') return null;
  const { production, shadow } = fingerprints;
  const isDecoded = production.checksum !== null && shadow.checksum !== null;
  return certaintyOf({
    proof: !isDecoded ? 'bytes' : production.strong === null ? 'sums' : 'strong_sums',
    is_agreed: outcome === 'match_agreed',
    rows: mapSides(fingerprints, ({ row_count }) => row_count),
    differing:
      counts === null
        ? null
        : mapSides(fingerprints, (_, side) => counts.agreed + counts.changed + counts[`only_in_${side}`]),
  });
}

const PART_BITS = 31;
/** Two sums of parts of the row's hash. */
const SUM_BITS = 2 * PART_BITS;
/** Rows are paired by one 64-bit hash of their exact forms and one of their agreed forms, so either may be the one that errs. */
const HASH_BITS = 64;
/** Of large sides columns are left unread, and one-sided keys not looked for, where an XOR of 64 bits and two sums of 31 say so: together less likely to err than this. */
const UNREAD_BITS = 61;
const LARGE_ROWS = 100_000n;

export function certaintyOf({ proof, is_agreed, rows, differing }: CertaintyFacts): Certainty {
  if (proof === 'bytes') return { proof, false_match_log2: null, miscounted: null };
  const sums = proof === 'strong_sums' ? SUM_BITS + STRONG_PARTS * PART_BITS : SUM_BITS;
  const agreed = isLarge(rows) ? UNREAD_BITS - 1 : SUM_BITS - 1;
  return {
    proof,
    // A row that differs is taken for one that agrees by the sums or by either hash; or its column was not read.
    false_match_log2: is_agreed ? -agreed : -sums,
    miscounted: differing === null ? null : miscounted(rows, differing),
  };
}

/** Every differing row of one side against every row of the other, one chance each; and what was not read. */
function miscounted(rows: Sided<bigint>, differing: Sided<bigint>): number {
  const counts = mapSides(rows, Number);
  const pairs = Number(differing.production) * counts.shadow + Number(differing.shadow) * counts.production;
  if (pairs === 0) return 0;
  return Math.min(1, pairs * 2 ** -HASH_BITS + (isLarge(rows) ? 2 ** -UNREAD_BITS : 0));
}

function isLarge(rows: Sided<bigint>): boolean {
  return SIDES.some((side) => rows[side] > LARGE_ROWS);
}

/** Sentences for people. */
export function printCertainty({ proof, false_match_log2, miscounted }: Certainty): readonly string[] {
  return [
    `${PROOF_WORDS[proof]} ${
      false_match_log2 === null
        ? 'That leaves nothing to chance.'
        : `Sides that differ are called a match in at most 1 of ${power(-false_match_log2)} cases.`
    }`,
    ...(miscounted === null
      ? []
      : [
          miscounted === 0
            ? 'No difference was counted that a chance could have changed.'
            : `That a count or an example of the differences is wrong by chance is at most ${share(miscounted)} likely.`,
        ]),
    ...(proof === 'bytes' ? [] : [proof === 'strong_sums' ? STRONG_LIMITS : FAST_LIMITS]),
  ];
}

const PROOF_WORDS: Readonly<Record<Proof, string>> = {
  sums: 'Row counts and two sums, of 31 bits each of the 64-bit hash of every row, decide.',
  strong_sums:
    'Row counts, two sums, of 31 bits each of the 64-bit hash of every row, and eight of 31 bits of its SHA-256 decide.',
  bytes: 'Every file has one with the same bytes on the other side.',
};
const FAST_LIMITS =
  'This holds for rows that nobody made to collide: the hash is no cryptographic one. For those there is the strong checksum (--checksum strong).';
const STRONG_LIMITS =
  'Nobody can make two rows with one SHA-256; which rows of a mismatch belong together is still found by the faster hash.';

/** `4.6e18` for 62 */
function power(log2: number): string {
  const exponent = Math.floor(log2 * Math.log10(2));
  const mantissa = 10 ** (log2 * Math.log10(2) - exponent);
  return `${mantissa.toFixed(1)}e${exponent} (2^${log2})`;
}

function share(likely: number): string {
  return likely >= 0.001 ? `${Number((likely * 100).toPrecision(2))} %` : likely.toExponential(1);
}
