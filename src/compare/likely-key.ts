/** Which columns are likely to be the key of a table: by their names, tested against the rows. */
import { familyOf } from '../core/column.ts';
import type { Engine } from '../engine/engine.ts';
import type { SideColumn, SideTable } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';
import { keyWeight } from './key-names.ts';

/** Names that say that they are part of a key; what dates and texts are is left to a person. */
const WEIGHT_MIN = 0.8;

/** More candidates make thousands of combinations; a table with more has its key named better by a person. */
const CANDIDATES_MAX = 8;
const COLUMNS_MAX = 3;

/** Names that stand on both sides and look like parts of a key, most likely first. Those of partitions are no part of it. */
export function keyCandidates(
  production: readonly SideColumn[],
  shadow: readonly SideColumn[],
  partition: readonly string[],
  table: string,
): readonly string[] {
  const own = new RegExp(`^${table.replaceAll(/[^A-Za-z0-9]/g, '').replace(/s$/, '')}s?_?(id|key)$`, 'i');
  const weight = ({ name, type }: SideColumn) => (own.test(name) ? 2 : keyWeight(name, type));
  const there = new Set(shadow.map(({ name }) => name));
  return production
    .filter(({ name, type }) => there.has(name) && !partition.includes(name) && isKeyType(type))
    .filter((column) => weight(column) >= WEIGHT_MIN)
    .sort((one, other) => weight(other) - weight(one))
    .map(({ name }) => name)
    .slice(0, CANDIDATES_MAX);
}

function isKeyType(type: string): boolean {
  const family = familyOf(type);
  return family === 'integer' || family === 'text' || family === 'decimal' || type === 'UUID';
}

/** All combinations of up to three columns, fewest columns first, then in the order of the candidates. */
export function combinations(names: readonly string[]): readonly (readonly string[])[] {
  let last: (readonly string[])[] = [[]];
  const all: (readonly string[])[] = [];
  for (let size = 1; size <= COLUMNS_MAX; size++) {
    last = last.flatMap((head) => {
      const from = head.length === 0 ? 0 : names.indexOf(head.at(-1) ?? '') + 1;
      return names.slice(from).map((name) => [...head, name]);
    });
    all.push(...last);
  }
  return all;
}

/**
 * Of the combinations, those that are a key of this side: no NULL in them and none of their values twice. None where the
 * side has fewer than two rows, because there everything is unique.
 */
export async function uniqueKeys(
  engine: Engine,
  table: SideTable,
  keys: readonly (readonly string[])[],
): Promise<readonly (readonly string[])[]> {
  if (keys.length === 0) return [];
  const names = [...new Set(keys.flat())];
  const alias = (name: string): Sql => ident(`k${names.indexOf(name)}`);
  const columns = names.map((name) => sql`${expressionOf(table, name)} AS ${alias(name)}`);
  const counts = keys.map((key) => {
    const parts = key.map(alias);
    const noNull = join(
      parts.map((part) => sql`${part} IS NOT NULL`),
      ' AND ',
    );
    return sql`count(DISTINCT hash(${join(parts)})) FILTER (WHERE ${noNull})`;
  });
  const statement = query('compare/infer-distinct-keys', {
    columns: join(columns),
    from: table.from,
    counts: join(counts),
  });
  const [row] = (await engine.run(statement)).rows;
  const [rowCount, ...distinct] = (row ?? []).map((count) => BigInt(String(count)));
  if (rowCount === undefined || rowCount < 2n) return [];
  return keys.filter((_, i) => distinct[i] === rowCount);
}

function expressionOf(table: SideTable, name: string): Sql {
  const column = table.columns.find((one) => one.name === name);
  if (column === undefined) throw new Error(`no column ${name} in this side`);
  return column.expression;
}
