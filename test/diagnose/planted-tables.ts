/**
 * The tables that `diff` leaves in a session, made from small tables of text. Pairs rows in plain JavaScript, so that
 * nothing of the product's own pairing is needed to test what is made of it.
 */
import { comparedAs } from '../../src/compare/compared-as.ts';
import type { ComparedColumn, Comparison } from '../../src/core/comparison.ts';
import type { ColumnDifference, ColumnProfile, Difference } from '../../src/core/difference.ts';
import { mapSides, mapSidesInOrder, SIDES, type Side, type Sided } from '../../src/core/side.ts';
import type { DiagnoseInput, SideColumnRef } from '../../src/diagnose/diagnose.ts';
import type { DiffTables } from '../../src/diff/tables.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ident, integer, join, type Sql, sql, value } from '../../src/sql/sql.ts';

export type Cells = readonly (string | null)[];

export interface PlantedColumn {
  readonly name: string;
  readonly shadow_name?: string;
  readonly types: Sided<string>;
  readonly tolerance?: { readonly abs: number; readonly rel: number };
}

export interface PlantedTables {
  readonly columns: readonly PlantedColumn[];
  readonly key: readonly string[];
  readonly rows: Sided<readonly Cells[]>;
  /** Columns on one side only, with their cells, row by row. */
  readonly only?: Sided<readonly { readonly name: string; readonly type: string; readonly cells: Cells }[]>;
  readonly reference_side?: Side;
  readonly builds?: Sided<string | null>;
}

const TYPES: Readonly<Record<string, Sql>> = {
  INTEGER: sql`INTEGER`,
  BIGINT: sql`BIGINT`,
  DOUBLE: sql`DOUBLE`,
  'DECIMAL(10,2)': sql`DECIMAL(10,2)`,
  'DECIMAL(12,2)': sql`DECIMAL(12,2)`,
  'DECIMAL(12,6)': sql`DECIMAL(12,6)`,
  VARCHAR: sql`VARCHAR`,
  DATE: sql`DATE`,
  BOOLEAN: sql`BOOLEAN`,
  BLOB: sql`BLOB`,
  'INTEGER[]': sql`INTEGER[]`,
  TIMESTAMP: sql`TIMESTAMP`,
  TIMESTAMP_S: sql`TIMESTAMP_S`,
  TIMESTAMP_MS: sql`TIMESTAMP_MS`,
  TIMESTAMP_NS: sql`TIMESTAMP_NS`,
  'TIMESTAMP WITH TIME ZONE': sql`TIMESTAMP WITH TIME ZONE`,
};

function typeSql(type: string): Sql {
  const found = TYPES[type];
  if (found === undefined) throw new Error(`add ${type} to the types of the planted tables`);
  return found;
}

/** Runs `work` over a fresh session that holds these tables. */
export async function withPlantedTables<T>(
  planted: PlantedTables,
  work: (input: DiagnoseInput) => Promise<T>,
): Promise<T> {
  const engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
  try {
    return await work(await plantTables(engine, planted));
  } finally {
    await engine.close();
  }
}

export async function plantTables(engine: Engine, planted: PlantedTables): Promise<DiagnoseInput> {
  const columns = planted.columns.map((column): ComparedColumn => {
    const { types, name } = column;
    return {
      name,
      shadow_name: column.shadow_name ?? name,
      types,
      compared_as: comparedAs(types.production, types.shadow).compared_as,
      is_key: planted.key.includes(name),
      tolerance:
        column.tolerance === undefined || column.tolerance === null ? null : { time_us: 0, ...column.tolerance },
      agreed_rules: [],
    };
  });
  const only = planted.only ?? { production: [], shadow: [] };
  for (const side of SIDES) {
    const cells = planted.rows[side].map((row, i) => [...row, ...only[side].map((column) => column.cells[i] ?? null)]);
    const types = [...columns.map(({ types }) => types[side]), ...only[side].map(({ type }) => type)];
    await createSide(engine, side, types, cells, columns.length);
  }
  const forms = await mapSidesInOrder(SIDES_BY_NAME, (side) => readForms(engine, side, columns));
  const paired = pairUp(
    forms,
    columns.flatMap(({ is_key }, i) => (is_key ? [i] : [])),
  );
  const changed = paired.pairs.filter(({ differs }) => differs.some((flag) => flag));
  await createChanged(engine, columns, changed);
  for (const side of SIDES) await createOnly(engine, side, columns, paired.only[side]);
  const populationOf = (side: Side, extra: readonly Sql[]): Sql => {
    const values = columns.map((_, i) => ident(`v${i}`));
    const more = extra.map((expression, i) => sql`${expression} AS ${ident(`x${i}`)}`);
    return sql`SELECT "file", "row", ${join([...values, ...more])} FROM ${ident(`${side}_side`)}`;
  };
  const population = mapSides(SIDES_BY_NAME, (side) => populationOf(side, []));
  const tables: DiffTables = {
    columns,
    has_key: planted.key.length > 0,
    population,
    population_rows: mapSides(planted.rows, (rows) => BigInt(rows.length)),
    profiled_rows: mapSides(planted.rows, (rows) => BigInt(rows.length)),
    paired_rows: BigInt(paired.pairs.length),
  };
  const onlyColumns = mapSides(only, (list) =>
    list.map(({ name, type }, i): SideColumnRef => ({ name, type, expression: ident(`o${i}`) })),
  );
  return {
    engine,
    tables,
    comparison: comparisonOf(columns, planted, only),
    difference: await differenceOf(engine, columns, planted, changed, paired.only),
    reference_side: planted.reference_side ?? 'production',
    only_columns: onlyColumns,
    populationOf,
    builds: planted.builds ?? { production: null, shadow: null },
    example_limit: 5,
  };
}

