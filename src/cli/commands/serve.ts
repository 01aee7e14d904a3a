import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import type { CliCommand } from '../command.ts';
import { untilTerminated } from '../endings.ts';
import type { Terminal } from '../terminal.ts';

interface ServeOptions {
  readonly config: string;
  readonly check?: true;
  readonly verbose?: true;
  readonly quiet?: true;
}

export const command: CliCommand = {
  id: 'serve',
  summary: 'the service: runs the scheduled jobs, serves reports, health and metrics, until it is told to end',
  examples: [
    {
      line: 'shadowcheck serve --config sample-data/shadowcheck.yaml --check',
      shows: 'what the service would do with this config, without doing it',
    },
  ],
  define: (command, run, terminal) => {
    command
      .option('--config <file>', 'the config', 'shadowcheck.yaml')
      .option('--check', 'say what would be served, and whether the store can be used; then exit')
      .option('--verbose', 'log lines of the scheduler too')
      .option('--quiet', 'log lines of trouble only')
      .action((options: ServeOptions) =>
        run(() => (options.check ? check(options, terminal) : serve(options, terminal))),
      );
  },
};

/** Ends with 0 when everything under way ended or was kept in time, else with 4. Logs go to stderr. */
async function serve(options: ServeOptions, terminal: Terminal): Promise<ExitCode> {
  const { loadConfig } = await import('../../config/load.ts');
  const { discoverJobs } = await import('../../config/discover-jobs.ts');
  const { openLog } = await import('../../service/log.ts');
  const { createMetrics } = await import('../../service/metrics.ts');
  const { killReasonOf } = await import('../../service/worker-kills.ts');
  const { startService } = await import('../../service/service.ts');
  const { scheduledJobs } = await import('../../../jobs/registry.ts');
  const metrics = createMetrics();
  const log = openLog(levelOf(options), { run: `${hostname()}-${process.pid}` }, (message) => {
    const reason = killReasonOf(message);
    if (reason !== null) metrics.onKill(reason);
  });
  const service = await startService(resolve(terminal.cwd, options.config), scheduledJobs, {
    load: loadConfig,
    discover: discoverJobs,
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    log,
    metrics,
    onStuck: () => process.exit(EXIT_CODES.infrastructure),
  });
  await untilTerminated();
  log.info('told to end');
  if (await service.stop()) {
    log.info('ended');
    return EXIT_CODES.ok;
  }
  log.error('a run did not end in time; the next process goes on from what it recorded');
  process.exit(EXIT_CODES.infrastructure); // its timers and connections would keep the process
}

function levelOf(options: ServeOptions): string {
  if (options.quiet) return 'warn';
  return options.verbose ? 'debug' : 'info';
}

async function check(options: ServeOptions, terminal: Terminal): Promise<ExitCode> {
  const { loadConfig } = await import('../../config/load.ts');
  const { checkStore } = await import('../../store/files.ts');
  const { checkCatalog } = await import('../../service/check-catalog.ts');
  const { scheduledJobs } = await import('../../../jobs/registry.ts');
  const config = await loadConfig(resolve(terminal.cwd, options.config));
  await checkStore(nearestStanding(config.store));
  checkCatalog(config.store);
  const { host, port, hosts } = config.service;
  const name = host.includes(':') ? `[${host}]` : host;
  terminal.print(`config: ${config.path}, ${config.jobs.size} ingestion jobs`);
  terminal.print(`store: ${config.store}`);
  terminal.print(`listens on: http://${name}:${port}${hosts.length === 0 ? '' : `, for ${hosts.join(', ')} too`}`);
  for (const job of scheduledJobs) {
    terminal.print(`${job.id}: ${printSchedule(config.schedules[job.schedule].every_ms)}`);
  }
  return EXIT_CODES.ok;
}

/** A check makes no folder: one that is not there yet is judged by the one that it would be made in. */
function nearestStanding(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestStanding(dirname(folder));
}

function printSchedule(every_ms: number | null): string {
  if (every_ms === null) return 'never, its schedule is off';
  if (every_ms === 3_600_000) return 'at the start of every hour of UTC';
  if (every_ms === 86_400_000) return 'at midnight UTC';
  return `every ${every_ms / 1000} seconds`;
}
