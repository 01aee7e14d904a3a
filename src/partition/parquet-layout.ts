/**
 * The schema of a side with several Parquet files. Left alone, the engine takes the first file's columns and drops the
 * others silently; so all footers are read first, and files that differ are united by name where that loses nothing.
 */
import { type Column, familyOf } from '../core/column.ts';
import { Inconclusive } from '../core/outcome.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { distinctNames, foldCase } from './column-names.ts';

export interface ParquetLayout {
  /** By position, as the engine gives them: the owner's names, each once, and the engine's types. */
  readonly columns: readonly Column[];
  /** What the engine calls them. */
  readonly engine_names: readonly string[];
  /** The files differ and are to be read with `union_by_name`. */
  readonly by_name: boolean;
}

/** Reads the footers of all files and unites their schemas. Throws `Inconclusive('schemas_do_not_unite')`, and the engine's errors. */
export async function readLayout(
  engine: Engine,
  paths: readonly string[],
  shown: readonly string[],
  known: ReadSchemas = new Map(),
): Promise<ParquetLayout> {
  const layouts: OwnLayout[] = [];
  for (const file of await firstOfEachLayout(engine, paths, known)) {
    layouts.push({ ...(await ownLayout(engine, paths[file] as string, known)), shown: shown[file] as string });
  }
  const [first] = layouts;
  if (first === undefined) throw new Error('a layout needs a file');
  if (layouts.every((other) => isSameLayout(first, other))) {
    const names = distinctNames(first.own_names);
    const columns = first.columns.map(({ type }, i) => ({ name: names[i] as string, type }));
    return { columns, engine_names: first.columns.map(({ name }) => name), by_name: false };
  }
  const united = await engine.describe(query('partition/parquet-columns', {}, { files: paths, by_name: true }));
  return { columns: judgeUnion(layouts, united), engine_names: united.map(({ name }) => name), by_name: true };
}

export interface OwnLayout {
  /** The engine's names and types, in the order of the file. */
  readonly columns: readonly Column[];
  /** The file's own names: the engine renames the second of `id` and `ID`. */
  readonly own_names: readonly string[];
  readonly shown: string;
}

async function firstOfEachLayout(engine: Engine, paths: readonly string[], known: ReadSchemas): Promise<number[]> {
  if (paths.length === 1) return [0];
  const schemas = paths.map((path) => plainColumns(known.get(path) ?? []));
  if (schemas.every((columns) => columns !== null)) {
    const first = new Map(schemas.map((columns, i) => [JSON.stringify(columns), i] as const).reverse());
    return [...first.values()].sort((one, other) => one - other);
  }
  const { rows } = await engine.run(query('partition/parquet-layouts', {}, { files: paths }));
  return rows.map(([file]) => Number(file));
}

/** Schemas of files that were read before, by the path of the file. */
export type ReadSchemas = ReadonlyMap<string, readonly SchemaNode[]>;

/**
 * The schemas of many files in one statement, which costs a quarter of one for each. The paths are no patterns. Throws the
 * engine's error for any of them.
 */
export async function readSchemas(engine: Engine, paths: readonly string[]): Promise<ReadSchemas> {
  const schemas = new Map<string, SchemaNode[]>();
  if (paths.length === 0) return schemas;
  const { rows } = await engine.run(query('partition/parquet-nodes', {}, { files: [...new Set(paths)] }));
  for (const [path, ...node] of rows) {
    const nodes = schemas.get(String(path));
    if (nodes === undefined) schemas.set(String(path), [nodeOf(node)]);
    else nodes.push(nodeOf(node));
  }
  return schemas;
}

function nodeOf([name, children, repetition, type]: readonly EngineValue[]): SchemaNode {
  return {
    name: String(name),
    children: Number(children ?? 0),
    is_repeated: repetition === 'REPEATED',
    type: typeof type === 'string' ? type : null,
  };
}

async function ownLayout(engine: Engine, path: string, known: ReadSchemas): Promise<Omit<OwnLayout, 'shown'>> {
  // A path that has to be escaped is another text than the file's name, but it is the only file that was asked for.
  const [nodes = []] = known.has(path) ? [known.get(path)] : (await readSchemas(engine, [path])).values();
  const plain = plainColumns(nodes);
  if (plain !== null) return { columns: plain, own_names: plain.map(({ name }) => name) };
  const columns = await engine.describe(query('partition/parquet-columns', {}, { files: [path], by_name: false }));
  const own_names = topLevelNames(nodes);
  if (own_names.length !== columns.length) throw new Error(`${own_names.length} names for ${columns.length} columns`);
  return { columns, own_names };
}

