import type { Outcome } from '../core/outcome.ts';
import type { PairReport } from './pair-report.ts';
import type { SlotReport } from './slot-report.ts';

/** A form in which reports are written; one file in formats/. Pure: the same report gives the same bytes. */
export interface ReportFormat {
  /** As `--format` names it. */
  readonly id: string;
  readonly extension: string;
  readonly title: string;
  /** One comparison. */
  readonly pair: (report: PairReport, context: PairContext) => string;
  /** One analysis run. */
  readonly slot: (report: SlotReport) => string;
}

/** What a report of one comparison does not hold itself. */
export interface PairContext {
  /** Where the run's page stands; null where there is none. */
  readonly back_href: string | null;
  /** This partition and its neighbours, oldest first; outcome null where nothing has landed. */
  readonly history: readonly HistoryEntry[] | null;
  /** Terminal only. */
  readonly color: boolean;
  /** Terminal only: columns. */
  readonly width: number;
}

export interface HistoryEntry {
  readonly partition_key: string;
  readonly outcome: Outcome | null;
  readonly href: string | null;
}
