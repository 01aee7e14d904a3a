/** The signal log back into landings and comparisons: what a lost catalog is built from again. */
import { join } from 'node:path';
import { OperatingError } from '../core/operating-error.ts';
import type { OpenEngine } from '../engine/engine.ts';
import type { ComparisonRecord } from './comparison-record.ts';
import { findSegments } from './find-segments.ts';
import type { LogForm } from './log-form.ts';
import { readLogSegment } from './log-reader.ts';
import type { LogSegment } from './log-segments.ts';
import { SIGNAL_COLUMNS } from './signal-columns.ts';
import { parseSignal, type Signal } from './signal-entry.ts';
import type { SignalLanding } from './signal-log.ts';
import type { QuarantineRecord } from './slot-record.ts';

const SIGNAL_FORM: LogForm<Signal> = {
  kind: 'signal',
  columns: SIGNAL_COLUMNS,
  required: ['signal_type', 'logged_at', 'job', 'partition_key'],
  json: [],
  parse: parseSignal,
};

/** What one file of the signal log tells. */
export interface SignalPart {
  /** Absolute. */
  readonly path: string;
  /** `superseded_by` and `gone_at_ms` are null: they are not logged, later landings and the folders tell them. */
  readonly landings: readonly SignalLanding[];
  readonly comparisons: readonly ComparisonRecord[];
  readonly quarantined: readonly QuarantineRecord[];
}

export interface FoundSignals {
  readonly segments: readonly LogSegment[];
  readonly troubles: readonly OperatingError[];
}

/** Every file of a store's signal log that counts, each row in one of them, by path; none where there is no log yet. */
export async function findSignals(store: string): Promise<FoundSignals> {
  const nothingKnown = { jsonlWatermark: () => null, isSegmentKnown: () => false };
  try {
    return await findSegments(join(store, 'logs', 'signal'), nothingKnown, 'signal');
  } catch (error) {
    if (error instanceof OperatingError && error.code === 'signal_log_missing') return { segments: [], troubles: [] };
    throw error;
  }
}

/**
 * A file after the other, so that no more than one (of at most a day) is held in memory. Throws `OperatingError`
 * `signal_log_unreadable` where the system keeps one from being read.
 */
export async function* readSignals(found: FoundSignals, openEngine: OpenEngine): AsyncIterable<SignalPart> {
  for (const segment of found.segments) {
    const { entries, quarantined } = await readLogSegment(segment, SIGNAL_FORM, openEngine);
    yield {
      path: segment.path,
      landings: entries.flatMap((signal) => ('landing' in signal ? [signal.landing] : [])),
      comparisons: entries.flatMap((signal) => ('comparison' in signal ? [signal.comparison] : [])),
      quarantined,
    };
  }
}
