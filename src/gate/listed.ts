/** More than this is read in the list beside the sentence. */
const LISTED_MAX = 5;

/** `a, b and 7 more` */
export function listed(items: readonly string[]): string {
  const rest = items.length - LISTED_MAX;
  return `${items.slice(0, LISTED_MAX).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
