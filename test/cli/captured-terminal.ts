/** A terminal that keeps what is written, and a command line run against it in this process. */
import { runCommandLine } from '../../src/cli/main.ts';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function shadowcheck(cwd: string, ...argv: readonly string[]): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  const code = await runCommandLine(argv, {
    print: (text) => {
      stdout += text.endsWith('\n') ? text : `${text}\n`;
    },
    tell: (text) => {
      stderr += text.endsWith('\n') ? text : `${text}\n`;
    },
    progress: () => {},
    color: false,
    width: 100,
    env: {},
    cwd,
  });
  return { code, stdout, stderr };
}
