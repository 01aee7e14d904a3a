import type { AnalysisRequest } from '../../src/analyze/request.ts';
import type { Sided } from '../../src/core/side.ts';
import type { Spec } from '../../src/core/spec.ts';

/** A work item for two places, as `diff` makes it. */
export function requestFor(paths: Sided<string>, spec: Spec, spill: string): AnalysisRequest {
  const landing = (side: 'production' | 'shadow') =>
    ({ side, location: paths[side], system: null, build: null, landed: { marker: null }, format: null }) as const;
  return {
    comparison_id: null,
    job: null,
    owner: null,
    pairing: null,
    partition_key: null,
    landings: { production: landing('production'), shadow: landing('shadow') },
    unreadable: null,
    reference_side: 'production',
    spec,
    examples: 20,
    privacy: { mode: 'mask_sensitive', sensitive: [], token_key: '00'.repeat(32) },
    known_issues: [],
    today: '2026-11-21',
    threads: 2,
    memory_bytes: null,
    spill,
  };
}
