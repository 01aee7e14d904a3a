/** From a comparison that is no match to row differences, column profile and examples. */
import type { ColumnPlan } from '../compare/column-plan.ts';
import { valueName } from '../compare/column-plan.ts';
import type { ComparedRows } from '../compare/compare.ts';
import { keepDifferingRows } from '../compare/kept-rows.ts';
import { keyForms } from '../compare/side-query.ts';
import type { Comparison } from '../core/comparison.ts';
import type { ColumnDifference, Difference, DuplicateKeys } from '../core/difference.ts';
import { mapSidesInOrder, SIDES, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { join, type Sql, sql } from '../sql/sql.ts';
import { type PickedExample, pickExamples } from './examples.ts';
import { profileColumns } from './profile.ts';
import { type PairCounts, pairRows } from './row-pairs.ts';
import type { DiffTables } from './tables.ts';

export interface DiffResult {
  readonly difference: Omit<Difference, 'examples'> & { readonly examples: readonly PickedExample[] };
  readonly tables: DiffTables;
}

/**
 * Pairs the rows of the differing buckets, counts, profiles, picks examples. Needs the buckets that `compareSides`
 * left in the session; leaves the tables of `tables.ts` there.
 */
export async function diffRows(
  engine: Engine,
  plan: ColumnPlan,
  rows: ComparedRows,
  comparison: Comparison,
  exampleLimit: number,
): Promise<DiffResult> {
  const { production, shadow } = comparison.fingerprints;
  const hasKey = plan.key.length > 0;
  const { counts, keys } = await pairDifferingRows(engine, plan, rows);
  const paired = production.row_count - counts.only_in_production;
  return {
    difference: {
      rows: {
        equal: paired - counts.changed - counts.agreed,
        agreed: counts.agreed,
        changed: counts.changed,
        only_in_production: counts.only_in_production,
        only_in_shadow: counts.only_in_shadow,
        duplicate_keys:
          keys === null ? null : { production: keys.production.duplicates, shadow: keys.shadow.duplicates },
        null_keys: keys === null ? null : { production: keys.production.nulls, shadow: keys.shadow.nulls },
      },
      rows_compared: { production: production.row_count, shadow: shadow.row_count },
      columns: await columnDifferences(engine, plan, rows.queries, counts),
      examples: await pickExamples(engine, plan, counts, exampleLimit),
    },
    tables: { columns: plan.columns, has_key: hasKey, population: rows.queries, paired_rows: paired },
  };
}

/** The first half of `diffRows`: pairs and counts, for who asks only how many rows differ; profiles no column. */
export async function pairDifferingRows(
  engine: Engine,
  plan: ColumnPlan,
  rows: ComparedRows,
): Promise<{ readonly counts: PairCounts; readonly keys: KeyCounts | null }> {
  if (!rows.kept) await keepDifferingRows(engine, plan, rows.queries);
  const keys = plan.key.length > 0 ? await countKeys(engine, plan, rows.queries) : null;
  const counts = await pairRows(engine, plan, {
    keys_are_unique: keys !== null && SIDES.every((side) => keys[side].duplicates.groups === 0n),
  });
  return { counts, keys };
}

type KeyCounts = Sided<{ readonly duplicates: DuplicateKeys; readonly nulls: bigint }>;

async function columnDifferences(
  engine: Engine,
  plan: ColumnPlan,
  sides: Sided<Sql>,
  counts: PairCounts,
): Promise<readonly ColumnDifference[]> {
  const touched = plan.columns
    .map((_, i) => i)
    .filter((i) => (counts.differing_by_column[i] ?? 0n) > 0n || (counts.agreed_by_column[i] ?? 0n) > 0n);
  const profiles = await profileColumns(engine, plan, sides, touched);
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
        agreed_by: (counts.agreed_by_column[i] ?? 0n) > 0n ? printTolerance(column.tolerance) : null,
        profile: profiles[nth] ?? null,
      },
    ];
  });
}

function printTolerance(tolerance: { abs: number; rel: number } | null): string | null {
  if (tolerance === null) return null;
  const parts = [tolerance.abs > 0 ? `abs ${tolerance.abs}` : '', tolerance.rel > 0 ? `rel ${tolerance.rel}` : ''];
  return `tolerance ${parts.filter((part) => part !== '').join(', ')}`;
}

async function countKeys(engine: Engine, plan: ColumnPlan, sides: Sided<Sql>): Promise<KeyCounts> {
  const isNull = join(
    plan.key.map((i) => sql`${valueName(i)} IS NULL`),
    ' OR ',
  );
  return mapSidesInOrder(sides, async (rows, side) => {
    const counted = query('diff/duplicates', { side: rows, key: keyForms(plan, side), key_is_null: isNull });
    const [groups, extraRows, nulls] = ((await engine.run(counted)).rows[0] ?? []).map((cell) => BigInt(String(cell)));
    return { duplicates: { groups: groups ?? 0n, extra_rows: extraRows ?? 0n }, nulls: nulls ?? 0n };
  });
}
