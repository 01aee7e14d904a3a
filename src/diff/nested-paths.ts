/** Which inner values of two nested values differ, each with the way to it: `items[2].price`, `attrs["a.b"]`. */
import { familyOf } from '../core/column.ts';
import type { DifferingPath, RowExample } from '../core/difference.ts';
import type { Sided } from '../core/side.ts';
import { integer, type Sql, sql } from '../sql/sql.ts';
import { type JsonNode, jsonString, readJson } from './json-node.ts';

const PATHS_MAX = 20;
const JSON_CHARACTERS_MAX = 100_000;
const VALUE_CHARACTERS_MAX = 1_000;

/** Whether values of these two types have paths: nested ones and JSON on one side at least, and what may spell them on the other. */
export function hasPaths({ production, shadow }: Sided<string>): boolean {
  const types = [production, shadow];
  return types.some(isNested) && types.every((type) => isNested(type) || familyOf(type) === 'text');
}

function isNested(type: string): boolean {
  return familyOf(type) === 'nested' || type === 'JSON' || type === 'VARIANT';
}

/** A value of such a type as JSON text; NULL where it is longer than is worth the while, or has no JSON. */
export function pathsJson(value: Sql, type: string): Sql {
  const json =
    familyOf(type) === 'text'
      ? sql`CAST(${value} AS VARCHAR)`
      : type === 'VARIANT'
        ? sql`TRY(CAST(CAST(${value} AS JSON) AS VARCHAR))`
        : sql`TRY(CAST(to_json(${value}) AS VARCHAR))`;
  return sql`CASE WHEN length(${json}) <= ${integer(JSON_CHARACTERS_MAX)} THEN ${json} END`;
}

/**
 * The differing leaves of two values given as JSON, in the order of production's, at most 20; the path begins with the
 * column's name. Members are paired by name, items by place. Empty where a side is NULL or no JSON: there is no way into it.
 */
export function pathsOf(
  production: string | null,
  shadow: string | null,
  column: string,
  types: Sided<string>,
): readonly DifferingPath[] {
  if (production === null || shadow === null) return [];
  const [one, other] = [readJson(production), readJson(shadow)];
  if (one === null || other === null || (one.kind === 'leaf' && other.kind === 'leaf')) return [];
  const paths: DifferingPath[] = [];
  walk(one, other, stepOf(column).replace(/^\./, ''), rulesFor(types), paths);
  return paths;
}

/** What tells two leaves apart: JSON against JSON is text, values of types are what they stand for. */
interface LeafRules {
  readonly areTexts: boolean;
  /** Dates and timestamps of two types: a date is its midnight. */
  readonly areInstants: boolean;
  /** A field that a struct lacks is NULL; a map without an entry is another than one with NULL. */
  readonly isMissingNull: boolean;
}

function rulesFor({ production, shadow }: Sided<string>): LeafRules {
  const areTexts = familyOf(production) === 'text' && familyOf(shadow) === 'text';
  const isRetyped = production !== shadow;
  return {
    areTexts,
    areInstants: isRetyped && [production, shadow].some((type) => /\b(DATE|TIMESTAMP)/.test(type)),
    isMissingNull: !areTexts && isRetyped && ![production, shadow].some((type) => type.includes('MAP(')),
  };
}

function walk(one: JsonNode, other: JsonNode, path: string, rules: LeafRules, paths: DifferingPath[]): void {
  if (paths.length >= PATHS_MAX || one.raw === other.raw) return;
  if (one.kind === 'list' && other.kind === 'list') {
    const length = Math.max(one.items.length, other.items.length);
    for (let i = 0; i < length && paths.length < PATHS_MAX; i += 1)
      compare(one.items[i], other.items[i], `${path}[${i}]`, rules, paths);
  } else if (one.kind === 'object' && other.kind === 'object') {
    const [mine, theirs] = [byName(one.members), byName(other.members)];
    for (const name of new Set([...mine.keys(), ...theirs.keys()])) {
      const [here, there] = [mine.get(name) ?? [], theirs.get(name) ?? []];
      // JSON may name a member twice.
      for (let i = 0; i < Math.max(here.length, there.length) && paths.length < PATHS_MAX; i += 1)
        compare(here[i], there[i], `${path}${stepOf(name)}`, rules, paths);
    }
  } else if (!isSameLeaf(one, other, rules)) {
    paths.push({ path, production: shownValue(one), shadow: shownValue(other), only_in: null });
  }
}

