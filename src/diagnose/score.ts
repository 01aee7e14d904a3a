/**
 * The score of an explanation in bits: how much shorter the list of differing cells becomes when it is told as "this
 * cause, with these parameters, hit these of the cells at risk" (two-part code, minimum description length). One
 * currency ranks explanations, sets the threshold of acceptance and ends the loop over compound faults.
 */

/** Numbers of one candidate on one column; estimates where cells were sampled. */
export interface Tally {
  /** Compared cells, without those that an earlier round explained. */
  readonly cells: number;
  readonly differing: number;
  /** Bits to write every differing value of the candidate out. */
  readonly literal_bits: number;
  readonly explained: number;
  readonly explained_literal_bits: number;
  readonly at_risk: number;
  /** Name and parameters. */
  readonly bits: number;
}

/** Bits to say which `k` of `n`. */
export function choiceBits(k: number, n: number): number {
  if (k <= 0 || n <= 0 || k >= n) return 0;
  const share = k / n;
  return -n * (share * Math.log2(share) + (1 - share) * Math.log2(1 - share));
}

/** Bits that the explanation saves against writing every differing cell out; negative: it costs more than it explains. */
export function savedBits(tally: Tally): number {
  const { cells, differing, explained } = tally;
  // An estimate of the population may fall below what was hit for certain.
  const atRisk = Math.max(tally.at_risk, explained);
  const unexplained = differing - explained;
  const without = choiceBits(differing, cells) + tally.literal_bits;
  const withIt =
    tally.bits +
    choiceBits(explained, atRisk) +
    choiceBits(unexplained, cells - explained) +
    (tally.literal_bits - tally.explained_literal_bits);
  return without - withIt;
}
