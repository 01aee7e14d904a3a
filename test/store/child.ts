/** Runs a script of `test/store/children/` in a real process of its own. It says `ready`, waits for `go`, and answers once. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
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
