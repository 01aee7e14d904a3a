import { type Engine, EngineError, type EngineLimits, type OpenEngine } from '../engine/engine.ts';
import type { ReadSchemas } from '../partition/parquet-layout.ts';
import type { PinnedLanding } from '../partition/pin.ts';
import { readSchemasOf } from '../partition/side-table.ts';

/** A process has one engine, whose version does not change while it runs, and only an open one tells it. */
let lastVersion: string | null = null;

/**
 * The engine that the pairs of a batch share, since opening one takes some 14 ms, longer than comparing a small pair. It is
 * opened when the first pair needs it, and opened anew after a pair that it failed on: a fatal error makes every later
 * statement fail.
 */
export class BatchSession {
  readonly #open: OpenEngine;
  readonly #limits: EngineLimits;
  readonly #landings: readonly PinnedLanding[];
  #engine: Engine | null = null;
  #schemas: ReadSchemas | null = null;

  constructor(open: OpenEngine, limits: EngineLimits, landings: readonly PinnedLanding[]) {
    this.#open = open;
    this.#limits = limits;
    this.#landings = landings;
  }

  get memory_bytes(): bigint | null {
    return this.#limits.memory_bytes;
  }

  /** The version of the engine that was opened last in this process; null where none was. */
  get version(): string | null {
    return lastVersion;
  }

  async engine(): Promise<Engine> {
    this.#engine ??= await this.#open(this.#limits);
    lastVersion = this.#engine.version;
    return this.#engine;
  }

  /**
   * The schemas of the batch's landings, as far as one statement tells them. None where it fails: then each is read when
   * its pair is, and the pair that has the trouble tells it.
   */
  async schemas(): Promise<ReadSchemas> {
    if (this.#schemas !== null) return this.#schemas;
    try {
      this.#schemas = await readSchemasOf(await this.engine(), this.#landings);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#schemas = new Map();
      await this.end();
    }
    return this.#schemas;
  }

  /** Ends the engine's session: whoever asks next gets a new one. */
  async end(): Promise<void> {
    const engine = this.#engine;
    this.#engine = null;
    await engine?.close();
  }
}
