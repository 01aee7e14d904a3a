/**
 * Times as partitions write them: `YYYYMMDD`, `YYYY_MM`, `HH`. A unit is as wide as its name, so that a format and the
 * values in it have the same length and agree in every other character.
 */

const UNITS = /YYYY|MM|DD|HH/g;

/** The canonical form by the units, widest first: in it a job writes its keys, and `timeRangeOf` reads them. */
const CANONICAL: Readonly<Record<string, string>> = {
  YYYY: 'YYYY',
  YYYYMM: 'YYYY-MM',
  YYYYMMDD: 'YYYY-MM-DD',
  YYYYMMDDHH: 'YYYY-MM-DDTHH',
  HH: 'HH',
};

/** The canonical format with the same units; null where no partition is known by these units, or by one of them twice. */
export function canonicalFormatOf(format: string): string | null {
  const units = unitsOf(format).map(({ unit }) => unit);
  const wide = units.sort((one, other) => 'YMDH'.indexOf(one.charAt(0)) - 'YMDH'.indexOf(other.charAt(0)));
  return Object.entries(CANONICAL).find(([known]) => known === wide.join(''))?.[1] ?? null;
}

/** A value written in one format, in another one of the same units; null where it does not have the first form or is no real time. */
export function translateTime(value: string, from: string, to: string): string | null {
  if (value.length !== from.length) return null;
  const digits = new Map(unitsOf(from).map(({ unit, at }) => [unit, value.slice(at, at + unit.length)]));
  if (![...digits.values()].every((text) => /^\d+$/.test(text)) || !isReal(digits)) return null;
  const print = (format: string): string => format.replaceAll(UNITS, (unit) => digits.get(unit) ?? unit);
  return print(from) === value ? print(to) : null;
}

function unitsOf(format: string): { readonly unit: string; readonly at: number }[] {
  return [...format.matchAll(UNITS)].map((match) => ({ unit: match[0], at: match.index }));
}

function isReal(digits: ReadonlyMap<string, string>): boolean {
  const [year, month, day] = [digits.get('YYYY') ?? '2000', digits.get('MM') ?? '01', digits.get('DD') ?? '01'];
  // A day that the month does not have comes back as one of the next month.
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  const isDate = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${year}-${month}-${day}`);
  return isDate && Number(digits.get('HH') ?? '0') <= 23;
}
