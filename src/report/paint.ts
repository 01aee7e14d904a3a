/** Colours of the terminal, as the pages use them; without colour every word still stands. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly soft: (text: string) => string;
  readonly production: (text: string) => string;
  readonly shadow: (text: string) => string;
  readonly word: (kind: string, text: string) => string;
}

const CODES: Readonly<Record<string, number>> = {
  mismatch: 31,
  new: 31,
  unknown: 31,
  known: 33,
  resembles: 33,
  inconclusive: 35,
  regressed: 35,
  not_attributable: 35,
  match: 32,
  match_agreed: 32,
  resolved: 32,
};

export function paintFor(color: boolean): Paint {
  const code =
    (start: number, end: number) =>
    (text: string): string =>
      color && text !== '' ? `\u001B[${start}m${text}\u001B[${end}m` : text;
  return {
    bold: code(1, 22),
    soft: code(2, 22),
    production: code(34, 39),
    shadow: code(33, 39),
    word: (kind, text) => code(1, 22)(code(CODES[kind] ?? 39, 39)(text)),
  };
}
