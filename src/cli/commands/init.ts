import { basename, resolve } from 'node:path';
import { OperatingError } from '../../core/operating-error.ts';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import type { CliCommand } from '../command.ts';
import type { Terminal } from '../terminal.ts';

interface InitOptions {
  readonly config: string;
  readonly print?: true;
}

export const command: CliCommand = {
  id: 'init',
  summary: 'write a first config from two folders of tables',
  examples: [
    {
      line: 'shadowcheck init sample-data/warehouse/production sample-data/warehouse/shadow --print',
      shows: 'a config with every twin table, its partition columns and a likely key',
    },
  ],
  define: (command, run, terminal) => {
    command
      .argument('<production>', 'folder of the production tables')
      .argument('<shadow>', 'folder of the shadow tables')
      .option('--config <file>', 'where the config is written', 'shadowcheck.yaml')
      .option('--print', 'print it instead of writing it')
      .action((production: string, shadow: string, options: InitOptions) =>
        run(() => init(production, shadow, options, terminal)),
      );
  },
};

async function init(production: string, shadow: string, options: InitOptions, terminal: Terminal): Promise<ExitCode> {
  const { draftConfig } = await import('../../config/init.ts');
  const { requireLocation } = await import('../../partition/files.ts');
  const { openDuckdb } = await import('../../engine/duckdb.ts');
  const { nodeFiles } = await import('../../store/files.ts');
  const folders = [resolve(terminal.cwd, production), resolve(terminal.cwd, shadow)] as const;
  for (const folder of folders) await requireLocation(folder);
  const path = resolve(terminal.cwd, options.config);
  const draft = await draftConfig(folders[0], folders[1], path, openDuckdb);
  for (const note of draft.notes) terminal.tell(note);
  if (options.print) {
    terminal.print(draft.text);
    return EXIT_CODES.ok;
  }
  if ((await nodeFiles.publish(path, Buffer.from(draft.text))) === 'already_there') {
    throw new OperatingError(EXIT_CODES.usage, {
      code: 'config_exists',
      subject: path,
      message: 'there is a file of this name already, and it stays as it is',
      hint: 'name another with --config, or look at the draft with --print',
    });
  }
  terminal.print(`wrote ${path}; look it over, then: shadowcheck config check --config ${basename(path)}`);
  return EXIT_CODES.ok;
}
