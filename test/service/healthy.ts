/** Facts of a service that does what it should at 2026-11-20 12:00 UTC, for tests to take something away from. */
import type { HealthView } from '../../src/service/health-view.ts';
import type { HealthFacts } from '../../src/store/health.ts';

export function at(minute: string): number {
  return Date.parse(`${minute}:00Z`);
}

const run = { started_at_ms: at('2026-11-20T11:50'), failed_at_ms: null, trouble: null };

export const HEALTHY: HealthFacts = {
  last_landing_ms: at('2026-11-20T11:40'),
  last_comparison_ms: at('2026-11-20T11:41'),
  last_slot_ms: at('2026-11-20T11:01'),
  oldest_unanalysed_ms: null,
  comparisons: { match: 120, match_agreed: 3, mismatch: 7, inconclusive: 2 },
  slots: { claimed: 0, committed: 9, failed: 0 },
  pairs: { pending: 4, owed: 1, compared: 132, missing: 1, expired: 0 },
  tellings: { told: 0, waiting: 2, refused: 1 },
  undecided: 2,
  runs: [
    { ...run, job: 'compare-landed-partitions', succeeded_at_ms: at('2026-11-20T11:51') },
    { ...run, job: 'analyze-mismatches', succeeded_at_ms: at('2026-11-20T11:02') },
  ],
};

export const HEALTHY_VIEW: HealthView = {
  now_ms: at('2026-11-20T12:00'),
  process_started_at_ms: at('2026-11-20T00:00'),
  facts: HEALTHY,
  catalog_trouble: null,
  silences: [],
  works: ['analyze-mismatches', 'compare-landed-partitions'].map((id) => ({
    id,
    running_since_ms: null,
    is_stuck: false,
    succeeded_at_ms: at('2026-11-20T11:00'),
    failed_at_ms: null,
    failures: 0,
    trouble: null,
  })),
  run_troubles: new Map(),
  config: { path: 'shadowcheck.yaml', read_at_ms: at('2026-11-20T00:00'), troubles: [] },
  is_stopping: false,
};
