/**
 * Which candidate is accepted, and how sure the words may be. Pure: the thresholds were measured on planted faults and
 * on random relabellings, where none may be accepted.
 */
import type { Certainty } from '../core/finding.ts';
import { savedBits, type Tally } from './score.ts';

const WITNESSES = 5;
/** As a log-likelihood ratio: odds of 1.7e7 to 1, enough for a hundred candidates on hundreds of columns every hour. */
const SAVED_BITS_MIN = 24;
/** With literals priced by the column's own values, this kept low-cardinality noise from being explained. */
const SAVED_BITS_PER_CELL_MIN = 1;
const SHARE_MIN = 0.05;

export type ParameterSpace = 'none' | 'small' | 'open';

export interface Judged {
  readonly tally: Tally;
  readonly parameter_space: ParameterSpace;
}

/** Whether the evidence carries the explanation at all. */
export function isAccepted({ tally, parameter_space }: Judged): boolean {
  const { explained, differing } = tally;
  const saved = savedBits(tally);
  if (explained >= WITNESSES) {
    return (
      saved >= SAVED_BITS_MIN && saved / explained >= SAVED_BITS_PER_CELL_MIN && explained / differing >= SHARE_MIN
    );
  }
  // Few cells: all of them must be explained, and an open parameter needs a second cell to confirm the first.
  // Without any parameter there is nothing to fit, and the fact is told even where it saves no bit.
  const witnessesMin = parameter_space === 'open' ? 2 : 1;
  return explained >= witnessesMin && explained === differing && (saved > 0 || parameter_space === 'none');
}

/** The accepted candidate that saves the most, with those behind it in order; null where none is accepted. */
export function chooseBest<C extends Judged>(candidates: readonly C[]): { best: C; behind: readonly C[] } | null {
  const ranked = candidates
    .filter(({ tally }) => tally.explained > 0)
    .map((candidate) => ({ candidate, saved: savedBits(candidate.tally) }))
    .sort((a, b) => b.saved - a.saved)
    .map(({ candidate }) => candidate);
  const best = ranked.find(isAccepted);
  return best === undefined ? null : { best, behind: ranked.filter((candidate) => candidate !== best) };
}

/** Contradictions inside a right explanation stayed at or below this share of the cells at risk. */
const CONTRADICTIONS_MAX = 0.15;
const COVERAGE_MIN = 0.2;

export interface Coverage {
  readonly explained: bigint;
  /** Differing cells that were left to be explained in this round. */
  readonly differing: bigint;
  readonly at_risk: bigint;
  readonly contradictions: bigint;
  /** The same cells in two halves, by a hash of the row. */
  readonly halves: readonly { readonly explained: number; readonly differing: number }[];
  readonly parameter_space: ParameterSpace;
}

/** How sure the words may be for an accepted explanation: `explained` or `resembles`. */
export function certaintyOf(coverage: Coverage): Certainty {
  const { explained, differing, at_risk, contradictions } = coverage;
  const isExact = contradictions === 0n && explained === differing;
  if (explained < BigInt(WITNESSES) && !(coverage.parameter_space === 'none' && isExact)) return 'resembles';
  if (Number(contradictions) > CONTRADICTIONS_MAX * Number(at_risk)) return 'resembles';
  if (Number(explained) < COVERAGE_MIN * Number(differing)) return 'resembles';
  return holdsOnBothHalves(coverage.halves) ? 'explained' : 'resembles';
}

/** What was found on one half must be there on the other. Halves of a few cells prove nothing either way. */
function holdsOnBothHalves(halves: Coverage['halves']): boolean {
  const shares = halves
    .filter(({ differing }) => differing >= 10)
    .map(({ explained, differing }) => explained / differing);
  if (shares.length < 2) return true;
  return Math.min(...shares) * 2 >= Math.max(...shares);
}
