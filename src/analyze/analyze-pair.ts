/**
 * The flow: one pair from looked-at to report. Used by `diff`, the hourly job and the gate.
 *
 *   pin ─► read schemas ─► compare ─► (no match) diff ─► diagnose ─► look at the files again ─► report
 *
 * Whatever could not be read, changed while it was read, or ended early comes out as `inconclusive` with its reason;
 * only a broken request (a column that does not exist) is thrown, as OperatingError.
 */
import { type ColumnPlan, planColumns } from '../compare/column-plan.ts';
import { compareSides } from '../compare/compare.ts';
import { type RowFilter, sideQuery } from '../compare/side-query.ts';
import type { Comparison } from '../core/comparison.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES, Inconclusive, type Outcome } from '../core/outcome.ts';
import { mapSides, mapSidesInOrder, SIDES, type Side, type Sided } from '../core/side.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import { type DiffResult, diffRows } from '../diff/diff.ts';
import { type Engine, EngineError, type OpenEngine } from '../engine/engine.ts';
import { inconclusiveFromEngineError } from '../partition/engine-trouble.ts';
import { type PinnedLanding, pinLanding, recheckLanding } from '../partition/pin.ts';
import { openSide, readablePaths, type SideTable } from '../partition/side-table.ts';
import { maskPairReport } from '../report/mask.ts';
import type { PairReport } from '../report/pair-report.ts';
import { query } from '../sql/query-file.ts';
import { ident, type Sql } from '../sql/sql.ts';
import { userExpression } from '../sql/user-expression.ts';
import { type Analysis, NOTHING_SEEN } from './analysis.ts';
import { buildPairReport } from './build-report.ts';
import { filterTrouble } from './filter-trouble.ts';
import type { AnalysisRequest } from './request.ts';
import { makeSpillFolder } from './spill-folder.ts';
import { engineKind } from './user-sql.ts';

type Progress = { -readonly [name in keyof Analysis]: Analysis[name] };

/** Effects of an analysis. `now_ms` is monotonic and measures the report's seconds; `onStep` tells a terminal what goes on. */
export interface AnalysisEffects {
  readonly openEngine: OpenEngine;
  readonly now_ms: () => number;
  readonly onStep?: (step: string) => void;
}

/** Analyses one pair. Never throws for what the data or the files do; throws OperatingError for a request that cannot be met. */
export async function analyzePair(request: AnalysisRequest, effects: AnalysisEffects): Promise<PairReport> {
  const startedAt = effects.now_ms();
  const progress: Progress = { ...NOTHING_SEEN };
  try {
    await look(request, effects, progress);
  } catch (error) {
    if (!(error instanceof Inconclusive)) throw error;
    progress.outcome = 'inconclusive';
    progress.inconclusive = error;
  }
  const seconds = (effects.now_ms() - startedAt) / 1000;
  return maskPairReport(buildPairReport(request, progress, seconds), request.privacy);
}

async function look(request: AnalysisRequest, effects: AnalysisEffects, progress: Progress): Promise<void> {
  const { unreadable } = request;
  if (unreadable !== null) throw new Inconclusive(`${unreadable.side}_unreadable`, unreadable.detail);
  for (const side of SIDES) {
    progress.pinned = { ...progress.pinned, [side]: await readingSide(side, () => pinLanding(request.landings[side])) };
  }
  const pinned = progress.pinned as Sided<PinnedLanding>;
  await makeSpillFolder(request.spill);
  const engine = await effects.openEngine({
    files: SIDES.flatMap((side) => readablePaths(pinned[side], request.spill)),
    spill: request.spill,
    threads: request.threads,
    memory_bytes: request.memory_bytes,
  });
  progress.engine_version = engine.version;
  try {
    await lookThrough(request, engine, pinned, effects, progress);
  } catch (error) {
    const failed = await filterFailure(error, engine, request, progress);
    if (failed !== null) throw failed;
    if (!(error instanceof EngineError)) throw error;
    // Both sides were read whole before; so if reading them again fails, they have changed, or the engine is at its limits.
    await mapSidesInOrder(pinned, (landing) => recheckLanding(landing));
    throw inconclusiveFromEngineError('production', error);
  } finally {
    await engine.close();
  }
  await mapSidesInOrder(pinned, (landing) => recheckLanding(landing));
}

/** The trouble of a user's condition where that is what the engine failed on; it may read like damaged data before. */
async function filterFailure(
  error: unknown,
  engine: Engine,
  request: AnalysisRequest,
  { tables, plan }: Progress,
): Promise<OperatingError | null> {
  const { where } = request.spec;
  const isOfEngine =
    error instanceof EngineError || (error instanceof Inconclusive && error.cause instanceof EngineError);
  if (!isOfEngine || tables === null || plan === null || SIDES.every((side) => where[side] === null)) return null;
  const filters = await rowFilters(engine, request);
  const rowsOf = (side: Side, filtered: boolean): Sql =>
    sideQuery(side, tables[side], plan, { where: filtered ? filters[side].where : null, sample: null });
  return filterTrouble(engine, { where, rowsOf });
}

