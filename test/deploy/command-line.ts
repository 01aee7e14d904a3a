/** Holds a command line of a file against the real CLI, without running the command. */
import { CommanderError } from 'commander';
import { buildProgram } from '../../src/cli/main.ts';

/** What the CLI says against these words (without the program's own name); null where it takes them. */
export async function refusalOf(words: readonly string[]): Promise<string | null> {
  let told = '';
  let ran = false;
  const terminal = {
    print: () => {},
    tell: (text: string) => {
      told += text;
    },
    progress: () => {},
    color: false,
    width: 100,
    env: {},
    cwd: '.',
  };
  const program = buildProgram(terminal, async () => {
    ran = true;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return told || error.message;
    throw error;
  }
  return ran ? null : 'no command was run';
}