const SIDES_BY_NAME: Sided<Side> = { production: 'production', shadow: 'shadow' };

async function createSide(
  engine: Engine,
  side: Side,
  types: readonly string[],
  rows: readonly Cells[],
  compared: number,
): Promise<void> {
  const cells = types.map((type, i) => {
    const name = i < compared ? ident(`v${i}`) : ident(`o${i - compared}`);
    return sql`CAST(json_extract_string(r, ${value(`$[${i}]`)}) AS ${typeSql(type)}) AS ${name}`;
  });
  await engine.run(sql`CREATE TEMP TABLE ${ident(`${side}_side`)} AS
    SELECT 0 AS "file", CAST(nth - 1 AS BIGINT) AS "row", ${join(cells)}
    FROM (SELECT unnest(CAST(${value(JSON.stringify(rows))} AS JSON[])) AS r, unnest(range(1, ${integer(rows.length + 1)})) AS nth)`);
}

async function readForms(engine: Engine, side: Side, columns: readonly ComparedColumn[]): Promise<readonly Cells[]> {
  const forms = columns.map(({ types }, i) => {
    const form = comparedAs(types.production, types.shadow);
    return sql`CAST(${form[side](ident(`v${i}`))} AS VARCHAR)`;
  });
  const { rows } = await engine.run(sql`SELECT ${join(forms)} FROM ${ident(`${side}_side`)} ORDER BY "row"`);
  return rows as readonly Cells[];
}

interface Pair {
  readonly production: number;
  readonly shadow: number;
  readonly differs: readonly boolean[];
}

interface Alone {
  readonly row: number;
  readonly twin: string | null;
}

/** Identical rows first, as a multiset; then rows of one key in their order; the rest stands alone. */
function pairUp(
  forms: Sided<readonly Cells[]>,
  key: readonly number[],
): { pairs: readonly Pair[]; only: Sided<readonly Alone[]> } {
  const whole = (row: Cells): string => JSON.stringify(row);
  const keyOf = (row: Cells): string => JSON.stringify(key.map((i) => row[i]));
  const pairs: Pair[] = [];
  const matchUp = (places: Sided<readonly number[]>, by: (row: Cells) => string): Sided<readonly number[]> => {
    const waiting = new Map<string, number[]>();
    for (const row of places.shadow) {
      const id = by(forms.shadow[row] ?? []);
      waiting.set(id, [...(waiting.get(id) ?? []), row]);
    }
    const unmatched = places.production.filter((row) => {
      const shadow = waiting.get(by(forms.production[row] ?? []))?.shift();
      if (shadow === undefined) return true;
      const differs = (forms.production[row] ?? []).map((cell, i) => cell !== (forms.shadow[shadow] ?? [])[i]);
      pairs.push({ production: row, shadow, differs });
      return false;
    });
    return { production: unmatched, shadow: [...waiting.values()].flat().sort((a, b) => a - b) };
  };
  let rest = matchUp(
    mapSides(forms, (rows) => [...rows.keys()]),
    whole,
  );
  if (key.length > 0) rest = matchUp(rest, keyOf);
  const alone = (side: Side): readonly Alone[] => {
    const there = forms[side === 'production' ? 'shadow' : 'production'];
    const wholes = new Set(there.map(whole));
    const keys = new Set(there.map(keyOf));
    return rest[side].map((row) => {
      const cells = forms[side][row] ?? [];
      if (wholes.has(whole(cells))) return { row, twin: 'identical' };
      return { row, twin: key.length > 0 && keys.has(keyOf(cells)) ? 'same_key' : null };
    });
  };
  return { pairs, only: { production: alone('production'), shadow: alone('shadow') } };
}