async function lookThrough(
  request: AnalysisRequest,
  engine: Engine,
  pinned: Sided<PinnedLanding>,
  effects: AnalysisEffects,
  progress: Progress,
): Promise<void> {
  effects.onStep?.('reading schemas');
  const tables = await mapSidesInOrder(pinned, (landing, side) =>
    readingSide(side, () => openSide(engine, landing, request.spill)),
  );
  progress.tables = tables;
  const plan = planColumns(
    mapSides(tables, ({ columns }) => columns),
    request.spec,
  );
  progress.plan = plan;
  const hasUnpaired = SIDES.some((side) => plan.unpaired[side].length > 0);
  if (plan.columns.length === 0 && !hasUnpaired && SIDES.some((side) => tables[side].columns.length > 0)) {
    throw new OperatingError(EXIT_CODES.usage, {
      code: 'nothing_compared',
      subject: 'columns',
      message: 'the rules leave no column to compare, and nothing compared is no match',
      hint: 'name fewer columns to ignore, or more to compare',
    });
  }
  const filters = await rowFilters(engine, request);
  const queries = mapSides(tables, (table, side) => sideQuery(side, table, plan, filters[side]));
  progress.queries = queries;

  effects.onStep?.('comparing');
  const footers = mapSides(tables, ({ row_count_hint }) => row_count_hint);
  const { comparison, rows } = await compareSides(engine, plan, queries, footers, readingSide);
  progress.comparison = comparison;
  progress.row_counts =
    request.spec.sample === null
      ? mapSides(comparison.fingerprints, ({ row_count }) => row_count)
      : await mapSidesInOrder(tables, (table, side) =>
          rowCount(engine, sideQuery(side, table, plan, { ...filters[side], sample: null })),
        );
  if (request.spec.sample !== null) refuseEmptySample(comparison, progress.row_counts);
  if (comparison.kinds.length === 0) {
    progress.outcome = 'match';
    return;
  }
  if (plan.missing_key.length > 0 || plan.columns.length === 0) {
    progress.outcome = 'mismatch'; // no key on a side, or no common column: a difference of schema, and no rows to pair
    return;
  }

  effects.onStep?.('pairing rows');
  const diff = await diffRows(engine, plan, rows, comparison, request.examples);
  progress.diff = diff;
  progress.outcome = judgeOutcome(comparison, diff);
  if (progress.outcome !== 'mismatch') return;

  effects.onStep?.('naming causes');
  try {
    await nameCauses(request, { engine, plan, tables, filters, comparison, diff }, progress);
  } catch (error) {
    // What differs is known and stays known, whatever keeps the causes from being named.
    if (!(error instanceof EngineError) || /interrupt/i.test(error.kind)) throw error;
    progress.diagnosis = null;
    progress.diagnosis_trouble = engineKind(error);
  }
}

/** A pair whose differing rows lie in the session. */
interface DiffedPair {
  readonly engine: Engine;
  readonly plan: ColumnPlan;
  readonly tables: Sided<SideTable>;
  readonly filters: Sided<RowFilter>;
  readonly comparison: Comparison;
  readonly diff: DiffResult;
}

async function nameCauses(request: AnalysisRequest, pair: DiffedPair, progress: Progress): Promise<void> {
  const { engine, plan, tables, filters, comparison, diff } = pair;
  const diagnosis = await diagnose({
    engine,
    tables: diff.tables,
    comparison,
    difference: diff.difference,
    reference_side: request.reference_side,
    only_columns: plan.unpaired,
    populationOf: (side, extra) =>
      sideQuery(
        side,
        tables[side],
        plan,
        filters[side],
        extra.map((expression, i) => ({ name: ident(`x${i}`), expression })),
      ),
    builds: mapSides(request.landings, ({ build }) => build),
    example_limit: 5,
  });
  progress.diagnosis = diagnosis;
  const shown = diff.difference.examples.flatMap(({ pair }) => (pair === null ? [] : [pair]));
  progress.causes = await diagnosis.causesOf(shown);
}

/** A sample that took no row has compared nothing. */
function refuseEmptySample(comparison: Comparison, rowCounts: Sided<bigint>): void {
  const taken = SIDES.some((side) => comparison.fingerprints[side].row_count > 0n);
  if (taken || SIDES.every((side) => rowCounts[side] === 0n)) return;
  throw new Inconclusive(
    'limit_reached',
    `the sample took none of ${rowCounts.production} and ${rowCounts.shadow} rows`,
  );
}

/** A mismatch until every difference is forgiven by an agreed tolerance or was none after all. */
function judgeOutcome(comparison: Comparison, { difference }: DiffResult): Outcome {
  const { rows } = difference;
  if (comparison.kinds.includes('schema')) return 'mismatch';
  if (rows.changed + rows.only_in_production + rows.only_in_shadow > 0n) return 'mismatch';
  return rows.agreed > 0n ? 'match_agreed' : 'match';
}

export async function rowFilters(engine: Engine, request: AnalysisRequest): Promise<Sided<RowFilter>> {
  const parse = async (statement: Sql): Promise<string> => String((await engine.run(statement)).rows[0]?.[0]);
  return mapSidesInOrder(request.spec.where, async (where) => ({
    where: where === null ? null : await userExpression(where, parse),
    sample: request.spec.sample,
  }));
}

async function rowCount(engine: Engine, side: Sql): Promise<bigint> {
  const { rows } = await engine.run(query('compare/row-count', { side }));
  return BigInt(String(rows[0]?.[0]));
}

/** Runs work that reads one side only, so that an error of the engine names the side. */
async function readingSide<T>(side: Side, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineError) throw inconclusiveFromEngineError(side, error);
    if (error instanceof OperatingError && error.exitCode === EXIT_CODES.inconclusive) {
      throw new Inconclusive(`${side}_unreadable`, error.troubles.map(({ message }) => message).join('; '));
    }
    throw error;
  }
}
