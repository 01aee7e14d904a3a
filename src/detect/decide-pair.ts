/**
 * Decides one pair, by as little as it takes:
 *
 *   schemas ─► what is known of the files ─► other row counts, by sound footers: mismatch
 *                    │
 *                    ├─► files with the same bytes on both sides: not decoded
 *                    └─► sums of the other files ─► equal, and no extra column: match
 *                              │
 *                              └─► columns by their sums, over the files that no file of the other side equals
 *                                        └─► only columns with rules or a tolerance differ: the pairing of rows decides
 */
import { mappedColumns } from '../analyze/filter-trouble.ts';
import { judgeRows } from '../analyze/judge-rows.ts';
import { readingSide, refuseEmptySample, requireColumns, rowCount, rowFilters } from '../analyze/pair-reading.ts';
import { type ColumnPlan, planColumns } from '../compare/column-plan.ts';
import { differingColumns, judgeKinds, readRows } from '../compare/compare.ts';
import { type FileSums, rowsOf, type SideReading, totalOf, withoutEqualFiles } from '../compare/file-sums.ts';
import { provenRowCounts } from '../compare/footer-proof.ts';
import { mayForgive } from '../compare/row-hash.ts';
import type { Fingerprint } from '../core/comparison.ts';
import type { MismatchKind, Outcome } from '../core/outcome.ts';
import { mapSides, mapSidesInOrder, SIDES, type Sided } from '../core/side.ts';
import type { PairCounts } from '../diff/found-pairs.ts';
import { pairRows } from '../diff/pair-rows.ts';
import type { Engine } from '../engine/engine.ts';
import type { ReadSchemas } from '../partition/parquet-layout.ts';
import type { PinnedLanding } from '../partition/pin.ts';
import { type OpenedSide, openUncounted } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import type { Sql } from '../sql/sql.ts';
import type { CompareRequest } from './compare-request.ts';
import { type KnownOfSide, lookUpSide, type SideEvidence } from './file-evidence.ts';
import { type SideSums, sumSide, withoutTold } from './side-sums.ts';
import { twinsOf, wholeTwins } from './twin-sums.ts';

/** What a look at all that was needed came to. */
export interface Decided {
  readonly plan: ColumnPlan;
  readonly outcome: Outcome;
  readonly kinds: readonly MismatchKind[];
  readonly differing_columns: readonly string[] | null;
  readonly agreed_rows: bigint | null;
  /** Null where the footers proved a difference, so that nothing was summed. */
  readonly sums: Sided<SideSums> | null;
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
  /** Of the engine; null for none. */
  readonly memory_bytes: bigint | null;
  /** Reads no file: throws what the engine throws where one would have to be read. */
  readonly only_stored: boolean;
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
  const plan = planColumns(await mappedColumns(engine, tables, spec), spec);
  progress.plan = plan;
  requireColumns(plan, tables);
  const filters = await rowFilters(engine, spec);
  const { checksum } = spec;
  const readings = mapSides(
    tables,
    (table, side): SideReading => ({ side, table, plan, filter: filters[side], checksum }),
  );

  const known = knownOf(request);
  const evidence = mapSides(readings, (reading, side) =>
    lookUpSide(reading, pinned[side], engine.version, known[side]),
  );
  const early = pair.only_stored ? null : await judgeFooters(pair, evidence);
  if (early !== null) {
    const totals = mapSides(early, (row_count) => ({ row_count, checksum: null, strong: null }));
    const nothing = { differing_columns: null, agreed_rows: null, sums: null };
    return { ...nothing, plan, kinds: judgeKinds(plan, totals), outcome: 'mismatch', totals, row_counts: early };
  }

  const sums = await sumSides(engine, readings, evidence, pair);
  const totals = mapSides(sums, totalOfSide);
  const row_counts =
    spec.sample === null ? mapSides(totals, (total) => total.row_count) : await beforeSampling(engine, readings);
  if (spec.sample !== null) refuseEmptySample(totals, row_counts);

  const kinds = kindsOf(plan, sums);
  const decided = { plan, kinds, sums, totals, row_counts, differing_columns: null, agreed_rows: null };
  if (kinds.length === 0) return { ...decided, outcome: 'match' };
  if (!kinds.includes('checksum')) return { ...decided, outcome: 'mismatch' };
  const differing = rowsThatDiffer(readings, sums);
  const differing_columns = await differingColumns(engine, plan, differing, readingSide);
  // Rows that only their digests tell apart are paired as identical.
  const isTold = totals.production.checksum !== totals.shadow.checksum || totals.production.checksum === null;
  if (!isTold || !mayAgree(plan, kinds, differing_columns))
    return { ...decided, differing_columns, outcome: 'mismatch' };
  const paired = await pairAllRows(engine, plan, differing, totals, pair.memory_bytes);
  return { ...decided, differing_columns, outcome: judgeRows(kinds, paired), agreed_rows: paired.agreed };
}

/** The pairing of rows. It leaves nothing in the session, which the next pair has to find empty. */
async function pairAllRows(
  engine: Engine,
  plan: ColumnPlan,
  rows: Sided<Sql>,
  totals: Sided<Fingerprint>,
  memory_bytes: bigint | null,
): Promise<PairCounts> {
  const row_counts = mapSides(totals, (total) => total.row_count);
  await engine.run(query('compare/begin'));
  try {
    const read = await readRows(engine, plan, rows, { row_counts, memory_bytes }, readingSide);
    return (await pairRows(engine, plan, read, memory_bytes)).counts;
  } finally {
    // An engine that cannot even do this has told why before.
    await engine.run(query('compare/rollback')).catch(() => {});
  }
}

