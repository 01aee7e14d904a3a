/**
 * `checksum: strong`: beside the engine's hash, which anybody can find collisions of, a cryptographic digest decides.
 *
 * The SHA-256 of every row gives eight parts of 31 bits, and each part is summed over all rows, so that the sums add up over
 * files and do not depend on the order, as the fast ones. What that is worth is told in `certainty.ts`.
 */
import { mapSidesInOrder, type Side, type Sided } from '../core/side.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { integer, join, type Sql, sql } from '../sql/sql.ts';
import type { ColumnPlan } from './column-plan.ts';

/** Parts of a digest that are summed, of eight hexadecimal digits each; 31 bits of 32 count, as such sums are the fastest. */
export const STRONG_PARTS = 8;
const PART_DIGITS = 8;

/** The sums of both sides' rows as text: equal for equal multisets of rows. `rows` are the sides' queries. */
export function strongSums(
  engine: Engine,
  plan: ColumnPlan,
  rows: Sided<Sql>,
  readingSide: <T>(side: Side, work: () => Promise<T>) => Promise<T> = (_, work) => work(),
): Promise<Sided<string>> {
  return mapSidesInOrder(rows, async (side, name) => {
    const statement = query('compare/strong-sums', { side, ...strongParts(plan, name) });
    const { rows: sums } = await readingSide(name, () => engine.run(statement));
    return printStrong(strongOf(sums[0] ?? []));
  });
}

/** What the queries take: the row's exact forms as arguments of its sort key, and a sum for each part of its digest. */
export function strongParts(plan: ColumnPlan, side: Side): { readonly columns: Sql; readonly sums: Sql } {
  const forms = plan.columns.map(({ canonical }) => sql`, ${canonical[side]}, 'ASC NULLS LAST'`);
  const sums = Array.from({ length: STRONG_PARTS }, (_, i) => {
    const digits = sql`substring(digest, ${integer(i * PART_DIGITS + 1)}, ${integer(PART_DIGITS)})`;
    return sql`sum(CAST(CAST('0x' || ${digits} AS BIGINT) & 2147483647 AS INTEGER))`;
  });
  return { columns: join(forms, ' '), sums: join(sums) };
}

/** The sums out of a line of a result; of no rows they are 0. */
export function strongOf(cells: readonly EngineValue[]): readonly bigint[] {
  return Array.from({ length: STRONG_PARTS }, (_, i) => BigInt(String(cells[i] ?? 0)));
}

export function addStrong(one: readonly bigint[], other: readonly bigint[]): readonly bigint[] {
  return one.map((sum, i) => sum + (other[i] ?? 0n));
}

export function printStrong(sums: readonly bigint[]): string {
  return sums.join('-');
}

/** Null for what `printStrong` did not write. */
export function parseStrong(text: string): readonly bigint[] | null {
  const parts = text.split('-');
  return parts.length === STRONG_PARTS && parts.every((part) => /^\d+$/.test(part)) ? parts.map(BigInt) : null;
}
