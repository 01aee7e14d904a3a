import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import { SIDES } from '../../core/side.ts';
import type { Sql } from '../../sql/sql.ts';
import type { CliCommand } from '../command.ts';
import type { Terminal } from '../terminal.ts';

export const command: CliCommand = {
  id: 'config',
  summary: 'check the config',
  examples: [
    {
      line: 'shadowcheck config check --config sample-data/shadowcheck.yaml',
      shows: 'what is configured, or every problem with line and column',
    },
  ],
  define: (command, run, terminal) => {
    command
      .command('check')
      .description('read the config with its known issues and gates, and tell every problem at once')
      .option('--config <file>', 'the config', 'shadowcheck.yaml')
      .option('--json', 'print what was understood as JSON')
      .action((options: { config: string; json?: true }) => run(() => check(options, terminal)));
  },
};

async function check(options: { config: string; json?: true }, terminal: Terminal): Promise<ExitCode> {
  const { loadConfig } = await import('../../config/load.ts');
  const { loadPolicy } = await import('../../gate/policy.ts');
  const { selectJobs } = await import('../../gate/select.ts');
  const { printJson } = await import('../print-json.ts');
  const { openDuckdb } = await import('../../engine/duckdb.ts');
  const engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
  const parse = async (statement: Sql): Promise<string> => String((await engine.run(statement)).rows[0]?.[0]);
  const config = await loadConfig(resolve(terminal.cwd, options.config), parse).finally(() => engine.close());
  for (const path of Object.values(config.gates)) selectJobs(await loadPolicy(path), config);
  const summary = {
    config: config.path,
    store: config.store,
    jobs: [...config.jobs.keys()],
    discovered: [...config.jobs.values()].filter(({ discovered }) => discovered).length,
    uncovered: config.uncovered,
    mismatch_logs: config.mismatch_logs,
    known_issues: config.known_issues.map(({ id }) => id),
    gates: Object.keys(config.gates),
    notes: [
      ...config.notes,
      ...config.discovery_notes,
      ...config.discovery_troubles.map(({ place, subject, message }) => `${place}: ${subject} ${message}`),
      ...(await missingPlaces(config)),
    ],
  };
  if (options.json) printJson(terminal, summary);
  else {
    const { jobs, discovered, uncovered } = summary;
    const found = discovered === 0 ? '' : `, ${discovered} of them discovered`;
    terminal.print(`${config.path}: ${jobs.length} jobs${found} (${listed(jobs)})`);
    if (uncovered.length > 0) {
      const tables = uncovered.map(({ source, table }) => `${source}/${table}`);
      const stand =
        tables.length === 1
          ? '1 table stands on one side only and is'
          : `${tables.length} tables stand on one side only and are`;
      terminal.print(`${stand} compared with nothing (${listed(tables)})`);
    }
    terminal.print(`${summary.known_issues.length} known issues, ${summary.gates.length} gates, store ${config.store}`);
    for (const note of summary.notes) terminal.print(`note: ${note}`);
  }
  return EXIT_CODES.ok;
}

const LISTED_MAX = 20;

function listed(names: readonly string[]): string {
  const more = names.length > LISTED_MAX ? `, … see \`shadowcheck jobs\`` : '';
  return `${names.slice(0, LISTED_MAX).join(', ')}${more}`;
}

/** Places that the config names and that are not there: no error, since they may come with the first partition. */
async function missingPlaces(config: Config): Promise<readonly string[]> {
  const { pairingsOf } = await import('../../config/pairings.ts');
  const logs = config.mismatch_logs.filter((path) => !/[*?[{]/.test(path) && !existsSync(path));
  const pairs = [...config.jobs.values()]
    .filter(({ discovered }) => !discovered)
    .flatMap((job) => pairingsOf(job).map(({ sides }) => sides));
  const tables = new Set(pairs.flatMap((sides) => SIDES.map((side) => sides[side].root)));
  const missing = [...logs, ...[...tables].filter((path) => !existsSync(path))];
  return missing.map((path) => `${path} does not exist yet`);
}
