/**
 * A pool of warm child processes. One message is one whole work item, so the parent holds no state of the work: it can
 * kill any child at any moment, and one bad item costs nobody else more than the wait for a child.
 *
 * An item waits in line (without a limit), then gets a child and `timeout_ms` for all of its tries together. It is tried
 * again once when its child died or outgrew its memory; `judgeEnding` decides.
 */
import { Inconclusive } from '../core/outcome.ts';
import { Child } from './child.ts';
import { type Ending, judgeEnding, printDeath } from './ending.ts';

export interface PoolOptions<Item> {
  /** File that calls `serveWork`. */
  readonly worker: URL;
  /** Most children at once; each is started when it is first needed, and kept. */
  readonly size: number;
  readonly timeout_ms: number;
  /** Ceiling on the resident memory of one child. It is looked at every 50 ms, so a child may pass it for that long. */
  readonly memory_bytes: number;
  /** The same item with less memory and fewer threads, for the one try after a child outgrew its memory. */
  readonly smaller: (item: Item) => Item;
  readonly log?: PoolLog;
}

/** A pino logger is one. */
export interface PoolLog {
  warn(fields: object, message: string): void;
}

export interface Pool<Item, Result> {
  /**
   * What the worker answers. Rejects with `Inconclusive` `deadline`, `out_of_memory`, or `cancelled` (a child died
   * twice; the pool was closed), with `OperatingError` `worker_not_started`, or with what the worker threw: an
   * `Inconclusive`, `OperatingError` or `EngineError` again as such.
   */
  run(item: Item): Promise<Result>;
  /** Kills all children; items in line or under way reject as `cancelled`. Resolves when the children are gone. */
  close(): Promise<void>;
}

export function createPool<Item, Result>(options: PoolOptions<Item>): Pool<Item, Result> {
  return new ProcessPool(options);
}

interface Work<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

class ProcessPool<Item, Result> implements Pool<Item, Result> {
  readonly #options: PoolOptions<Item>;
  readonly #waiting: Work<Item, Result>[] = [];
  readonly #children = new Set<Child>();
  readonly #idle: Child[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #closed = false;

  constructor(options: PoolOptions<Item>) {
    this.#options = options;
    // A stopped child never hears that its channel closed. First of all hooks: others remove what the children write to.
    process.prependListener('exit', this.#killAtOnce);
  }

  run(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#startNext();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#startNext();
    await Promise.all([...this.#children].map((child) => this.#retire(child)));
    await Promise.all(this.#underWay);
    process.off('exit', this.#killAtOnce);
  }

  #startNext(): void {
    while (this.#waiting.length > 0 && (this.#closed || this.#underWay.size < this.#options.size)) {
      const work = this.#waiting.shift() as Work<Item, Result>;
      if (this.#closed) {
        work.reject(new Inconclusive('cancelled', 'the worker pool was closed'));
        continue;
      }
      const done: Promise<void> = this.#tryToTheEnd(work)
        .catch(work.reject)
        .finally(() => {
          this.#underWay.delete(done);
          this.#startNext();
        });
      this.#underWay.add(done);
    }
  }

  async #tryToTheEnd({ item, resolve, reject }: Work<Item, Result>): Promise<void> {
    const { timeout_ms, memory_bytes, smaller } = this.#options;
    const deadline = performance.now() + timeout_ms;
    let current = item;
    for (let attempt = 1; ; attempt += 1) {
      const remaining_ms = Math.max(1, deadline - performance.now());
      const ending = await this.#tryOnce(current, { timeout_ms: remaining_ms, memory_bytes });
      const decision = judgeEnding(ending, attempt, { timeout_ms, memory_bytes });
      this.#tell(ending, attempt);
      if (decision.act === 'resolve') return resolve(decision.result as Result);
      if (decision.act === 'reject') return reject(decision.error);
      if (decision.smaller) current = smaller(current);
    }
  }

  async #tryOnce(item: Item, limits: { timeout_ms: number; memory_bytes: number }): Promise<Ending> {
    if (this.#closed) return { kind: 'closed' };
    const child = this.#idleChild() ?? this.#startChild();
    const ending = await child.work(item, limits);
    if (child.reusable && !this.#closed) this.#idle.push(child);
    else await this.#retire(child);
    return ending;
  }

  #idleChild(): Child | undefined {
    for (let child = this.#idle.pop(); child !== undefined; child = this.#idle.pop()) {
      if (child.reusable) return child;
      this.#children.delete(child);
    }
    return undefined;
  }

  #startChild(): Child {
    const child = new Child(this.#options.worker);
    this.#children.add(child);
    return child;
  }

  async #retire(child: Child): Promise<void> {
    await child.kill();
    this.#children.delete(child);
  }

  #tell(ending: Ending, attempt: number): void {
    const { log } = this.#options;
    if (ending.kind === 'overran') log?.warn({ attempt }, 'worker killed at its deadline');
    if (ending.kind === 'outgrew')
      log?.warn({ attempt, resident_bytes: ending.resident_bytes }, 'worker killed for memory');
    if (ending.kind === 'died') log?.warn({ attempt, stderr: ending.stderr }, `worker ${printDeath(ending)}`);
  }

  readonly #killAtOnce = (): void => {
    for (const child of this.#children) child.killAtOnce();
  };
}
