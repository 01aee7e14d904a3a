/** How often the keys of the kept rows stand on each side. */
import { type ColumnPlan, valueName } from '../compare/column-plan.ts';
import { agreedName, keptRows } from '../compare/kept-rows.ts';
import type { DuplicateKeys } from '../core/difference.ts';
import { mapSidesInOrder, SIDES, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { join, sql } from '../sql/sql.ts';

export interface KeyTotals {
  readonly rows: bigint;
  readonly duplicates: DuplicateKeys;
  readonly nulls: bigint;
}

/** With sums of the keys' hashes, as text. */
export type CountedKeys = Sided<KeyTotals & { readonly sums: string }>;

/** Whether no key stands twice on either side. */
export function hasUniqueKeys(keys: CountedKeys): boolean {
  return SIDES.every((side) => keys[side].duplicates.groups === 0n);
}

export async function countKeys(engine: Engine, plan: ColumnPlan): Promise<CountedKeys> {
  const key = plan.key.map((i) => agreedName(plan, i));
  const isNull = plan.key.map((i) => sql`${valueName(i)} IS NULL`);
  return mapSidesInOrder({ production: null, shadow: null }, async (_, side) => {
    const counted = query('diff/duplicates', {
      side: keptRows(side),
      key: key.length === 0 ? sql`h` : join(key),
      key_is_null: isNull.length === 0 ? sql`false` : join(isNull, ' OR '),
    });
    const [rows = 0n, groups = 0n, extra_rows = 0n, nulls = 0n, ...sums] = (
      (await engine.run(counted)).rows[0] ?? []
    ).map((cell) => BigInt(String(cell)));
    return { rows, duplicates: { groups, extra_rows }, nulls, sums: sums.join('-') };
  });
}
