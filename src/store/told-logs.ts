/**
 * Which parts of landing logs are known. They are kept apart from the segments of mismatch logs: those wait for a slot of
 * the analysis, and a file that stands in both kinds of log by mistake is read by both.
 */
import { z } from 'zod';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';
import { continues, type LogSegment, type SegmentLookup, watermarksIn } from './log-segments.ts';

export interface ToldLogs {
  /** For `readToldLandings`. */
  readonly toldSegments: SegmentLookup;
  /**
   * Their tellings are kept: they are not read again. A part of a growing file that does not begin where the last one
   * ended is left out, because another process was first; it is read again from there.
   */
  recordToldSegments(segments: readonly LogSegment[]): void;
}

const idRow = z.object({ id: z.string() });

export function toldLogsIn(database: Database): ToldLogs {
  const watermarks = watermarksIn(database, 'told_watermark');

  function record(segment: LogSegment): void {
    const { id, path, file, to_offset } = segment;
    if (file === null || to_offset === null) {
      database.run(query('store/told-segment-insert', {}, { id, path }));
    } else if (continues(segment, watermarks.read(file.device_inode))) {
      watermarks.write({ ...file, offset_bytes: to_offset });
    }
  }

  return {
    toldSegments: {
      isSegmentKnown: (id) => database.one(idRow, query('store/told-segment-known', {}, { id })) !== null,
      jsonlWatermark: watermarks.read,
    },
    recordToldSegments: (segments) =>
      database.transaction(() => {
        for (const segment of segments) record(segment);
      }),
  };
}
