import { otherSide, type Side } from '../core/side.ts';

/** Detectors speak of the reference and the candidate; a reader has a production and a shadow table. */
export function inSides(sentence: string, reference: Side): string {
  return sentence.replaceAll(/\bthe reference\b/gi, reference).replaceAll(/\bthe candidate\b/gi, otherSide(reference));
}
