/**
 * `expected-live.json`: what must be found after each wave of the feed, from what was planted. It plays the story by the
 * rules of DESIGN on the tables in memory, slowly and obviously, and never runs the product.
 */
import { compareTables } from './build-comparison.ts';
import { AGREED, type PlantedFault } from './build-faults.ts';
import type { LaterShadow } from './build-later.ts';
import type { PlannedPair } from './build-plan.ts';
import { isSilent, PATIENT_JOBS, type PlannedLanding, placeOf, plannedLandings, WAVES } from './feed-plan.ts';

type Outcome = 'match' | 'match_agreed' | 'mismatch' | 'inconclusive';

/** A comparison that the mismatch log must hold, once. */
export interface ExpectedEvent {
  readonly job: string;
  readonly partition_key: string;
  readonly outcome: 'mismatch' | 'inconclusive';
  readonly inconclusive_reason: string | null;
  readonly kinds: readonly string[];
  readonly trigger: 'landing' | 'deadline';
  /** Null where that side has not landed. */
  readonly builds: { readonly production: string | null; readonly shadow: string | null };
  /** Null also where the writer does not say it. */
  readonly run_kinds: { readonly production: string | null; readonly shadow: string | null };
}

export interface ExpectedLiveIssue {
  readonly cause: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly state: 'new' | 'known' | 'resolved' | 'regressed';
  readonly known: string | null;
  /** Where it was seen so far. */
  readonly partitions: readonly string[];
}

export interface ExpectedWave {
  readonly wave: number;
  readonly landings: number;
  /** Made in this wave. */
  readonly comparisons: Readonly<Record<Outcome, number>>;
  /** Matches of this wave that a seeded landing makes worthless as evidence. */
  readonly seeded_matches: number;
  /** After it. */
  readonly pending: readonly string[];
  /** Logged in this wave. */
  readonly logged: readonly ExpectedEvent[];
  /** After it: how every partition stands that was ever logged, `users/ds=2026-11-15: match`. */
  readonly standing: readonly string[];
  /** After it. */
  readonly issues: readonly ExpectedLiveIssue[];
}

export interface ExpectedLive {
  readonly waves: readonly ExpectedWave[];
}

interface Finding {
  readonly cause: string;
  readonly params: ExpectedLiveIssue['params'];
  readonly known: string | null;
}

interface Looked {
  readonly trigger: ExpectedEvent['trigger'];
  readonly outcome: Outcome;
  readonly inconclusive_reason: string | null;
  readonly kinds: readonly string[];
  readonly findings: readonly Finding[];
}

interface IssueSoFar extends Finding {
  state: ExpectedLiveIssue['state'];
  readonly partitions: Set<string>;
}

/** Both sides of a pair as they stand; a landing without marker is a folder that nobody may read. */
type Standing = Partial<Record<'production' | 'shadow', PlannedLanding>>;

export function expectedLive(pairs: readonly PlannedPair[], later: readonly LaterShadow[]): ExpectedLive {
  const jobs = pairs.filter(({ job, table }) => job.name === table);
  const standing = new Map<string, Standing>();
  const newest = new Map<string, Looked>();
  const issues = new Map<string, IssueSoFar>();
  const everLogged = new Set<string>();
  const places = warehousePlacesOf(pairs);
  const waves = WAVES.map((wave): ExpectedWave => {
    const landings = plannedLandings(wave, places).filter(({ table }) => jobs.some(({ job }) => job.name === table));
    const touched = new Set<string>();
    for (const landing of landings) {
      const place = `${landing.table}/${landing.partition_key}`;
      standing.set(place, { ...standing.get(place), [landing.side]: landing });
      touched.add(place);
    }
    const looked = jobs.flatMap((pair) => {
      const place = `${pair.table}/${pair.partitionKey}`;
      const look = touched.has(place) ? lookAt(pair, standing.get(place) ?? {}, later) : null;
      return look === null ? [] : [{ pair, place, look }];
    });
    for (const { place, look } of looked) newest.set(place, look);
    for (const { place, look } of looked) see(issues, place, look.findings);
    for (const issue of issues.values()) settle(issue, newest);
    const logged = looked.flatMap(({ pair, place, look }) => eventOf(pair, standing.get(place) ?? {}, look));
    for (const { job, partition_key } of logged) everLogged.add(`${job}/${partition_key}`);
    const withOutcome = (outcome: Outcome) => looked.filter(({ look }) => look.outcome === outcome).length;
    return {
      wave,
      landings: landings.filter((landing) => hasLanded(pairOf(jobs, landing), landing.side)).length,
      comparisons: {
        match: withOutcome('match'),
        match_agreed: withOutcome('match_agreed'),
        mismatch: withOutcome('mismatch'),
        inconclusive: withOutcome('inconclusive'),
      },
      seeded_matches: looked.filter(({ place, look }) => look.outcome === 'match' && isSeeded(standing.get(place)))
        .length,
      pending: [...standing.keys()].filter((place) => !newest.has(place)).sort(),
      logged,
      standing: [...everLogged].sort().map((place) => `${place}: ${newest.get(place)?.outcome}`),
      issues: [...issues.values()].map(({ cause, params, state, known, partitions }) => ({
        cause,
        params,
        state,
        known,
        partitions: [...partitions].sort(),
      })),
    };
  });
  return { waves };
}

