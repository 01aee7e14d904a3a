/** What the catalog knows of the issues that a slot meets. */
import type { PairReport } from '../report/pair-report.ts';
import type { Catalog } from '../store/catalog.ts';
import type { IssueHistory } from './slot-record.ts';

/** As the catalog stands now: a slot asks before it records anything of its own. */
export function issueHistory(pairs: readonly PairReport[], catalog: Catalog): IssueHistory {
  const ids = new Set(pairs.flatMap(({ findings }) => findings.map(({ issue }) => issue.id)));
  const gone = catalog.goneIssues([...ids]);
  return {
    firstSeen: catalog.firstSeen,
    // One that came back is the one that came back until it is gone again.
    hasBeenGone: (id) => gone.has(id) || catalog.issueById(id)?.state === 'regressed',
  };
}