/** A node of a file's schema. */
export interface SchemaNode {
  readonly name: string;
  readonly children: number;
  readonly is_repeated: boolean;
  /** The engine's type; null for a node that holds others. */
  readonly type: string | null;
}

/** Types that a column has in a query whenever its node has them. Not BLOB: what a file's metadata tells to be GEOMETRY is BLOB here. */
const PLAIN_TYPE =
  /^(BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT)|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|DATE|TIMESTAMP(_NS| WITH TIME ZONE)?)$/;

/**
 * The columns of a schema that is flat, of plain types, and of names that the engine keeps: they need no second look at the
 * footer, which takes as long as the first. Null for any other schema.
 */
export function plainColumns([root, ...nodes]: readonly SchemaNode[]): readonly Column[] | null {
  if (root === undefined || root.children !== nodes.length) return null;
  if (new Set(nodes.map(({ name }) => foldCase(name))).size !== nodes.length) return null;
  const columns: Column[] = [];
  for (const { name, children, is_repeated, type } of nodes) {
    if (children > 0 || is_repeated || name === '' || type === null || !PLAIN_TYPE.test(type)) return null;
    columns.push({ name, type });
  }
  return columns;
}

/** The children of the root, out of the nodes of the schema in depth-first order. */
function topLevelNames(nodes: readonly SchemaNode[]): string[] {
  const names: string[] = [];
  const open: number[] = [];
  for (const { name, children } of nodes) {
    if (open.length === 1) names.push(name);
    if (open.length > 0) open.push((open.pop() as number) - 1);
    if (children > 0) open.push(children);
    while (open.at(-1) === 0) open.pop();
  }
  return names;
}

function isSameLayout(one: OwnLayout, other: OwnLayout): boolean {
  return (
    one.columns.length === other.columns.length &&
    one.columns.every(({ type }, i) => other.columns[i]?.type === type && other.own_names[i] === one.own_names[i])
  );
}

/** The owner's columns of a union, where it loses nothing; throws otherwise. `united` is what the engine makes of it. */
export function judgeUnion(layouts: readonly OwnLayout[], united: readonly Column[]): Column[] {
  for (const { columns, own_names, shown } of layouts) {
    const renamed = columns.findIndex(({ name }, i) => name !== own_names[i]);
    if (renamed < 0) continue;
    const name = own_names[renamed] as string;
    throw doesNotUnite(`${shown} has several columns called ${name} but for case, and its files differ in schema`);
  }
  const seen = new Map<string, { name: string; types: Map<string, string> }>();
  for (const { columns, shown } of layouts) {
    for (const { name, type } of columns) {
      const one = seen.get(foldCase(name)) ?? { name, types: new Map<string, string>() };
      if (!one.types.has(type)) one.types.set(type, shown);
      seen.set(foldCase(name), one);
    }
  }
  if (seen.size !== united.length) throw doesNotUnite('the engine names the columns of the union in its own way');
  return united.map(({ name, type }) => {
    const own = seen.get(foldCase(name));
    if (own === undefined) throw doesNotUnite(`no file has the column ${name} of the union`);
    if (!unitesExactly([...own.types.keys()], type)) {
      const types = [...own.types].map(([its, shown]) => `${its} in ${shown}`).join(', ');
      throw doesNotUnite(`column ${own.name} is ${types}`);
    }
    return { name: own.name, type };
  });
}

/**
 * Whether every value of these types has its exact form in the united one. The engine's own union is not asked: it makes
 * text of numbers, doubles of big integers, and cuts DECIMAL(38,10) to DECIMAL(38,2).
 */
export function unitesExactly(types: readonly string[], united: string): boolean {
  const known = types.filter((type) => type !== '"NULL"');
  if (known.every((type) => type === united)) return true;
  const families = new Set([...known, united].map(familyOf));
  const only = (...allowed: readonly string[]) => [...families].every((family) => allowed.includes(family));
  if (only('integer')) return true;
  if (only('float')) return united === 'DOUBLE';
  if (only('integer', 'decimal')) return known.every((type) => scaleOf(type) <= scaleOf(united));
  if (!only('date', 'timestamp') || united.includes('ZONE')) return false;
  const finest = known.includes('TIMESTAMP_NS') ? 'TIMESTAMP_NS' : united;
  return united === finest && known.every((type) => !type.includes('ZONE'));
}

function scaleOf(type: string): number {
  return Number(/^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1] ?? 0);
}

function doesNotUnite(detail: string): Inconclusive {
  return new Inconclusive('schemas_do_not_unite', detail);
}
