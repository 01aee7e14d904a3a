import { OperatingError, printTrouble, type Trouble } from '../core/operating-error.ts';
import { Inconclusive } from '../core/outcome.ts';

/** What kept one pair from being decided, as its reason; in words that hold no value of the data. */
export function reasonOf(error: unknown): Inconclusive {
  if (error instanceof Inconclusive) return error;
  if (error instanceof OperatingError) {
    // A request that cannot be met, such as a rule for a column that neither side has.
    return new Inconclusive('schemas_do_not_unite', wordsOf(error.troubles));
  }
  // Our bug. It must not stop the other pairs, and its message may hold values of the data.
  const name = error instanceof Error ? error.name : typeof error;
  return new Inconclusive('cancelled', `shadowcheck failed on this pair (${name}); that is a bug, please report it`, {
    cause: error,
  });
}

/** All of them on one line, what can be done about them at the end: several may have one hint. */
function wordsOf(troubles: readonly Trouble[]): string {
  const told = troubles.map((trouble) => printTrouble({ ...trouble, hint: undefined })).join('; ');
  const hints = [...new Set(troubles.flatMap(({ hint }) => hint ?? []))];
  return hints.length === 0 ? told : `${told}. Hint: ${hints.join('; ')}`;
}
