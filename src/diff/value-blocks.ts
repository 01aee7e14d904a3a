/**
 * Rows that share values, found without holding every row against every other.
 *
 * The columns that tell rows apart are dealt out into a few bins. Rows that share all values of a bin are a block, and the
 * rows of a block are pairs to look at; a row that changed in one cell still shares the blocks of all other bins. A block
 * with too many rows is not looked through itself but within the blocks of two bins, of three, and so on.
 */
import { type ColumnPlan, toleratedOf } from '../compare/column-plan.ts';
import { agreedName } from '../compare/kept-rows.ts';
import { numberOrTimeText } from '../compare/tolerance.ts';
import { isNumeric } from '../core/column.ts';
import type { Side, Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql, value } from '../sql/sql.ts';

/** A change in one or two cells leaves most of five bins as they were; more of them cost more than they find. */
const BINS_MAX = 5;
/** A column that says less (a flag that is nearly always the same) only carries its changes into a bin. */
const BITS_MIN = 0.2;
/** Of a column that holds other values on both sides (when a row was loaded) no bin may be made. */
const SHARED_MIN = 0.02;
/** Rows of a block on one side. */
const BLOCK_ROWS_MAX = 50;
/** Pairs that one choice of bins may give, and all of them, for each row of the larger side. */
const [BLOCK_PAIRS_PER_ROW, PAIRS_PER_ROW] = [8, 20] as const;
const PAIRS_MIN = 1_000_000;

/** Columns in one statement: one alone keeps one thread busy, where rows are few, and many at once ask for much memory. */
const MEASURED_AT_ONCE = 4;

/** How well a column tells rows apart. */
export interface ColumnInformation {
  readonly column: number;
  /** Minus the binary logarithm of the chance that a row of one side and a row of the other hold the same value. */
  readonly bits: number;
  /** Share of the smaller side's rows whose value the other side has too. */
  readonly shared: number;
}

/** Measures these columns over the rows of the two tables. */
export async function measureColumns(
  engine: Engine,
  plan: ColumnPlan,
  columns: readonly number[],
  rows: Sided<Sql>,
  counts: Sided<number>,
): Promise<readonly ColumnInformation[]> {
  const measures = columns.map((column) =>
    query('diff/near-information', {
      ...rows,
      column: integer(column),
      production_form: blockForm(plan, column, 'production'),
      shadow_form: blockForm(plan, column, 'shadow'),
    }),
  );
  const smaller = Math.min(counts.production, counts.shadow);
  const measured = new Map<number, ColumnInformation>();
  for (let from = 0; from < columns.length; from += MEASURED_AT_ONCE) {
    const some = measures.slice(from, from + MEASURED_AT_ONCE).map((measure) => sql`(${measure})`);
    for (const row of (await engine.run(join(some, ' UNION ALL '))).rows) {
      const [column = 0, pairs = 0, shared = 0] = row.map(Number);
      const bits = Math.log2((counts.production * counts.shadow) / Math.max(1, pairs));
      measured.set(column, { column, bits, shared: shared / smaller });
    }
  }
  return columns.flatMap((column) => measured.get(column) ?? []);
}

/**
 * Deals columns out into bins, the telling ones first, each to the bin that tells least; a bin that tells single rows apart
 * takes no more, so that few changes touch it. `rowCount`: of the larger side.
 */
export function chooseBins(
  information: readonly ColumnInformation[],
  rowCount: number,
): readonly (readonly number[])[] {
  const enough = Math.log2(Math.max(2, rowCount)) - 1;
  const worth = ({ bits, shared }: ColumnInformation): number => Math.min(bits, enough) * shared;
  const useful = information
    .filter(({ bits, shared }) => bits >= BITS_MIN && shared >= SHARED_MIN)
    .toSorted((one, other) => worth(other) - worth(one) || one.column - other.column);
  const bins = Array.from({ length: Math.min(BINS_MAX, useful.length) }, () => ({ bits: 0, columns: [] as number[] }));
  for (const { bits, column } of useful) {
    const poorest = bins.reduce(
      (least, bin) => (bin.bits < least.bits ? bin : least),
      bins[0] ?? { bits: 0, columns: [] },
    );
    if (poorest.bits >= enough) break;
    poorest.bits += bits;
    poorest.columns.push(column);
  }
  return bins.map(({ columns }) => columns);
}

/** The hashes g0, g1, … of a row's bins. */
export function binHashes(plan: ColumnPlan, bins: readonly (readonly number[])[], side: Side): readonly Sql[] {
  return bins.map((bin, i) => {
    const forms = bin.map((column) => blockForm(plan, column, side));
    return sql`hash(${join(forms)}) AS ${ident(`g${i}`)}`;
  });
}

/** Of so many tolerances, so that few pairs within one lie on two sides of a border. */
const CELL_TOLERANCES = 32;

