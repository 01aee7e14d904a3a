/** Whether the engine failed on SQL of a user, a condition or an expression, rather than on the data. Asked only once something has failed. */
import type { ColumnPlan } from '../compare/column-plan.ts';
import { type MappedColumn, mapColumns } from '../compare/mapped-columns.ts';
import type { RowFilter } from '../compare/side-query.ts';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { SIDES, type Side, type Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import { type Engine, EngineError } from '../engine/engine.ts';
import type { SideTable } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { expressionTroubles } from './expression-trouble.ts';
import { userSqlTrouble } from './user-sql.ts';

export interface AskedRows {
  /** The conditions as they were written. */
  readonly where: Sided<string | null>;
  /** A side's rows, with its condition and without. */
  readonly rowsOf: (side: Side, filtered: boolean) => Sql;
}

/** `expression_failed` for the first side whose rows can be counted without its condition and cannot with it; else null. */
export async function filterTrouble(engine: Engine, { where, rowsOf }: AskedRows): Promise<OperatingError | null> {
  for (const side of SIDES) {
    const text = where[side];
    if (text === null || (await failureOf(engine, rowsOf(side, false))) !== null) continue;
    const failure = await failureOf(engine, rowsOf(side, true));
    if (failure === null) continue;
    const trouble = userSqlTrouble(failure, { code: 'expression_failed', text, place: side });
    if (trouble !== null) return trouble;
  }
  return null;
}

/**
 * The columns of both sides with the spec's expressions in their places, for `planColumns`. Throws `OperatingError`:
 * `expression_refused`, and `expression_failed` for one that does not fit the columns that there are, all at once.
 */
export function mappedColumns(
  engine: Engine,
  tables: Sided<Pick<SideTable, 'columns' | 'from'>>,
  spec: Spec,
): Promise<Sided<readonly MappedColumn[]>> {
  return mapColumns(engine, tables, spec, expressionTroubles);
}

export interface AskedColumns {
  readonly spec: Pick<Spec, 'expressions'>;
  readonly tables: Sided<Pick<SideTable, 'columns' | 'from'>>;
  readonly plan: Pick<ColumnPlan, 'columns'>;
  readonly filters: Sided<RowFilter>;
}

/** `expression_failed` for all expressions that cannot be asked of rows that can be read whole without them; null for none. */
export async function expressionTrouble(
  engine: Engine,
  { spec, tables, plan, filters }: AskedColumns,
): Promise<OperatingError | null> {
  const troubles: Trouble[] = [];
  for (const side of SIDES) {
    const rows = { from: tables[side].from, condition: filters[side].where ?? sql`true` };
    const asked = spec.expressions.flatMap(({ column: name, [side]: text }) => {
      const column = plan.columns.find((planned) => planned.name === name);
      return column === undefined || text === null
        ? []
        : [
            {
              text,
              column: name,
              expression: (column.mapped ?? column.source)[side],
            },
          ];
    });
    if (asked.length === 0 || (await errorOf(engine, query('compare/check-columns', rows))) !== null) continue;
    for (const { text, column, expression } of asked) {
      const error = await errorOf(engine, query('compare/check-expression', { ...rows, expression }));
      if (error === null) continue;
      const { columns } = tables[side];
      troubles.push(...(expressionTroubles({ error, column, side, text, columns }) ?? []));
    }
  }
  return troubles.length === 0 ? null : new OperatingError(EXIT_CODES.usage, troubles);
}

function failureOf(engine: Engine, side: Sql): Promise<EngineError | null> {
  return errorOf(engine, query('compare/row-count', { side }));
}

async function errorOf(engine: Engine, statement: Sql): Promise<EngineError | null> {
  try {
    await engine.run(statement);
    return null;
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
}
