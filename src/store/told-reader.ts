/** Reads landing logs of others: JSON lines that still grow, or Parquet files, each line or row once. */
import { OperatingError } from '../core/operating-error.ts';
import type { OpenEngine } from '../engine/engine.ts';
import { findSegments } from './find-segments.ts';
import type { Telling } from './landing-record.ts';
import type { LogForm, ReadPart } from './log-form.ts';
import { readLogSegment } from './log-reader.ts';
import type { LogSegment, SegmentLookup } from './log-segments.ts';
import type { QuarantineRecord } from './slot-record.ts';
import { parseToldLanding, REQUIRED_OF_TELLINGS, TOLD_COLUMNS, type ToldLanding, tellingOf } from './told-landing.ts';

/** What one new part of a landing log tells. */
export interface ToldPart {
  /** To be recorded by `recordToldSegments` once its tellings are kept. */
  readonly segment: LogSegment;
  /** Their origin is the file and the line's first byte, or the row. */
  readonly tellings: readonly Telling[];
  readonly quarantined: readonly QuarantineRecord[];
}

const TOLD_FORM: LogForm<ToldLanding> = {
  kind: 'landing',
  columns: TOLD_COLUMNS,
  required: REQUIRED_OF_TELLINGS,
  json: ['inputs'],
  parse: parseToldLanding,
};

/**
 * What a landing log tells beyond what is known, part by part: every Parquet file that is not known, and of every file of
 * JSON lines the complete lines behind its watermark; a torn last line waits. `onTrouble` is told of each file that could
 * not be read this time; it stays unknown and is read by a later call. A telling that was kept already has the same id, so
 * that reading a part again after a crash tells nothing twice.
 *
 * `location` is a folder, a file or a glob. Throws `OperatingError` `landing_log_missing` where there is nothing at it; a
 * glob may match nothing.
 */
export async function* readToldLandings(
  location: string,
  known: SegmentLookup,
  openEngine: OpenEngine,
  now: () => Date,
  onTrouble: (error: OperatingError) => void,
): AsyncIterable<ToldPart> {
  const found = await findSegments(location, known, 'landing');
  for (const trouble of found.troubles) onTrouble(trouble);
  for (const segment of found.segments) {
    if (segment.kind === 'parquet' && known.isSegmentKnown(segment.id)) continue;
    let part: ReadPart<ToldLanding>;
    try {
      part = await readLogSegment(segment, TOLD_FORM, openEngine);
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      onTrouble(error);
      continue;
    }
    const { entries, places, quarantined } = part;
    const told_at_ms = now().getTime();
    const tellings = entries.map((told, i) => tellingOf(told, `${segment.path}, ${places[i]}`, told_at_ms));
    yield { segment, tellings, quarantined };
  }
}
