/**
 * Decides one pair:
 *
 *   schemas ─► sums of the files ─► equal, and no extra column: match
 *                    │
 *                    └─► columns by their sums, over the files that no file of the other side equals
 *                              └─► only columns with a tolerance differ: the keyed pass decides
 */
import { judgeRows, type PairedRows } from '../analyze/judge-rows.ts';
import { readingSide, refuseEmptySample, requireColumns, rowCount, rowFilters } from '../analyze/pair-reading.ts';
import { type ColumnPlan, planColumns } from '../compare/column-plan.ts';
import { differingColumns, judgeKinds, readRows } from '../compare/compare.ts';
import { rowsOf, type SideReading, totalOf, withoutEqualFiles } from '../compare/file-sums.ts';
import type { Fingerprint } from '../core/comparison.ts';
import type { MismatchKind, Outcome } from '../core/outcome.ts';
import { mapSides, mapSidesInOrder, SIDES, type Side, type Sided } from '../core/side.ts';
import { pairDifferingRows } from '../diff/diff.ts';
import type { Engine } from '../engine/engine.ts';
import type { ReadSchemas } from '../partition/parquet-layout.ts';
import type { PinnedLanding } from '../partition/pin.ts';
import { type OpenedSide, openUncounted } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import type { Sql } from '../sql/sql.ts';
import type { CompareRequest } from './compare-request.ts';
import { type KnownOfSide, type SideSums, sumSide, withoutTold } from './side-sums.ts';

/** What a look at all that was needed came to. */
export interface Decided {
  readonly plan: ColumnPlan;
  readonly outcome: Outcome;
  readonly kinds: readonly MismatchKind[];
  readonly differing_columns: readonly string[] | null;
  readonly agreed_rows: bigint | null;
  readonly sums: Sided<SideSums>;
  readonly totals: Sided<Fingerprint>;
  /** After `where`, before sampling. */
  readonly row_counts: Sided<bigint>;
}

/** A pair whose files are known, and a folder of its own for what is converted. */
export interface PinnedPair {
  readonly request: CompareRequest;
  readonly pinned: Sided<PinnedLanding>;
  readonly spill: string;
  /** Schemas that were read for the whole batch. */
  readonly schemas: ReadSchemas;
}

/** How far a look has come, for who has to tell what an error is about. */
export interface Progress {
  tables: Sided<OpenedSide> | null;
  plan: ColumnPlan | null;
}

/**
 * Decides a pair by as little as it takes. Throws `Inconclusive` and `EngineError` for what cannot be read, `OperatingError`
 * for a spec that does not fit.
 */
export async function decidePair(engine: Engine, pair: PinnedPair, progress: Progress): Promise<Decided> {
  const { request, pinned, spill, schemas } = pair;
  const { spec } = request;
  const tables = await mapSidesInOrder(pinned, (landing, side) =>
    readingSide(side, () => openUncounted(engine, landing, spill, schemas)),
  );
  progress.tables = tables;
  const columns = mapSides(tables, (table) => table.columns);
  const plan = planColumns(columns, spec);
  progress.plan = plan;
  requireColumns(plan, tables);
  const filters = await rowFilters(engine, spec);
  const readings = mapSides(tables, (table, side): SideReading => ({ side, table, plan, filter: filters[side] }));

  const sums = await sumSides(engine, readings, pair);
  const totals = mapSides(sums, ({ files }) => totalOf(files));
  const row_counts =
    spec.sample === null ? mapSides(totals, (total) => total.row_count) : await beforeSampling(engine, readings);
  if (spec.sample !== null) refuseEmptySample(totals, row_counts);

  const kinds = judgeKinds(plan, totals);
  const decided = {
    plan,
    kinds,
    sums,
    totals,
    row_counts,
    differing_columns: null,
    agreed_rows: null,
  };
  if (kinds.length === 0) return { ...decided, outcome: 'match' };
  if (!kinds.includes('checksum')) return { ...decided, outcome: 'mismatch' };
  const differing_columns = await differingColumns(engine, plan, rowsThatDiffer(readings, sums), readingSide);
  if (!mayAgree(plan, kinds, differing_columns)) return { ...decided, differing_columns, outcome: 'mismatch' };
  const paired = await pairAllRows(engine, plan, readings, totals);
  return { ...decided, differing_columns, outcome: judgeRows(kinds, paired), agreed_rows: paired.agreed };
}

/** The keyed pass. It leaves nothing in the session, which the next pair has to find empty. */
async function pairAllRows(
  engine: Engine,
  plan: ColumnPlan,
  readings: Sided<SideReading>,
  totals: Sided<Fingerprint>,
): Promise<PairedRows> {
  const row_counts = mapSides(totals, (total) => total.row_count);
  await engine.run(query('compare/begin'));
  try {
    const rows = await readRows(engine, plan, allRows(readings), row_counts, readingSide);
    return (await pairDifferingRows(engine, plan, rows)).counts;
  } finally {
    // An engine that cannot even do this has told why before.
    await engine.run(query('compare/rollback')).catch(() => {});
  }
}

/** The sums of both sides; where they differ, by what we read ourselves. */
async function sumSides(
  engine: Engine,
  readings: Sided<SideReading>,
  { request, pinned }: PinnedPair,
): Promise<Sided<SideSums>> {
  const { known, manifests, anew } = request;
  const knownOf = (side: Side): KnownOfSide => ({ known: known[side], manifest: manifests[side], anew });
  const sums = await mapSidesInOrder(readings, (reading, side) =>
    readingSide(side, () => sumSide(engine, reading, pinned[side], knownOf(side))),
  );
  const totals = mapSides(sums, ({ files }) => totalOf(files));
  if (!judgeKinds(readings.production.plan, totals).some((kind) => kind !== 'schema')) return sums;
  return mapSidesInOrder(readings, (reading, side) =>
    readingSide(side, () => withoutTold(engine, reading, pinned[side], sums[side], knownOf(side))),
  );
}

function beforeSampling(engine: Engine, readings: Sided<SideReading>): Promise<Sided<bigint>> {
  return mapSidesInOrder(readings, (reading, side) => {
    const rows = rowsOf({ ...reading, filter: { ...reading.filter, sample: null } });
    return readingSide(side, () => rowCount(engine, rows));
  });
}

/** Both sides without files that the other side has with equal sums. */
function rowsThatDiffer(readings: Sided<SideReading>, sums: Sided<SideSums>): Sided<Sql> {
  const canStandAlone = SIDES.every((side) => readings[side].table.fromFiles !== null);
  const left = canStandAlone ? withoutEqualFiles(mapSides(sums, ({ files }) => files)) : null;
  if (left === null || SIDES.some((side) => left[side].length === 0)) return allRows(readings);
  return mapSides(readings, (reading, side) => rowsOf(reading, left[side]));
}

function allRows(readings: Sided<SideReading>): Sided<Sql> {
  return mapSides(readings, (reading) => rowsOf(reading));
}

/**
 * Whether a tolerance may forgive the difference. Not where a column without one holds other values on the two sides, nor
 * without a key: then no row is held against another.
 */
function mayAgree(plan: ColumnPlan, kinds: readonly MismatchKind[], differing: readonly string[]): boolean {
  if (kinds.some((kind) => kind !== 'checksum') || plan.key.length === 0) return false;
  const tolerant = new Set(plan.columns.filter(({ tolerance }) => tolerance !== null).map(({ name }) => name));
  return tolerant.size > 0 && differing.every((name) => tolerant.has(name));
}
