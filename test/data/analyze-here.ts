/** Two places analysed in this process, as `diff` does it, in a fresh folder that goes afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyzePair } from '../../src/analyze/analyze-pair.ts';
import type { FileFormat } from '../../src/core/landing.ts';
import { mapSides, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { requestFor } from '../bench/request.ts';

export interface Location {
  readonly path: string;
  /** Null: told from the name. */
  readonly format: FileFormat | null;
}

/** Null: as much as the engine takes by itself. */
export type MemoryBytes = bigint | null;

/** More than any of these pairs has rows that differ: every one of them stands in `examples`. */
const EXAMPLES_MAX = 3_000;

export async function analyzeHere(
  locations: Sided<Location>,
  spec: Partial<Spec>,
  memory_bytes: MemoryBytes = null,
): Promise<PairReport> {
  const spill = await mkdtemp(join(tmpdir(), 'shadowcheck-data-'));
  try {
    const paths = mapSides(locations, ({ path }) => path);
    const request = requestFor(paths, { ...PLAIN_SPEC, ...spec }, spill);
    const landings = mapSides(request.landings, (landing, side) => ({ ...landing, format: locations[side].format }));
    return await analyzePair(
      { ...request, landings, memory_bytes, examples: EXAMPLES_MAX, privacy: { ...request.privacy, mode: 'raw' } },
      { openEngine: openDuckdb, now_ms: () => performance.now() },
    );
  } finally {
    await rm(spill, { recursive: true, force: true });
  }
}

/** The same for two files whose names tell their format. */
export function analyzeFiles(
  paths: Sided<string>,
  spec: Partial<Spec> = {},
  memory_bytes: MemoryBytes = null,
): Promise<PairReport> {
  return analyzeHere(
    mapSides(paths, (path) => ({ path, format: null })),
    spec,
    memory_bytes,
  );
}
