/**
 * The flow: one pair from looked-at to report. Used by `diff`, the hourly job and the gate.
 *
 *   pin ─► read schemas ─► compare ─► (no match) diff ─► diagnose ─► look at the files again ─► report
 *
 * Whatever could not be read, changed while it was read, or ended early comes out as `inconclusive` with its reason;
 * only a broken request (a column that does not exist) is thrown, as OperatingError.
 */
import { byteEqualSides } from '../compare/byte-equal.ts';
import { type ColumnPlan, planColumns } from '../compare/column-plan.ts';
import { compareSides, isKeptWhole } from '../compare/compare.ts';
import { sideQuery } from '../compare/side-query.ts';
import type { Comparison, Fingerprint } from '../core/comparison.ts';
import { Inconclusive } from '../core/outcome.ts';
import { mapSides, mapSidesInOrder, SIDES, type Sided } from '../core/side.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import type { DiffResult } from '../diff/diff.ts';
import { type Engine, EngineError, type OpenEngine } from '../engine/engine.ts';
import { inconclusiveFromEngineError } from '../partition/engine-trouble.ts';
import { type PinnedLanding, recheckLanding } from '../partition/pin.ts';
import { openSide, readablePaths } from '../partition/side-table.ts';
import { maskPairReport } from '../report/mask.ts';
import type { PairReport } from '../report/pair-report.ts';
import { lookAtOther, pinSides, requireAbsent } from './absent-side.ts';
import { type Analysis, NOTHING_SEEN } from './analysis.ts';
import { buildPairReport } from './build-report.ts';
import { diffByKey } from './diff-by-key.ts';
import { mappedColumns } from './filter-trouble.ts';
import { judgeRows } from './judge-rows.ts';
import { filterFailure, readingSide, refuseEmptySample, requireColumns, rowCount, rowFilters } from './pair-reading.ts';
import type { AnalysisRequest } from './request.ts';
import { countsOf, type OpenedPair, rowsOf, settlePlan } from './settle-plan.ts';
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
  const absent = await pinSides(request, (side, pinned) => {
    progress.pinned = { ...progress.pinned, [side]: pinned };
  });
  const there = SIDES.flatMap((side) => progress.pinned[side] ?? []);
  await makeSpillFolder(request.spill);
  const engine = await effects.openEngine({
    files: there.flatMap((pinned) => readablePaths(pinned, request.spill)),
    spill: request.spill,
    threads: request.threads,
    memory_bytes: request.memory_bytes,
  });
  progress.engine_version = engine.version;
  try {
    const [only] = there;
    if (absent !== null && only !== undefined)
      Object.assign(progress, await lookAtOther(absent, only, request, engine));
    else await lookThrough(request, engine, progress.pinned as Sided<PinnedLanding>, effects, progress);
  } catch (error) {
    const { tables, plan } = progress;
    const isRead = tables !== null && plan !== null;
    const failed = isRead ? await filterFailure(error, engine, request.spec, { tables, plan }) : null;
    if (failed !== null) throw failed;
    if (!(error instanceof EngineError)) throw error;
    // Both sides were read whole before; so if reading them again fails, they have changed, or the engine is at its limits.
    for (const pinned of there) await recheckLanding(pinned);
    throw inconclusiveFromEngineError('production', error);
  } finally {
    await engine.close();
  }
  for (const pinned of there) await recheckLanding(pinned);
  if (absent !== null) await requireAbsent(request.landings[absent]);
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
  const { spec } = request;
  const columns = await mappedColumns(engine, tables, spec);
  const filters = await rowFilters(engine, spec);
  const opened: OpenedPair = { engine, spec, tables, columns, filters };
  const { kept_rows_max, memory_bytes } = request;
  const options = { row_counts: countsOf(opened), kept_rows_max, checksum: spec.checksum, memory_bytes };
  progress.plan = planColumns(columns, spec);
  requireColumns(progress.plan, tables);
  const sameBytes = await byteEqualSides(pinned, progress.plan, spec);
  if (sameBytes !== null) {
    const { row_count } = sameBytes;
    const fingerprint = { row_count, checksum: null, strong: null };
    progress.comparison = comparisonOfSameBytes(progress.plan, fingerprint);
    progress.row_counts = { production: row_count, shadow: row_count };
    progress.outcome = 'match';
    return;
  }
  const settled = await settlePlan(opened, !isKeptWhole(options));
  const { plan } = settled;
  progress.plan = plan;
  const queries = mapSides(tables, (_, side) => rowsOf(opened, plan, side));
  progress.queries = queries;

  effects.onStep?.('comparing');
  const { comparison, rows } = await compareSides(engine, plan, queries, options, readingSide);
  progress.comparison = comparison;
  progress.row_counts =
    spec.sample === null
      ? mapSides(comparison.fingerprints, ({ row_count }) => row_count)
      : await mapSidesInOrder(tables, (table, side) =>
          rowCount(engine, sideQuery(side, table, plan, { ...filters[side], sample: null })),
        );
  if (spec.sample !== null) refuseEmptySample(comparison.fingerprints, progress.row_counts);
  if (comparison.kinds.length === 0) {
    progress.outcome = 'match';
    return;
  }
  if (plan.missing_key.length > 0 || plan.columns.length === 0) {
    progress.outcome = 'mismatch'; // no key on a side, or no common column: a difference of schema, and no rows to pair
    return;
  }

  if (!comparison.kinds.includes('row_count') && isToldByDigestOnly(comparison)) {
    progress.outcome = 'mismatch'; // rows that only their digests tell apart would be paired as identical
    return;
  }

  effects.onStep?.('pairing rows');
  const limits = { examples: request.examples, memory_bytes };
  const keyed = await diffByKey({ ...opened, settled, comparison, rows, options, limits });
  const { diff } = keyed;
  progress.plan = keyed.plan;
  progress.key_evidence = keyed.evidence;
  progress.diff = diff;
  progress.outcome = judgeRows(comparison.kinds, diff.difference.rows);
  if (progress.outcome !== 'mismatch') return;

  effects.onStep?.('naming causes');
  try {
    await nameCauses(request, { ...opened, plan: keyed.plan, comparison, diff }, progress);
  } catch (error) {
    // What differs is known and stays known, whatever keeps the causes from being named.
    if (!(error instanceof EngineError) || /interrupt/i.test(error.kind)) throw error;
    progress.diagnosis = null;
    progress.diagnosis_trouble = engineKind(error);
  }
}

