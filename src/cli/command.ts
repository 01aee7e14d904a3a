import type { Command } from 'commander';
import type { ExitCode } from '../core/outcome.ts';
import type { Terminal } from './terminal.ts';

/** A command of the CLI: one file in `commands/`, whose name is its id. What is heavy is imported in `run`, not above it. */
export interface CliCommand {
  readonly id: string;
  readonly summary: string;
  /** Command lines that work on the sample data; shown by `--help` and run by a test. */
  readonly examples: readonly { readonly line: string; readonly shows: string }[];
  /** Adds arguments and options, and calls `run` with what was given. */
  readonly define: (
    command: Command,
    run: (work: () => Promise<ExitCode>) => Promise<void>,
    terminal: Terminal,
  ) => void;
}
