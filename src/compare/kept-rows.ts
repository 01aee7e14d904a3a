/**
 * Rows in the session: `production_rows` and `shadow_rows` hold `file`, `row`, v0, v1, …, the exact forms c0, c1, … where
 * they are not the values themselves, the agreed forms a0, a1, … where rules hold, the row's hash `h`, `ha`, the hash of its
 * agreed forms, where any rule holds, and `all_blocks` where only some columns are kept (`block-sums.ts`).
 *
 * A small side is kept whole before anything else, so that its files are read once and every later question is answered
 * from memory. Of a large side only rows in some buckets, or of some hashes, are kept, after the comparison, and only the
 * columns that may differ.
 */
import type { Side } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';
import { allBlocks, type BlockGroup } from './block-sums.ts';
import { type ColumnPlan, valueName } from './column-plan.ts';
import { blockHash, columnBlocks, hasAgreedForms, hashOfForms, rowHashOf } from './row-hash.ts';
import { keyForms } from './side-query.ts';

/** Rows up to which both sides are kept whole; 100,000 rows of 100 columns are some 100 MB. */
export const KEPT_ROWS_MAX = 100_000n;

/** The name of the exact form in the kept rows: the value itself where nothing is converted. */
export function formName(plan: ColumnPlan, i: number): Sql {
  return plan.columns[i]?.converted ? ident(`c${i}`) : valueName(i);
}

/** The name of the agreed form in the kept rows: the exact form where no rule holds. */
export function agreedName(plan: ColumnPlan, i: number): Sql {
  return (plan.columns[i]?.agreed ?? null) === null ? formName(plan, i) : ident(`a${i}`);
}

/** Which rows are kept, and what of them. */
export interface Keeping {
  /** Numbers of the columns; the key's are among them. Null: all. */
  readonly columns: readonly number[] | null;
  /** Over the side's query; null: all rows. */
  readonly condition: Sql | null;
  /** The groups of blocks of columns of which a row gets `all_blocks`. */
  readonly touched: readonly BlockGroup[];
}

const KEEP_ALL: Keeping = { columns: null, condition: null, touched: [] };

/** Keeps rows of one side in place of those that were kept before. */
export async function keepRows(
  engine: Engine,
  plan: ColumnPlan,
  side: Side,
  rows: Sql,
  keeping: Keeping = KEEP_ALL,
): Promise<void> {
  const { columns, condition, touched } = keeping;
  const kept = columns ?? plan.columns.map((_, i) => i);
  const forms = formsOf(plan, side, kept);
  // Over the forms by their names: making them once more would cost more than all the rest.
  const blocks = columns === null ? columnBlocks(plan) : [columns];
  const hashes = [sql`${rowHashOf(blocks.map((block) => hashOfForms(block.map((i) => formName(plan, i)))))} AS h`];
  if (hasAgreedForms(plan)) hashes.push(sql`hash(${hashOfForms(kept.map((i) => agreedName(plan, i)))}) AS ha`);
  if (touched.length > 0) {
    const key = sql`hash(${join(plan.key.map((i) => agreedName(plan, i)))})`;
    const hashOf = (block: number): Sql => hashOfForms((columnBlocks(plan)[block] ?? []).map((i) => formName(plan, i)));
    hashes.push(sql`${allBlocks(touched, hashOf, key)} AS all_blocks`);
  }
  await engine.run(
    query('compare/keep', {
      target: ident(`${side}_rows`),
      side: rows,
      forms,
      hashes: join(hashes),
      condition: condition ?? sql`true`,
    }),
  );
}

interface Streaming extends Omit<Keeping, 'columns'> {
  readonly columns: readonly number[];
  readonly rest: readonly number[];
}

/** Rows of one side with the forms of `columns` as a query over its files, none of them kept; of `rest`, columns too, a hash. */
export function streamedRows(
  plan: ColumnPlan,
  side: Side,
  rows: Sql,
  { columns, rest, condition, touched }: Streaming,
): Sql {
  const key = sql`hash(${keyForms(plan, side)})`;
  const hashOf = (block: number): Sql => blockHash(plan, side, columnBlocks(plan)[block] ?? []);
  return query('compare/streamed', {
    side: rows,
    all_blocks: touched.length === 0 ? sql`` : sql`, ${allBlocks(touched, hashOf, key)} AS all_blocks`,
    rest: rest.length === 0 ? sql`0` : blockHash(plan, side, rest),
    forms: formsOf(plan, side, columns),
    condition: condition ?? sql`true`,
  });
}

/** The values of columns and the forms beside them, to follow other columns. */
function formsOf(plan: ColumnPlan, side: Side, columns: readonly number[]): Sql {
  const forms = columns.flatMap((i) => {
    const column = plan.columns[i];
    if (column === undefined) return [];
    return [
      valueName(i),
      ...(column.converted ? [sql`${column.canonical[side]} AS ${ident(`c${i}`)}`] : []),
      ...(column.agreed === null ? [] : [sql`${column.agreed[side]} AS ${ident(`a${i}`)}`]),
    ];
  });
  return forms.length === 0 ? sql`` : sql`, ${join(forms)}`;
}

/** The rows of one side that are kept, as a query. */
export function keptRows(side: Side): Sql {
  return query('compare/kept', { rows: ident(`${side}_rows`) });
}
