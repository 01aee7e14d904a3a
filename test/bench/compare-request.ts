import { mapSides, type Side, type Sided } from '../../src/core/side.ts';
import type { Spec } from '../../src/core/spec.ts';
import type { CompareRequest, CompareResult } from '../../src/detect/compare-request.ts';

export const SIDE_NAMES: Sided<Side> = { production: 'production', shadow: 'shadow' };

/** A landed pair of two places of which nothing is known yet, as the comparing job makes it. */
export function compareRequest(id: string, places: Sided<string>, spec: Spec): CompareRequest {
  return {
    comparison_id: id,
    job: id,
    partition_key: 'ds=2026-11-20',
    landings: mapSides(places, (location, side) => ({
      side,
      location,
      system: null,
      build: null,
      landed: { marker: null },
      format: null,
    })),
    spec,
    known: { production: [], shadow: [] },
    manifests: { production: null, shadow: null },
    anew: false,
  };
}

/** Throws for anything but a match: a bench that measures something else measures nothing. */
export function requireMatch(result: CompareResult | undefined): CompareResult {
  if (result?.outcome === 'match') return result;
  throw new Error(`the pair must match, and is ${result?.outcome}: ${result?.reason_text}`);
}
