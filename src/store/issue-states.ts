/**
 * Issues that are gone. An issue is gone once every partition where it was seen was looked at again and decided without
 * it; what was not compared again keeps it open. One that comes back has regressed, or is known if people say so: the
 * catalog keeps both facts.
 */
import { z } from 'zod';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';
import { type Lease, requireLease } from './leases.ts';

export interface IssueStates {
  /**
   * Resolves the issues that are gone by now, each with a `resolve` in the table `action`; returns their ids. An issue
   * that is seen again loses the state by being recorded. Throws `OperatingError` `lease_lost`.
   */
  settleIssues(lease: Lease, now_ms: number): string[];
  /**
   * Which of these issues had gone since they were last recorded: those that are resolved, and those that were gone for a
   * while before the newest comparisons, which nobody settled in between. To be asked before a new occurrence is recorded.
   */
  goneIssues(ids: readonly string[]): Set<string>;
}

const issueRow = z.object({ id: z.string(), state: z.string() });
const sinceRow = z.object({ gone_since_ms: z.int().nullable() });

export function issueStatesIn(database: Database): IssueStates {
  return {
    settleIssues: (lease, now_ms) =>
      database.transaction(() => {
        requireLease(database, lease);
        const gone = database.all(issueRow, query('store/issues-gone', {}, { at_any_time: 0, ids: null }));
        for (const { id, state } of gone) {
          const since = database.one(sinceRow, query('store/issue-gone-since', {}, { id }));
          const gone_since_ms = since?.gone_since_ms ?? now_ms;
          database.run(query('store/issue-resolve', {}, { id, gone_since_ms }));
          database.run(query('store/issue-resolve-record', {}, { id, state, gone_since_ms, now_ms }));
        }
        return gone.map(({ id }) => id);
      }),
    goneIssues: (ids) =>
      database.snapshot(() => {
        const resolved = database.all(issueRow, query('store/issues-resolved', {}, { ids }));
        const were = database.all(issueRow, query('store/issues-gone', {}, { at_any_time: 1, ids }));
        return new Set([...resolved, ...were].map(({ id }) => id));
      }),
  };
}