/** What two cells share that agree: the agreed form, or with a tolerance, mostly, the number of a stretch of values. */
function blockForm(plan: ColumnPlan, i: number, side: Side): Sql {
  const column = plan.columns[i];
  if (column === undefined || column.tolerance === null) return agreedName(plan, i);
  const { value: tolerated, types } = toleratedOf(column, i);
  const type = types[side];
  const isNumber = isNumeric(type) || type === 'VARCHAR';
  const number = sql`TRY_CAST(${isNumber ? tolerated : numberOrTimeText(tolerated, type)} AS DOUBLE)`;
  const { abs, rel, time_us } = column.tolerance;
  const apart = time_us > 0 ? time_us * 1000 : abs;
  const double = (bound: number): Sql => sql`CAST(${value(bound)} AS DOUBLE)`;
  const even = apart > 0 ? sql`floor(${number} / ${double(apart * CELL_TOLERANCES)})` : number;
  if (rel === 0) return even;
  // Cells of a relative tolerance grow with the number; each sign has its own.
  const growing = sql`floor(ln(abs(${number})) / ${double(rel * CELL_TOLERANCES)}) * 2 + CAST(${number} < 0 AS INTEGER)`;
  return sql`CASE WHEN abs(${number}) * ${double(rel)} > ${double(apart)} THEN ${growing} ELSE ${even} END`;
}

export interface BlockPairs {
  /** The pairs, each once. */
  readonly pairs: Sql;
  /** Over a row of `candidate_…`: it lies in a block of one bin with too many rows. */
  readonly isFrequent: Sql;
}

/**
 * Makes `near_pairs` over the tables `candidate_production` and `candidate_shadow`, which hold the hashes of the bins: every
 * pair of rows that share a block which is not too frequent. `rowCount`: rows of the larger side.
 */
export async function pairWithinBlocks(engine: Engine, binCount: number, rowCount: number): Promise<BlockPairs> {
  await engine.run(query('diff/near-no-pairs'));
  const frequent = new Map<string, Sql>();
  let pairsLeft = Math.max(PAIRS_MIN, PAIRS_PER_ROW * rowCount);
  for (const bins of choicesOf(binCount)) {
    const narrower = bins.length === 1 ? [] : bins.map((bin) => bins.filter((other) => other !== bin).join());
    // Where one of the wider blocks could be looked through, this one's pairs are among its pairs.
    if (narrower.some((name) => !frequent.has(name))) continue;
    const block = blockOf(bins);
    const isOpen = narrower.flatMap((name) => frequent.get(name) ?? []);
    await engine.run(
      query('diff/near-blocks', { block, is_open: isOpen.length === 0 ? sql`true` : join(isOpen, ' AND ') }),
    );
    const most = Math.min(pairsLeft, Math.max(PAIRS_MIN, BLOCK_PAIRS_PER_ROW * rowCount));
    const { size, pairs } = await largestSize(engine, most);
    pairsLeft -= pairs;
    await engine.run(query('diff/near-block-pairs', { block, size_max: integer(size) }));
    const target = ident(`near_frequent_${bins.join('_')}`);
    const { rows } = await engine.run(query('diff/near-frequent', { target, size_max: integer(size) }));
    if (Number(rows[0]?.[0] ?? 0) === 0) await engine.run(query('diff/partners-drop', { table: target }));
    else frequent.set(bins.join(), query('diff/near-block-is-frequent', { block, frequent: target }));
  }
  await engine.run(query('diff/partners-drop', { table: ident('near_blocks') }));
  const ofOneBin = [...frequent].flatMap(([name, condition]) => (name.includes(',') ? [] : [condition]));
  return {
    pairs: query('diff/near-distinct-pairs'),
    // Without a bin nothing tells rows apart.
    isFrequent: ofOneBin.length === 0 ? (binCount === 0 ? sql`true` : sql`false`) : join(ofOneBin, ' OR '),
  };
}

/** Drops what `pairWithinBlocks` made. */
export async function dropBlocks(engine: Engine, binCount: number): Promise<void> {
  for (const bins of choicesOf(binCount))
    await engine.run(query('diff/partners-drop', { table: ident(`near_frequent_${bins.join('_')}`) }));
  await engine.run(query('diff/partners-drop', { table: ident('near_pairs') }));
}

/** All choices of bins, those of one bin first, then those of two, and so on. */
function choicesOf(binCount: number): readonly (readonly number[])[] {
  const bins = Array.from({ length: binCount }, (_, i) => i);
  const choices = Array.from({ length: 2 ** binCount - 1 }, (_, mask) =>
    bins.filter((bin) => Math.floor((mask + 1) / 2 ** bin) % 2 === 1),
  );
  return choices.toSorted((one, other) => one.length - other.length);
}

function blockOf(bins: readonly number[]): Sql {
  const [only, ...more] = bins.map((bin) => ident(`g${bin}`));
  return only !== undefined && more.length === 0 ? only : sql`hash(${join(only === undefined ? [] : [only, ...more])})`;
}

/** The largest size of blocks so that all up to it make no more than so many pairs, and how many they make. */
async function largestSize(
  engine: Engine,
  pairsMax: number,
): Promise<{ readonly size: number; readonly pairs: number }> {
  const { rows } = await engine.run(query('diff/near-block-sizes', { size_max: integer(BLOCK_ROWS_MAX) }));
  let pairs = 0;
  for (const [size, made] of rows) {
    if (pairs + Number(made) > pairsMax) return { size: Number(size) - 1, pairs };
    pairs += Number(made);
  }
  return { size: BLOCK_ROWS_MAX, pairs };
}
