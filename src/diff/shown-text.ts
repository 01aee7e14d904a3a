import { familyOf } from '../core/column.ts';
import { integer, type Sql, sql } from '../sql/sql.ts';

const CHARACTERS_MAX = 10_000;
const LONG_FAMILIES: ReadonlySet<string> = new Set(['text', 'blob', 'nested', 'other']);

/** A value of this type as text for showing; what is longer than anybody reads is cut, and says so. A cell may hold 500 MB. */
export function shownText(expression: Sql, type: string): Sql {
  const text = sql`CAST(${expression} AS VARCHAR)`;
  if (!LONG_FAMILIES.has(familyOf(type))) return text;
  const most = integer(CHARACTERS_MAX);
  return sql`CASE WHEN length(${text}) > ${most} THEN left(${text}, ${most}) || ' … cut, ' || length(${text}) || ' characters' ELSE ${text} END`;
}
