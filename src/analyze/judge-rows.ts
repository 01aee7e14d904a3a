import type { MismatchKind, Outcome } from '../core/outcome.ts';

export interface PairedRows {
  readonly agreed: bigint;
  readonly changed: bigint;
  readonly only_in_production: bigint;
  readonly only_in_shadow: bigint;
}

/** A mismatch until every difference is forgiven by an agreed tolerance or was none after all. */
export function judgeRows(kinds: readonly MismatchKind[], rows: PairedRows): Outcome {
  if (kinds.includes('schema')) return 'mismatch';
  if (rows.changed + rows.only_in_production + rows.only_in_shadow > 0n) return 'mismatch';
  return rows.agreed > 0n ? 'match_agreed' : 'match';
}
