/** Whether somebody should look at the service, and at what. Pure: a view in, words out. */
import type { SilenceKind } from '../analyze/silence.ts';
import type { Trouble } from '../core/operating-error.ts';
import { SHADOWCHECK_VERSION } from '../core/version.ts';
import type { HealthView } from './health-view.ts';
import type { WorkState } from './scheduler.ts';

/** The answer of `/readyz`. Times are ISO in UTC. */
export interface Readiness {
  readonly ready: boolean;
  /** Why it is not; empty when it is. */
  readonly problems: readonly Trouble[];
  /** What somebody should know, and what keeps nothing from going on. */
  readonly notes: readonly Trouble[];
  readonly alarms: readonly AlarmAnswer[];
  readonly jobs: readonly JobAnswer[];
  readonly config: { readonly path: string; readonly read_at: string };
  readonly started_at: string;
  readonly version: string;
}

export interface AlarmAnswer {
  readonly kind: SilenceKind;
  readonly since: string;
  readonly age_seconds: number;
  readonly text: string;
}

export interface JobAnswer {
  readonly job: string;
  /** In this process. */
  readonly running_since: string | null;
  readonly stuck: boolean;
  /** By whichever process of the store. */
  readonly succeeded_at: string | null;
  readonly failed_at: string | null;
  readonly trouble: string | null;
}

/** Notes of one job beyond this are counted, not told. */
const NOTES_MAX = 20;

export function judgeReadiness(view: HealthView): Readiness {
  const alarms = view.silences.filter(({ is_alarm }) => is_alarm);
  const problems: Trouble[] = [
    ...(view.is_stopping ? [stopping()] : []),
    ...(view.catalog_trouble === null ? [] : [view.catalog_trouble]),
    ...view.config.troubles.map(configTrouble),
    ...view.works.flatMap(workProblems),
    ...alarms.map(({ kind, text }) => ({
      code: kind,
      subject: 'silence',
      message: text,
      hint: 'see which job fails or waits below; how long is fine stands in `alarms` of the config',
    })),
  ];
  return {
    ready: problems.length === 0,
    problems,
    notes: [...failedSlots(view), ...[...view.run_troubles].flatMap(([job, troubles]) => shortened(job, troubles))],
    alarms: alarms.map(({ kind, since_ms, age_ms, text }) => ({
      kind,
      since: iso(since_ms),
      age_seconds: Math.round(age_ms / 1000),
      text,
    })),
    jobs: view.works.map((work) => jobAnswer(work, view)),
    config: { path: view.config.path, read_at: iso(view.config.read_at_ms) },
    started_at: iso(view.process_started_at_ms),
    version: SHADOWCHECK_VERSION,
  };
}

function workProblems({ id, is_stuck, failures, trouble }: WorkState): readonly Trouble[] {
  if (is_stuck) {
    return [
      {
        code: 'job_stuck',
        subject: id,
        message: 'its run did not end when its deadline had passed',
        hint: 'the process ends by itself in a moment, so that its supervisor starts another; nothing is lost',
      },
    ];
  }
  if (failures === 0) return [];
  return [
    {
      code: 'job_failing',
      subject: id,
      message: `the last ${failures === 1 ? 'run' : `${failures} runs`} failed: ${trouble ?? 'unknown'}`,
      hint: 'it is tried again by itself; what is owed stays owed',
    },
  ];
}

function configTrouble(trouble: Trouble): Trouble {
  return {
    ...trouble,
    hint: `${trouble.hint ?? 'repair the file'}; until then the config that was read last is in force`,
  };
}

function stopping(): Trouble {
  return { code: 'stopping', subject: 'service', message: 'the service was told to end' };
}

function failedSlots({ facts }: HealthView): readonly Trouble[] {
  const failed = facts?.slots.failed ?? 0;
  if (failed === 0) return [];
  return [
    {
      code: 'slots_failed',
      subject: 'analyze-mismatches',
      message: `${failed} ${failed === 1 ? 'hour was' : 'hours were'} given up after several failed tries`,
      hint: 'the index page names them and says why',
    },
  ];
}

function shortened(job: string, troubles: readonly Trouble[]): readonly Trouble[] {
  const rest = troubles.length - NOTES_MAX;
  if (rest <= 0) return troubles;
  const more = { code: 'more_troubles', subject: job, message: `${rest} more, in the log of the run` };
  return [...troubles.slice(0, NOTES_MAX), more];
}

function jobAnswer(work: WorkState, { facts }: HealthView): JobAnswer {
  const runs = facts?.runs.filter(({ job }) => job === work.id) ?? [];
  const succeeded = newest([work.succeeded_at_ms, ...runs.map(({ succeeded_at_ms }) => succeeded_at_ms)]);
  const failed = newest([work.failed_at_ms, ...runs.map(({ failed_at_ms }) => failed_at_ms)]);
  return {
    job: work.id,
    running_since: work.running_since_ms === null ? null : iso(work.running_since_ms),
    stuck: work.is_stuck,
    succeeded_at: succeeded === null ? null : iso(succeeded),
    failed_at: failed === null ? null : iso(failed),
    trouble: work.trouble ?? runs.find(({ trouble }) => trouble !== null)?.trouble ?? null,
  };
}

function newest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
