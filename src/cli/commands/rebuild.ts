import { resolve } from 'node:path';
import { printTrouble } from '../../core/operating-error.ts';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import type { CliCommand } from '../command.ts';
import type { Terminal } from '../terminal.ts';

interface RebuildOptions {
  readonly config: string;
  readonly force?: true;
  readonly json?: true;
  readonly quiet?: true;
}

export const command: CliCommand = {
  id: 'rebuild',
  summary: 'set a damaged catalog aside, and build it again from the logs and reports; no other process may run',
  examples: [
    {
      line: 'shadowcheck rebuild --force --config sample-data/live.yaml',
      shows: 'how many landings, comparisons and slots were brought back, and where the old catalog is now',
    },
  ],
  define: (command, run, terminal) => {
    command
      .option('--config <file>', 'the config', 'shadowcheck.yaml')
      .option('--force', 'also where the catalog is whole')
      .option('--json', 'print what was brought back as JSON')
      .option('--quiet', 'print nothing')
      .action((options: RebuildOptions) => run(() => rebuild(options, terminal)));
  },
};

/** Exits 0 where everything was brought back, 3 where some log or report could not be read. */
async function rebuild(options: RebuildOptions, terminal: Terminal): Promise<ExitCode> {
  const { loadConfig } = await import('../../config/load.ts');
  const { rebuildCatalog } = await import('../../analyze/rebuild-catalog.ts');
  const { openDuckdb } = await import('../../engine/duckdb.ts');
  const { nodeFiles } = await import('../../store/files.ts');
  const { printJson } = await import('../print-json.ts');
  const config = await loadConfig(resolve(terminal.cwd, options.config));
  const effects = { files: nodeFiles, openEngine: openDuckdb, now: () => new Date() };
  const rebuilt = await rebuildCatalog(config, options.force === true, effects);
  if (options.json && !options.quiet) printJson(terminal, { version: '0.1', ...rebuilt });
  else if (!options.quiet) {
    const { landings, comparisons, slots, set_aside } = rebuilt;
    terminal.print(`${landings} landings · ${comparisons} comparisons · ${slots} slots`);
    if (set_aside !== null) terminal.print(`the old catalog: ${set_aside}`);
  }
  for (const trouble of rebuilt.troubles) terminal.tell(printTrouble(trouble));
  return rebuilt.troubles.length > 0 ? EXIT_CODES.inconclusive : EXIT_CODES.ok;
}