function knownOf({ known, manifests, anew }: CompareRequest): Sided<KnownOfSide> {
  return mapSides(known, (files, side) => ({ known: files, manifest: manifests[side], anew }));
}

/**
 * The row counts, where they differ and reading the sides would not say more: a mismatch of row counts is told by no more
 * than them. Not where files were to be read anew, nor where a producer tells sums, which are then held against the rows.
 */
async function judgeFooters(
  { request, pinned }: PinnedPair,
  evidence: Sided<SideEvidence | null>,
): Promise<Sided<bigint> | null> {
  const { spec, anew } = request;
  const isWhole = spec.sample === null && SIDES.every((side) => spec.where[side] === null);
  const isKnown = SIDES.every((side) => evidence[side]?.missing.length === 0);
  if (anew || !isWhole || isKnown || SIDES.some((side) => (evidence[side]?.told.size ?? 0) > 0)) return null;
  return provenRowCounts(
    pinned,
    mapSides(evidence, (one) => new Map([...(one?.kept ?? [])].map(([i, { row_count }]) => [i, row_count]))),
  );
}

/** The sums of both sides; where they differ, by what we read ourselves. */
async function sumSides(
  engine: Engine,
  readings: Sided<SideReading>,
  evidence: Sided<SideEvidence | null>,
  { request, pinned, only_stored }: PinnedPair,
): Promise<Sided<SideSums>> {
  const place = { pinned, readings, evidence, spec: request.spec, is_read: !only_stored };
  const whole = request.anew || only_stored ? null : await wholeTwins(place);
  if (whole !== null) return mapSides(readings, ({ table }) => undecoded(table.files.length, whole));
  const twins = request.anew ? { production: [], shadow: [] } : await twinsOf(place);
  const sums = await mapSidesInOrder(readings, (reading, side) =>
    readingSide(side, () => sumSide(engine, reading, evidence[side], twins[side])),
  );
  if (!kindsOf(readings.production.plan, sums).some((kind) => kind !== 'schema')) return sums;
  const known = knownOf(request);
  return mapSidesInOrder(readings, (reading, side) =>
    readingSide(side, () => withoutTold(engine, reading, pinned[side], sums[side], known[side])),
  );
}

function undecoded(files: number, undecoded_rows: bigint): SideSums {
  const nothing = { files_read: 0, fresh: [], told: [], source: null, refuted: [] };
  return { ...nothing, files: Array.from({ length: files }, () => null), undecoded_rows };
}

/** By what the sides differ: files that were not decoded are as many rows and the same ones on both. */
function kindsOf(plan: ColumnPlan, sums: Sided<SideSums>): readonly MismatchKind[] {
  return judgeKinds(
    plan,
    mapSides(sums, (side) => {
      const total = totalOf(decodedOf(side));
      return { ...total, row_count: total.row_count + side.undecoded_rows };
    }),
  );
}

function totalOfSide(side: SideSums): Fingerprint {
  const decoded = totalOf(decodedOf(side));
  const isWhole = decodedOf(side).length === side.files.length;
  const row_count = decoded.row_count + side.undecoded_rows;
  return isWhole ? decoded : { row_count, checksum: null, strong: null };
}

function decodedOf({ files }: SideSums): readonly FileSums[] {
  return files.filter((file) => file !== null);
}

function beforeSampling(engine: Engine, readings: Sided<SideReading>): Promise<Sided<bigint>> {
  return mapSidesInOrder(readings, (reading, side) => {
    const rows = rowsOf({ ...reading, filter: { ...reading.filter, sample: null } });
    return readingSide(side, () => rowCount(engine, rows));
  });
}

/** Both sides without files that the other side has with equal sums, or with the same bytes. */
function rowsThatDiffer(readings: Sided<SideReading>, sums: Sided<SideSums>): Sided<Sql> {
  const canStandAlone = SIDES.every((side) => readings[side].table.fromFiles !== null);
  const decoded = mapSides(sums, ({ files }) => [...files.keys()].filter((i) => files[i] !== null));
  const left = canStandAlone ? withoutEqualFiles(mapSides(sums, decodedOf)) : null;
  if (left === null || SIDES.some((side) => left[side].length === 0)) return mapSides(readings, (one) => rowsOf(one));
  return mapSides(readings, (reading, side) =>
    rowsOf(
      reading,
      left[side].map((i) => decoded[side][i] as number),
    ),
  );
}

/**
 * Whether rules or tolerances may forgive the difference: not where a column without any holds other values on the two
 * sides. Columns are told by the sums of their values, which stay as they are where rows swap values; so none may differ.
 */
function mayAgree(plan: ColumnPlan, kinds: readonly MismatchKind[], differing: readonly string[]): boolean {
  if (kinds.some((kind) => kind !== 'checksum') || plan.missing_key.length > 0) return false;
  const forgiving = plan.columns.filter((column) => mayForgive({ columns: [column] })).map(({ name }) => name);
  return forgiving.length > 0 && differing.every((name) => forgiving.includes(name));
}
