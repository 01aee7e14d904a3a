/** Everything that is known of how the service does, at one moment: what the catalog tells of all processes, and this one's own. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Silence, silences } from '../analyze/silence.ts';
import type { Config } from '../config/config.ts';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { openCatalog } from '../store/catalog.ts';
import type { HealthFacts } from '../store/health.ts';
import type { WorkState } from './scheduler.ts';

export interface HealthView {
  readonly now_ms: number;
  readonly process_started_at_ms: number;
  /** Null where the catalog could not be read; `catalog_trouble` says why. */
  readonly facts: HealthFacts | null;
  readonly catalog_trouble: Trouble | null;
  readonly silences: readonly Silence[];
  readonly works: readonly WorkState[];
  /** What the last run of each job could not do, although it ended. */
  readonly run_troubles: ReadonlyMap<string, readonly Trouble[]>;
  readonly config: ConfigView;
  readonly is_stopping: boolean;
}

export interface ConfigView {
  readonly path: string;
  readonly read_at_ms: number;
  readonly troubles: readonly Trouble[];
}

/**
 * The facts, or why there are none. The catalog is opened anew each time: `rebuild` puts another file in its place, and an
 * open one would go on with the damaged one.
 */
export function readFacts(store: string): Pick<HealthView, 'facts' | 'catalog_trouble'> {
  try {
    const catalog = openCatalog(join(store, 'catalog.db'));
    try {
      return { facts: catalog.healthFacts(), catalog_trouble: null };
    } finally {
      catalog.close();
    }
  } catch (error) {
    return { facts: null, catalog_trouble: troubleOf(error, store) };
  }
}

function troubleOf(error: unknown, store: string): Trouble {
  const [told] = error instanceof OperatingError ? error.troubles : [];
  return (
    told ?? {
      code: 'catalog_unreadable',
      subject: store,
      message: `the catalog could not be read (${error instanceof Error ? error.name : typeof error})`,
    }
  );
}

/** Without facts nobody knows of any silence, and the catalog's own trouble stands for all. */
export function silencesOf(
  facts: HealthFacts | null,
  config: Config,
  now_ms: number,
  started_at_ms: number,
): readonly Silence[] {
  return facts === null ? [] : silences(facts, config.alarms, now_ms, started_at_ms);
}

/** When the store was made, by its catalog's birth; null where the file system keeps none. */
export async function storeStartedAtMs(store: string): Promise<number | null> {
  const found = await stat(join(store, 'catalog.db')).catch(() => null);
  return found === null || found.birthtimeMs <= 0 ? null : found.birthtimeMs;
}
