/** Whether rows were paired by the wrong key, and which of two keys paired them better. Pure: over the counts of a pairing. */
import type { RowCounts } from '../core/difference.ts';
import type { InferredKey } from './judge-key.ts';

/** What a pairing by one key came to. */
export interface Pairing {
  readonly rows: Pick<RowCounts, 'equal' | 'agreed' | 'changed' | 'only_in_production' | 'only_in_shadow'>;
  /** Rows that differ in it, for each compared column that is not of the key; zeros too. */
  readonly differing: readonly bigint[];
  /** Columns of the key. */
  readonly key_columns: number;
}

/** Of the smaller side's rows: with fewer paired, the key does not bring the sides together. */
const PAIRED_MIN = 0.1;
/** Of the paired rows, and of the columns: with more differing, rows were paired that are none. */
const CHANGED_MAX = 0.9;
const DIFFERING_COLUMNS_MAX = 0.5;

/** Whether a pairing looks like one by the wrong key: hardly a row has a partner, or nearly all partners differ in most columns. */
export function looksWrong({ rows, differing }: Pairing): boolean {
  const paired = rows.equal + rows.agreed + rows.changed;
  const smaller = Number(paired) + Math.min(Number(rows.only_in_production), Number(rows.only_in_shadow));
  if (smaller === 0) return false;
  if (Number(paired) < PAIRED_MIN * smaller) return true;
  const most = differing.filter((count) => Number(count) > CHANGED_MAX * Number(paired)).length;
  return Number(rows.changed) > CHANGED_MAX * Number(paired) && most > DIFFERING_COLUMNS_MAX * differing.length;
}

/** The one with fewer differing cells; a row without a partner counts as one that differs in every column. Equal: the first. */
export function betterPairing<T extends Pairing>(first: T, other: T): T {
  return differingCells(other) < differingCells(first) ? other : first;
}

function differingCells({ rows, differing, key_columns }: Pairing): bigint {
  const width = BigInt(differing.length + key_columns);
  const alone = (rows.only_in_production + rows.only_in_shadow) * width;
  return differing.reduce((sum, count) => sum + count, alone);
}

/** What the report says of an inferred key: `inferred: … is unique …; tried … before, by which 98 % of the rows would have changed`. */
export function inferredEvidence(
  key: InferredKey,
  tried: readonly { readonly key: InferredKey; readonly pairing: Pairing }[] = [],
): string {
  const others = tried.filter((one) => one.key !== key).map((one) => `; tried ${triedWords(one)}`);
  return `inferred: ${key.evidence}${others.join('')}`;
}

function triedWords({ key, pairing }: { readonly key: InferredKey; readonly pairing: Pairing }): string {
  const { equal, agreed, changed, only_in_production, only_in_shadow } = pairing.rows;
  const paired = equal + agreed + changed;
  const alone = only_in_production + only_in_shadow;
  const percent = (part: bigint, of: bigint): string => `${of === 0n ? 0n : (part * 100n) / of} %`;
  const names =
    key.columns.length < 2 ? key.columns.join() : `${key.columns.slice(0, -1).join(', ')} and ${key.columns.at(-1)}`;
  return alone > paired
    ? `${names} too, by which ${percent(alone, paired + alone)} of the rows would stand on one side only`
    : `${names} too, by which ${percent(changed, paired)} of the rows would have changed`;
}
