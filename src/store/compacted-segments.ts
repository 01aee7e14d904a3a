/** What the catalog has to know of compacted mismatch segments: their entries were analysed, and are not to be again. */
import { z } from 'zod';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';
import type { LogSegment } from './log-segments.ts';

export interface CompactedSegments {
  /** Those of these segments whose slot is committed: nobody will ask for their file again. */
  committedSegments(ids: readonly string[]): ReadonlySet<string>;
  /**
   * Records a segment that stands for others: it belongs to the slot of this one of them, so that it is never claimed.
   * To be called before the segment counts as a part of the log.
   */
  recordCompacted(segment: LogSegment, stands_for: string): void;
}

const idRow = z.object({ id: z.string() });

export function compactedSegmentsIn(database: Database): CompactedSegments {
  return {
    committedSegments: (ids) =>
      new Set(database.all(idRow, query('store/segments-committed', {}, { ids })).map(({ id }) => id)),
    recordCompacted: ({ id, log, path, hour }, stands_for) => {
      database.run(query('store/segment-insert-compacted', {}, { id, log, path, hour, stands_for }));
    },
  };
}
