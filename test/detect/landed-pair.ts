/** A landed pair in a folder of its own, compared as the comparing job does it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Landing } from '../../src/core/landing.ts';
import { mapSides, type Side, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { comparePair } from '../../src/detect/compare-pair.ts';
import type { CompareRequest, CompareResult } from '../../src/detect/compare-request.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { filesHashOfPinned } from '../../src/partition/files-hash.ts';
import { pinLanding } from '../../src/partition/pin.ts';
import { sql, trustedExpression, value } from '../../src/sql/sql.ts';
import type { FileFingerprint } from '../../src/store/comparison-record.ts';

export const EFFECTS = { openEngine: openDuckdb, now_ms: () => performance.now() };

export interface LandedPair {
  readonly root: string;
  readonly path: (side: Side, ...parts: readonly string[]) => string;
  /** Writes the rows of a query as a Parquet file of a side. */
  readonly write: (side: Side, file: string, rows: string) => Promise<string>;
  readonly request: (spec?: Partial<Spec>, more?: Partial<CompareRequest>) => CompareRequest;
  readonly compare: (spec?: Partial<Spec>, more?: Partial<CompareRequest>) => Promise<CompareResult>;
  readonly end: () => Promise<void>;
}

export async function openPair(): Promise<LandedPair> {
  const root = await mkdtemp(join(tmpdir(), 'shadowcheck-pair-'));
  const engine = await openDuckdb({ files: [], spill: root, threads: 1, memory_bytes: null });
  const path = (side: Side, ...parts: readonly string[]): string => join(root, side, ...parts);
  for (const side of ['production', 'shadow'] as const) await mkdir(path(side));
  const request: LandedPair['request'] = (spec = {}, more = {}) => ({
    comparison_id: 'c1',
    job: 'orders',
    partition_key: 'ds=2026-11-20',
    landings: { production: landingAt('production', path('production')), shadow: landingAt('shadow', path('shadow')) },
    spec: { ...PLAIN_SPEC, ...spec },
    known: { production: [], shadow: [] },
    manifests: { production: null, shadow: null },
    anew: false,
    ...more,
  });
  return {
    root,
    path,
    write: async (side, file, rows) => {
      const absolute = path(side, file);
      await mkdir(dirname(absolute), { recursive: true });
      // As two systems write them: the same rows are other bytes.
      const compression = side === 'production' ? sql`snappy` : sql`zstd`;
      await engine.run(
        sql`COPY ${trustedExpression(rows)} TO ${value(absolute)} (FORMAT parquet, COMPRESSION ${compression})`,
      );
      return absolute;
    },
    request,
    compare: (spec, more) =>
      comparePair(request(spec, more), { threads: 1, memory_bytes: null, spill: join(root, 'spill') }, EFFECTS),
    end: async () => {
      await engine.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

export function landingAt(side: Side, location: string, format: Landing['format'] = null): Landing {
  return { side, location, system: null, build: null, landed: { marker: null }, format };
}

/** The landing with what is recorded of it, as its files are now. */
export async function recorded(landing: Landing): Promise<Landing> {
  return {
    ...landing,
    facts: {
      landing_id: `landing of ${landing.side}`,
      run_kind: null,
      landed_at: '2026-11-21T01:00:00.000Z',
      due_at: null,
      files_hash: filesHashOfPinned(await pinLanding(landing)),
      cpu_seconds: null,
      storage_bytes: null,
    },
  };
}

/** What the catalog would hand to the next look. */
export function kept({ sides }: CompareResult): Sided<readonly FileFingerprint[]> {
  return mapSides(sides, ({ fingerprints }) => fingerprints);
}

/** What two looks have to agree on, however they came to it. */
export function judged({ outcome, inconclusive_reason, kinds, differing_columns, agreed_rows, sides }: CompareResult) {
  return {
    outcome,
    inconclusive_reason,
    kinds,
    differing_columns,
    agreed_rows,
    sums: mapSides(sides, ({ row_count, checksum }) => [row_count, checksum]),
  };
}