/** As the feed finds them on the disk. */
function warehousePlacesOf(pairs: readonly PlannedPair[]): string[] {
  return pairs.flatMap(({ table, partitionKey: partition_key, spoiling }) => [
    placeOf({ side: 'production', table, partition_key }),
    ...(spoiling === 'gone' ? [] : [placeOf({ side: 'shadow', table, partition_key })]),
  ]);
}

/** Null while the partner has time. */
function lookAt(pair: PlannedPair, { production, shadow }: Standing, later: readonly LaterShadow[]): Looked | null {
  if (production === undefined || shadow === undefined) {
    const side = production === undefined ? 'production' : 'shadow';
    return PATIENT_JOBS.includes(pair.table) ? null : missing(side);
  }
  if (pair.spoiling === 'no_marker') return undecided('deadline', 'not_landed');
  if (pair.spoiling === 'truncated') return undecided('landing', 'shadow_unreadable');
  const instead = later.find(({ folder }) => folder === shadow.from);
  return compared({ ...pair, shadow: instead?.table ?? pair.shadow, planted: instead?.planted ?? pair.planted });
}

function undecided(trigger: Looked['trigger'], inconclusive_reason: string): Looked {
  return { trigger, outcome: 'inconclusive', inconclusive_reason, kinds: [], findings: [] };
}

/** Issues speak of roles: here legacy writes production and is the reference. */
function missing(side: 'production' | 'shadow'): Looked {
  const finding: Finding = {
    cause: 'partition_missing',
    params: { of: side === 'production' ? 'reference' : 'candidate' },
    known: null,
  };
  return {
    trigger: 'deadline',
    outcome: 'mismatch',
    inconclusive_reason: null,
    kinds: [`${side}_missing`],
    findings: [finding],
  };
}

function compared(pair: PlannedPair): Looked {
  const { rows, schema } = compareTables(pair.production, pair.shadow, pair.job);
  const [productionRows, shadowRows] = [pair.production.rows.length, pair.shadow.rows.length];
  const faults = pair.planted.filter(({ cause }) => cause !== AGREED);
  const quiet = rows.agreed > 0 ? 'match_agreed' : 'match';
  const isContent = rows.changed + rows.only_in_production + rows.only_in_shadow > 0;
  const kinds = [
    schema.only_in_production.length + schema.only_in_shadow.length > 0 ? ['schema'] : [],
    productionRows === shadowRows ? [] : ['row_count'],
    productionRows === shadowRows && isContent ? ['checksum'] : [],
  ].flat();
  return {
    trigger: 'landing',
    outcome: faults.length > 0 ? 'mismatch' : quiet,
    inconclusive_reason: null,
    kinds,
    findings: faults.map(findingOf),
  };
}

function findingOf({ cause, params, knownIssue }: PlantedFault): Finding {
  return { cause, params, known: knownIssue };
}

function keyOf({ cause, params }: Finding): string {
  return JSON.stringify([cause, params]);
}

function see(issues: Map<string, IssueSoFar>, place: string, findings: readonly Finding[]): void {
  for (const finding of findings) {
    const before = issues.get(keyOf(finding));
    if (before === undefined) {
      const state = finding.known === null ? 'new' : 'known';
      issues.set(keyOf(finding), { ...finding, state, partitions: new Set([place]) });
    } else {
      before.partitions.add(place);
      if (before.state === 'resolved') before.state = 'regressed';
    }
  }
}

/** Gone once the newest look at every partition where it was seen decided, and does not show it. */
function settle(issue: IssueSoFar, newest: ReadonlyMap<string, Looked>): void {
  const isGone = [...issue.partitions].every((place) => {
    const look = newest.get(place);
    return (
      look !== undefined &&
      look.outcome !== 'inconclusive' &&
      !look.findings.some((finding) => keyOf(finding) === keyOf(issue))
    );
  });
  if (isGone) issue.state = 'resolved';
}

function eventOf(pair: PlannedPair, { production, shadow }: Standing, look: Looked): ExpectedEvent[] {
  if (look.outcome !== 'mismatch' && look.outcome !== 'inconclusive') return [];
  const landed = hasLanded(pair, 'shadow') ? shadow : undefined;
  return [
    {
      job: pair.table,
      partition_key: pair.partitionKey,
      outcome: look.outcome,
      inconclusive_reason: look.inconclusive_reason,
      kinds: look.kinds,
      trigger: look.trigger,
      builds: { production: production?.build ?? null, shadow: landed?.build ?? null },
      run_kinds: { production: saidKind(production), shadow: saidKind(landed) },
    },
  ];
}

function saidKind(landing: PlannedLanding | undefined): string | null {
  return landing === undefined || isSilent(landing) ? null : landing.run_kind;
}

function isSeeded(standing: Standing | undefined): boolean {
  return standing?.production?.run_kind === 'seeded' || standing?.shadow?.run_kind === 'seeded';
}

function pairOf(pairs: readonly PlannedPair[], { table, partition_key }: PlannedLanding): PlannedPair {
  const found = pairs.find((pair) => pair.table === table && pair.partitionKey === partition_key);
  if (found === undefined) throw new Error(`no pair ${table}/${partition_key}`);
  return found;
}

/** The shadow of a writer that died never lands. */
function hasLanded(pair: PlannedPair, side: 'production' | 'shadow'): boolean {
  return !(side === 'shadow' && pair.spoiling === 'no_marker');
}
