/** What one analysis run (an hour's slot, or a gate) found: `reports/<slot>/report.json`, and what the pages are drawn from. */
import { z } from 'zod';
import { pairReportSchema } from './pair-report.ts';

const issue = z.object({
  id: z.string(),
  state: z.enum(['new', 'known', 'resolved', 'regressed']),
  cause: z.string(),
  title: z.string(),
  /** `ts_trunc · ms · TIMESTAMP → TIMESTAMP` */
  subtitle: z.string(),
  owner: z.string().nullable(),
  link: z.string().nullable(),
  first_seen: z.string(),
  jobs: z.array(z.string()),
  /** `job/partition_key` of every pair that shows it in this run. */
  partitions: z.array(z.string()),
  /** Differing rows or cells that it explains in this run. */
  explained: z.int().nonnegative(),
  unit: z.enum(['cells', 'rows', 'columns']),
  /** The comparison that shows it best. */
  representative: z.string(),
});

export const slotReportSchema = z.object({
  version: z.literal('0.1'),
  /** `2026-11-21T01`; a second analysis in the same hour is `2026-11-21T01-2`. */
  slot: z.string(),
  generated_at: z.string(),
  counts: z.object({
    analysed: z.int().nonnegative(),
    match: z.int().nonnegative(),
    match_agreed: z.int().nonnegative(),
    mismatch: z.int().nonnegative(),
    inconclusive: z.int().nonnegative(),
    quarantined: z.int().nonnegative(),
    /** Entries that an earlier slot had analysed already. */
    repeated: z.int().nonnegative(),
  }),
  issues: z.array(issue),
  pairs: z.array(pairReportSchema),
  quarantine: z.array(z.object({ log: z.string(), place: z.string(), reason: z.string() })),
});

export type SlotReport = z.infer<typeof slotReportSchema>;
export type SlotIssue = SlotReport['issues'][number];
