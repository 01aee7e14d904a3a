/**
 * The temporary tables that `diff` leaves in the engine's session, for the profile, the examples and the detectors.
 *
 * Compared column number i of `columns` is called `p{i}` (production's value), `s{i}` (shadow's) and `d{i}` (differs, by
 * the spec: null-safe, after normalisation, beyond tolerance) in `changed_rows`, and `v{i}` in the other tables. Values
 * stand there as they were read, in their side's own type. Positions instead of names: a table may call a column
 * `file`, `row`, or the same as another column but for case.
 *
 *   changed_rows(pair BIGINT, production_file INTEGER, production_row BIGINT, shadow_file INTEGER, shadow_row BIGINT,
 *                p0, s0, d0 BOOLEAN, p1, s1, d1 BOOLEAN, …)
 *   only_in_production(file INTEGER, "row" BIGINT, twin VARCHAR, v0, v1, …)       the same: only_in_shadow
 *
 * `pair` tells a changed row by its place in production's files, and orders them so. `twin` says what the other side holds for a row that is on
 * one side only: `identical` (this whole row stands there, in fewer copies), `same_key`, or NULL (nothing). Without a
 * key rows are paired by likeness. A row of `changed_rows` differs in at least one column beyond tolerance.
 */
import type { ComparedColumn } from '../core/comparison.ts';
import type { Sided } from '../core/side.ts';
import type { Sql } from '../sql/sql.ts';

export interface DiffTables {
  readonly columns: readonly ComparedColumn[];
  readonly has_key: boolean;
  /**
   * Rows of a side as a query with the columns `file`, `row` and `v<i>` of every column that may differ: all compared rows of a
   * small side; of a large one every row that differs, and of the others some of those that were read again, a fair sample
   * of what agrees.
   */
  readonly population: Sided<Sql>;
  readonly population_rows: Sided<bigint>;
  /** Rows that the columns were profiled on. */
  readonly profiled_rows: Sided<bigint>;
  /** Paired rows: equal, agreed and changed. */
  readonly paired_rows: bigint;
}
