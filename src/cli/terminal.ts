/** Where a command writes: results to stdout, everything else to stderr, progress only where somebody watches. */
import type { Writable } from 'node:stream';

export interface Terminal {
  /** Results. */
  readonly print: (text: string) => void;
  /** Everything that is not a result. */
  readonly tell: (text: string) => void;
  /** One line that is overwritten; nothing where stderr is no terminal. An empty text clears it. */
  readonly progress: (text: string) => void;
  readonly color: boolean;
  readonly width: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

interface Stream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export function openTerminal(
  stdout: Stream,
  stderr: Stream,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  wantsColor: boolean,
): Terminal {
  const noColor = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  const isWatched = stderr.isTTY === true;
  let shown = false;
  const clear = (): void => {
    if (shown) stderr.write('\r\u001B[2K');
    shown = false;
  };
  return {
    print: (text) => {
      clear();
      stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    tell: (text) => {
      clear();
      stderr.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    progress: (text) => {
      if (!isWatched) return;
      clear();
      if (text === '') return;
      stderr.write(text.slice(0, (stderr.columns ?? 80) - 1));
      shown = true;
    },
    color: wantsColor && !noColor && stdout.isTTY === true,
    width: Math.min(stdout.columns ?? 100, 160),
    env,
    cwd,
  };
}
