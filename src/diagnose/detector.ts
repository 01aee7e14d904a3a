/**
 * What a detector is: one way to recognise one cause, in one file of `detectors/`, whose name is its id. A detector is
 * a value. It says what the cause does to a value, and the loop does the rest: counting, ranking, wording, signatures,
 * the reference page and the tests over `examples` follow from what stands here.
 *
 * Detectors read from the reference (the system believed) to the candidate. Which side each stands on is none of their
 * business, so swapping the sides together with the reference changes no finding's signature.
 */
import type { TypeFamily } from '../core/column.ts';
import type { ColumnProfile } from '../core/difference.ts';
import type { FindingCounts } from '../core/finding.ts';
import type { Json } from '../core/identity.ts';
import type { Sql } from '../sql/sql.ts';

export type Params = { readonly [name: string]: Json };

/** One value for each role. */
export interface Roles<T> {
  readonly reference: T;
  readonly candidate: T;
}

export type Detector = CellDetector | RowDetector | ColumnDetector | PartitionDetector;

interface DetectorCore {
  /** File name, cause id of every output. */
  readonly id: string;
  /** For people, without values of the data, so that it may be shown anywhere. */
  readonly title: (params: Params) => string;
  /** A paragraph for the reference page. */
  readonly docs: string;
  /** What goes into the signature: no names, counts, or values of the data. */
  readonly canonicalParams: (params: Params) => Params;
  readonly advice: (params: Params, names: CheckNames) => Advice;
  readonly examples: readonly DetectorExample[];
}

export interface Advice {
  readonly likely_cause: string;
  readonly where: string;
  /** Statements beyond the generic one that lists the hit rows; over tables called `production` and `shadow`. */
  readonly check_sql: readonly Sql[];
}

/** Names for a detector's own checks, quoted. Both name the column of their own table. */
export interface CheckNames extends Roles<{ readonly table: Sql; readonly column: Sql }> {}

/** Predicts what the candidate's cell should be if the cause were at work. */
export interface CellDetector extends DetectorCore {
  readonly kind: 'cell';
  readonly row_kind: 'changed';
  readonly unit: 'cells';
  /**
   * `value`: `predict` reads the reference's value in its own type, and its result is cast back to that type.
   * `compared`: it reads and gives the form in which the comparison saw both sides; needed where a constant of one
   * side's type must be told to the other side, as in NULL of an INTEGER against '' of a VARCHAR.
   */
  readonly works_on: 'value' | 'compared';
  readonly applies: (column: ColumnFacts) => boolean;
  /**
   * Which parameters a differing cell is consistent with: VARCHARs, NULL for none. The most frequent few become
   * candidates, so a detector is counted only where some cell speaks for it.
   */
  readonly suggest: (reference: Sql, candidate: Sql, column: ColumnFacts) => readonly Sql[];
  /** The parameters from a suggestion; null: not this detector's. */
  readonly readParams: (suggestion: string) => Params | null;
  /** What the candidate's value should be, NULL-safe: what the cause leaves alone comes out as it was. */
  readonly predict: (reference: Sql, params: Params, column: ColumnFacts) => Sql;
  /** Price of naming this cause with these parameters; cheaper is more common in the field. */
  readonly bits: (params: Params) => number;
  /** That the cause is at work in every row of the column: one cell that it does not explain refutes it. */
  readonly claims_every_row?: true;
  /** How much freedom the parameters give: an open one lets a single cell "explain" itself. */
  readonly parameter_space: 'none' | 'small' | 'open';
  /** What sort of value is at risk; part of the site's signature. */
  readonly trigger: 'null' | 'value' | 'any';
  readonly look_alikes: readonly LookAlike<CellEvidence>[];
}

/** What is known of a column before its cells are looked at. */
export interface ColumnFacts {
  readonly types: Roles<string>;
  readonly families: Roles<TypeFamily>;
  /** Over all compared rows; null where no profile was taken. */
  readonly profiles: Roles<ColumnProfile> | null;
}

