/**
 * Pairs of rows, the best first: of all pairs that remain the one with the most agreeing columns is taken, and both its rows
 * are out of the way.
 *
 * The engine sorts, and this process takes: it only has to remember which rows are gone. In SQL it would be rounds of mutual
 * best, and a thousand of them where a thousand rows are equally near to a thousand others. Two threads sort and hand over
 * 5 M pairs in 1.4 s.
 */
import { type ColumnPlan, toleratedOf } from '../compare/column-plan.ts';
import { agreedName, formName } from '../compare/kept-rows.ts';
import { withinTolerance } from '../compare/tolerance.ts';
import { SIDES, type Side, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';

/** The pairs to choose from: `pairs` gives `production_nth` and `shadow_nth`, the numbers of rows in the tables `candidate_…`. */
export interface Choice {
  readonly pairs: Sql;
  /** The tables with the rows' values. */
  readonly rows: Sided<Sql>;
  /** Numbers of the columns that are held against each other. */
  readonly columns: readonly number[];
  /** Over a pair's rows `p` and `s`, beyond the agreeing columns. */
  readonly condition: Sql;
  readonly agreeing_min: number;
  /** Rows in the tables `candidate_…`. */
  readonly candidates: Sided<number>;
}

/** Makes `candidate_production` or `candidate_shadow`: the rows of a query with "file" and "row", numbered; returns how many. */
export async function numberCandidates(engine: Engine, side: Side, rows: Sql): Promise<number> {
  const target = ident(`candidate_${side}`);
  const { rows: counted } = await engine.run(query('diff/partners-candidates', { target, rows }));
  return Number(counted[0]?.[0] ?? 0);
}

export async function dropCandidates(engine: Engine): Promise<void> {
  for (const side of SIDES) await engine.run(query('diff/partners-drop', { table: ident(`candidate_${side}`) }));
}

/** Adds the chosen pairs to `partners`; returns how many. */
export async function pairBestFirst(engine: Engine, plan: ColumnPlan, choice: Choice): Promise<number> {
  const scored = query('diff/partners-scored', {
    pairs: choice.pairs,
    production: choice.rows.production,
    shadow: choice.rows.shadow,
    agreeing: countOf(choice.columns.map((i) => cellsAgree(plan, i, sql`p`, sql`s`))),
    equal: countOf(choice.columns.map((i) => cellsEqual(plan, i, sql`p`, sql`s`))),
    condition: choice.condition,
    agreeing_min: integer(choice.agreeing_min),
  });
  const taken = {
    production: new Uint8Array(choice.candidates.production),
    shadow: new Uint8Array(choice.candidates.shadow),
  };
  const most = Math.min(choice.candidates.production, choice.candidates.shadow);
  const picked: [production: number, shadow: number][] = [];
  for await (const { rows } of engine.stream(scored)) {
    for (const row of rows) {
      const [production, shadow] = [Number(row[0]), Number(row[1])];
      if (taken.production[production] === 1 || taken.shadow[shadow] === 1) continue;
      taken.production[production] = 1;
      taken.shadow[shadow] = 1;
      picked.push([production, shadow]);
    }
    if (picked.length === most) break;
  }
  await take(engine, picked);
  return picked.length;
}

/** Pairs that travel to the engine in one statement, as text: a bound list takes forty times as long. */
const TAKEN_AT_ONCE = 100_000;

async function take(engine: Engine, picked: readonly (readonly [number, number])[]): Promise<void> {
  for (let start = 0; start < picked.length; start += TAKEN_AT_ONCE) {
    const some = picked.slice(start, start + TAKEN_AT_ONCE);
    const production = some.map(([nth]) => nth).join(',');
    const shadow = some.map(([, nth]) => nth).join(',');
    await engine.run(query('diff/partners-take', {}, { production, shadow }));
  }
}

/** Whether column number i of two rows is equal, exactly; never NULL. */
export function cellsEqual(plan: ColumnPlan, i: number, p: Sql, s: Sql): Sql {
  return sql`${p}.${formName(plan, i)} IS NOT DISTINCT FROM ${s}.${formName(plan, i)}`;
}

/** Whether it is equal, equal after the agreed rules, or within the tolerance; never NULL. */
export function cellsAgree(plan: ColumnPlan, i: number, p: Sql, s: Sql): Sql {
  const column = plan.columns[i];
  const ways = [cellsEqual(plan, i, p, s)];
  if (column !== undefined && column.agreed !== null) ways.push(agreedFormsEqual(plan, i, p, s));
  if (column !== undefined && column.tolerance !== null) {
    const { value, types } = toleratedOf(column, i);
    ways.push(sql`(${withinTolerance(sql`${p}.${value}`, sql`${s}.${value}`, types, column.tolerance)})`);
  }
  return join(ways, ' OR ');
}

/** Whether column number i of two rows is the same after the agreed rules, NULL equal to NULL. */
export function agreedFormsEqual(plan: ColumnPlan, i: number, p: Sql, s: Sql): Sql {
  return sql`${p}.${agreedName(plan, i)} IS NOT DISTINCT FROM ${s}.${agreedName(plan, i)}`;
}

function countOf(conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return sql`0`;
  return join(
    conditions.map((condition) => sql`CAST((${condition}) AS INTEGER)`),
    ' + ',
  );
}
