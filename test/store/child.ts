/** Runs a script of `test/store/children/` in a real process of its own. It says `ready`, waits for `go`, and answers once. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';

export interface Child {
  go(): void;
  answer: Promise<unknown>;
}

export async function startChild(script: string, ...args: readonly string[]): Promise<Child> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'children', script), [...args], { stdio: 'inherit' });
  const first = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (first[0] !== 'ready') throw new Error(`${script} did not start: ${first[0]}`);
  const answer = new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} and no answer`)));
  });
  return { go: () => child.send('go'), answer };
}

/** Starts all, lets them go at once, and returns their answers. */
export async function race(script: string, args: readonly (readonly string[])[]): Promise<unknown[]> {
  const children = await Promise.all(args.map((own) => startChild(script, ...own)));
  for (const child of children) child.go();
  return Promise.all(children.map((child) => child.answer));
}

/** What `children/unprivileged.ts` answers: read permissions mean nothing to root, who often runs tests. */
export async function asNobody(task: 'log' | 'sweep', folder: string): Promise<unknown> {
  const child = await startChild('unprivileged.ts', task, folder);
  child.go();
  return child.answer;
}

/** Lets every user into a folder that was made for its owner alone. */
export function openFolder(folder: string): string {
  chmodSync(folder, 0o755);
  return folder;
}
