/**
 * The one door for SQL from users: a `where`, a rule, an expression over columns.
 *
 * The engine's own parser makes the syntax tree, and the tree is judged here: every class of node, and every property of
 * it, is refused unless it is named below. So a construct that a later version of the engine brings is refused until
 * somebody has thought about it. The text is then taken as the user wrote it: it has been seen to have the same tree
 * within parentheses, so it cannot end them early, and regenerated SQL would be harder to recognise in a report.
 */
import { z } from 'zod';
import { messageOf, OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS, VALUE_KEYWORDS } from './allowed-functions.ts';
import { query } from './query-file.ts';
import { type Sql, trustedExpression } from './sql.ts';

export interface ExpressionOptions {
  /** Aggregates such as `sum` are allowed; windows never are. */
  readonly aggregates?: boolean;
}

/** Longer text is no condition that a person wrote, and the parser's time is ours. */
const LENGTH_MAX = 10_000;
const SELECT_LENGTH = 'SELECT '.length;

/**
 * Returns the expression as SQL, in parentheses, ready to stand wherever an expression may. Guarantees that it is one
 * expression over columns, constants and pure functions: no subquery, table, parameter, window, star or `unnest`.
 *
 * `parse` runs a statement in an engine and returns its only value. Throws `OperatingError` `expression_refused` with
 * exit code 2, its place a character of the text where one is known.
 */
export async function userExpression(
  text: string,
  parse: (statement: Sql) => Promise<string>,
  options: ExpressionOptions = {},
): Promise<Sql> {
  const expression = text.trim();
  if (expression === '') throw refused(text, 'the expression is empty');
  if (expression.length > LENGTH_MAX) throw refused(text, `longer than ${LENGTH_MAX} characters`);
  if (expression.includes('\0') || !expression.isWellFormed()) throw refused(text, 'holds characters that are no text');
  const trees = answerSchema.parse(JSON.parse(await parse(query('sql/parse-expression', {}, { expression }))));
  const tree = onlyExpression(trees.plain, text);
  const wrapped = trees.wrapped.error ? null : onlyExpression(trees.wrapped, text);
  if (wrapped === null || withoutPlaces(tree) !== withoutPlaces(wrapped)) {
    throw refused(text, 'this is more than one expression');
  }
  judge(tree, { text, aggregates: options.aggregates ?? false });
  return trustedExpression(expression);
}

type Tree = Readonly<Record<string, unknown>>;

const treeSchema = z.record(z.string(), z.unknown());
const parsedSchema = z.discriminatedUnion('error', [
  z.object({ error: z.literal(true), error_message: z.string(), position: z.string().optional() }),
  z.object({ error: z.literal(false), statements: z.array(z.object({ node: treeSchema })) }),
]);
const answerSchema = z.object({ plain: parsedSchema, wrapped: parsedSchema });

/** Everything of a SELECT beside its list that may stand there, with the only content that it may have. */
const BARE_SELECT = {
  type: 'SELECT_NODE',
  modifiers: [],
  cte_map: { map: [] },
  where_clause: null,
  group_expressions: [],
  group_sets: [],
  aggregate_handling: 'STANDARD_HANDLING',
  having: null,
  sample: null,
  qualify: null,
} as const;

function onlyExpression(parsed: z.infer<typeof parsedSchema>, text: string): Tree {
  if (parsed.error) {
    const position = parsed.position === undefined ? null : Number(parsed.position) - SELECT_LENGTH;
    throw refused(text, parsed.error_message, position);
  }
  const [statement, ...more] = parsed.statements;
  if (statement === undefined || more.length > 0) throw refused(text, 'this is more than one statement');
  const { select_list, from_table, ...rest } = statement.node;
  if (treeSchema.safeParse(from_table).data?.type !== 'EMPTY' || !sameJson(rest, BARE_SELECT)) {
    throw refused(text, 'an expression has no FROM, WHERE, ORDER BY or other clause of its own');
  }
  const [only, ...others] = z.array(treeSchema).parse(select_list);
  if (only === undefined || others.length > 0) throw refused(text, 'this is more than one expression');
  if (only.alias !== '') throw refused(text, `an expression has no name of its own: ${only.alias}`);
  return only;
}

