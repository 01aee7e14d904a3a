/**
 * The columns of both sides with the SQL that users put in the place of some.
 *
 * One SQL for both sides, over a column that both have and over nothing else, is a rule: the exact form compares the
 * column as it is and the agreed form what the SQL makes of it, so that what it forgives is counted. Any other SQL takes
 * the column's place on its side, or makes a column that the side does not have, and what it gives is compared exactly.
 */
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { mapSidesInOrder, SIDES, type Side, type Sided } from '../core/side.ts';
import type { ColumnExpression, Spec } from '../core/spec.ts';
import { type Engine, EngineError } from '../engine/engine.ts';
import type { SideColumn, SideTable } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { userExpression } from '../sql/user-expression.ts';

/** What an expression makes of a column. */
export interface Mapping {
  readonly type: string;
  /** Over the side's `from`. */
  readonly expression: Sql;
}

export interface MappedColumn extends SideColumn {
  /** Of an expression that is a rule: the column is compared as it is, and as this. Absent: none. */
  readonly mapped?: Mapping;
  /** The side has no column of this name: an expression makes it. */
  readonly made?: boolean;
}

type Table = Pick<SideTable, 'columns' | 'from'>;

/** An expression that is none (`OperatingError`), or that the engine cannot bind over the columns of the side. */
export interface FailedExpression {
  readonly error: OperatingError | EngineError;
  /** Production's name, as the rules give it. */
  readonly column: string;
  readonly side: Side;
  readonly text: string;
  readonly columns: readonly SideColumn[];
}

/** In the words of who asked; null: it is none of the user's. */
export type TellExpression = (failed: FailedExpression) => readonly Trouble[] | null;

/**
 * For `planColumns`, in place of the tables' own columns; these where the spec has no expression. Reads no row. Throws
 * `OperatingError` with what `tell` makes of all expressions that are none or do not fit the columns.
 */
export async function mapColumns(
  engine: Engine,
  tables: Sided<Table>,
  { expressions, renamed }: Pick<Spec, 'expressions' | 'renamed'>,
  tell: TellExpression,
): Promise<Sided<readonly MappedColumn[]>> {
  let columns: Sided<readonly MappedColumn[]> = {
    production: tables.production.columns,
    shadow: tables.shadow.columns,
  };
  const troubles: Trouble[] = [];
  for (const expression of expressions) {
    const shadowName = renamed.find(({ production }) => production === expression.column)?.shadow;
    const names = { production: expression.column, shadow: shadowName ?? expression.column };
    const { mappings, failed } = await mappingsOf(engine, tables, expression);
    for (const one of failed) {
      const told = tell(one);
      if (told === null) throw one.error;
      troubles.push(...told);
    }
    if (failed.length > 0) continue;
    const isRule = await areOfColumnAlone(engine, tables, expression, names, mappings);
    columns = {
      production: withMapping(columns.production, names.production, mappings.production, isRule),
      shadow: withMapping(columns.shadow, names.shadow, mappings.shadow, isRule),
    };
  }
  if (troubles.length > 0) throw new OperatingError(EXIT_CODES.usage, troubles);
  return columns;
}

async function mappingsOf(
  engine: Engine,
  tables: Sided<Table>,
  expression: ColumnExpression,
): Promise<{ readonly mappings: Sided<Mapping | null>; readonly failed: readonly FailedExpression[] }> {
  const parse = async (statement: Sql): Promise<string> => String((await engine.run(statement)).rows[0]?.[0]);
  const texts = { production: expression.production, shadow: expression.shadow };
  const failed: FailedExpression[] = [];
  const mappings = await mapSidesInOrder(texts, async (text, side) => {
    if (text === null) return null;
    const { columns, from } = tables[side];
    try {
      const made = await userExpression(text, parse);
      return { expression: made, type: await typeOf(engine, made, from) };
    } catch (error) {
      if (!(error instanceof EngineError || error instanceof OperatingError)) throw error;
      failed.push({ error, column: expression.column, side, text, columns });
      return null;
    }
  });
  return { mappings, failed };
}

async function typeOf(engine: Engine, expression: Sql, from: Sql): Promise<string> {
  const [column] = await engine.describe(query('compare/expression', { expression, from }));
  return column?.type ?? 'VARCHAR';
}

/** Whether both sides have the column, one SQL is given for both, and it asks for no other column on either. */
async function areOfColumnAlone(
  engine: Engine,
  tables: Sided<Table>,
  { production, shadow }: ColumnExpression,
  names: Sided<string>,
  mappings: Sided<Mapping | null>,
): Promise<boolean> {
  if (production === null || production.trim() !== shadow?.trim()) return false;
  for (const side of SIDES) {
    const mapping = mappings[side];
    const column = tables[side].columns.find(({ name }) => name === names[side]);
    if (column === undefined || mapping === null) return false;
    const alone = query('compare/expression', { expression: column.expression, from: tables[side].from });
    try {
      await engine.describe(query('compare/expression', { expression: mapping.expression, from: sql`(${alone})` }));
    } catch (error) {
      if (error instanceof EngineError) return false;
      throw error;
    }
  }
  return true;
}

function withMapping(
  columns: readonly MappedColumn[],
  name: string,
  mapping: Mapping | null,
  isRule: boolean,
): readonly MappedColumn[] {
  if (mapping === null) return columns;
  if (!columns.some((column) => column.name === name)) return [...columns, { name, ...mapping, made: true }];
  return columns.map((column) => {
    if (column.name !== name) return column;
    return isRule ? { ...column, mapped: mapping } : { ...column, ...mapping };
  });
}
