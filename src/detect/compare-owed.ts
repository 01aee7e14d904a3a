/** From pairs that are owed a comparison to comparisons that are recorded. */
import { join } from 'node:path';
import type { IngestionJob } from '../config/config.ts';
import { type Pairing, pairingOf, specOf, tableIdOf } from '../config/pairings.ts';
import { idOf, type Json } from '../core/identity.ts';
import type { Landing } from '../core/landing.ts';
import { mapSides, SIDES, type Side, type Sided } from '../core/side.ts';
import { type Spec, specIdOf } from '../core/spec.ts';
import type { Catalog } from '../store/catalog.ts';
import type { ComparisonRecord, PartitionFingerprints, Trigger } from '../store/comparison-record.ts';
import type { LandingRecord, PairRecord } from '../store/landing-record.ts';
import type { CompareRequest, CompareResult } from './compare-request.ts';

/** A pair of which both sides landed, with everything that a comparison of it is about. */
export interface OwedPair {
  readonly job: IngestionJob;
  readonly pairing: Pairing;
  readonly partition_key: string;
  readonly landings: Sided<LandingRecord>;
  readonly spec: Spec;
  readonly trigger: Trigger;
  readonly rechecks: string | null;
  readonly comparison_id: string;
}

/** Null for a pair whose job or pairing the config has no more, or of which a side is not there. */
export function owedPairOf(
  pair: PairRecord,
  jobs: ReadonlyMap<string, IngestionJob>,
  asked: { readonly trigger: Trigger; readonly rechecks: string | null } = { trigger: 'landing', rechecks: null },
): OwedPair | null {
  const job = jobs.get(pair.job);
  const pairing = job === undefined ? null : pairingOf(job, pair.pairing);
  const { production, shadow } = pair.landings;
  if (job === undefined || pairing === null || production === null || shadow === null) return null;
  const spec = specOf(job, pairing);
  const landings = { production, shadow };
  const comparison_id = comparisonIdOf(
    pair,
    mapSides(landings, ({ id }) => id),
    spec,
    asked,
  );
  return { job, pairing, partition_key: pair.partition_key, landings, spec, ...asked, comparison_id };
}

/** One look at these landings under these rules for this reason; a look again is another one than the look before. */
export function comparisonIdOf(
  { job, pairing }: Pick<PairRecord, 'job' | 'pairing'>,
  landing_ids: Sided<string | null>,
  spec: Spec,
  { trigger, rechecks }: Pick<OwedPair, 'trigger' | 'rechecks'>,
): string {
  return idOf(
    'comparison',
    job,
    pairing,
    landing_ids.production,
    landing_ids.shadow,
    specIdOf(spec),
    trigger,
    rechecks,
  );
}

export function compareRequestOf(pair: OwedPair, catalog: Catalog): CompareRequest {
  const { job, pairing, partition_key, landings } = pair;
  return {
    comparison_id: pair.comparison_id,
    job: job.name,
    partition_key,
    landings: mapSides(landings, (landing, side) => placeOf(landing, side, pairing)),
    spec: pair.spec,
    known: mapSides(landings, ({ table }) => catalog.fingerprintsOf(job.name, table, partition_key)),
    manifests: mapSides(pairing.sides, ({ landed }) => (landed.is_manifest ? landed.marker : null)),
    anew: pair.trigger === 'request',
  };
}

function placeOf(landing: LandingRecord, side: Side, { sides }: Pairing): Landing {
  const { landed, format } = sides[side];
  const { id, location, system, build, run_kind, landed_at_ms, due_at_ms, cpu_seconds, storage_bytes } = landing;
  return {
    side,
    location,
    system,
    build,
    // What was told has landed, marker or not.
    landed: landed.is_told ? { marker: null } : { marker: landed.marker },
    format,
    facts: {
      landing_id: id,
      run_kind,
      landed_at: new Date(landed_at_ms).toISOString(),
      due_at: due_at_ms === null ? null : new Date(due_at_ms).toISOString(),
      files_hash: landing.files_hash,
      size_bytes: landing.size_bytes,
      cpu_seconds,
      storage_bytes,
    },
  };
}

export function comparisonRecordOf(pair: OwedPair, result: CompareResult, compared_at_ms: number): ComparisonRecord {
  const { job, pairing, landings, spec } = pair;
  const fingerprints = mapSides(result.sides, ({ row_count, checksum }) =>
    row_count === null || checksum === null ? null : [String(row_count), checksum],
  );
  const isWhole = fingerprints.production !== null && fingerprints.shadow !== null;
  return {
    comparison_id: pair.comparison_id,
    content_id: isWhole ? idOf('content', fingerprints.production, fingerprints.shadow, specIdOf(spec)) : null,
    job: job.name,
    pairing: pairing.name,
    table_role: 'target',
    partition_key: pair.partition_key,
    landing_ids: mapSides(landings, ({ id }) => id),
    spec: specIdOf(spec),
    trigger: pair.trigger,
    rechecks: pair.rechecks,
    outcome: result.outcome,
    inconclusive_reason: result.inconclusive_reason,
    kinds: result.kinds,
    row_counts: mapSides(result.sides, ({ row_count }) => (row_count === null ? null : Number(row_count))),
    checksums: mapSides(result.sides, ({ checksum }) => checksum),
    integrity: mapSides(result.sides, ({ integrity }) => integrity),
    differing_columns: result.differing_columns,
    agreed_rows: result.agreed_rows === null ? null : Number(result.agreed_rows),
    fingerprint_source: result.fingerprint_source,
    reference_side: referenceSideOf(job, landings),
    stage: job.stage,
    detail: detailOf(pair, result),
    compared_at_ms,
    seconds: result.seconds,
  };
}

/** Legacy's side, by who wrote the landings; the job's own where that does not tell. */
export function referenceSideOf(job: IngestionJob, landings: Sided<Pick<LandingRecord, 'system'> | null>): Side {
  const legacy = SIDES.filter((side) => landings[side]?.system === 'legacy');
  return legacy.length === 1 ? (legacy[0] as Side) : job.reference_side;
}

function detailOf({ landings }: OwedPair, result: CompareResult): string | null {
  const seeded = SIDES.filter((side) => landings[side].run_kind === 'seeded');
  const isEmpty = SIDES.every((side) => result.sides[side].row_count === 0n);
  const sameBytes = result.sides.production.files_same_bytes;
  const detail = {
    ...(result.reason_text === null ? {} : { reason: result.reason_text }),
    ...(result.schema !== null && result.outcome === 'mismatch' ? { schema: result.schema as unknown as Json } : {}),
    ...(seeded.length === 0 ? {} : { seeded }),
    ...(isEmpty ? { empty: true } : {}),
    ...(sameBytes > 0 ? { files_same_bytes: sameBytes } : {}),
  };
  return Object.keys(detail).length === 0 ? null : JSON.stringify(detail);
}

/** What was read anew, to be kept with the partitions that it is of. */
export function fingerprintsOf(pair: OwedPair, result: CompareResult): readonly PartitionFingerprints[] {
  return SIDES.flatMap((side) => {
    const files = result.sides[side].fingerprints;
    if (files.length === 0) return [];
    const { job, partition_key, pairing } = pair;
    return [{ job: job.name, table: tableIdOf(pairing.sides[side]), partition_key, files }];
  });
}

/** A work item's folder for what is spilled, below the run's own. */
export function batchSpill(spill: string, number: number): string {
  return join(spill, `compare-${number}`);
}
