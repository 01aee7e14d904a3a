/** Sentences on why a look-alike is not the cause, from counts. */
import type { CellEvidence, LookAlike } from './detector.ts';

/** By how many of the same differing cells the look-alike would predict. `name` reads as a subject: "rounding". */
export function byCount(cause: string, name: string): LookAlike<CellEvidence> {
  return { cause, whyNot: ({ rival, counts }) => whyNotByCount(name, rival, counts.explained) };
}

function whyNotByCount(name: string, rival: CellEvidence['rival'], explained: bigint): string {
  if (rival === null) return `${name} predicts hardly any of the ${explained} cells (fewer than one in twenty)`;
  if (rival.explained >= rival.of) {
    return `${name} predicts all ${rival.of} of them too: these values cannot tell the two apart`;
  }
  return `${name} predicts only ${rival.explained} of ${rival.of} differing cells`;
}

/** Where the look-alike has no numbers of its own: a sentence over the finding's counts. */
export function bySentence(cause: string, whyNot: LookAlike<CellEvidence>['whyNot']): LookAlike<CellEvidence> {
  return { cause, whyNot };
}
