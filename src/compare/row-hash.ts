/**
 * The hash of a row, and of groups of its columns.
 *
 * The hash of a row is made of the hashes of a few groups of neighbouring columns, so that the pass that sums the one can
 * sum the others beside it: a group whose sums agree in every bucket need not be read again. One more sum costs about
 * 3 % of a plain scan of 16 columns, a sum for every column half of it.
 */
import type { Side } from '../core/side.ts';
import { join, type Sql, sql } from '../sql/sql.ts';
import type { ColumnPlan } from './column-plan.ts';

/** Columns of the smallest group: below, the sums cost more than the columns that need not be read. */
const GROUP_COLUMNS_MIN = 5;
const GROUPS_MAX = 16;

/** Numbers of the compared columns, group by group. It depends on nothing but how many there are: fingerprints must not change. */
export function columnGroups({ columns }: Pick<ColumnPlan, 'columns'>): readonly (readonly number[])[] {
  const count = Math.max(1, Math.min(GROUPS_MAX, Math.floor(columns.length / GROUP_COLUMNS_MIN)));
  const numbers = columns.map((_, i) => i);
  const start = (group: number): number => Math.ceil((group * columns.length) / count);
  return Array.from({ length: count }, (_, group) => numbers.slice(start(group), start(group + 1)));
}

/** The exact forms of the group's columns as one hash, over v0, v1, … */
export function groupHash(plan: ColumnPlan, side: Side, group: readonly number[]): Sql {
  const forms = group.flatMap((i) => plan.columns[i]?.canonical[side] ?? []);
  return forms.length === 0 ? sql`hash(0)` : sql`hash(${join(forms)})`;
}

/**
 * The hash of a row from those of its groups. It is hashed once more: alone it is linear in its last part, so that two rows
 * which swap that part leave the sums equal in one of some fifty million cases instead of one of 2^62.
 */
export function rowHashOf(groupHashes: readonly Sql[]): Sql {
  const [only, ...more] = groupHashes;
  return only !== undefined && more.length === 0 ? sql`hash(${only})` : sql`hash(hash(${join(groupHashes)}))`;
}

/** The hash of a row's exact forms, over v0, v1, …; of the columns of these groups only, where they are given. */
export function rowHash(
  plan: ColumnPlan,
  side: Side,
  groups: readonly (readonly number[])[] = columnGroups(plan),
): Sql {
  return rowHashOf(groups.map((group) => groupHash(plan, side, group)));
}

/** Whether any column has a rule that forgives by form. */
export function hasAgreedForms({ columns }: Pick<ColumnPlan, 'columns'>): boolean {
  return columns.some(({ agreed }) => agreed !== null);
}

/** Whether rows of different hashes may still be no difference. */
export function mayForgive({ columns }: Pick<ColumnPlan, 'columns'>): boolean {
  return columns.some(({ agreed, tolerance }) => agreed !== null || tolerance !== null);
}
