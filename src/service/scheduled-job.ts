import type { Config } from '../config/config.ts';
import type { Log } from './log.ts';

/** Our own timed work, as a value: one file in `jobs/`. The scheduler is only what wakes it; the catalog knows what is owed. */
export interface ScheduledJob<Result> {
  /** File name without its ending; also the name of its lease. */
  readonly id: string;
  readonly title: string;
  /** How often it is due, in the config's words. */
  readonly schedule: 'hourly';
  /** Longest that one run may take. */
  readonly deadline_ms: number;
  /** How long its lease holds without being renewed: how soon another host may take over. */
  readonly lease_ms: number;
  readonly run: (config: Config, effects: JobEffects) => Promise<Result>;
}

export interface JobEffects {
  readonly log: Log;
  readonly now: () => Date;
  /** Who holds the lease: host, process id. */
  readonly holder: { readonly host: string; readonly pid: number };
  /** Whether a process of this host lives; a lease of a dead one is taken over at once. */
  readonly isAlive: (pid: number) => boolean;
  readonly onProgress: (progress: { readonly slot: string; readonly done: number; readonly total: number }) => void;
}
