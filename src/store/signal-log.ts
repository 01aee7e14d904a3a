/**
 * Landings and comparisons as rows of the signal log. Everything that the catalog knows of them is in a row, so that a
 * lost catalog can be built again; what is not is derived: which landing superseded another follows from their sequence.
 */
import { SIDES, type Side } from '../core/side.ts';
import type { LoggedComparison } from './comparison-record.ts';
import type { LandingInput, LandingRecord } from './landing-record.ts';
import type { LogCell } from './log-column.ts';
import { parquetBytes } from './parquet.ts';
import { SIGNAL_COLUMNS, type SignalField, type SignalSideField } from './signal-columns.ts';

export const SIGNAL_VERSION = 1;

/** A landing with what it was made from. */
export interface SignalLanding extends LandingRecord {
  readonly inputs: readonly LandingInput[];
}

type SignalRow = Partial<Readonly<Record<SignalField, LogCell>>>;

/**
 * The bytes of one segment of the signal log: the landings, then the comparisons, in the order given. The same records
 * give the same bytes. Throws `OperatingError` `count_too_large` for a count beyond 2^53.
 */
export function signalSegment(
  landings: readonly SignalLanding[],
  comparisons: readonly LoggedComparison[],
): Promise<Uint8Array> {
  return parquetBytes(SIGNAL_COLUMNS, cellsOf(landings, comparisons));
}

function* cellsOf(
  landings: readonly SignalLanding[],
  comparisons: readonly LoggedComparison[],
): Iterable<readonly LogCell[]> {
  for (const landing of landings) yield inOrder(landingRow(landing));
  for (const comparison of comparisons) yield inOrder(comparisonRow(comparison));
}

function inOrder(row: SignalRow): readonly LogCell[] {
  return SIGNAL_COLUMNS.map(({ name }) => row[name] ?? null);
}

function landingRow(landing: SignalLanding): SignalRow {
  return {
    record_version: SIGNAL_VERSION,
    signal_id: landing.id,
    signal_type: 'landing',
    logged_at: new Date(landing.discovered_at_ms),
    job: landing.job,
    table_role: landing.table_role,
    partition_key: landing.partition_key,
    partition_start_at: timeOf(landing.partition_start_ms),
    partition_end_at: timeOf(landing.partition_end_ms),
    landing_id: landing.id,
    table: landing.table,
    location: landing.location,
    sequence: landing.sequence,
    system: landing.system,
    build: landing.build,
    run_kind: landing.run_kind,
    landed_at: new Date(landing.landed_at_ms),
    landed_at_from: landing.landed_at_from,
    due_at: timeOf(landing.due_at_ms),
    latency_seconds: latencyOf(landing),
    discovered_at: new Date(landing.discovered_at_ms),
    row_count: landing.row_count,
    file_count: landing.file_count,
    size_bytes: landing.size_bytes,
    cpu_seconds: landing.cpu_seconds,
    storage_bytes: landing.storage_bytes,
    integrity: landing.integrity,
    files_hash: landing.files_hash,
    inputs: landing.inputs.length === 0 ? null : JSON.stringify(landing.inputs),
  };
}

function comparisonRow(comparison: LoggedComparison): SignalRow {
  const { landings } = comparison;
  const starts = SIDES.map((side) => landings[side]?.partition_start_ms ?? null);
  return {
    record_version: SIGNAL_VERSION,
    signal_id: comparison.comparison_id,
    signal_type: 'comparison',
    logged_at: new Date(comparison.compared_at_ms),
    job: comparison.job,
    pairing: comparison.pairing,
    table_role: comparison.table_role,
    partition_key: comparison.partition_key,
    partition_start_at: timeOf(starts.find((start) => start !== null) ?? null),
    stage: comparison.stage,
    comparison_id: comparison.comparison_id,
    content_id: comparison.content_id,
    outcome: comparison.outcome,
    inconclusive_reason: comparison.inconclusive_reason,
    kinds: comparison.kinds,
    trigger: comparison.trigger,
    rechecks: comparison.rechecks,
    spec: comparison.spec,
    reference_side: comparison.reference_side,
    fingerprint_source: comparison.fingerprint_source,
    differing_columns: comparison.differing_columns,
    agreed_rows: comparison.agreed_rows,
    seconds: comparison.seconds,
    evidence: evidenceOf(comparison),
    detail: comparison.detail,
    ...sideRow(comparison, 'production'),
    ...sideRow(comparison, 'shadow'),
  };
}

/** A landing that was copied from the other system's agrees with it whatever the system does. */
export function evidenceOf({ landings }: Pick<LoggedComparison, 'landings'>): 'independent' | 'seeded' {
  return SIDES.some((side) => landings[side]?.run_kind === 'seeded') ? 'seeded' : 'independent';
}

function sideRow(comparison: LoggedComparison, side: Side): SignalRow {
  const landing = comparison.landings[side];
  const cells: Readonly<Record<SignalSideField, LogCell>> = {
    landing_id: comparison.landing_ids[side],
    sequence: landing?.sequence ?? null,
    system: landing?.system ?? null,
    build: landing?.build ?? null,
    run_kind: landing?.run_kind ?? null,
    row_count: comparison.row_counts[side],
    checksum: comparison.checksums[side],
    landed_at: timeOf(landing?.landed_at_ms ?? null),
    due_at: timeOf(landing?.due_at_ms ?? null),
    latency_seconds: landing === null ? null : latencyOf(landing),
    size_bytes: landing?.size_bytes ?? null,
    cpu_seconds: landing?.cpu_seconds ?? null,
    storage_bytes: landing?.storage_bytes ?? null,
    integrity: comparison.integrity[side],
  };
  return Object.fromEntries(Object.entries(cells).map(([name, cell]) => [`${side}_${name}`, cell]));
}

/** From due time to readable; before it is due: negative. Null where no due time is known. */
function latencyOf({ landed_at_ms, due_at_ms }: LandingRecord): number | null {
  return due_at_ms === null ? null : (landed_at_ms - due_at_ms) / 1000;
}

function timeOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
