/** A pair of which one partition is not there, though its deadline has passed: the other one is all that can be looked at. */
import type { Landing } from '../core/landing.ts';
import { Inconclusive } from '../core/outcome.ts';
import { otherSide, SIDES, type Side } from '../core/side.ts';
import { partitionCauses } from '../diagnose/partition-causes.ts';
import { type Engine, EngineError } from '../engine/engine.ts';
import { filesHashOfPinned } from '../partition/files-hash.ts';
import { type PinnedLanding, pinLanding } from '../partition/pin.ts';
import { openSide } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import { type Sql, sql } from '../sql/sql.ts';
import type { Analysis } from './analysis.ts';
import { filterTrouble } from './filter-trouble.ts';
import { readingSide, rowCount, rowFilters } from './pair-reading.ts';
import type { AnalysisRequest } from './request.ts';

/**
 * Pins both sides. Returns the one that the log told as missing and that is still not there; null where both are.
 *
 * Throws `Inconclusive` as `pinLanding` does, and `superseded` where the files are not those of the landing in question, or
 * where our own detection told a side as missing that is there by now.
 */
export async function pinSides(
  request: AnalysisRequest,
  onPinned: (side: Side, pinned: PinnedLanding) => void,
): Promise<Side | null> {
  const { landings, logged_kinds = [] } = request;
  const told = toldMissing(request);
  let absent: Side | null = null;
  for (const side of SIDES) {
    try {
      const pinned = await readingSide(side, () => pinLanding(landings[side]));
      if (side === told) throw landedSince(side);
      onPinned(side, pinned);
      requireSameLanding(pinned);
    } catch (error) {
      const missing = `${side}_missing` as const;
      const isTold = error instanceof Inconclusive && error.reason === missing && logged_kinds.includes(missing);
      // Where neither side is there, nothing can be said of either.
      if (!isTold || absent !== null) throw error;
      absent = side;
    }
  }
  return absent;
}

/**
 * The side that our own detection told as missing: its entry names the landing of the other side and none of this one. Null
 * for other entries; a log of others tells no landings, and nobody else compares what it tells.
 */
export function toldMissing({ origins, logged_kinds = [] }: AnalysisRequest): Side | null {
  const isTold = (side: Side): boolean =>
    logged_kinds.includes(`${side}_missing`) &&
    origins?.[side].landing_id === null &&
    origins[otherSide(side)].landing_id !== null;
  return SIDES.find(isTold) ?? null;
}

/** For an entry that told this side as missing: the detection compares what has landed, and knows by which build. */
export function landedSince(side: Side): Inconclusive {
  return new Inconclusive('superseded', `${side}: it has landed since; the comparison of that landing is owed`);
}

/** Evidence about one landing says nothing about the next. */
function requireSameLanding(pinned: PinnedLanding): void {
  const { facts, location, side } = pinned.landing;
  if (facts === undefined || filesHashOfPinned(pinned) === facts.files_hash) return;
  throw new Inconclusive(
    'superseded',
    `${side}: the files below ${location} are others than when this landing was compared`,
  );
}

/** What a missing partition comes to: how many rows the other side holds, and the cause. Throws `Inconclusive`, `OperatingError`. */
export async function lookAtOther(
  absent: Side,
  there: PinnedLanding,
  request: AnalysisRequest,
  engine: Engine,
): Promise<Pick<Analysis, 'outcome' | 'absent' | 'diagnosis'>> {
  const { side } = there.landing;
  const rows = await readingSide(side, () => countRows(there, request, engine));
  const findings = partitionCauses({
    side: absent,
    rows,
    reference_side: request.reference_side,
    builds: { production: request.landings.production.build, shadow: request.landings.shadow.build },
  });
  return {
    outcome: 'mismatch',
    absent: { side: absent, rows_there: rows },
    diagnosis: { findings, unexplained_rows: 0n },
  };
}

/** Looks again whether nothing stands there. Throws `Inconclusive` `partition_changed` where it has come meanwhile. */
export async function requireAbsent(landing: Landing): Promise<void> {
  try {
    await pinLanding(landing);
  } catch (error) {
    if (error instanceof Inconclusive && error.reason === `${landing.side}_missing`) return;
    if (!(error instanceof Inconclusive)) throw error;
  }
  throw new Inconclusive('partition_changed', `${landing.side}: ${landing.location} came while this was looked at`);
}

/** After the rules' condition, as everywhere. */
async function countRows(there: PinnedLanding, { spec, spill }: AnalysisRequest, engine: Engine): Promise<bigint> {
  const { side } = there.landing;
  const { file, row, from } = await openSide(engine, there, spill);
  const text = spec.where[side];
  const where = { production: null, shadow: null, [side]: text };
  const filters = await rowFilters(engine, { ...spec, where });
  const rowsOf = (_: Side, filtered: boolean): Sql => {
    const condition = (filtered ? filters[side].where : null) ?? sql`true`;
    return query('compare/side', { file, row, values: sql`0 AS "nothing"`, from, condition });
  };
  try {
    return await rowCount(engine, rowsOf(side, true));
  } catch (error) {
    const failed = error instanceof EngineError ? await filterTrouble(engine, { where, rowsOf }) : null;
    throw failed ?? error;
  }
}
