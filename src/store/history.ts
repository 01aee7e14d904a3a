/** What was analysed so far, for those who ask: `show`, `query`, and the analyzer itself. */
import { z } from 'zod';
import { INCONCLUSIVE_REASONS, OUTCOMES } from '../core/outcome.ts';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';
import type { QuarantineRecord } from './slot-record.ts';

const eventRow = z.object({
  comparison_id: z.string(),
  slot_id: z.string(),
  job: z.string(),
  partition_key: z.string(),
  pairing: z.string(),
  outcome: z.enum(OUTCOMES),
  inconclusive_reason: z.enum(INCONCLUSIVE_REASONS).nullable(),
  report_path: z.string(),
  logged_at_ms: z.int(),
});

const issueState = z.enum(['new', 'known', 'resolved', 'regressed']);

const issueRow = z.object({
  id: z.string(),
  cause: z.string(),
  title: z.string(),
  site: z.string(),
  shape: z.string(),
  state: issueState,
  owner: z.string().nullable(),
  link: z.string().nullable(),
  first_seen_ms: z.int(),
  last_seen_ms: z.int(),
  /** Since when every partition where it was seen matched again; null while it is there. */
  gone_since_ms: z.int().nullable(),
  /** When it came back last after it was gone; also of a known one. Null: never. */
  regressed_at_ms: z.int().nullable(),
});

const occurrenceRow = z.object({
  issue_id: z.string(),
  comparison_id: z.string(),
  job: z.string(),
  partition_key: z.string(),
  report_path: z.string(),
  explained: z.int(),
  unit: z.string(),
  state: issueState,
  seen_at_ms: z.int(),
});

const quarantineRow = z.object({ log: z.string(), place: z.string(), reason: z.string() });

const idRow = z.object({ comparison_id: z.string() });

/** An analysed event. */
export type AnalysedEvent = Readonly<z.infer<typeof eventRow>>;
export type IssueRecord = Readonly<z.infer<typeof issueRow>>;
/** One issue in one comparison, with the state that the issue had then. */
export type Occurrence = Readonly<z.infer<typeof occurrenceRow>>;

export interface History {
  /** Which of these events a committed slot holds. */
  analysedEvents(ids: readonly string[]): Set<string>;
  event(comparison_id: string): AnalysedEvent | null;
  /** Whether a committed slot has told this already. */
  isQuarantined(row: QuarantineRecord): boolean;
  /** Newest first; of one partition, or of all with null. */
  eventsOf(job: string, partition_key: string | null, limit: number): AnalysedEvent[];
  issueById(id: string): IssueRecord | null;
  /** All issues, the last seen first. */
  issues(): IssueRecord[];
  /** Newest first. */
  occurrencesOf(issue_id: string, limit: number): Occurrence[];
  /** When the issue was seen first; null for one never seen. */
  firstSeen(issue_id: string): number | null;
}

export function historyIn(database: Database): History {
  const issueById = (id: string): IssueRecord | null => database.one(issueRow, query('store/issue-read', {}, { id }));
  return {
    analysedEvents(ids) {
      const rows = database.all(idRow, query('store/events-known', {}, { ids }));
      return new Set(rows.map((row) => row.comparison_id));
    },
    event: (comparison_id) => database.one(eventRow, query('store/event-read', {}, { comparison_id })),
    isQuarantined: ({ log, place, reason }) =>
      database.one(quarantineRow, query('store/quarantine-known', {}, { log, place, reason })) !== null,
    eventsOf: (job, partition_key, limit) =>
      database.all(eventRow, query('store/events-of-job', {}, { job, partition_key, limit })),
    issueById,
    issues: () => database.all(issueRow, query('store/issues')),
    occurrencesOf: (issue_id, limit) =>
      database.all(occurrenceRow, query('store/occurrences-of-issue', {}, { issue_id, limit })),
    firstSeen: (issue_id) => issueById(issue_id)?.first_seen_ms ?? null,
  };
}
