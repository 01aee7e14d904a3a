/** The text as a regular expression that matches exactly it. `RegExp.escape` came with Node 24 only. */
export function literalPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
