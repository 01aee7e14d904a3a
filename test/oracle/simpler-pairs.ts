/** Makes a pair smaller that product and oracle disagree on, by leaving out what their disagreement does not need. */
import type { Spec } from '../../src/core/spec.ts';
import type { RandomPair, WrittenTable } from './random-tables.ts';

/** The smallest pair that still `fails`, as far as leaving out one thing after the other leads, in at most `tries` tries. */
export async function simplest(
  pair: RandomPair,
  fails: (pair: RandomPair) => Promise<boolean>,
  tries: number,
): Promise<RandomPair> {
  let smallest = pair;
  let left = tries;
  for (let found = true; found; ) {
    found = false;
    for (const candidate of simplerPairs(smallest)) {
      if (left === 0) return smallest;
      left -= 1;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}

function* simplerPairs(pair: RandomPair): Generator<RandomPair> {
  const { spec } = pair;
  for (const side of ['production', 'shadow'] as const) {
    const table = pair[side];
    for (const i of table.rows.keys())
      yield { ...pair, [side]: { ...table, rows: table.rows.toSpliced(i, 1), cuts: [] } };
    if (table.cuts.length > 0) yield { ...pair, [side]: { ...table, cuts: [] } };
  }
  for (const { name } of pair.production.columns) {
    const isNeeded = spec.columns?.includes(name) || pair.production.columns.length === 1;
    if (isNeeded) continue;
    const shadowName = spec.renamed?.find(({ production }) => production === name)?.shadow ?? name;
    yield {
      ...pair,
      production: withoutColumn(pair.production, name),
      shadow: withoutColumn(pair.shadow, shadowName),
      spec: withoutRulesOf(spec, name),
    };
  }
  for (const [i, column] of pair.shadow.columns.entries()) {
    if (column.type === column.written_as) continue;
    const columns = pair.shadow.columns.with(i, { ...column, written_as: column.type });
    yield { ...pair, shadow: { ...pair.shadow, columns } };
  }
  for (const list of ['tolerance', 'normalise', 'ignore'] as const)
    for (const i of (spec[list] ?? []).keys())
      yield { ...pair, spec: { ...spec, [list]: (spec[list] as readonly unknown[]).toSpliced(i, 1) } };
  if (pair.large) yield { ...pair, large: false };
  if (pair.cramped) yield { ...pair, cramped: false };
}

function withoutColumn(table: WrittenTable, name: string): WrittenTable {
  const at = table.columns.findIndex((column) => column.name === name);
  if (at < 0 || table.columns.length === 1) return table;
  return { ...table, columns: table.columns.toSpliced(at, 1), rows: table.rows.map((cells) => cells.toSpliced(at, 1)) };
}

function withoutRulesOf(spec: Partial<Spec>, name: string): Partial<Spec> {
  return {
    ...spec,
    key: (spec.key ?? []).filter((column) => column !== name),
    ignore: (spec.ignore ?? []).filter((column) => column !== name),
    renamed: (spec.renamed ?? []).filter(({ production }) => production !== name),
    tolerance: (spec.tolerance ?? []).filter(({ column }) => column !== name),
    normalise: (spec.normalise ?? []).filter(({ column }) => column !== name),
  };
}
