/**
 * One warm child process. The parent is the only one who can hold it to anything: a query's interrupt came 5–8 s late
 * when measured, on a FIFO never, and the engine's own memory limit was overrun twenty times. So the deadline is a
 * SIGKILL, two seconds after a polite word, and so is the ceiling on resident memory.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { messageOf, OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { type Ending, printDeath, type TryLimits } from './ending.ts';
import { residentBytes } from './resident-memory.ts';
import type { FromChild, ToChild } from './serve-work.ts';
import { unpackThrown } from './thrown.ts';

const MEMORY_WATCH_MS = 50;
const CANCEL_GRACE_MS = 2_000;
/** A process stuck in the kernel (a hung network disk) survives SIGKILL until it returns: it is left behind then. */
const KILL_WAIT_MS = 1_000;
/** A timer that is set for longer fires at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;
const STDERR_TAIL = 4_096;

export class Child {
  readonly #process: ChildProcess;
  readonly #worker: URL;
  #ready = false;
  #gone = false;
  #stderr = '';
  /** Ends the try under way; later calls are without effect. */
  #end: (ending: Ending) => void = () => {};
  /** Set once the process is condemned: however it goes then, the try ends as this. */
  #endsAs: Ending | null = null;
  #watching = false;

  constructor(worker: URL) {
    this.#worker = worker;
    this.#process = fork(fileURLToPath(worker), [], {
      // Keeps bigint, Date, Map and typed arrays.
      serialization: 'advanced',
      // Not the parent's: a debugger's port or a test runner's loader is not for its children.
      execArgv: [],
      // Results go to the parent's stdout, so nothing else may.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.on('message', (message: FromChild) => this.#receive(message));
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL);
    });
    this.#process.on('error', (error) => {
      if (this.#process.pid === undefined) this.#fail(error);
    });
    this.#process.on('close', (code, signal) => this.#died(code, signal));
  }

  /** False once it died or was condemned, or has grown so far that the next item would start half full. */
  get reusable(): boolean {
    return !this.#gone && this.#endsAs === null;
  }

  /** For the last moment of the parent, where nothing can be awaited any more. */
  killAtOnce(): void {
    this.#process.kill('SIGKILL');
  }

  /** Works one item to its end, whatever the end is. Never rejects. */
  async work(item: unknown, limits: TryLimits): Promise<Ending> {
    if (this.#gone) return { kind: 'died', exit_code: null, signal: null, stderr: this.#stderr };
    const ended = new Promise<Ending>((resolve) => {
      this.#end = resolve;
    });
    const deadline = setTimeout(() => this.#overrun(), Math.min(limits.timeout_ms, TIMER_MAX_MS));
    const watch = setInterval(() => void this.#watch(limits.memory_bytes), MEMORY_WATCH_MS);
    this.#send({ item });
    const ending = await ended;
    clearTimeout(deadline);
    clearInterval(watch);
    if (ending.kind === 'answered' || ending.kind === 'threw') await this.#retireIfLarge(limits.memory_bytes / 2);
    return ending;
  }

  /** Kills; the try under way ends as `ending`. Resolves when the process is gone, or was left behind. */
  async kill(ending: Ending = { kind: 'closed' }): Promise<void> {
    this.#endsAs ??= ending;
    if (!this.#gone) {
      const closed = once(this.#process, 'close');
      this.#process.kill('SIGKILL');
      const waited = new AbortController();
      await Promise.race([closed, wait(KILL_WAIT_MS, undefined, { signal: waited.signal }).catch(() => {})]);
      waited.abort();
      if (!this.#gone) this.#leaveBehind();
    }
    this.#end(this.#endsAs);
  }

  #send(message: ToChild): void {
    try {
      // A channel that has closed is told by `close` as well.
      this.#process.send(message, () => {});
    } catch (error) {
      this.#end({ kind: 'threw', error: error instanceof Error ? error : new Error(messageOf(error)) });
    }
  }

  #receive(message: FromChild): void {
    if ('ready' in message) this.#ready = true;
    // An answer after the deadline is late, whatever it says: a cancelled query may look like an unreadable side.
    else if (this.#endsAs !== null) void this.kill();
    else if ('error' in message) this.#end({ kind: 'threw', error: unpackThrown(message.error) });
    else this.#end({ kind: 'answered', result: message.result });
  }

  #overrun(): void {
    this.#endsAs ??= { kind: 'overran' };
    this.#send({ cancel: true });
    const grace = setTimeout(() => void this.kill(), CANCEL_GRACE_MS);
    this.#process.once('close', () => clearTimeout(grace));
  }

  async #watch(ceiling: number): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    const resident = await this.#resident();
    this.#watching = false;
    if (resident > ceiling && this.#endsAs === null) await this.kill({ kind: 'outgrew', resident_bytes: resident });
  }

  /** Freed memory often stays with the process; the next item should not pay for this one. */
  async #retireIfLarge(limit: number): Promise<void> {
    if ((await this.#resident()) > limit) this.#endsAs = { kind: 'closed' };
  }

  async #resident(): Promise<number> {
    const id = this.#process.pid;
    return id === undefined || this.#gone ? 0 : ((await residentBytes(id)) ?? 0);
  }

  #died(exitCode: number | null, signal: string | null): void {
    this.#gone = true;
    const death = { exit_code: exitCode, signal };
    if (this.#endsAs === null && !this.#ready && signal !== 'SIGKILL') this.#fail(new Error(printDeath(death)));
    this.#end(this.#endsAs ?? { kind: 'died', ...death, stderr: this.#stderr });
  }

  /** The worker could not even start: trouble of the installation or the machine, not of an item. */
  #fail(cause: Error): void {
    this.#gone = true;
    const trouble = {
      code: 'worker_not_started',
      subject: fileURLToPath(this.#worker),
      message: `the worker process did not start: ${cause.message}`,
      hint: this.#stderr.trim().split('\n').slice(0, 12).join('\n') || undefined,
    };
    this.#end({ kind: 'threw', error: new OperatingError(EXIT_CODES.infrastructure, trouble, { cause }) });
  }

  #leaveBehind(): void {
    this.#gone = true;
    this.#process.unref();
    this.#process.channel?.unref();
    this.#process.stderr?.destroy();
  }
}
