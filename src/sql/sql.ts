/**
 * SQL as values. Text that we wrote and values that others wrote never meet: a fragment is a list of trusted texts and
 * bound values, kept apart until `compile`. A fragment can be made here only, so nothing that came out of YAML, JSON or
 * a table passes for SQL.
 */

/** What can be bound. A list of text binds as a list, a `bigint` as HUGEINT, a `number` as DOUBLE or INTEGER. */
export type SqlValue = string | bigint | number | boolean | null | readonly string[];

interface Bound {
  readonly value: SqlValue;
}

export interface Sql {
  readonly chunks: readonly (string | Bound)[];
}

const trusted = new WeakSet<object>();

function make(chunks: Sql['chunks']): Sql {
  const fragment = Object.freeze({ chunks: Object.freeze([...chunks]) });
  trusted.add(fragment);
  return fragment;
}

/** Quotes an identifier path. Parts stay whole: `ident('lake', 'a.b')` names table `a.b` of schema `lake`. */
export function ident(...path: readonly string[]): Sql {
  if (path.length === 0) throw new TypeError('ident() needs at least one part');
  return make([path.map(quoteIdentifier).join('.')]);
}

function quoteIdentifier(part: string): string {
  if (part === '') throw new TypeError('an identifier part is empty');
  if (part.includes('\0')) throw new TypeError('an identifier part holds a NUL character');
  return `"${part.replaceAll('"', '""')}"`;
}

/** A value that travels to the engine as a bound parameter. */
export function value(bound: SqlValue): Sql {
  return make([{ value: bound }]);
}

/** An integer written into the text: for lists of row numbers, which the engine's readers skip by only as literals. */
export function integer(number: bigint | number): Sql {
  if (typeof number === 'number' && !Number.isSafeInteger(number)) throw new TypeError(`${number} is no exact integer`);
  return make([number.toString()]);
}

/** A number as its digits, written into the text: a bound value is converted anew for every batch of rows. */
export function digits(number: string): Sql {
  if (!/^\d+(\.\d+)?$/.test(number)) throw new TypeError(`${JSON.stringify(number)} is no plain number`);
  return make([number]);
}

/** Tags a template literal as SQL. Every hole takes a fragment; a bare string does not compile. */
export function sql(strings: TemplateStringsArray, ...holes: readonly Sql[]): Sql {
  const chunks: (string | Bound)[] = [];
  for (const [i, text] of strings.entries()) {
    // JavaScript leaves a text with an escape that it does not know undefined.
    if (text === undefined)
      throw new TypeError(`text ${i + 1} holds an escape that is none; write \\\\ for a backslash`);
    chunks.push(text);
    if (i < holes.length) chunks.push(...checked(holes[i], `hole ${i + 1}`).chunks);
  }
  return make(chunks);
}

/**
 * An expression of a user that `userExpression` has parsed and judged. Nothing outside `src/sql/` may call this. The line
 * break ends a comment that the user left open at the end.
 */
export function trustedExpression(text: string): Sql {
  return make([`(${text}\n)`]);
}

export type Separator = ', ' | ' AND ' | ' OR ' | ' UNION ALL ' | ' ' | ' + ' | ' | ' | '\n';

export function join(parts: readonly Sql[], separator: Separator = ', '): Sql {
  return make(
    parts.flatMap((part, i) => (i === 0 ? checked(part, 'part').chunks : [separator, ...checked(part, 'part').chunks])),
  );
}

/**
 * Fills the text of a query file: `{{name}}` takes structure, `$name` takes a value, which is always bound. A slot left
 * empty and an argument without a slot are both refused. Comments (`--` to the end of the line) are left out first, so
 * that a slot can be spoken of.
 */
export function fill(
  template: string,
  structure: Readonly<Record<string, Sql>>,
  values: Readonly<Record<string, SqlValue>>,
): Sql {
  const unused = new Set([...Object.keys(structure), ...Object.keys(values).map((name) => `$${name}`)]);
  const text = template
    .replaceAll(/--[^\n]*/g, '')
    .trim()
    .replace(/;$/, '');
  const chunks = text.split(/(\{\{\w+\}\}|\$\w+)/).flatMap((part, i): readonly (string | Bound)[] => {
    if (i % 2 === 0) return [part];
    if (part.startsWith('$')) {
      const name = part.slice(1);
      if (!Object.hasOwn(values, name)) throw new TypeError(`${part}: no value given`);
      unused.delete(part);
      return [{ value: values[name] ?? null }];
    }
    const name = part.slice(2, -2);
    unused.delete(name);
    return checked(Object.hasOwn(structure, name) ? structure[name] : undefined, part).chunks;
  });
  if (unused.size > 0) throw new TypeError(`not in this query: ${[...unused].join(', ')}`);
  return make(chunks);
}

function checked(fragment: unknown, where: string): Sql {
  if (typeof fragment === 'object' && fragment !== null && trusted.has(fragment)) return fragment as Sql;
  const kind = fragment === null ? 'null' : typeof fragment;
  throw new TypeError(`${where}: expected SQL made by sql, ident, integer or value; got ${kind}`);
}

/** Turns a fragment into text plus ordered values; `mark` writes the engine's placeholder for a value's position from 1. */
export function compile(fragment: Sql, mark: (position: number) => string): { text: string; values: SqlValue[] } {
  const values: SqlValue[] = [];
  const text = checked(fragment, 'compile')
    .chunks.map((chunk) => (typeof chunk === 'string' ? chunk : mark(values.push(chunk.value))))
    .join('');
  return { text, values };
}

/** The fragment as a person may paste it: values as literals. For showing only, never for running. */
export function printSql(fragment: Sql): string {
  return checked(fragment, 'print')
    .chunks.map((chunk) => (typeof chunk === 'string' ? chunk : printLiteral(chunk.value)))
    .join('');
}

function printLiteral(bound: SqlValue): string {
  if (Array.isArray(bound)) return `[${bound.map(printLiteral).join(', ')}]`;
  if (typeof bound === 'string') return `'${bound.replaceAll("'", "''")}'`;
  return bound === null ? 'NULL' : String(bound);
}
