import type { ColumnPlan } from '../compare/column-plan.ts';
import type { Comparison } from '../core/comparison.ts';
import type { Inconclusive, Outcome } from '../core/outcome.ts';
import type { Side, Sided } from '../core/side.ts';
import type { Diagnosis } from '../diagnose/diagnose.ts';
import type { DiffResult } from '../diff/diff.ts';
import type { PinnedLanding } from '../partition/pin.ts';
import type { SideTable } from '../partition/side-table.ts';
import type { Sql } from '../sql/sql.ts';

/** Everything that a look at a pair has brought to light so far; what is null was not reached. */
export interface Analysis {
  readonly pinned: Sided<PinnedLanding | null>;
  readonly tables: Sided<SideTable> | null;
  readonly plan: ColumnPlan | null;
  /** How an inferred key was found; null where none was inferred. */
  readonly key_evidence: string | null;
  readonly comparison: Comparison | null;
  /** Rows after `where`, before sampling. */
  readonly row_counts: Sided<bigint> | null;
  readonly diff: DiffResult | null;
  /** The side whose partition is not there though its deadline has passed, and how many rows the other side holds. */
  readonly absent: { readonly side: Side; readonly rows_there: bigint } | null;
  readonly diagnosis: Pick<Diagnosis, 'findings' | 'unexplained_rows'> | null;
  /** The engine's class of error that kept the causes of a decided mismatch from being named. */
  readonly diagnosis_trouble: string | null;
  readonly causes: ReadonlyMap<string, string>;
  readonly queries: Sided<Sql> | null;
  readonly outcome: Outcome;
  readonly inconclusive: Inconclusive | null;
  readonly engine_version: string;
}

/** Before the first look. What has not been decided is inconclusive. */
export const NOTHING_SEEN: Analysis = {
  pinned: { production: null, shadow: null },
  tables: null,
  plan: null,
  key_evidence: null,
  comparison: null,
  row_counts: null,
  diff: null,
  absent: null,
  diagnosis: null,
  diagnosis_trouble: null,
  causes: new Map(),
  queries: null,
  outcome: 'inconclusive',
  inconclusive: null,
  engine_version: '',
};