/** Claims whole rows that stand on one side only, by what the other side holds for them. */
export interface RowDetector extends DetectorCore {
  readonly kind: 'row';
  readonly row_kind: 'only_in_candidate' | 'only_in_reference';
  readonly unit: 'rows';
  /** Earlier ones claim first: duplicates, then extra, then missing rows. */
  readonly order: number;
  /** `identical`, `same_key` or nothing at all: the `twin` of the diff's tables. Each claim is a finding of its own. */
  readonly claims: readonly { readonly twin: Twin; readonly params: Params }[];
  readonly look_alikes: readonly LookAlike<RowEvidence>[];
}

export type Twin = 'identical' | 'same_key' | null;

/** Claims columns as such: nothing in single cells. */
export interface ColumnDetector extends DetectorCore {
  readonly kind: 'column';
  readonly row_kind: 'schema';
  readonly unit: 'columns';
  readonly judge: (evidence: SchemaEvidence) => readonly ColumnClaim[];
}

export interface ColumnClaim {
  readonly params: Params;
  /** By role; null where the column does not stand on that side. */
  readonly columns: Roles<string | null>;
  readonly types: Roles<string | null>;
  readonly is_exact: boolean;
  /** What an engineer should read about it, after the column's name. */
  readonly statement: string;
  readonly look_alikes: readonly { readonly cause: string; readonly why_not: string }[];
}

export interface SchemaEvidence {
  readonly only: Roles<readonly { readonly name: string; readonly type: string }[]>;
  /** Columns found by content under two names; types are null where they are not known. */
  readonly renamed: readonly {
    readonly names: Roles<string>;
    readonly types: Roles<string | null>;
    /** Rows that were looked at: paired by key, or all where the columns were compared as a whole. */
    readonly rows: bigint;
    readonly agreeing: bigint;
  }[];
  /** Columns of both sides with two types whose cells differ and are not explained. */
  readonly retyped: readonly {
    readonly names: Roles<string>;
    readonly types: Roles<string>;
    readonly differing: bigint;
  }[];
}

/** Claims a partition as such: one side has none, so that no row was compared. */
export interface PartitionDetector extends DetectorCore {
  readonly kind: 'partition';
  readonly row_kind: 'whole_partition';
  readonly unit: 'rows';
  readonly claim: (evidence: PartitionEvidence) => PartitionClaim | null;
}

export interface PartitionEvidence {
  /** Whose partition is not there. */
  readonly absent: keyof Roles<unknown>;
  /** In the partition of the other side. */
  readonly rows: bigint;
}

export interface PartitionClaim {
  readonly params: Params;
  /** What an engineer should read about it, after the title. */
  readonly statement: string;
  readonly look_alikes: readonly { readonly cause: string; readonly why_not: string }[];
}

/** A cause that looks alike at first sight, and why it is not this one, with numbers. */
export interface LookAlike<Evidence> {
  readonly cause: string;
  readonly whyNot: (evidence: Evidence) => string;
}

export interface CellEvidence {
  readonly params: Params;
  readonly counts: FindingCounts;
  /** The look-alike as it was counted on the same cells; null: fewer than one in twenty cells spoke for it. */
  readonly rival: { readonly explained: number; readonly of: number } | null;
}

export interface RowEvidence {
  readonly counts: FindingCounts;
  readonly has_key: boolean;
  readonly candidate: Readonly<Record<'identical' | 'same_key' | 'none', bigint>>;
  readonly reference: Readonly<Record<'identical' | 'same_key' | 'none', bigint>>;
}

/** Small tables and what must be found in them, or must not: run as tests over every detector, from both sides. */
export interface DetectorExample {
  readonly says: string;
  readonly columns: readonly ExampleColumn[];
  readonly key: readonly string[];
  readonly reference: readonly ExampleRow[];
  readonly candidate: readonly ExampleRow[];
  /** Whose partition is not there at all; absent: both are. */
  readonly without?: keyof Roles<unknown>;
  /** The finding with this detector's cause; null: it must not be there with certainty `explained`. */
  readonly finding: {
    readonly params: Params;
    readonly certainty: 'explained' | 'resembles';
    readonly explained: number;
  } | null;
}

export interface ExampleColumn {
  readonly name: string;
  readonly type: string;
  /** Where the candidate types or names it differently; null: the candidate has no such column. */
  readonly candidate?: { readonly name: string; readonly type: string } | null;
  /** The reference has no such column. */
  readonly candidate_only?: boolean;
}

/** Cells as the text that the engine casts to the column's type. */
export type ExampleRow = readonly (string | null)[];