async function createChanged(
  engine: Engine,
  columns: readonly ComparedColumn[],
  changed: readonly Pair[],
): Promise<void> {
  const cells = columns.flatMap((_, i) => [
    sql`p.${ident(`v${i}`)} AS ${ident(`p${i}`)}`,
    sql`s.${ident(`v${i}`)} AS ${ident(`s${i}`)}`,
    sql`CAST(m[${integer(i + 3)}] AS BOOLEAN) AS ${ident(`d${i}`)}`,
  ]);
  const matches = changed.map(({ production, shadow, differs }) => [production, shadow, ...differs.map(Number)]);
  await engine.run(sql`CREATE TEMP TABLE changed_rows AS
    SELECT CAST(row_number() OVER (ORDER BY p."row") - 1 AS BIGINT) AS pair, p."file" AS production_file, p."row" AS production_row,
      s."file" AS shadow_file, s."row" AS shadow_row, ${join(cells)}
    FROM (SELECT unnest(CAST(${value(JSON.stringify(matches))} AS BIGINT[][])) AS m)
      JOIN production_side AS p ON p."row" = m[1] JOIN shadow_side AS s ON s."row" = m[2]`);
}

async function createOnly(
  engine: Engine,
  side: Side,
  columns: readonly ComparedColumn[],
  alone: readonly Alone[],
): Promise<void> {
  const table = ident(`${side}_side`);
  const cells = columns.map((_, i) => sql`t.${ident(`v${i}`)}`);
  const rows = JSON.stringify(alone.map(({ row, twin }) => [String(row), twin]));
  await engine.run(sql`CREATE TEMP TABLE ${ident(`only_in_${side}`)} AS
    SELECT t."file", t."row", m[2] AS twin, ${join(cells)}
    FROM (SELECT unnest(CAST(${value(rows)} AS VARCHAR[][])) AS m) JOIN ${table} AS t ON t."row" = CAST(m[1] AS BIGINT)`);
}

async function differenceOf(
  engine: Engine,
  columns: readonly ComparedColumn[],
  planted: PlantedTables,
  changed: readonly Pair[],
  only: Sided<readonly Alone[]>,
): Promise<Difference> {
  const differences: ColumnDifference[] = [];
  for (const [i, column] of columns.entries()) {
    const differing = changed.filter(({ differs }) => differs[i] === true).length;
    if (differing === 0) continue;
    differences.push({
      column: column.name,
      type: column.types.production,
      differing_rows: BigInt(differing),
      agreed_rows: 0n,
      agreed_by: null,
      profile: await mapSidesInOrder(SIDES_BY_NAME, (side) => profileOf(engine, side, i)),
    });
  }
  const pairedRows = planted.rows.production.length - only.production.length;
  return {
    rows: {
      equal: BigInt(pairedRows - changed.length),
      agreed: 0n,
      changed: BigInt(changed.length),
      only_in_production: BigInt(only.production.length),
      only_in_shadow: BigInt(only.shadow.length),
      duplicate_keys: null,
      null_keys: null,
      keys_counted_over: null,
    },
    rows_compared: mapSides(planted.rows, (rows) => BigInt(rows.length)),
    columns: differences,
    examples: [],
  };
}

async function profileOf(engine: Engine, side: Side, i: number): Promise<ColumnProfile> {
  const column = ident(`v${i}`);
  const { rows } = await engine.run(
    sql`SELECT count(*) - count(${column}), count(DISTINCT ${column}), CAST(min(${column}) AS VARCHAR), CAST(max(${column}) AS VARCHAR) FROM ${ident(`${side}_side`)}`,
  );
  const [nulls, distinct, min, max] = rows[0] ?? [];
  return {
    nulls: BigInt(String(nulls)),
    distinct: BigInt(String(distinct)),
    min: (min as string | null) ?? null,
    max: (max as string | null) ?? null,
  };
}

function comparisonOf(
  columns: readonly ComparedColumn[],
  planted: PlantedTables,
  only: NonNullable<PlantedTables['only']>,
): Comparison {
  const names = mapSides(only, (list) => list.map(({ name }) => name));
  return {
    schema: {
      only_in_production: names.production,
      only_in_shadow: names.shadow,
      retyped: columns
        .filter(({ types }) => types.production !== types.shadow)
        .map(({ name, types, compared_as }) => ({ column: name, ...types, compared_as })),
      renamed: [],
      reordered: false,
    },
    fingerprints: mapSides(planted.rows, (rows) => ({ row_count: BigInt(rows.length), checksum: '', strong: null })),
    kinds: ['checksum'],
    differing_columns: null,
  };
}
