/**
 * Segments of our own logs. What is logged where is decided here, before a file is written: rows are assigned to a segment
 * in one transaction, and the segment keeps their ids until it is published. So of two processes one has a row, and a
 * segment that was claimed by a process that was killed is written again with the same rows.
 */
import { z } from 'zod';
import { idOf } from '../core/identity.ts';
import { query } from '../sql/query-file.ts';
import type { OwnSegment } from './comparison-record.ts';
import { comparisonsFrom, withLandings } from './comparison-rows.ts';
import type { Database } from './database.ts';
import { jsonColumn } from './json-column.ts';
import { landingsById } from './landing-rows.ts';

const idRow = z.object({ id: z.string(), position: z.int() });
const held = z.object({ comparisons: z.array(z.string()), landings: z.array(z.string()) });
const segmentRow = z.object({
  id: z.string(),
  logged_at_ms: z.int(),
  held: jsonColumn(held),
});
type Held = z.infer<typeof held>;

/** See `Comparisons.claimOwnSegment`. */
export function claimOwnSegment(database: Database, now_ms: number, limit: number): OwnSegment | null {
  return database.transaction(() => {
    const comparisons = database.all(idRow, query('store/comparisons-unlogged', {}, { limit }));
    const landings = database.all(
      idRow,
      query('store/landings-unlogged', {}, { limit: Math.max(0, limit - comparisons.length) }),
    );
    if (comparisons.length + landings.length === 0) return null;
    const rows: Held = {
      comparisons: comparisons.map(({ id }) => id).sort(),
      landings: landings.map(({ id }) => id).sort(),
    };
    const id = idOf('own_segment', ...rows.comparisons, ...rows.landings);
    database.run(query('store/own-segment-insert', {}, { id, logged_at_ms: now_ms, held: JSON.stringify(rows) }));
    database.run(query('store/comparisons-assign', {}, { id, positions: positionsOf(comparisons) }));
    database.run(query('store/landings-assign', {}, { id, positions: positionsOf(landings) }));
    return segmentOf(database, { id, logged_at_ms: now_ms, held: rows });
  });
}

function positionsOf(rows: readonly z.infer<typeof idRow>[]): string[] {
  return rows.map(({ position }) => String(position));
}

export function claimedSegments(database: Database): OwnSegment[] {
  return database.snapshot(() =>
    database.all(segmentRow, query('store/own-segments-claimed')).map((row) => segmentOf(database, row)),
  );
}

export function markSegmentPublished(database: Database, id: string): void {
  database.run(query('store/own-segment-publish', {}, { id }));
}

function segmentOf(database: Database, { id, logged_at_ms, held }: z.infer<typeof segmentRow>): OwnSegment {
  const comparisons = comparisonsFrom(database, 'store/comparisons-by-id', { ids: held.comparisons });
  const landings = landingsById(database, held.landings);
  return {
    id,
    logged_at_ms,
    comparisons: withLandings(database, comparisons),
    landings: held.landings.flatMap((landing_id) => landings.get(landing_id) ?? []),
  };
}