interface Judged {
  readonly text: string;
  readonly aggregates: boolean;
}

type Rule = 'expression' | 'expressions' | 'plain' | 'absent' | ((part: unknown, context: Judged) => void);

/** Per class of node, what its properties may be; a property that is not named must be empty. */
const CLASSES: ReadonlyMap<string, Readonly<Record<string, Rule>>> = new Map(
  Object.entries({
    COLUMN_REF: { column_names: judgeColumn },
    CONSTANT: { value: 'plain' },
    COMPARISON: { left: 'expression', right: 'expression' },
    CONJUNCTION: { children: 'expressions' },
    BETWEEN: { input: 'expression', lower: 'expression', upper: 'expression' },
    CASE: { case_checks: judgeCases, else_expr: 'expression' },
    CAST: { child: 'expression', cast_type: judgeType, try_cast: 'plain' },
    COLLATE: { child: 'expression', collation: 'plain' },
    OPERATOR: { type: judgeOperator, children: 'expressions' },
    LAMBDA: { lhs: 'expression', expr: 'expression' },
    FUNCTION: {
      function_name: judgeFunction,
      schema: (schema, { text }) => {
        if (schema !== '' && schema !== 'main')
          throw refused(text, `functions of the schema ${schema} are not allowed`);
      },
      children: 'expressions',
      is_operator: 'plain',
      distinct: (distinct, { text, aggregates }) => {
        if (distinct !== false && !aggregates) throw refused(text, 'DISTINCT is not allowed');
      },
      order_bys: (order, { text }) => {
        if (!sameJson(order, { type: 'ORDER_MODIFIER', orders: [] })) throw refused(text, 'ORDER BY is not allowed');
      },
    },
  } satisfies Record<string, Readonly<Record<string, Rule>>>),
);

const CLASS_NAMES: Readonly<Record<string, string>> = {
  SUBQUERY: 'a subquery',
  WINDOW: 'a window function',
  PARAMETER: 'a parameter',
  STAR: '*',
  POSITIONAL_REFERENCE: 'a column by position',
  DEFAULT: 'DEFAULT',
};

const OPERATORS = new Set([
  'OPERATOR_NOT',
  'OPERATOR_IS_NULL',
  'OPERATOR_IS_NOT_NULL',
  'OPERATOR_COALESCE',
  'OPERATOR_TRY',
  'COMPARE_IN',
  'COMPARE_NOT_IN',
  'ARRAY_EXTRACT',
  'ARRAY_SLICE',
  'ARRAY_CONSTRUCTOR',
  'STRUCT_EXTRACT',
]);

function judge(part: unknown, context: Judged): void {
  const node = treeSchema.parse(part);
  const rules = CLASSES.get(String(node.class));
  if (rules === undefined) {
    const name = CLASS_NAMES[String(node.class)] ?? `the construct ${node.class}`;
    throw refused(context.text, `${name} is not allowed here`, placeOf(node));
  }
  for (const [property, content] of Object.entries(node)) {
    const rule = Object.hasOwn(rules, property) ? rules[property] : undefined;
    if (rule === 'expression') {
      if (content !== null) judge(content, context);
    } else if (rule === 'expressions') {
      for (const child of z.array(z.unknown()).parse(content)) judge(child, context);
    } else if (typeof rule === 'function') {
      located(node, context, () => rule(content, context));
    } else if (rule !== 'plain' && !FREE_PROPERTIES.has(property) && !isEmpty(content)) {
      throw refused(context.text, `${node.class}.${property} is not allowed here`, placeOf(node));
    }
  }
}

