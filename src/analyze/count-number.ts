import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';

/** A count as JSON carries it. Beyond 2^53 a number would be another one, so it is refused, not rounded. */
export function countNumber(count: bigint): number {
  const number = Number(count);
  if (!Number.isSafeInteger(number)) {
    throw new OperatingError(EXIT_CODES.infrastructure, {
      code: 'count_too_large',
      subject: count.toString(),
      message: 'a count above 2^53 cannot be written exactly',
    });
  }
  return number;
}
