/**
 * What a monitor reads. Totals come from the catalog at the scrape, so that every process of a store shows the whole and a
 * restart forgets nothing; only what is of this process alone (runs under way, worker processes) is counted in memory.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { SHADOWCHECK_VERSION } from '../core/version.ts';
import type { HealthFacts } from '../store/health.ts';
import type { EndKind } from './due.ts';
import type { HealthView } from './health-view.ts';
import { KILL_REASONS, type KillReason } from './worker-kills.ts';

export interface Metrics {
  onKill(reason: KillReason): void;
  onRun(job: string, end: EndKind, seconds: number): void;
  /** The text format of Prometheus. */
  render(view: HealthView): Promise<string>;
  readonly contentType: string;
}

/** From a poll that finds nothing to a catch-up over days. */
const RUN_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 150, 300, 600, 1800, 3600, 10_800, 21_600];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge<Label>({ name: `shadowcheck_${name}`, help, labelNames: [...labelNames], registers });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter<Label>({ name: `shadowcheck_${name}`, help, labelNames: [...labelNames], registers });

  const build = gauge('build_info', 'Always 1; the version is in the label', ['version', 'node_version']);
  build.set({ version: SHADOWCHECK_VERSION, node_version: process.versions.node }, 1);
  const processStart = gauge('start_time_seconds', 'When this process started');
  const catalogReadable = gauge(
    'catalog_readable',
    '1 while the catalog can be read; 0 leaves out all that comes from it',
  );
  const configBroken = gauge(
    'config_broken',
    '1 while the config files are not usable and an earlier reading is in force',
  );

  const lastSuccess = gauge('job_last_success_timestamp_seconds', 'When a run of the job last did well', ['job']);
  const lastFailure = gauge('job_last_failure_timestamp_seconds', 'When a run of the job last failed', ['job']);
  const failing = gauge('job_failing', '1 while the last recorded run of the job is a failed one', ['job']);
  const running = gauge('job_running', '1 while this process runs the job', ['job']);
  const stuck = gauge('job_stuck', '1 while a run of this process did not end at its deadline', ['job']);
  const troubles = gauge('job_run_troubles', 'What the last run of this process could not do, although it ended', [
    'job',
  ]);
  const runSeconds = new Histogram({
    name: 'shadowcheck_run_seconds',
    help: 'How long the runs of this process took, by how they ended',
    labelNames: ['job', 'end'] as const,
    buckets: RUN_SECONDS,
    registers,
  });
  const kills = counter('worker_kills_total', 'Worker processes of this process that were killed or died', ['reason']);
  for (const reason of KILL_REASONS) kills.inc({ reason }, 0);

  const unanalysed = gauge(
    'oldest_unanalysed_age_seconds',
    'Age of the oldest hour of the mismatch logs that waits for its analysis; 0 when none does',
  );
  const slots = gauge('slots', 'Hours of the mismatch logs by state', ['state']);
  const comparisons = counter('comparisons_total', 'Comparisons by outcome; starts anew with a new catalog', [
    'outcome',
  ]);
  const pairs = gauge('pairs', 'Landing pairs by state', ['state']);
  const tellings = gauge('tellings', 'Landings that were told and have not landed, by state', ['state']);
  const undecided = gauge('undecided_entries', 'Entries of the mismatch logs that could not be decided so far');
  const silence = gauge('silence_alarm', '1 while something has not happened for longer than the config allows', [
    'kind',
  ]);
  const silenceAge = gauge('silence_age_seconds', 'How long it has not happened', ['kind']);

  const fromCatalog = [lastSuccess, lastFailure, failing, unanalysed, slots, comparisons, pairs, tellings, undecided];
  const setFacts = (facts: HealthFacts, now_ms: number): void => {
    for (const { job, succeeded_at_ms, failed_at_ms, trouble } of facts.runs) {
      if (succeeded_at_ms !== null) lastSuccess.set({ job }, succeeded_at_ms / 1000);
      if (failed_at_ms !== null) lastFailure.set({ job }, failed_at_ms / 1000);
      failing.set({ job }, trouble === null ? 0 : 1);
    }
    const oldest = facts.oldest_unanalysed_ms;
    unanalysed.set(oldest === null ? 0 : Math.max(0, (now_ms - oldest) / 1000));
    for (const [state, count] of Object.entries(facts.slots)) slots.set({ state }, count);
    for (const [outcome, count] of Object.entries(facts.comparisons)) comparisons.inc({ outcome }, count);
    for (const [state, count] of Object.entries(facts.pairs)) pairs.set({ state }, count);
    for (const [state, count] of Object.entries(facts.tellings)) tellings.set({ state }, count);
    undecided.set(facts.undecided);
  };

  return {
    contentType: registry.contentType,
    onKill: (reason) => kills.inc({ reason }),
    onRun: (job, end, seconds) => runSeconds.observe({ job, end }, seconds),
    render(view) {
      for (const metric of [...fromCatalog, silence, silenceAge]) metric.reset();
      // A reset gauge without labels is 0, which would read as "nothing is owed".
      for (const gauge of [unanalysed, undecided]) gauge.remove();
      processStart.set(view.process_started_at_ms / 1000);
      catalogReadable.set(view.facts === null ? 0 : 1);
      configBroken.set(view.config.troubles.length === 0 ? 0 : 1);
      if (view.facts !== null) setFacts(view.facts, view.now_ms);
      for (const { id, running_since_ms, is_stuck } of view.works) {
        running.set({ job: id }, running_since_ms === null ? 0 : 1);
        stuck.set({ job: id }, is_stuck ? 1 : 0);
        troubles.set({ job: id }, view.run_troubles.get(id)?.length ?? 0);
      }
      for (const { kind, is_alarm, age_ms } of view.silences) {
        silence.set({ kind }, is_alarm ? 1 : 0);
        silenceAge.set({ kind }, age_ms / 1000);
      }
      return registry.metrics();
    },
  };
}
