/** The command line: `main` parses, runs one command, and turns what it throws into a message and an exit code. */
import { Command, CommanderError } from 'commander';
import { engineKind } from '../analyze/user-sql.ts';
import { bugFrames } from '../core/bug.ts';
import { messageOf, OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES, type ExitCode, Inconclusive } from '../core/outcome.ts';
import { SHADOWCHECK_VERSION } from '../core/version.ts';
import { EngineError } from '../engine/engine.ts';
import { endOnLostOutput, endOnSignals, endOnUncaught } from './endings.ts';
import { commands } from './registry.ts';
import { safeTerminal } from './safe-terminal.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** Runs a command line (without node and script). Resolves to the exit code; never rejects. */
export async function main(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const terminal = openTerminal(process.stdout, process.stderr, env, process.cwd(), !argv.includes('--no-color'));
  const safe = safeTerminal(terminal);
  endOnSignals();
  endOnLostOutput([process.stdout, process.stderr], safe.tell);
  endOnUncaught((error) => tellError(error, safe));
  return runCommandLine(argv, terminal);
}

/** The same with everything outside passed in. */
export async function runCommandLine(argv: readonly string[], outside: Terminal): Promise<ExitCode> {
  const terminal = safeTerminal(outside);
  let code: ExitCode = EXIT_CODES.ok;
  const program = buildProgram(terminal, async (work) => {
    code = await work();
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return tellError(error, terminal);
  }
}

/** The whole program with every command defined; the reference page is written from it too. */
export function buildProgram(terminal: Terminal, run: (work: () => Promise<ExitCode>) => Promise<void>): Command {
  const program = new Command('shadowcheck')
    .description('Tells why two copies of a table differ.')
    .version(SHADOWCHECK_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .option('--no-color', 'no colours (NO_COLOR is honoured too)')
    .configureOutput({
      writeOut: (text) => terminal.print(text),
      writeErr: (text) => terminal.tell(text),
    })
    .exitOverride()
    .addHelpText('after', EXIT_CODE_HELP);
  for (const part of commands) {
    const command = program.command(part.id).description(part.summary).option('--no-color', 'no colours');
    part.define(command, run, terminal);
    const examples = part.examples.map(({ line, shows }) => `  ${line}\n      ${shows}`).join('\n');
    if (examples !== '') command.addHelpText('after', `\nExamples:\n${examples}\n`);
  }
  return program;
}

const EXIT_CODE_HELP = `
Exit codes: 0 match or pass · 1 mismatch or gate failed · 2 usage or config · 3 inconclusive · 4 infrastructure · 130 interrupted`;

function tellError(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage; // commander has told it
  if (error instanceof OperatingError) {
    terminal.tell(error.troubles.length > 1 ? `${error.troubles.length} problems:\n${error.message}` : error.message);
    return error.exitCode;
  }
  if (error instanceof Inconclusive) {
    terminal.tell(`inconclusive: ${error.message} [${error.reason}]`);
    return EXIT_CODES.inconclusive;
  }
  terminal.tell(`This is a bug in shadowcheck, please report it:\n${describeBug(error)}`);
  return EXIT_CODES.infrastructure;
}

/** Where it happened. What the engine said is left out: it quotes the data. */
function describeBug(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error);
  if (!(error instanceof EngineError)) return error.stack ?? error.message;
  return [`the engine refused a statement (${engineKind(error)} error)`, ...bugFrames(error)].join('\n');
}
