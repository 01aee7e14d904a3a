/** Which numbers of decimals a cut or rounding can leave, and which columns can lose decimals. */
import { integer, type Sql, sql, value } from '../sql/sql.ts';
import type { ColumnFacts, Params } from './detector.ts';

/** What systems cut amounts, rates and coordinates to. */
export const DECIMALS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 8];

export function canLoseDecimals({ families }: ColumnFacts): boolean {
  const isFraction = families.reference === 'decimal' || families.reference === 'float';
  return isFraction && ['decimal', 'float', 'integer', 'text'].includes(families.candidate);
}

/** For each number of decimals: its name where the changed reference is the candidate. */
export function matchingDecimals(
  reference: Sql,
  candidate: Sql,
  change: (number: Sql, decimals: Sql) => Sql,
): readonly Sql[] {
  return DECIMALS.map(
    (decimals) =>
      sql`CASE WHEN TRY(${candidate} = ${change(reference, integer(decimals))}) THEN ${value(String(decimals))} END`,
  );
}

export function readDecimals(suggestion: string): Params | null {
  const decimals = Number(suggestion);
  return DECIMALS.includes(decimals) ? { decimals } : null;
}
