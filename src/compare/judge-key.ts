/** How sure it is that a measured combination of columns is the key, and what the report says of it. Pure. */
import type { Sided } from '../core/side.ts';
import type { KeyCounts, KeyMeasure } from './key-measure.ts';

/** A key that nobody gave. */
export interface InferredKey {
  /** Production's names. */
  readonly columns: readonly string[];
  /** For the report: how it was found and how sure it is, without any value of the data. */
  readonly evidence: string;
  /** 0 to 1. */
  readonly certainty: number;
}

export interface JudgedKey {
  readonly certainty: number;
  /** No side has it unique: further columns may belong to it. */
  readonly is_part: boolean;
  readonly evidence: string;
}

/** On the side that has it better; the other may hold rows twice. */
export const UNIQUE_MIN = 0.98;
const COMMON_MIN = 0.2;
const CERTAIN_MIN = 0.4;
const CERTAIN_MAX = 0.99;
/** Columns in which strangers agree as often tell nothing of a pairing. */
const CHANCE_MAX = 0.9;

/**
 * Judges a measure. `weight` is what names and types say; `leavesNothing`: no column would be left to compare, which only
 * a key that covers both sides may do. Certainty 0: not to be used.
 */
export function judgeKey(
  names: readonly string[],
  weight: number,
  measure: KeyMeasure,
  leavesNothing: boolean,
): JudgedKey {
  const { production, shadow } = measure.sides;
  // All columns together always tell different rows apart: what would be left to tell by them?
  const byKinds = measure.whole_rows && !leavesNothing;
  const unique = { production: uniqueShare(production, byKinds), shadow: uniqueShare(shadow, byKinds) };
  const isEmpty = production.rows === 0 || shadow.rows === 0;
  const best = isEmpty
    ? production.rows === 0
      ? unique.shadow
      : unique.production
    : Math.max(unique.production, unique.shadow);
  const none: JudgedKey = { certainty: 0, is_part: best < UNIQUE_MIN, evidence: '' };
  if (best < UNIQUE_MIN || production.rows + shadow.rows === 0) return none;
  const fewer = Math.min(production.keys, shadow.keys);
  const common = fewer === 0 ? 0 : measure.common / fewer;
  if (!isEmpty && common < (leavesNothing ? UNIQUE_MIN : COMMON_MIN)) return none;
  if (isEmpty && leavesNothing) return none;

  const rows = production.rows + shadow.rows;
  const nulls = production.null_rows + shadow.null_rows;
  const kinds = isEmpty ? Math.max(production.kinds, shadow.kinds) : Math.min(production.kinds, shadow.kinds);
  const agreement = agreementOf(measure);
  const certainty =
    certaintyAtMost(weight) *
    ((isEmpty ? best : (3 * best + Math.min(unique.production, unique.shadow)) / 4) * uniqueness(best)) *
    (isEmpty ? 0.6 : 0.4 + 0.6 * common) *
    (agreement === null ? 0.9 : 0.6 + 0.4 * agreement) *
    (nulls === 0 ? 1 : 0.95 - (0.5 * nulls) / rows) *
    // Among few rows much is unique by chance.
    (kinds / (kinds + 3));
  if (certainty < CERTAIN_MIN) return none;
  const bounded = Math.min(CERTAIN_MAX, certainty);
  return { certainty: bounded, is_part: false, evidence: evidenceOf(names, measure, unique, common, bounded) };
}

/** Of rows that are not copies of each other where whole rows were seen, else of all. */
function uniqueShare({ keys, kinds, rows }: KeyCounts, byKinds: boolean): number {
  const different = byKinds ? kinds : rows;
  return different === 0 ? 0 : keys / different;
}

/** Of the better side: a fault doubles values on one side, so what stands twice on both is hardly a key. */
function uniqueness(best: number): number {
  return best === 1 ? 1 : 0.95 - 20 * (1 - best);
}

/** No measure gives a key of this weight more. */
export function certaintyAtMost(weight: number): number {
  return 0.7 + 0.3 * weight;
}

/**
 * How much better than strangers the rows agree that the key pairs, 0 to 1; null where nothing can tell. The better half of
 * the columns counts: a fault may well have changed the others in every row.
 */
function agreementOf({ agreements, single }: KeyMeasure): number | null {
  if (single < 2) return null;
  const shares = agreements
    .map(({ agreeing, by_chance }) => ({ agreeing: agreeing / single, by_chance: by_chance / single }))
    .filter(({ by_chance }) => by_chance < CHANCE_MAX)
    .map(({ agreeing, by_chance }) => Math.max(0, (agreeing - by_chance) / (1 - by_chance)))
    .sort((one, other) => other - one);
  const better = shares.slice(0, Math.ceil(shares.length / 2));
  return better.length === 0 ? null : better.reduce((sum, share) => sum + share, 0) / better.length;
}

function evidenceOf(
  names: readonly string[],
  measure: KeyMeasure,
  unique: Sided<number>,
  common: number,
  certainty: number,
): string {
  const { production, shadow } = measure.sides;
  const name =
    names.length === 1 ? `${names[0]} is` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are together`;
  const nulls = production.null_rows + shadow.null_rows;
  return [
    `${name} ${uniqueWords(measure, unique)}`,
    ...(production.rows === 0 || shadow.rows === 0
      ? []
      : [` and ${share(common)} of ${names.length === 1 ? 'its' : 'their'} values stand on both`]),
    ...(nulls === 0 ? [] : [`; ${share(nulls / (production.rows + shadow.rows))} of the rows have a NULL in it`]),
    ...(measure.every === 1 ? [] : [`; by one in ${measure.every} of the values`]),
    `; certainty ${certainty.toFixed(2)}`,
  ].join('');
}

function uniqueWords({ sides, whole_rows }: KeyMeasure, unique: Sided<number>): string {
  const { production, shadow } = sides;
  if (shadow.rows === 0) return `unique in ${share(unique.production)} of production's rows, and shadow holds none`;
  if (production.rows === 0) return `unique in ${share(unique.shadow)} of shadow's rows, and production holds none`;
  const copies = whole_rows && (production.rows > production.kinds || shadow.rows > shadow.kinds);
  const but = copies ? ' but for copies of whole rows' : '';
  if (unique.production === 1 && unique.shadow === 1) return `unique on both sides${but}`;
  if (unique.production === unique.shadow)
    return `unique in ${share(unique.production)} of the rows of both sides${but}`;
  return `unique in ${share(unique.production)} of production's rows and ${share(unique.shadow)} of shadow's${but}`;
}

/** `99.8 %`; all and nothing only where it is so. */
function share(part: number): string {
  if (part >= 1) return '100 %';
  const tenths = Math.floor(part * 1000);
  return tenths === 0 && part > 0 ? '< 0.1 %' : `${tenths / 10} %`;
}