function comparisonOfSameBytes({ schema }: ColumnPlan, fingerprint: Fingerprint): Comparison {
  return { schema, fingerprints: { production: fingerprint, shadow: fingerprint }, kinds: [], differing_columns: null };
}

function isToldByDigestOnly({ fingerprints: { production, shadow } }: Comparison): boolean {
  return production.checksum === shadow.checksum && production.strong !== shadow.strong;
}

/** A pair whose differing rows lie in the session. */
interface DiffedPair extends OpenedPair {
  readonly plan: ColumnPlan;
  readonly comparison: Comparison;
  readonly diff: DiffResult;
}

async function nameCauses(request: AnalysisRequest, pair: DiffedPair, progress: Progress): Promise<void> {
  const { engine, plan, comparison, diff } = pair;
  const diagnosis = await diagnose({
    engine,
    tables: diff.tables,
    comparison,
    difference: diff.difference,
    reference_side: request.reference_side,
    only_columns: plan.unpaired,
    renames_were_sought: true,
    populationOf: (side, extra) => rowsOf(pair, plan, side, extra),
    builds: mapSides(request.landings, ({ build }) => build),
    example_limit: 5,
  });
  progress.diagnosis = diagnosis;
  const shown = diff.difference.examples.flatMap(({ pair }) => (pair === null ? [] : [pair]));
  progress.causes = await diagnosis.causesOf(shown);
}
