/**
 * Runs timed work for months. node-cron rings when an hour begins, and a timer looks at least every 30 seconds, because
 * cron stalls silently after an excursion of the clock (measured with 4.6). A ring only asks `dueIn`; nothing here knows
 * what is owed.
 *
 *   waiting ──due──► running ──ends──► waiting
 *                       │ deadline: its signal is aborted
 *                       ▼ 5 s later it has not ended
 *                     stuck ──25 s later──► `onStuck` ends the process
 *
 * A run that hears no signal holds a lease and renews it for ever, so nobody else can do its work. Nothing is lost by a
 * process that ends (every promise here holds under `kill -9`), so that is the way out: the supervisor starts another.
 */
import { schedule } from 'node-cron';
import { printBug } from '../core/bug.ts';
import { dueIn, type EndKind, type LastRun, type Moment } from './due.ts';

export interface TimedWork {
  readonly id: string;
  /** Asked at each look, so that a changed config counts; null: never. */
  readonly everyMs: () => number | null;
  readonly deadline_ms: number;
  /** One run; never two of one work at once. Its rejection is a failure like any other. `endOf(signal)` outweighs its word. */
  readonly run: (signal: AbortSignal) => Promise<RunEnd>;
}

export interface RunEnd {
  readonly kind: EndKind;
  /** Of a failure, in words; null otherwise. */
  readonly trouble: string | null;
}

/** What it means for a run that its signal was aborted, however it ended then; null where it was not. */
export function endOf(signal: AbortSignal): RunEnd | null {
  if (!signal.aborted) return null;
  if (signal.reason === STOP) return { kind: 'stopped', trouble: null };
  return { kind: 'failed', trouble: `${String(signal.reason)}; what was done is kept, and the next run goes on` };
}

const STOP = 'the scheduler was stopped';

/** How a work does in this process. Times are milliseconds since 1970, null where there was none. */
export interface WorkState {
  readonly id: string;
  readonly running_since_ms: number | null;
  /** Its deadline has passed, and it hears no signal. */
  readonly is_stuck: boolean;
  readonly succeeded_at_ms: number | null;
  readonly failed_at_ms: number | null;
  /** In a row. */
  readonly failures: number;
  /** Of the last failure; null once a run succeeded. */
  readonly trouble: string | null;
}

export interface SchedulerEffects {
  /** The wall clock. */
  readonly now: () => Date;
  /** A clock that nobody can set. */
  readonly monotonicMs: () => number;
  /** A run ended; `seconds` by the monotonic clock. */
  readonly onEnd: (id: string, end: RunEnd, seconds: number) => void;
  /** A run was told to end at its deadline, and did not. Called again, with `isLast`, when the process should end. */
  readonly onStuck: (id: string, isLast: boolean) => void;
}

export interface Scheduler {
  states(): readonly WorkState[];
  /** No further run; those under way are told to end. Resolves to false where some had not ended after 8 s. */
  stop(): Promise<boolean>;
}

const LOOK_MS = 30_000;
/** Work that is always due, such as one that takes longer than its schedule, leaves room for others. */
const REST_MS = 100;
const STUCK_AFTER_MS = 5_000;
/** Time for a scrape to see what is stuck. */
const END_AFTER_MS = 30_000;
const STOP_MS = 8_000;

/** cron would write of missed rings to stdout, where results go. */
const SILENT = { info() {}, warn() {}, error() {}, debug() {} };

/** Starts everything that is due at once. */
export function startScheduler(works: readonly TimedWork[], effects: SchedulerEffects): Scheduler {
  const runners = works.map((work) => new Runner(work, effects));
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const look = (): void => {
    if (isStopped) return;
    clearTimeout(timer);
    const waits = runners.map((runner) => runner.startIfDue(look));
    timer = setTimeout(look, Math.max(REST_MS, Math.min(LOOK_MS, ...waits)));
  };
  const cron = schedule('0 * * * *', look, { timezone: 'UTC', suppressMissedWarning: true, logger: SILENT });
  look();
  return {
    states: () => runners.map((runner) => runner.state()),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      const ended = Promise.all(runners.map((runner) => runner.end())).then(() => true);
      await cron.destroy();
      return Promise.race([ended, after(STOP_MS)]);
    },
  };
}

