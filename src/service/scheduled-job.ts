import type { Config } from '../config/config.ts';
import type { Trouble } from '../core/operating-error.ts';
import type { Log } from './log.ts';

/** Our own timed work, as a value: one file in `jobs/`. The scheduler is only what wakes it; the catalog knows what is owed. */
export interface ScheduledJob<Result> {
  /** File name without its ending; also the name of its lease. */
  readonly id: string;
  readonly title: string;
  /** Which schedule of the config says how often it is due. */
  readonly schedule: 'analyze' | 'compare';
  /** Longest that one run may take; then its signal is aborted, and the next run goes on. */
  readonly deadline_ms: number;
  /** How long its lease holds without being renewed: how soon another host may take over. */
  readonly lease_ms: number;
  readonly run: (config: Config, effects: JobEffects) => Promise<Result>;
  /** For logs and health checks. A method, so that jobs with different results stand in one list. */
  summaryOf?(result: Result): RunSummary;
}

/** What a run came to. */
export interface RunSummary {
  /** For the log. */
  readonly counts: Readonly<Record<string, number>>;
  /** What could not be done, although the run ended. */
  readonly troubles: readonly Trouble[];
  /** Why the run counts as failed all the same, such as a log that could not be read; null: it did not fail. */
  readonly failure: string | null;
}

export interface JobEffects {
  readonly log: Log;
  readonly now: () => Date;
  /** Who holds the lease: host, process id. */
  readonly holder: { readonly host: string; readonly pid: number };
  /** Whether a process of this host lives; a lease of a dead one is taken over at once. */
  readonly isAlive: (pid: number) => boolean;
  readonly onProgress: (progress: { readonly slot: string; readonly done: number; readonly total: number }) => void;
  /** Aborted at the deadline and on SIGTERM: what is under way ends, what is done is kept, the rest stays owed. */
  readonly signal: AbortSignal;
}
