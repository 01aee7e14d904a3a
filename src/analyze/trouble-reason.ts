import { OperatingError } from '../core/operating-error.ts';
import { Inconclusive } from '../core/outcome.ts';

/** What kept one pair from being decided, as its reason; in words that hold no value of the data. */
export function reasonOf(error: unknown): Inconclusive {
  if (error instanceof Inconclusive) return error;
  if (error instanceof OperatingError) {
    // A request that cannot be met, such as a key column that neither side has.
    const told = error.troubles.map(({ subject, message }) => `${subject}: ${message}`);
    return new Inconclusive('schemas_do_not_unite', told.join('; '));
  }
  // Our bug. It must not stop the other pairs, and its message may hold values of the data.
  const name = error instanceof Error ? error.name : typeof error;
  return new Inconclusive('cancelled', `shadowcheck failed on this pair (${name}); that is a bug, please report it`, {
    cause: error,
  });
}
