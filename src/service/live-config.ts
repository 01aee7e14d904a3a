/**
 * The config as the service goes by it: read again when one of its files changed. A config that cannot be read changes
 * nothing: the last good one stays in force, and what is wrong with the new one is shown until it is repaired.
 */
import { stat } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';

export interface LiveConfig {
  /** The last good one. */
  config(): Config;
  /** When that was read, milliseconds since 1970. */
  readAtMs(): number;
  /** What keeps the files as they are now from being used; null: nothing. */
  trouble(): OperatingError | null;
  /** Looks at the files, reads them again where one changed, then lists the tables of `discover` patterns. Never rejects. */
  refresh(): Promise<Config>;
}

export interface ConfigEffects {
  readonly load: (path: string) => Promise<Config>;
  /** The same config where the tables below its patterns are the same. */
  readonly discover: (config: Config) => Promise<Config>;
  readonly now: () => Date;
}

/** Throws what `load` throws: a service does not start on a config that cannot be read. */
export async function openLiveConfig(path: string, effects: ConfigEffects): Promise<LiveConfig> {
  let good = await readStamped(path, effects);
  let readAtMs = effects.now().getTime();
  let trouble: OperatingError | null = null;
  let underWay: Promise<Config> | null = null;

  const refresh = async (): Promise<Config> => {
    try {
      if (good.stamp === null || trouble !== null || (await stampOf(good.config.files)) !== good.stamp) {
        good = await readStamped(path, effects);
        readAtMs = effects.now().getTime();
      } else {
        good = { ...good, config: await effects.discover(good.config) };
      }
      trouble = null;
    } catch (error) {
      trouble = error instanceof OperatingError ? error : unreadable(path, error);
    }
    return good.config;
  };

  return {
    config: () => good.config,
    readAtMs: () => readAtMs,
    trouble: () => trouble,
    refresh() {
      // Two jobs may ring at once; one reading is enough for both.
      underWay ??= refresh().finally(() => {
        underWay = null;
      });
      return underWay;
    },
  };
}

interface Stamped {
  readonly config: Config;
  /** Null where a file may have been written while it was read: then it is read again. */
  readonly stamp: string | null;
}

/** File systems may keep whole seconds only. */
const SETTLED_MS = 2_000;

async function readStamped(path: string, { load, now }: ConfigEffects): Promise<Stamped> {
  const started = now().getTime();
  const config = await load(path);
  const stamp = await stampOf(config.files);
  const changes = await Promise.all(config.files.map(changedAtMs));
  return { config, stamp: changes.every((time) => time < started - SETTLED_MS) ? stamp : null };
}

async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = files.map(async (file) => {
    const found = await stat(file, { bigint: true }).catch(() => null);
    return found === null ? 'gone' : `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
  });
  return (await Promise.all(stamps)).join('\n');
}

async function changedAtMs(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  return found === null ? 0 : Math.max(found.mtimeMs, found.ctimeMs);
}

function unreadable(path: string, error: unknown): OperatingError {
  return new OperatingError(
    EXIT_CODES.usage,
    {
      code: 'config_unreadable',
      subject: path,
      message: `the config could not be read (${error instanceof Error ? error.name : typeof error})`,
      hint: 'the service goes on with the config that it read last',
    },
    { cause: error },
  );
}
