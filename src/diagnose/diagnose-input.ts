/** What a diagnosis is made of. */
import type { Comparison } from '../core/comparison.ts';
import type { Difference } from '../core/difference.ts';
import type { Side, Sided } from '../core/side.ts';
import type { DiffTables } from '../diff/tables.ts';
import type { Engine } from '../engine/engine.ts';
import type { Sql } from '../sql/sql.ts';

/** A column of one side's own table, with the expression that reads it there. */
export interface SideColumnRef {
  readonly name: string;
  readonly type: string;
  readonly expression: Sql;
}

export interface DiagnoseInput {
  readonly engine: Engine;
  /** What `diff` left in the session; null: rows were not paired. */
  readonly tables: DiffTables | null;
  readonly comparison: Comparison;
  readonly difference: Difference | null;
  readonly reference_side: Side;
  /** Columns that stand on one side only and are not ignored. */
  readonly only_columns: Sided<readonly SideColumnRef[]>;
  /** True: which of them are one column under two names was looked for before rows were compared, and need not be again. */
  readonly renames_were_sought?: boolean;
  /** All compared rows of a side: `file`, `row`, `v0`, `v1`, …, and `x0`, `x1`, … for the extra expressions. */
  readonly populationOf: (side: Side, extra: readonly Sql[]) => Sql;
  readonly builds: Sided<string | null>;
  /** Examples of a finding, at most. */
  readonly example_limit: number;
}
