/**
 * One column under two names, found by its content: of the columns that stand on one side only, those that hold the same
 * values, row by row. By the key on some rows; without one by sums over all rows, which are equal or tell nothing.
 */
import { familyOf } from '../core/column.ts';
import type { RenamedColumn, SchemaDifference } from '../core/comparison.ts';
import { mapSides, type Side, type Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import type { SideColumn } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import type { ColumnPlan } from './column-plan.ts';
import { comparedAs } from './compared-as.ts';
import { keyForm } from './key-candidates.ts';

/** Columns on one side beyond this many are not tried: pairs grow with the square. */
const COLUMNS_TRIED = 20;
const KEYS_TRIED = 50_000;
const AGREEING_SHARE_MIN = 0.8;
/** Naming a pair of columns, and odds that chance does not reach. */
const PAIR_BITS = 8;
const SAVED_BITS_MIN = 24;

/** A column found under another name; `rows` were looked at, and in `agreeing` of them both hold the same value. */
export interface FoundColumn {
  readonly production: string;
  readonly shadow: string;
  readonly rows: bigint;
  readonly agreeing: bigint;
}

/** Where to look for columns under other names. */
export interface RenameSearch {
  /** Columns that stand on one side only. */
  readonly unpaired: Sided<readonly SideColumn[]>;
  /** The compared forms of the key over v0, v1, …; empty: there is none. */
  readonly key: Sided<readonly Sql[]>;
  /** All rows of a side with v0, v1, … and the extra expressions over its own columns as x0, x1, … */
  readonly rowsOf: (side: Side, extra: readonly Sql[]) => Sql;
  /** May be what the footers say. */
  readonly counts: Sided<bigint>;
}

/** The key of a plan, as the search wants it. */
export function keyForms(plan: ColumnPlan, key: readonly number[] = plan.key): Sided<readonly Sql[]> {
  const forms = (side: Side): readonly Sql[] => key.map((i) => keyForm(plan, i, side));
  return { production: forms('production'), shadow: forms('shadow') };
}

/** Which of the unpaired columns are one under two names; each at most once, the most telling first. */
export async function renamedByContent(engine: Engine, search: RenameSearch): Promise<readonly FoundColumn[]> {
  const tried = mapSides(search.unpaired, (columns) => columns.slice(0, COLUMNS_TRIED));
  // Of one name are columns of which a rule says that they are not one: the shadow's is called otherwise.
  const pairs = tried.production.flatMap((production, p) =>
    tried.shadow.flatMap((shadow, s): Pair[] =>
      production.name !== shadow.name && mayBeOne(production.type, shadow.type)
        ? [{ production: p, shadow: s, columns: { production, shadow } }]
        : [],
    ),
  );
  if (pairs.length === 0 || search.counts.production === 0n || search.counts.shadow === 0n) return [];
  const sides = mapSides(tried, (columns, side) =>
    search.rowsOf(
      side,
      columns.map(({ expression }) => expression),
    ),
  );
  const byKey = search.key.production.length > 0 ? await agreementsByKey(engine, search, sides, tried, pairs) : [];
  // A key that stands twice everywhere leaves no row to look at.
  const agreements = byKey.some(({ rows }) => rows > 0n) ? byKey : await agreementsAsAWhole(engine, sides, pairs);
  return judgeAgreements(agreements).map(({ columns, rows, agreeing }) => ({
    production: columns.production.name,
    shadow: columns.shadow.name,
    rows,
    agreeing,
  }));
}

interface Pair extends Sided<number> {
  readonly columns: Sided<SideColumn>;
}

interface Agreement extends Pair {
  readonly rows: bigint;
  readonly agreeing: bigint;
  /** Entropy of production's column: columns of one value agree with anything. */
  readonly bits_per_row: number;
}

/** Of one family, or of two that have a common form beyond their text. */
function mayBeOne(production: string, shadow: string): boolean {
  if (production === shadow || familyOf(production) === familyOf(shadow)) return true;
  return comparedAs(production, shadow).compared_as !== 'VARCHAR';
}

async function agreementsByKey(
  engine: Engine,
  { key, counts }: RenameSearch,
  sides: Sided<Sql>,
  tried: Sided<readonly SideColumn[]>,
  pairs: readonly Pair[],
): Promise<readonly Agreement[]> {
  const values = (side: Side): Sql =>
    join(tried[side].map((_, i) => sql`any_value(${ident(`x${i}`)}) AS ${ident(`x${i}`)}`));
  const measures = pairs.flatMap((pair) => {
    const forms = formsOf(pair, { production: sql`p.`, shadow: sql`s.` });
    return [
      sql`count_if(${forms.production} IS NOT DISTINCT FROM ${forms.shadow})`,
      sql`entropy(coalesce(CAST(${forms.production} AS VARCHAR), 'NULL'))`,
    ];
  });
  const { rows } = await engine.run(
    query('compare/renamed-agreement', {
      ...sides,
      production_key: join(key.production),
      shadow_key: join(key.shadow),
      production_values: values('production'),
      shadow_values: values('shadow'),
      steps: integer(Math.ceil(Math.max(Number(counts.production), Number(counts.shadow)) / KEYS_TRIED)),
      measures: join(measures),
    }),
  );
  const [looked, ...found] = rows[0] ?? [];
  return pairs.map((pair, i) => ({
    ...pair,
    rows: count(looked),
    agreeing: count(found[2 * i]),
    bits_per_row: Number(found[2 * i + 1] ?? 0),
  }));
}

/** Two columns that hold the same values equally often, all of them, or no agreement at all. */
async function agreementsAsAWhole(
  engine: Engine,
  sides: Sided<Sql>,
  pairs: readonly Pair[],
): Promise<readonly Agreement[]> {
  const measured = async (side: Side): Promise<readonly EngineValue[]> => {
    const measures = pairs.flatMap((pair) => {
      const form = formsOf(pair, { production: sql``, shadow: sql`` })[side];
      return [
        sql`concat(sum(CAST(hash(${form}) & 2147483647 AS INTEGER)), '-', sum(CAST(hash(${form}) >> 33 AS INTEGER)))`,
        side === 'production' ? sql`entropy(coalesce(CAST(${form} AS VARCHAR), 'NULL'))` : sql`0`,
      ];
    });
    const { rows } = await engine.run(query('compare/renamed-sums', { side: sides[side], measures: join(measures) }));
    return rows[0] ?? [];
  };
  const [productionRows, ...production] = await measured('production');
  const [shadowRows, ...shadow] = await measured('shadow');
  const isAsMany = count(productionRows) === count(shadowRows);
  return pairs.map((pair, i) => ({
    ...pair,
    rows: count(productionRows),
    agreeing: isAsMany && production[2 * i] === shadow[2 * i] ? count(productionRows) : 0n,
    bits_per_row: Number(production[2 * i + 1] ?? 0),
  }));
}

function formsOf(pair: Pair, prefix: Sided<Sql>): Sided<Sql> {
  const form = comparedAs(pair.columns.production.type, pair.columns.shadow.type);
  return mapSides(prefix, (before, side) => form[side](sql`${before}${ident(`x${pair[side]}`)}`));
}

function count(cell: EngineValue | undefined): bigint {
  return BigInt(String(cell ?? 0));
}

/** Pairs that are each other's best; where several are as good (two columns of one content), by name, then in order. */
function judgeAgreements(agreements: readonly Agreement[]): readonly Agreement[] {
  const good = agreements
    .map((agreement) => ({ agreement, bits: informationOf(agreement) }))
    .filter(
      ({ agreement: { rows, agreeing }, bits }) =>
        rows > 0n && Number(agreeing) >= AGREEING_SHARE_MIN * Number(rows) && bits >= SAVED_BITS_MIN,
    );
  const best = (side: Side, i: number): number =>
    Math.max(...good.filter(({ agreement }) => agreement[side] === i).map(({ bits }) => bits));
  const taken = { production: new Set<number>(), shadow: new Set<number>() };
  return good
    .filter(
      ({ agreement, bits }) =>
        bits >= best('production', agreement.production) && bits >= best('shadow', agreement.shadow),
    )
    .toSorted((one, other) => other.bits - one.bits || likeness(other.agreement) - likeness(one.agreement))
    .map(({ agreement }) => agreement)
    .filter(({ production, shadow }) => {
      if (taken.production.has(production) || taken.shadow.has(shadow)) return false;
      taken.production.add(production);
      taken.shadow.add(shadow);
      return true;
    });
}

/** Information that the agreement of two columns carries: agreeing on one value in every row carries none. */
function informationOf({ rows, agreeing, bits_per_row }: Agreement): number {
  const [all, same] = [Number(rows), Number(agreeing)];
  const share = same / all;
  const choice =
    same === 0 || same === all ? 0 : -all * (share * Math.log2(share) + (1 - share) * Math.log2(1 - share));
  return same * bits_per_row - choice - PAIR_BITS;
}

function likeness({ columns }: Pair): number {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  return plain(columns.production.name) === plain(columns.shadow.name) ? 1 : 0;
}

/** The spec by which columns found under two names are compared as one. Not for `specIdOf`: nobody gave these rules. */
export function withRenamed(spec: Spec, found: readonly FoundColumn[]): Spec {
  const renamed = found.map(({ production, shadow }) => ({ production, shadow }));
  return { ...spec, renamed: [...spec.renamed, ...renamed] };
}

/** The schema difference of a plan made with `withRenamed`, telling which names were found by content, and how sure. */
export function markRenamed(schema: SchemaDifference, found: readonly FoundColumn[]): SchemaDifference {
  const by = new Map(found.map((one) => [one.production, one]));
  const mark = (column: RenamedColumn): RenamedColumn => {
    const one = by.get(column.production);
    return one === undefined ? column : { ...one, by: 'content' };
  };
  return { ...schema, renamed: schema.renamed.map(mark) };
}
