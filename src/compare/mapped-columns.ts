/**
 * The columns of both sides with the SQL that users put in the place of some.
 *
 * One SQL for both sides, over a column that both have and over nothing else, is a rule: the exact form compares the
 * column as it is and the agreed form what the SQL makes of it, so that what it forgives is counted. Any other SQL takes
 * the column's place on its side, or makes a column that the side does not have, and what it gives is compared exactly.
 */
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

/** The error of an expression that the engine cannot bind, in the words of who asked. */
export type TellExpression = (error: EngineError, text: string, side: Side) => Error;

/**
 * For `planColumns`, in place of the tables' own columns; these where the spec has no expression. Reads no row. Throws
 * `OperatingError` `expression_refused`, and what `tell` makes of an expression that does not fit the columns.
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
  for (const expression of expressions) {
    const shadowName = renamed.find(({ production }) => production === expression.column)?.shadow;
    const names = { production: expression.column, shadow: shadowName ?? expression.column };
    const mappings = await mappingsOf(engine, tables, expression, tell);
    const isRule = await areOfColumnAlone(engine, tables, expression, names, mappings);
    columns = {
      production: withMapping(columns.production, names.production, mappings.production, isRule),
      shadow: withMapping(columns.shadow, names.shadow, mappings.shadow, isRule),
    };
  }
  return columns;
}

function mappingsOf(
  engine: Engine,
  tables: Sided<Table>,
  expression: ColumnExpression,
  tell: TellExpression,
): Promise<Sided<Mapping | null>> {
  const parse = async (statement: Sql): Promise<string> => String((await engine.run(statement)).rows[0]?.[0]);
  const texts = { production: expression.production, shadow: expression.shadow };
  return mapSidesInOrder(texts, async (text, side) => {
    if (text === null) return null;
    const made = await userExpression(text, parse);
    try {
      return { expression: made, type: await typeOf(engine, made, tables[side].from) };
    } catch (error) {
      if (error instanceof EngineError) throw tell(error, text, side);
      throw error;
    }
  });
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
