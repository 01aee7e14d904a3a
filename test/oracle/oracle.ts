/**
 * The naive oracle: two tables held whole as JavaScript values, compared by the rules of docs/comparison.md, pair by pair.
 * Slow, and shares nothing with the product but the words of its spec. It serves small tables only.
 */
import type { Outcome } from '../../src/core/outcome.ts';
import { mapSides, otherSide, type Sided } from '../../src/core/side.ts';
import type { Spec } from '../../src/core/spec.ts';
import { type ColumnRules, isWithin, rulesOf, sameByRules, spellSameByRules } from './agreed-values.ts';
import { areEqual, type Typed } from './equal-values.ts';
import type { TypedColumn, TypedTable, Value, ValueType } from './typed-table.ts';

type Row = readonly Value[];
type CellJudgement = 'equal' | 'agreed' | 'differing';

interface OracleColumn {
  readonly name: string;
  readonly shadow_name: string;
  readonly at: Sided<number>;
  readonly types: Sided<ValueType>;
  readonly rules: ColumnRules;
  readonly is_key: boolean;
  /** Whether SQL takes the column's place on both sides: what only that makes equal is agreed. */
  readonly is_expressed: boolean;
}

/** Two rows by their numbers, with what was judged of each compared column. */
export interface RowPair {
  readonly production: number;
  readonly shadow: number;
  readonly cells: readonly CellJudgement[];
}

export interface OracleAnswer {
  readonly outcome: Outcome;
  readonly schema: { readonly only_in_production: readonly string[]; readonly only_in_shadow: readonly string[] };
  /** Null where rows cannot be paired: a column of the key is missing, or none is left to compare. */
  readonly rows: {
    readonly equal: number;
    readonly agreed: number;
    readonly changed: number;
    readonly only_in_production: number;
    readonly only_in_shadow: number;
  } | null;
  /** By production's name; only those in which rows differ or agree. */
  readonly columns: readonly {
    readonly column: string;
    readonly differing_rows: number;
    readonly agreed_rows: number;
  }[];
  readonly duplicate_keys: Sided<{ readonly groups: number; readonly extra_rows: number }>;
  readonly null_keys: Sided<number>;
  /** The changed rows; of rows that are equal the number of the first. */
  readonly changed: readonly RowPair[];
}

export function compareNaively(tables: Sided<TypedTable>, spec: Spec): OracleAnswer {
  const { columns, unpaired } = pairColumns(tables, spec);
  const isMissingKey = spec.key.some((name) => !columns.some((column) => column.name === name));
  const schemaDiffers = unpaired.only_in_production.length + unpaired.only_in_shadow.length > 0;
  if (isMissingKey || columns.length === 0) return { ...NOTHING_PAIRED, schema: unpaired };
  const { pairs, left } = pairRows(tables, columns);
  const changed = pairs.filter(({ cells }) => cells.includes('differing'));
  const agreed = pairs.filter(({ cells }) => !cells.includes('differing') && cells.includes('agreed'));
  const rows = {
    equal: pairs.length - changed.length - agreed.length,
    agreed: agreed.length,
    changed: changed.length,
    only_in_production: left.production.length,
    only_in_shadow: left.shadow.length,
  };
  const differs = schemaDiffers || rows.changed + rows.only_in_production + rows.only_in_shadow > 0;
  const key = columns.filter(({ is_key }) => is_key);
  return {
    outcome: differs ? 'mismatch' : rows.agreed > 0 ? 'match_agreed' : 'match',
    schema: unpaired,
    rows,
    columns: columns
      .map(({ name }, i) => {
        const count = (judged: CellJudgement) => pairs.filter(({ cells }) => cells[i] === judged).length;
        return { column: name, differing_rows: count('differing'), agreed_rows: count('agreed') };
      })
      .filter(({ differing_rows, agreed_rows }) => differing_rows + agreed_rows > 0),
    duplicate_keys: mapSides(tables, ({ rows }, side) => duplicateKeys(rows, key, side)),
    null_keys: mapSides(
      tables,
      ({ rows }, side) => rows.filter((row) => key.some(({ at }) => row[at[side]] === null)).length,
    ),
    changed: changed.map((pair) => ({
      ...pair,
      production: firstLike(tables.production, pair.production),
      shadow: firstLike(tables.shadow, pair.shadow),
    })),
  };
}

