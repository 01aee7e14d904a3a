/** Reads anybody's mismatch log. */
import type { Mismatch } from '../core/mismatch.ts';
import type { OpenEngine } from '../engine/engine.ts';
import type { LogForm, ReadPart, Refuse } from './log-form.ts';
import { readLogSegment } from './log-reader.ts';
import type { LogSegment } from './log-segments.ts';
import { MISMATCH_COLUMNS, REQUIRED_OF_OTHERS } from './mismatch-columns.ts';
import { parseEntry } from './mismatch-entry.ts';

export { type FoundSegments, findSegments } from './find-segments.ts';

const MISMATCH_FORM: LogForm<Mismatch> = {
  kind: 'mismatch',
  columns: MISMATCH_COLUMNS,
  required: REQUIRED_OF_OTHERS,
  json: ['detail'],
  parse: parseEntry,
};

export type ReadSegment = Pick<ReadPart<Mismatch>, 'entries' | 'quarantined'>;

/** See `readLogSegment`; what the system keeps from being read is `mismatch_log_unreadable`. */
export async function readSegment(
  segment: LogSegment,
  openEngine: OpenEngine,
  refuse: Refuse<Mismatch> = () => null,
): Promise<ReadSegment> {
  const { entries, quarantined } = await readLogSegment(segment, MISMATCH_FORM, openEngine, refuse);
  return { entries, quarantined };
}
