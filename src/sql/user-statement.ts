/**
 * The door for whole statements of users (`shadowcheck query`): one SELECT that calls nothing but pure functions and the clock. It runs
 * in a throw-away process with a locked engine besides, because some functions break an engine even then: measured,
 * `enable_logging(storage = 'file')` aborts the process although every access outside is off.
 */
import { z } from 'zod';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS, STATEMENT_FUNCTIONS, VALUE_KEYWORDS } from './allowed-functions.ts';
import { query } from './query-file.ts';
import { type Sql, trustedExpression } from './sql.ts';

const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(['range', 'generate_series', 'unnest']);
const WINDOW_FUNCTIONS: ReadonlySet<string> = new Set([
  'row_number',
  'rank',
  'dense_rank',
  'percent_rank',
  'cume_dist',
  'ntile',
  'lag',
  'lead',
  'first_value',
  'last_value',
  'nth_value',
  'unnest',
  'count_star',
]);

const treeSchema = z.object({
  error: z.boolean(),
  error_message: z.string().optional(),
  statements: z.array(z.unknown()).optional(),
});

/**
 * Returns the statement, in parentheses. `parse` runs a statement in an engine and returns its only value. Throws
 * `OperatingError` `statement_refused` with exit code 2.
 */
export async function userStatement(text: string, parse: (statement: Sql) => Promise<string>): Promise<Sql> {
  const statement = text.trim().replace(/;$/, '');
  const tree = treeSchema.parse(JSON.parse(await parse(query('sql/parse-statement', {}, { statement }))));
  if (tree.error)
    throw refused(statement, tree.error_message ?? 'this is no SELECT statement', 'only SELECT statements can be run');
  if (tree.statements?.length !== 1) throw refused(statement, 'this is more than one statement');
  for (const [name, isTable] of functionsIn(tree.statements[0], false)) {
    if (!isAllowed(name, isTable))
      throw refused(
        statement,
        `the function ${name} is not allowed here`,
        'pure functions, aggregates, window functions and the clock are',
      );
  }
  return trustedExpression(statement);
}

function isAllowed(name: string, isTable: boolean): boolean {
  if (isTable) return TABLE_FUNCTIONS.has(name);
  return (
    SCALAR_FUNCTIONS.has(name) ||
    AGGREGATE_FUNCTIONS.has(name) ||
    WINDOW_FUNCTIONS.has(name) ||
    STATEMENT_FUNCTIONS.has(name) ||
    VALUE_KEYWORDS.has(name)
  );
}

/** Every function that the tree calls, wherever it stands, and whether it is called as a table. */
function* functionsIn(node: unknown, isTable: boolean): Iterable<readonly [string, boolean]> {
  if (Array.isArray(node)) {
    for (const item of node) yield* functionsIn(item, isTable);
  } else if (typeof node === 'object' && node !== null) {
    const record = node as Readonly<Record<string, unknown>>;
    if (typeof record.function_name === 'string') yield [record.function_name.toLowerCase(), isTable];
    for (const [name, part] of Object.entries(record)) {
      yield* functionsIn(part, record.type === 'TABLE_FUNCTION' && name === 'function');
    }
  }
}

function refused(statement: string, message: string, hint?: string): OperatingError {
  return new OperatingError(EXIT_CODES.usage, {
    code: 'statement_refused',
    subject: statement.slice(0, 200),
    message,
    hint,
  });
}
