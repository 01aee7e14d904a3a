/** What every look at a pair has in common, whether it only compares or also explains: how trouble is named, what is refused. */
import type { ColumnPlan } from '../compare/column-plan.ts';
import { type RowFilter, sideQuery } from '../compare/side-query.ts';
import type { Fingerprint } from '../core/comparison.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES, Inconclusive } from '../core/outcome.ts';
import { mapSidesInOrder, SIDES, type Side, type Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import { type Engine, EngineError } from '../engine/engine.ts';
import { inconclusiveFromEngineError } from '../partition/engine-trouble.ts';
import type { OpenedSide } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import type { Sql } from '../sql/sql.ts';
import { userExpression } from '../sql/user-expression.ts';
import { expressionTrouble, filterTrouble } from './filter-trouble.ts';

/** Runs work that reads one side only, so that an error of the engine names the side. */
export async function readingSide<T>(side: Side, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineError) throw inconclusiveFromEngineError(side, error);
    if (error instanceof OperatingError && error.exitCode === EXIT_CODES.inconclusive) {
      throw new Inconclusive(`${side}_unreadable`, error.troubles.map(({ message }) => message).join('; '));
    }
    throw error;
  }
}

/** The spec's conditions as SQL. Throws `OperatingError` `expression_refused`. */
export async function rowFilters(engine: Engine, { where, sample }: Spec): Promise<Sided<RowFilter>> {
  const parse = async (statement: Sql): Promise<string> => String((await engine.run(statement)).rows[0]?.[0]);
  return mapSidesInOrder(where, async (text) => ({
    where: text === null ? null : await userExpression(text, parse),
    sample,
  }));
}

/** The trouble of a user's condition where that is what the engine failed on; it may read like damaged data before. */
export async function filterFailure(
  error: unknown,
  engine: Engine,
  spec: Spec,
  {
    tables,
    plan,
  }: { readonly tables: Sided<Pick<OpenedSide, 'columns' | 'file' | 'row' | 'from'>>; readonly plan: ColumnPlan },
): Promise<OperatingError | null> {
  const { where } = spec;
  const isOfEngine =
    error instanceof EngineError || (error instanceof Inconclusive && error.cause instanceof EngineError);
  const hasNone = SIDES.every((side) => where[side] === null) && spec.expressions.length === 0;
  if (!isOfEngine || hasNone) return null;
  const filters = await rowFilters(engine, spec);
  const rowsOf = (side: Side, filtered: boolean): Sql =>
    sideQuery(side, tables[side], plan, { where: filtered ? filters[side].where : null, sample: null });
  const ofCondition = await filterTrouble(engine, { where, rowsOf });
  return ofCondition ?? expressionTrouble(engine, { spec, tables, plan, filters });
}

/** Throws `OperatingError` `nothing_compared` where the rules leave nothing by which the sides could differ. */
export function requireColumns(plan: ColumnPlan, sides: Sided<Pick<OpenedSide, 'columns'>>): void {
  const hasUnpaired = SIDES.some((side) => plan.unpaired[side].length > 0);
  if (plan.columns.length > 0 || hasUnpaired || SIDES.every((side) => sides[side].columns.length === 0)) return;
  throw new OperatingError(EXIT_CODES.usage, {
    code: 'nothing_compared',
    subject: 'columns',
    message: 'the rules leave no column to compare, and nothing compared is no match',
    hint: 'name fewer columns to ignore, or more to compare',
  });
}

/** A sample that took no row has compared nothing. `rowCounts` are those before sampling. */
export function refuseEmptySample(fingerprints: Sided<Fingerprint>, rowCounts: Sided<bigint>): void {
  const taken = SIDES.some((side) => fingerprints[side].row_count > 0n);
  if (taken || SIDES.every((side) => rowCounts[side] === 0n)) return;
  throw new Inconclusive(
    'limit_reached',
    `the sample took none of ${rowCounts.production} and ${rowCounts.shadow} rows`,
  );
}

export async function rowCount(engine: Engine, side: Sql): Promise<bigint> {
  const { rows } = await engine.run(query('compare/row-count', { side }));
  return BigInt(String(rows[0]?.[0]));
}
