/** From a comparison that is no match to row differences, column profile and examples. */

import { printAgreed } from '../compare/agreed-forms.ts';
import type { ColumnPlan } from '../compare/column-plan.ts';
import type { ComparedRows } from '../compare/compare.ts';
import { keptRows } from '../compare/kept-rows.ts';
import type { Comparison } from '../core/comparison.ts';
import type { ColumnDifference, Difference } from '../core/difference.ts';
import { mapSides, SIDES, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { type PickedExample, pickExamples } from './examples.ts';
import type { PairCounts } from './found-pairs.ts';
import { pairRows } from './pair-rows.ts';
import { profileColumns } from './profile.ts';
import type { DiffTables } from './tables.ts';

export interface DiffResult {
  readonly difference: Omit<Difference, 'examples'> & { readonly examples: readonly PickedExample[] };
  readonly tables: DiffTables;
  /** What was looked at in part only, and how rows were paired where that was not row by row. */
  readonly notes: readonly DiffNote[];
}

export interface DiffNote {
  readonly code: string;
  readonly text: string;
}

export interface DiffLimits {
  readonly examples: number;
  /** Of the engine; null for none. */
  readonly memory_bytes: bigint | null;
}

/**
 * Pairs the rows that may differ, counts, profiles, picks examples. Needs what `compareSides` left in the session; leaves
 * the tables of `tables.ts` there. Profiles and diagnoses of large sides are made on the rows of the buckets that were read
 * again: which they are is chance, so what agrees among them is a fair sample of what agrees.
 */
export async function diffRows(
  engine: Engine,
  plan: ColumnPlan,
  rows: ComparedRows,
  comparison: Comparison,
  limits: DiffLimits,
): Promise<DiffResult> {
  const { production, shadow } = comparison.fingerprints;
  const { counts, keys, notes, looked_at, kept, population } = await pairRows(engine, plan, rows, limits.memory_bytes);
  const paired = production.row_count - counts.only_in_production;
  return {
    difference: {
      rows: {
        equal: paired - counts.changed - counts.agreed,
        agreed: counts.agreed,
        changed: counts.changed,
        only_in_production: counts.only_in_production,
        only_in_shadow: counts.only_in_shadow,
        duplicate_keys: keys === null ? null : mapSides(keys, ({ duplicates }) => duplicates),
        null_keys: keys === null ? null : mapSides(keys, ({ nulls }) => nulls),
        keys_counted_over:
          keys === null
            ? null
            : mapSides(comparison.fingerprints, ({ row_count }, side) =>
                keys[side].rows === row_count ? 'all_rows' : 'rows_that_may_differ',
              ),
      },
      rows_compared: { production: production.row_count, shadow: shadow.row_count },
      columns: await columnDifferences(engine, plan, counts),
      examples: await pickExamples(engine, plan, counts, limits.examples),
    },
    tables: {
      columns: plan.columns,
      has_key: plan.key.length > 0,
      population: population.queries,
      population_rows: population.rows,
      profiled_rows: kept,
      paired_rows: paired,
    },
    notes: [
      ...notes,
      ...partNotes(
        mapSides(comparison.fingerprints, ({ row_count }) => row_count),
        looked_at,
        kept,
        keys !== null,
      ),
    ],
  };
}

function partNotes(
  all: Sided<bigint>,
  lookedAt: Sided<bigint>,
  kept: Sided<bigint>,
  hasKey: boolean,
): readonly DiffNote[] {
  return SIDES.flatMap((side) => {
    if (kept[side] === all[side]) return [];
    const keys = hasKey && lookedAt[side] !== all[side] ? '; duplicate and NULL keys were counted there' : '';
    const text = `${side}: ${lookedAt[side]} of ${all[side]} rows were read again, those that may differ among them${keys}; values were profiled on ${kept[side]} of them`;
    return [{ code: 'looked_at_in_part', text }];
  });
}

async function columnDifferences(
  engine: Engine,
  plan: ColumnPlan,
  counts: PairCounts,
): Promise<readonly ColumnDifference[]> {
  const touched = plan.columns
    .map((_, i) => i)
    .filter((i) => (counts.differing_by_column[i] ?? 0n) > 0n || (counts.agreed_by_column[i] ?? 0n) > 0n);
  const profiles = await profileColumns(
    engine,
    plan,
    mapSides({ production: null, shadow: null }, (_, side) => keptRows(side)),
    touched,
  );
  return touched.flatMap((i, nth) => {
    const column = plan.columns[i];
    if (column === undefined) return [];
    const { production, shadow } = column.types;
    return [
      {
        column: column.name,
        type: production === shadow ? production : `${production} → ${shadow}`,
        differing_rows: counts.differing_by_column[i] ?? 0n,
        agreed_rows: counts.agreed_by_column[i] ?? 0n,
        agreed_by: (counts.agreed_by_column[i] ?? 0n) > 0n ? printAgreed(column) : null,
        profile: profiles[nth] ?? null,
      },
    ];
  });
}
