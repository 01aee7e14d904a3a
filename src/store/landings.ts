/** Landings and the pairs that they stand in: found, superseded, gone, and what is owed a comparison. */
import type { Database } from './database.ts';
import { type JobSummary, jobSummaries } from './job-summaries.ts';
import type {
  FoundLanding,
  KnownTelling,
  LandingInput,
  LandingRecord,
  LookRecord,
  PairRecord,
  SettledTelling,
  TableStamp,
  Telling,
} from './landing-record.ts';
import { inputsOf, landingsById, landingsFrom } from './landing-rows.ts';
import type { Lease } from './leases.ts';
import { commitLook } from './look.ts';
import { expirePairs, overduePairs, owedPairs, pairOf, pairsOf } from './pairs.ts';
import { type ReplacedStamp, replaceStamp, stampOf } from './table-stamps.ts';
import {
  allTellings,
  knownTellings,
  landedTellings,
  openTellings,
  restoreTellings,
  settleTellings,
  strayTellings,
  tell,
} from './tellings.ts';

export interface Landings {
  /**
   * Records a look in one transaction; returns how many landings are new. A found landing with the files of the current
   * one is that one (and stands again if it was gone; what is told of it and was not known is filled in); with other
   * files it supersedes it. Then the pairs are brought up to date: both sides landed and never compared with each other is
   * `owed`; one side is `pending`, or stays `missing` or `expired` while that side's landing is the same; none, and the
   * row goes. Throws `OperatingError` `lease_lost`.
   */
  commitLook(look: LookRecord, lease: Lease, now_ms: number): number;
  stampOf(job: string, table: string): string | null;
  /** Does nothing where the stamp is another one by now: somebody looked at the table meanwhile. */
  replaceStamp(job: string, table: string, replaced: ReplacedStamp): void;
  /** Both sides landed, not compared: those of these jobs, newest partitions first, up to `limit`. */
  owedPairs(jobs: readonly string[], limit: number): PairRecord[];
  /** Pending, with a deadline that lies before this time, oldest first. */
  overduePairs(jobs: readonly string[], before_ms: number, limit: number): PairRecord[];
  /**
   * Gives up pending pairs whose deadline lies before this time, each with an `expire` in the table `action`; returns how
   * many. One that was given up and lies after it is pending again.
   */
  expirePairs(jobs: readonly string[], before_ms: number, lease: Lease, now_ms: number): number;
  pairOf(job: string, pairing: string, partition_key: string): PairRecord | null;
  pairsOf(job: string, limit: number): PairRecord[];
  landingById(id: string): LandingRecord | null;
  /** The current landing, also where it is gone; null where none was ever found. */
  currentLanding(job: string, table: string, partition_key: string): LandingRecord | null;
  /** All landings of a partition, oldest first. */
  landingsOf(job: string, table: string, partition_key: string): LandingRecord[];
  inputsOf(landing_id: string): LandingInput[];
  /** Keeps tellings that are not known yet; returns how many were new. */
  tell(tellings: readonly Telling[]): number;
  /** Those of these ids that were told before, whatever has become of them. */
  knownTellings(ids: readonly string[]): ReadonlySet<string>;
  /** Those of a partition that held. */
  landedTellings(job: string, partition_key: string): Telling[];
  /** Every telling, whatever became of it. */
  allTellings(): KnownTelling[];
  /** As `tell`, with what became of them. */
  restoreTellings(tellings: readonly KnownTelling[]): number;
  /** `told` or `waiting`, of these jobs, by time. */
  openTellings(jobs: readonly string[]): Telling[];
  /** Of jobs that are not among these; they wait until the config knows them. */
  strayTellings(jobs: readonly string[], limit: number): Telling[];
  settleTellings(settled: readonly SettledTelling[]): void;
  /** How many pairs of each job are in each state, and the newest landing: what `jobs` lists. */
  jobSummaries(): JobSummary[];
}

export function landingsIn(database: Database): Landings {
  return {
    commitLook: (look, lease, now_ms) => commitLook(database, look, lease, now_ms),
    stampOf: (job, table) => stampOf(database, job, table),
    replaceStamp: (job, table, replaced) => replaceStamp(database, job, table, replaced),
    owedPairs: (jobs, limit) => owedPairs(database, jobs, limit),
    overduePairs: (jobs, before_ms, limit) => overduePairs(database, jobs, before_ms, limit),
    expirePairs: (jobs, before_ms, lease, now_ms) => expirePairs(database, jobs, before_ms, lease, now_ms),
    pairOf: (job, pairing, partition_key) => pairOf(database, job, pairing, partition_key),
    pairsOf: (job, limit) => pairsOf(database, job, limit),
    landingById: (id) => landingsById(database, [id]).get(id) ?? null,
    currentLanding: (job, table, partition_key) =>
      landingsFrom(database, 'store/landing-newest-of-partition', { job, table, partition_key })[0] ?? null,
    landingsOf: (job, table, partition_key) =>
      landingsFrom(database, 'store/landings-of-partition', { job, table, partition_key }),
    inputsOf: (landing_id) => inputsOf(database, landing_id),
    tell: (tellings) => tell(database, tellings),
    landedTellings: (job, partition_key) => landedTellings(database, job, partition_key),
    allTellings: () => allTellings(database),
    restoreTellings: (tellings) => restoreTellings(database, tellings),
    openTellings: (jobs) => openTellings(database, jobs),
    knownTellings: (ids) => knownTellings(database, ids),
    strayTellings: (jobs, limit) => strayTellings(database, jobs, limit),
    settleTellings: (settled) => database.transaction(() => settleTellings(database, settled)),
    jobSummaries: () => jobSummaries(database),
  };
}

export type { FoundLanding, JobSummary, TableStamp };
