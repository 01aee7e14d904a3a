import { query } from '../sql/query-file.ts';
import { type Sql, sql } from '../sql/sql.ts';

/** Text as it is, and text that is a number in one form whatever its notation: digits that count and a power of ten, `15e-1`. */
export function numberForm(text: Sql): Sql {
  return once(text, query('compare/number-form', { text: sql`given` }));
}

/** `form` over the name `given`, which stands for the value: said once, so that long expressions do not grow with every rule. */
export function once(value: Sql, form: Sql): Sql {
  return sql`list_transform([${value}], lambda given: ${form})[1]`;
}