/** The first row of a table that equals one of its rows: which of several copies is paired is nobody's business. */
export function firstLike({ columns, rows }: TypedTable, at: number): number {
  const cell = (row: Row, i: number): Typed => ({ type: (columns[i] as TypedColumn).type, value: row[i] ?? null });
  return rows.findIndex((row) => columns.every((_, i) => areEqual(cell(row, i), cell(rows[at] as Row, i))));
}

const NOTHING_PAIRED: Omit<OracleAnswer, 'schema'> = {
  outcome: 'mismatch',
  rows: null,
  columns: [],
  duplicate_keys: { production: { groups: 0, extra_rows: 0 }, shadow: { groups: 0, extra_rows: 0 } },
  null_keys: { production: 0, shadow: 0 },
  changed: [],
};

function pairColumns(
  tables: Sided<TypedTable>,
  spec: Spec,
): { readonly columns: readonly OracleColumn[]; readonly unpaired: OracleAnswer['schema'] } {
  const { production, shadow } = tables;
  const shadowName = (name: string) => spec.renamed.find((entry) => entry.production === name)?.shadow ?? name;
  const isMeant = (name: string) =>
    !spec.ignore.includes(name) && (spec.columns === null || spec.columns.includes(name) || spec.key.includes(name));
  const columns = production.columns.flatMap((column, i): readonly OracleColumn[] => {
    const shadow_name = shadowName(column.name);
    const at = shadow.columns.findIndex(({ name }) => name === shadow_name);
    const other = shadow.columns[at];
    if (other === undefined || !isMeant(column.name)) return [];
    const types = { production: column.type, shadow: other.type };
    return [
      {
        name: column.name,
        shadow_name,
        at: { production: i, shadow: at },
        types,
        rules: rulesOf(spec, column.name, [column.type, other.type]),
        is_key: spec.key.includes(column.name),
        is_expressed: spec.expressions.some(
          ({ column: name, production: sql, shadow: other }) => name === column.name && sql !== null && other !== null,
        ),
      },
    ];
  });
  const paired = new Set(columns.map(({ shadow_name }) => shadow_name));
  const ignored = new Set(spec.ignore.map(shadowName));
  return {
    columns,
    unpaired: {
      only_in_production: production.columns
        .map(({ name }) => name)
        .filter((name) => isMeant(name) && !columns.some((column) => column.name === name)),
      only_in_shadow: shadow.columns
        .map(({ name }) => name)
        .filter((name) => !paired.has(name) && !ignored.has(name) && isMeant(name)),
    },
  };
}

function judge(tables: Sided<TypedTable>, column: OracleColumn, p: number, s: number): CellJudgement {
  const one = typedCell(column, tables.production.rows[p] as Row, 'production');
  const other = typedCell(column, tables.shadow.rows[s] as Row, 'shadow');
  if (areEqual(one, other)) return column.is_expressed && !isWrittenAlike(tables, column, p, s) ? 'agreed' : 'equal';
  if (sameByRules(one, other, column.rules) || isWithin(one, other, column.rules)) return 'agreed';
  return 'differing';
}

function isWrittenAlike(
  { production, shadow }: Sided<TypedTable>,
  { at }: OracleColumn,
  p: number,
  s: number,
): boolean {
  const [mine, theirs] = [production.written, shadow.written];
  return areEqual(
    { type: (mine.columns[at.production] as TypedColumn).type, value: mine.rows[p]?.[at.production] ?? null },
    { type: (theirs.columns[at.shadow] as TypedColumn).type, value: theirs.rows[s]?.[at.shadow] ?? null },
  );
}

