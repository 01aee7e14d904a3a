/** How good a key a combination of columns is, measured on all rows of some of its values, the same values on both sides. */
import { mapSides, mapSidesInOrder, SIDES, type Side, type Sided } from '../core/side.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import type { ColumnPlan } from './column-plan.ts';
import { keyForm } from './key-candidates.ts';
import { columnForms } from './side-query.ts';

/** One side's rows of the values looked at. */
export interface KeyCounts {
  readonly keys: number;
  /** Rows that are not identical to another one in all that was read of them. */
  readonly kinds: number;
  readonly rows: number;
  /** Rows with a NULL in the key. */
  readonly null_rows: number;
}

export interface KeyMeasure {
  readonly sides: Sided<KeyCounts>;
  /** Values of the key that stand on both sides. */
  readonly common: number;
  /** One of so many values was looked at; 1: all. */
  readonly every: number;
  /** Whether identical rows were told by all compared columns. */
  readonly whole_rows: boolean;
  /** Values with one row on a side at least, and for each other column looked at how many hold the same value, and how many would with another's partner. */
  readonly single: number;
  readonly agreements: readonly { readonly agreeing: number; readonly by_chance: number }[];
}

/** The two sides as the measure reads them. */
export interface KeyRows {
  readonly from: Sided<Sql>;
  /** Of a column, over `from`. */
  readonly form: (i: number, side: Side) => Sql;
  /** The whole row as one value. */
  readonly row: (side: Side) => Sql;
  readonly every: number;
}

/** A key that is none may have one value in every row. */
const ROWS_MAX = 400_000;

/** The rows of both sides where they lie. */
export function rowsThere(plan: ColumnPlan, rows: Sided<Sql>, every: number): KeyRows {
  return {
    from: mapSides(rows, (side) => sql`(${side}) AS side`),
    form: (i, side) => keyForm(plan, i, side),
    row: (side) => sql`hash(${columnForms(plan, side)})`,
    every,
  };
}

/** Keeps both sides in the session as hashes of these columns; for small sides, which are then measured again and again. */
export async function keepForms(
  engine: Engine,
  plan: ColumnPlan,
  rows: Sided<Sql>,
  columns: readonly number[],
): Promise<KeyRows> {
  await mapSidesInOrder(rows, (side, name) => {
    const target = ident(`infer_${name}`);
    const forms = keptForms(plan, columns, name);
    return engine.run(query('compare/infer-forms', { target, forms, row: columnForms(plan, name), side }));
  });
  return { ...KEPT_FORMS, every: 1 };
}

/** Keeps, so, of large sides all rows of one in `every` values of each of these keys: read once for all of them. */
export async function keepSome(
  engine: Engine,
  plan: ColumnPlan,
  rows: Sided<Sql>,
  columns: readonly number[],
  keys: readonly (readonly number[])[],
  every: number,
): Promise<KeyRows> {
  const steps = integer(every);
  const isSome = keys.map((key) => sql`${keyHash(key.map((i) => KEPT_FORMS.form(i)))} % ${steps} = 0`);
  await mapSidesInOrder(rows, (side, name) => {
    const target = ident(`infer_${name}`);
    const forms = keptForms(plan, columns, name);
    return engine.run(query('compare/infer-some-forms', { target, forms, side, condition: join(isSome, ' OR ') }));
  });
  return { ...KEPT_FORMS, every };
}

/** The kept columns u0, u1, …: hashes, and NULL for NULL. */
function keptForms(plan: ColumnPlan, columns: readonly number[], side: Side): Sql {
  return join(
    columns.map((i) => {
      const form = keyForm(plan, i, side);
      return sql`CASE WHEN ${form} IS NOT NULL THEN hash(${form}) END AS ${KEPT_FORMS.form(i)}`;
    }),
  );
}

const KEPT_FORMS = {
  from: { production: ident('infer_production'), shadow: ident('infer_shadow') },
  form: (i: number) => ident(`u${i}`),
  row: () => ident('h'),
};

/** Hashed once more, so that the values that are looked at are spread evenly. */
function keyHash(forms: readonly Sql[]): Sql {
  return sql`hash(hash(${join(forms)}))`;
}

export async function dropForms(engine: Engine): Promise<void> {
  for (const side of SIDES) await engine.run(query('compare/infer-drop', { table: ident(`infer_${side}`) }));
}

/**
 * Measures a key. `witnesses` are other columns by which it is seen whether rows that it pairs belong together. Without
 * `wholeRows` rows are told apart by key and witnesses only, so that no more columns are read.
 */
export async function measureKey(
  engine: Engine,
  rows: KeyRows,
  key: readonly number[],
  witnesses: readonly number[],
  wholeRows: boolean,
): Promise<KeyMeasure> {
  const names = witnesses.map((_, nth) => ident(`w${nth}`));
  const picked = join([sql`any_value(k) AS any_k`, ...names.map((name) => sql`any_value(${name}) AS ${name}`)]);
  const { rows: found } = await engine.run(
    query('compare/infer-measure', {
      ...mapSides(rows.from, (from, side) => {
        const parts = key.map((i) => rows.form(i, side));
        const values = witnesses.map((i, nth) => sql`hash(${rows.form(i, side)}) AS ${names[nth] ?? sql`w`}`);
        const read = [...key, ...witnesses].map((i) => rows.form(i, side));
        return query('compare/infer-key-rows', {
          side: from,
          key: keyHash(parts),
          row: wholeRows ? rows.row(side) : sql`hash(${join(read)})`,
          has_null: join(
            parts.map((part) => sql`${part} IS NULL`),
            ' OR ',
          ),
          values: values.length === 0 ? sql`0 AS nothing` : join(values),
          witnesses: picked,
          steps: integer(rows.every),
          most: integer(rows.every === 1 ? Number.MAX_SAFE_INTEGER : ROWS_MAX),
        });
      }),
      witnesses: picked,
      agreements: join([
        sql`true AS a`,
        ...names.flatMap((name, nth) => [
          sql`p.${name} = s.${name} AS ${ident(`a${nth}`)}`,
          sql`p.${name} = lead(s.${name}) OVER by_key AS ${ident(`c${nth}`)}`,
        ]),
      ]),
      agreed: join([
        sql`count(*)`,
        ...names.flatMap((_, nth) => [
          sql`count_if(${ident(`a${nth}`)})`,
          sql`count_if(coalesce(${ident(`c${nth}`)}, false))`,
        ]),
      ]),
    }),
  );
  const [production, shadow, common, agreed] = found[0] ?? [];
  const [single = 0, ...counts] = numbers(agreed);
  return {
    sides: { production: keyCounts(production), shadow: keyCounts(shadow) },
    common: Number(common ?? 0),
    every: rows.every,
    whole_rows: wholeRows,
    single,
    agreements: witnesses.map((_, nth) => ({ agreeing: counts[2 * nth] ?? 0, by_chance: counts[2 * nth + 1] ?? 0 })),
  };
}

function keyCounts(cell: EngineValue | undefined): KeyCounts {
  const [keys = 0, kinds = 0, rows = 0, null_rows = 0] = numbers(cell);
  return { keys, kinds, rows, null_rows };
}

function numbers(cell: EngineValue | undefined): readonly number[] {
  return Array.isArray(cell) ? cell.map((count) => Number(count ?? 0)) : [];
}
