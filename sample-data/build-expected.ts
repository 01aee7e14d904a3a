/**
 * `expected.json`: what an analysis of the log must come to, from what was planted. It is never made by running an
 * analysis; counts come from the slow comparison of build-comparison.ts and must agree with the planted faults.
 */
import { compareTables, type PairCounts } from './build-comparison.ts';
import { AGREED, type PlantedFault } from './build-faults.ts';
import { type LoggedPair, UNUSABLE_LINES } from './build-mismatch-log.ts';
import type { PlannedPair } from './build-plan.ts';

export interface ExpectedFinding {
  readonly cause: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly columns: readonly string[];
  readonly certainty: 'explained';
  readonly counts: { readonly differing: number; readonly explained: number };
  /** Id of an entry of known-issues.yaml. */
  readonly known: string | null;
}

export interface ExpectedEntry {
  readonly job: string;
  readonly partition_key: string;
  readonly logged_by: string;
  readonly outcome: 'match' | 'match_agreed' | 'mismatch' | 'inconclusive';
  readonly inconclusive_reason: string | null;
  /** Null, as everything after it, where nothing could be decided. */
  readonly row_count: { readonly production: number; readonly shadow: number } | null;
  readonly rows: PairCounts['rows'] | null;
  readonly columns: PairCounts['columns'];
  readonly schema: PairCounts['schema'] | null;
  readonly findings: readonly ExpectedFinding[];
  readonly unexplained_rows: number | null;
}

export interface ExpectedIssue {
  readonly cause: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly known: string | null;
  readonly partitions: readonly string[];
}

export interface Expected {
  readonly counts: Readonly<Record<ExpectedEntry['outcome'] | 'analysed' | 'quarantined', number>>;
  readonly issues: readonly ExpectedIssue[];
  readonly entries: readonly ExpectedEntry[];
}

const INCONCLUSIVE = { no_marker: 'not_landed', truncated: 'shadow_unreadable', gone: 'shadow_missing' } as const;

export function expectedOf(logged: readonly LoggedPair[]): Expected {
  const entries = logged.map(({ pair, loggedBy }) => entryOf(pair, loggedBy));
  const withOutcome = (outcome: ExpectedEntry['outcome']) =>
    entries.filter((entry) => entry.outcome === outcome).length;
  return {
    counts: {
      analysed: entries.length,
      match: withOutcome('match'),
      match_agreed: withOutcome('match_agreed'),
      mismatch: withOutcome('mismatch'),
      inconclusive: withOutcome('inconclusive'),
      quarantined: UNUSABLE_LINES.length,
    },
    issues: issuesOf(entries),
    entries,
  };
}

/** Throws where a pair that no plant names differs, or a planted fault does not show in the counts. */
export function checkPair(pair: PlannedPair): void {
  const counts = compareTables(pair.production, pair.shadow, pair.job);
  const place = `${pair.table}/${pair.partitionKey}`;
  const shown = pair.planted.map((fault) => shownBy(fault, counts));
  for (const [i, fault] of pair.planted.entries()) {
    if (fault.affected !== shown[i])
      throw new Error(`${place}: ${fault.cause} hit ${fault.affected}, shows ${shown[i]}`);
    if (fault.cause !== 'schema_drift' && fault.affected < 5)
      throw new Error(`${place}: ${fault.cause} hits too little`);
  }
  const { equal, ...differing } = counts.rows;
  const isClean = equal === pair.production.rows.length && Object.values(differing).every((count) => count === 0);
  if (isClean !== pair.planted.every(({ cause }) => cause === 'schema_drift')) {
    throw new Error(`${place}: differs where nothing is planted, or the other way round`);
  }
}

function shownBy(fault: PlantedFault, counts: PairCounts): number {
  const { rows, columns, schema } = counts;
  switch (fault.cause) {
    case 'missing_rows':
      return rows.only_in_production;
    case 'extra_rows':
    case 'dup_exact':
      return rows.only_in_shadow;
    case 'schema_drift':
      return schema.only_in_shadow.length;
    default: {
      const count = columns.find(({ column }) => column === fault.columns[0]);
      return (fault.cause === AGREED ? count?.agreed_rows : count?.differing_rows) ?? 0;
    }
  }
}

function entryOf(pair: PlannedPair, loggedBy: string): ExpectedEntry {
  const place = { job: pair.table, partition_key: pair.partitionKey, logged_by: loggedBy };
  if (pair.spoiling !== null) {
    return {
      ...place,
      outcome: 'inconclusive',
      inconclusive_reason: INCONCLUSIVE[pair.spoiling],
      row_count: null,
      rows: null,
      columns: [],
      schema: null,
      findings: [],
      unexplained_rows: null,
    };
  }
  const counts = compareTables(pair.production, pair.shadow, pair.job);
  const faults = pair.planted.filter(({ cause }) => cause !== AGREED);
  const quiet = counts.rows.agreed > 0 ? 'match_agreed' : 'match';
  return {
    ...place,
    outcome: faults.length > 0 ? 'mismatch' : quiet,
    inconclusive_reason: null,
    row_count: { production: pair.production.rows.length, shadow: pair.shadow.rows.length },
    ...counts,
    findings: faults.map(({ cause, params, columns, affected, knownIssue }) => ({
      cause,
      params,
      columns,
      certainty: 'explained',
      counts: { differing: affected, explained: affected },
      known: knownIssue,
    })),
    unexplained_rows: 0,
  };
}

/** One issue per cause and parameters: here no two bugs share both. */
function issuesOf(entries: readonly ExpectedEntry[]): ExpectedIssue[] {
  const found = entries.flatMap((entry) => entry.findings.map((finding) => ({ entry, finding })));
  const groups = Map.groupBy(found, ({ finding }) => JSON.stringify([finding.cause, finding.params]));
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, members]) => ({
      cause: members[0]!.finding.cause,
      params: members[0]!.finding.params,
      known: members[0]!.finding.known,
      partitions: members.map(({ entry }) => `${entry.job}/${entry.partition_key}`),
    }));
}