interface UnderWay {
  readonly since: Moment;
  readonly done: Promise<void>;
  readonly abort: AbortController;
  readonly timers: readonly NodeJS.Timeout[];
}

/** One work, its run under way and what is known of the runs before. */
class Runner {
  readonly #work: TimedWork;
  readonly #effects: SchedulerEffects;
  #underWay: UnderWay | null = null;
  #isStuck = false;
  #last: LastRun | null = null;
  #succeededAtMs: number | null = null;
  #failedAtMs: number | null = null;
  #trouble: string | null = null;

  constructor(work: TimedWork, effects: SchedulerEffects) {
    this.#work = work;
    this.#effects = effects;
  }

  /** Milliseconds until it is due; endless while it runs. */
  startIfDue(onEnd: () => void): number {
    if (this.#underWay !== null) return Number.POSITIVE_INFINITY;
    const wait = dueIn(this.#work.everyMs(), this.#last, this.#moment()) ?? Number.POSITIVE_INFINITY;
    if (wait > 0) return wait;
    this.#start(onEnd);
    return Number.POSITIVE_INFINITY;
  }

  state(): WorkState {
    return {
      id: this.#work.id,
      running_since_ms: this.#underWay?.since.wall_ms ?? null,
      is_stuck: this.#isStuck,
      succeeded_at_ms: this.#succeededAtMs,
      failed_at_ms: this.#failedAtMs,
      failures: this.#last?.failures ?? 0,
      trouble: this.#trouble,
    };
  }

  async end(): Promise<void> {
    if (this.#underWay === null) return;
    for (const timer of this.#underWay.timers) clearTimeout(timer);
    this.#underWay.abort.abort(STOP);
    await this.#underWay.done;
  }

  #start(onEnd: () => void): void {
    const since = this.#moment();
    const abort = new AbortController();
    const { id, deadline_ms, run } = this.#work;
    const timers = [
      setTimeout(() => abort.abort(`not done after ${deadline_ms / 1000} s`), deadline_ms),
      setTimeout(() => this.#stuck(id, false), deadline_ms + STUCK_AFTER_MS),
      setTimeout(() => this.#stuck(id, true), deadline_ms + END_AFTER_MS),
    ];
    // Inside `then`, so that work that throws before its first await is a failed run too.
    const done = Promise.resolve()
      .then(() => run(abort.signal))
      .catch((error: unknown): RunEnd => ({ kind: 'failed', trouble: printBug(error) }))
      .then((end) => {
        for (const timer of timers) clearTimeout(timer);
        this.#ended(endOf(abort.signal) ?? end, since);
        onEnd();
      });
    this.#underWay = { since, done, abort, timers };
  }

  #ended(end: RunEnd, started: Moment): void {
    const now = this.#moment();
    const failures = end.kind === 'failed' ? (this.#last?.failures ?? 0) + 1 : 0;
    this.#last = { started, ended_monotonic_ms: now.monotonic_ms, end: end.kind, failures };
    this.#underWay = null;
    this.#isStuck = false;
    if (end.kind === 'succeeded') this.#succeededAtMs = now.wall_ms;
    if (end.kind === 'failed') this.#failedAtMs = now.wall_ms;
    if (end.kind === 'succeeded' || end.kind === 'failed') this.#trouble = end.trouble;
    this.#effects.onEnd(this.#work.id, end, (now.monotonic_ms - started.monotonic_ms) / 1000);
  }

  #stuck(id: string, isLast: boolean): void {
    this.#isStuck = true;
    this.#effects.onStuck(id, isLast);
  }

  #moment(): Moment {
    return { monotonic_ms: this.#effects.monotonicMs(), wall_ms: this.#effects.now().getTime() };
  }
}

function after(ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), ms).unref();
  });
}