function typedCell(column: OracleColumn, row: Row, side: 'production' | 'shadow'): Typed {
  return { type: column.types[side], value: row[column.at[side]] ?? null };
}

/** Rows by number that have no partner yet, in the order of the files. */
interface Left {
  readonly production: readonly number[];
  readonly shadow: readonly number[];
}

/** The five steps of docs/comparison.md, "Rows". */
function pairRows(
  tables: Sided<TypedTable>,
  columns: readonly OracleColumn[],
): { readonly pairs: readonly RowPair[]; readonly left: Left } {
  const pairs: RowPair[] = [];
  let left: Left = mapSides(tables, ({ rows }) => rows.map((_, i) => i));
  const judged = left.production.map((p) =>
    left.shadow.map(
      (s): RowPair => ({ production: p, shadow: s, cells: columns.map((column) => judge(tables, column, p, s)) }),
    ),
  );
  const isSame = (pair: RowPair, chosen: readonly OracleColumn[]): boolean =>
    chosen.every((column) =>
      sameByRules(
        typedCell(column, tables.production.rows[pair.production] as Row, 'production'),
        typedCell(column, tables.shadow.rows[pair.shadow] as Row, 'shadow'),
        column.rules,
      ),
    );
  const key = columns.filter(({ is_key }) => is_key);

  const take = (fits: (pair: RowPair) => boolean, rank: (pair: RowPair) => readonly number[]): void => {
    const possible = left.production
      .flatMap((p) => left.shadow.map((s) => judged[p]?.[s] as RowPair))
      .filter(fits)
      .map((pair) => ({ pair, rank: [...rank(pair), pair.production, pair.shadow] }))
      .toSorted((a, b) => compareRanks(a.rank, b.rank));
    const taken = { production: new Set<number>(), shadow: new Set<number>() };
    for (const { pair } of possible) {
      if (taken.production.has(pair.production) || taken.shadow.has(pair.shadow)) continue;
      taken.production.add(pair.production);
      taken.shadow.add(pair.shadow);
      pairs.push(pair);
    }
    left = mapSides(left, (rows, side) => rows.filter((row) => !taken[side].has(row)));
  };
  const count = (pair: RowPair, judgement: CellJudgement) => pair.cells.filter((cell) => cell === judgement).length;

  take(
    ({ cells }) => cells.every((cell) => cell === 'equal'),
    () => [],
  );
  take(
    (pair) => isSame(pair, columns),
    () => [],
  );
  const isNear = (pair: RowPair): boolean => 2 * count(pair, 'differing') < columns.length;
  take(
    (pair) => (key.length > 0 ? isSame(pair, key) : isNear(pair)),
    (pair) => [count(pair, 'differing'), columns.length - count(pair, 'equal')],
  );
  return { pairs, left };
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [i, rank] of a.entries()) if (rank !== b[i]) return rank - (b[i] as number);
  return 0;
}

function duplicateKeys(
  rows: readonly Row[],
  key: readonly OracleColumn[],
  side: 'production' | 'shadow',
): { readonly groups: number; readonly extra_rows: number } {
  if (key.length === 0) return { groups: 0, extra_rows: 0 };
  const groups: Row[][] = [];
  for (const row of rows) {
    const cell = (of: Row, column: OracleColumn) => typedCell(column, of, side);
    const group = groups.find(([first]) =>
      key.every((column) => {
        const [one, other] = [cell(row, column), cell(first as Row, column)];
        const type = column.types[otherSide(side)];
        return sameByRules(one, other, column.rules) || spellSameByRules(one, other, type, column.rules);
      }),
    );
    if (group === undefined) groups.push([row]);
    else group.push(row);
  }
  return {
    groups: groups.filter(({ length }) => length > 1).length,
    extra_rows: groups.reduce((extra, { length }) => extra + length - 1, 0),
  };
}
