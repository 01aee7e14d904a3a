// Written by scripts/write-registries.ts from the files beside it: run `npm run generate`, do not edit.
import type { CliCommand } from './command.ts';
import { command as analyzeCommand } from './commands/analyze.ts';
import { command as compareCommand } from './commands/compare.ts';
import { command as configCommand } from './commands/config.ts';
import { command as diffCommand } from './commands/diff.ts';
import { command as gateCommand } from './commands/gate.ts';
import { command as initCommand } from './commands/init.ts';
import { command as jobsCommand } from './commands/jobs.ts';
import { command as queryCommand } from './commands/query.ts';
import { command as rebuildCommand } from './commands/rebuild.ts';
import { command as serveCommand } from './commands/serve.ts';
import { command as showCommand } from './commands/show.ts';
import { command as verifyCommand } from './commands/verify.ts';

export const commands: readonly CliCommand[] = [
  analyzeCommand,
  compareCommand,
  configCommand,
  diffCommand,
  gateCommand,
  initCommand,
  jobsCommand,
  queryCommand,
  rebuildCommand,
  serveCommand,
  showCommand,
  verifyCommand,
];
