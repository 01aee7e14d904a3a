import { familyOf } from '../core/column.ts';
import { integer, type Sql, sql } from '../sql/sql.ts';

const CHARACTERS_MAX = 10_000;
const LONG_FAMILIES: ReadonlySet<string> = new Set(['text', 'blob', 'nested', 'other']);

/** A value of this type as text, whole. */
export function valueText(expression: Sql, type: string): Sql {
  // A variant's own text has no quotes: ['1', 2] would read [1, 2].
  return type === 'VARIANT' ? sql`CAST(CAST(${expression} AS JSON) AS VARCHAR)` : sql`CAST(${expression} AS VARCHAR)`;
}

/** A value of this type as text for showing; what is longer than anybody reads is cut, and says so. A cell may hold 500 MB. */
export function shownText(expression: Sql, type: string): Sql {
  const text = valueText(expression, type);
  if (!LONG_FAMILIES.has(familyOf(type))) return text;
  const most = integer(CHARACTERS_MAX);
  return sql`CASE WHEN length(${text}) > ${most} THEN left(${text}, ${most}) || ' … cut, ' || length(${text}) || ' characters' ELSE ${text} END`;
}