/** `type` is checked where it decides anything; an alias inside an expression is a field name (`{'a': 1}`). */
const FREE_PROPERTIES = new Set(['class', 'type', 'alias', 'query_location']);

function judgeColumn(path: unknown, { text }: Judged): void {
  const parts = z.array(z.string()).parse(path);
  const [name] = parts;
  if (parts.length === 1 && name !== undefined && VALUE_KEYWORDS.has(name.toLowerCase())) {
    throw refused(text, `${name} changes from one run to the next`);
  }
}

function judgeFunction(name: unknown, { text, aggregates }: Judged): void {
  const called = String(name).toLowerCase();
  if (SCALAR_FUNCTIONS.has(called)) return;
  if (!AGGREGATE_FUNCTIONS.has(called))
    throw refused(text, `the function ${name} is not on the list of allowed functions`);
  if (!aggregates) throw refused(text, `${name} is an aggregate: the expression is asked of one row at a time`);
}

function judgeOperator(type: unknown, { text }: Judged): void {
  if (!OPERATORS.has(String(type))) throw refused(text, `the operator ${type} is not allowed here`);
}

function judgeCases(checks: unknown, context: Judged): void {
  for (const check of z.array(z.strictObject({ when_expr: z.unknown(), then_expr: z.unknown() })).parse(checks)) {
    judge(check.when_expr, context);
    judge(check.then_expr, context);
  }
}

/**
 * Built-in types only. What the parser leaves unbound would be looked up in the catalog later; of the built-in types that
 * is only JSON, which the engine counts as an extension's.
 */
function judgeType(type: unknown, context: Judged): void {
  if (Array.isArray(type)) for (const member of type) judgeType(member, context);
  if (typeof type !== 'object' || type === null || Array.isArray(type)) return;
  const node = treeSchema.parse(type);
  if (node.id === 'UNBOUND') {
    const named = treeSchema.parse(node.type_info);
    const name = String(named.name);
    if (!sameJson({ ...named, name: name.toUpperCase() }, JSON_TYPE)) {
      throw refused(context.text, `no built-in type: ${name}`);
    }
  }
  for (const content of Object.values(node)) judgeType(content, context);
}

const JSON_TYPE = {
  type: 'UNBOUND_TYPE_INFO',
  alias: '',
  extension_info: null,
  name: 'JSON',
  catalog: '',
  schema: '',
  user_type_modifiers: [],
} as const;

function located(node: Tree, { text }: Judged, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof OperatingError) || error.troubles[0]?.place !== undefined) throw error;
    throw refused(text, error.troubles[0]?.message ?? messageOf(error), placeOf(node));
  }
}

function placeOf(node: Tree): number | null {
  const at = node.query_location;
  return typeof at === 'number' && at < LENGTH_MAX + SELECT_LENGTH ? at - SELECT_LENGTH : null;
}

function isEmpty(content: unknown): boolean {
  return content === null || content === '' || content === false || (Array.isArray(content) && content.length === 0);
}

function withoutPlaces(tree: unknown): string {
  return JSON.stringify(tree, (name, content: unknown) => (name === 'query_location' ? undefined : content));
}

function sameJson(one: unknown, other: unknown): boolean {
  const sorted = (part: unknown): string =>
    JSON.stringify(part, (_, content: unknown) =>
      typeof content === 'object' && content !== null && !Array.isArray(content)
        ? Object.fromEntries(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1)))
        : content,
    );
  return sorted(one) === sorted(other);
}

function refused(text: string, message: string, position: number | null = null): OperatingError {
  const shown = text.length > 80 ? `${text.slice(0, 77)}…` : text;
  return new OperatingError(EXIT_CODES.usage, {
    code: 'expression_refused',
    subject: `expression \`${shown}\``,
    place: position === null || position < 0 ? undefined : `character ${position + 1}`,
    message,
    hint: 'one condition over columns, constants and pure functions is allowed: no subquery, table, clock, random or file',
  });
}
