/**
 * Which left-over row goes with which: of what identical rows leave over, rows of one key by least difference, and without a
 * key rows that are near each other.
 *
 * It works on the temporary tables `leftover_production` and `leftover_shadow` ("file", "row", v0, v1, … with the forms of
 * `kept-rows.ts`) and leaves `partners(production_file, production_row, shadow_file, shadow_row)` in their session.
 */
import type { ColumnPlan } from '../compare/column-plan.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { pairByLeastDifference } from './least-difference.ts';
import { pairNearRows } from './near-rows.ts';

/** What was not looked at in full. */
export interface PartnerNote {
  readonly code: 'large_key_groups' | 'near_rows_by_shared_values' | 'near_rows_skipped';
  readonly text: string;
}

/** What is known of the left-over tables. */
export interface LeftoverRows {
  /** Numbers of the columns that they hold, the key's among them; null: all. */
  readonly columns: readonly number[] | null;
  /** No key stands twice on either side, so it need not be looked for: that takes most of the time. */
  readonly keys_are_unique: boolean;
}

/**
 * Makes the table `partners`, in place of one that was there before; each row stands in it at most once. The same left-over
 * rows give the same partners, whatever their order in the tables and however many threads there are. Throws EngineError.
 */
export async function pairPartners(
  engine: Engine,
  plan: ColumnPlan,
  leftover: LeftoverRows = { columns: null, keys_are_unique: false },
): Promise<readonly PartnerNote[]> {
  await engine.run(query('diff/partners-none'));
  const columns = leftover.columns ?? plan.columns.map((_, i) => i);
  if (plan.key.length === 0) return pairNearRows(engine, plan, columns);
  return pairByLeastDifference(engine, plan, columns, leftover.keys_are_unique);
}