function compare(
  one: JsonNode | undefined,
  other: JsonNode | undefined,
  path: string,
  rules: LeafRules,
  paths: DifferingPath[],
): void {
  if (one !== undefined && other !== undefined) {
    walk(one, other, path, rules, paths);
    return;
  }
  const there = one ?? other;
  if (there === undefined || (rules.isMissingNull && there.raw === 'null')) return;
  const text = shownValue(there);
  paths.push(
    one === undefined
      ? { path, production: null, shadow: text, only_in: 'shadow' }
      : { path, production: text, shadow: null, only_in: 'production' },
  );
}

function byName(members: readonly (readonly [string, JsonNode])[]): Map<string, JsonNode[]> {
  const named = new Map<string, JsonNode[]>();
  for (const [name, node] of members) named.set(name, [...(named.get(name) ?? []), node]);
  return named;
}

/** `.name`, or in brackets and quotes where it would not read as a name. */
function stepOf(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function isSameLeaf(one: JsonNode, other: JsonNode, { areTexts, areInstants }: LeafRules): boolean {
  if (one.kind !== 'leaf' || other.kind !== 'leaf') return false;
  const [a, b] = [one.raw, other.raw];
  if (a.startsWith('"') !== b.startsWith('"')) return false;
  if (!a.startsWith('"')) return !areTexts && plainNumber(a) !== null && plainNumber(a) === plainNumber(b);
  return jsonString(a) === jsonString(b) || (areInstants && instant(jsonString(a)) === instant(jsonString(b)));
}

/** A number as its digits and their exponent, exactly; null for what is none. */
function plainNumber(raw: string): string | null {
  const [, sign, whole = '', fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(raw) ?? [];
  if (sign === undefined) return null;
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return '0';
  return `${sign}${digits}e${BigInt(power) + BigInt(all.length - digits.length - fraction.length)}`;
}

/** A date or timestamp without what does not tell one instant from another: midnight, a zone of UTC, zeros at the end. */
function instant(text: string): string {
  return text
    .replace(/(\+00)$/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
    .replace(/ 00:00:00$/, '');
}

function shownValue(node: JsonNode): string | null {
  if (node.raw === 'null') return null;
  const text = node.kind === 'leaf' ? jsonString(node.raw) : node.raw;
  return text.length <= VALUE_CHARACTERS_MAX
    ? text
    : `${text.slice(0, VALUE_CHARACTERS_MAX).toWellFormed()} … cut, ${text.length} characters`;
}

/** Where the values of a column differ, places in lists left open: `items[].price`, and in how many of the examples. */
export interface ColumnPath {
  readonly path: string;
  readonly rows: number;
}

const COLUMN_PATHS_MAX = 5;

/** Over the examples of changed rows, the most frequent paths of a column first, at most 5. */
export function columnPaths(examples: readonly Pick<RowExample, 'cells'>[], column: string): readonly ColumnPath[] {
  const rows = new Map<string, number>();
  for (const { cells } of examples) {
    const paths = cells.find((cell) => cell.column === column)?.paths ?? [];
    for (const path of new Set(paths.map((one) => withoutPlaces(one.path)))) rows.set(path, (rows.get(path) ?? 0) + 1);
  }
  return [...rows]
    .map(([path, count]) => ({ path, rows: count }))
    .toSorted((a, b) => b.rows - a.rows || (a.path < b.path ? -1 : 1))
    .slice(0, COLUMN_PATHS_MAX);
}

/** Names in quotes may hold what looks like a place. */
function withoutPlaces(path: string): string {
  return path.replaceAll(/("(?:[^"\\]|\\.)*")|\[\d+\]/g, (_match, name: string | undefined) => name ?? '[]');
}
