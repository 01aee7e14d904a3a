/** Gathers the numbers of all candidate causes on one column: two queries, whatever the number of candidates. */
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql, value } from '../sql/sql.ts';
import { type LookedAt, SAMPLE_ROWS, SUGGESTING_ROWS, stepFor } from './cell-sample.ts';
import { type Candidate, type ColumnCells, isAtRisk, predictedForm } from './column-cells.ts';
import type { CellDetector } from './detector.ts';

/** Parameters of one detector that become candidates. */
const SUGGESTIONS_KEPT = 3;
/** What fewer cells speak for is not counted: it could not be accepted, and every candidate costs time to plan. */
const SUGGESTED_SHARE_MIN = 0.04;

/** One column with what is needed to count on it. */
export interface ColumnScope {
  readonly cells: ColumnCells;
  readonly looked_at: LookedAt;
  /** All compared rows of the reference, with `v<i>`. */
  readonly population: Sql;
  readonly population_rows: bigint;
  /** Rows of the reference in all. */
  readonly reference_rows: bigint;
  /** The population, or those of its rows that a tally would take. */
  readonly ranked_on: Sql;
  /** Rows without a difference for each of them in the population; one where that holds all rows. */
  readonly equal_weight: number;
  /** Cells that earlier rounds have explained, as a condition over `changed_rows`. */
  readonly explained: Sql;
  /** Differing cells left to explain. */
  readonly differing: bigint;
  /** Differing cells in all, with those that are explained. */
  readonly differing_total: bigint;
}

/** A candidate's counts, estimated for all cells where `is_exact` is false. */
export interface CandidateTally {
  readonly candidate: Candidate;
  readonly explained: number;
  readonly explained_literal_bits: number;
  /** Over rows with a partner, without cells that are explained already. */
  readonly at_risk: number;
  readonly counts: ExactCounts;
  readonly halves: readonly { readonly explained: number; readonly differing: number }[];
}

export interface ColumnTally {
  readonly is_exact: boolean;
  readonly differing: number;
  readonly literal_bits: number;
  /** Cells that were looked at among those left to explain. */
  readonly sampled: number;
  readonly candidates: readonly CandidateTally[];
}

/** Of the differing cells that are left to explain, and of all rows with a partner but those explained before. */
export interface ExactCounts {
  readonly explained: bigint;
  readonly at_risk: bigint;
  readonly contradictions: bigint;
}

/** Whether what is equal is looked at in some rows only. */
export function isEstimate({ population_rows, reference_rows }: ColumnScope): boolean {
  return population_rows < reference_rows;
}

/** The causes that differing cells speak for, with parameters. */
export async function suggestCandidates(
  engine: Engine,
  scope: ColumnScope,
  detectors: readonly CellDetector[],
): Promise<readonly Candidate[]> {
  const { cells } = scope;
  const applicable = detectors.filter((detector) => detector.applies(cells.facts));
  const suggestions = applicable.flatMap((detector, i) => {
    const isCompared = detector.works_on === 'compared';
    const reference = isCompared ? sql`reference_form` : sql`reference`;
    const candidate = isCompared ? sql`candidate_form` : typedCandidate(cells);
    return detector
      .suggest(reference, candidate, cells.facts)
      .map((suggestion) => sql`${value(`${i}:`)} || ${suggestion}`);
  });
  if (suggestions.length === 0) return [];
  const step = stepFor(scope.differing_total, SUGGESTING_ROWS);
  const { rows } = await engine.run(
    query(
      'diagnose/suggest',
      {
        ...cells.changed,
        looked_at: scope.looked_at.rows,
        differs: cells.differs,
        explained: scope.explained,
        step: integer(step),
        suggestions: join(suggestions),
      },
      { cells_min: Math.max(1, Math.floor((SUGGESTED_SHARE_MIN * Number(scope.differing)) / Number(step))) },
    ),
  );
  return keepMostFrequent(
    rows.map(([suggestion]) => String(suggestion)),
    applicable,
  );
}

/** Text against a typed reference speaks for parameters as the value that it spells. */
function typedCandidate({ facts }: ColumnCells): Sql {
  const isSpelledOut = facts.families.candidate === 'text' && facts.families.reference !== 'text';
  return isSpelledOut ? sql`TRY(cast_to_type(candidate, reference))` : sql`candidate`;
}

/** The first few parameters of each detector, from `detector:parameter` in the order of their frequency. */
function keepMostFrequent(suggestions: readonly string[], detectors: readonly CellDetector[]): readonly Candidate[] {
  const kept = new Map<number, number>();
  return suggestions.flatMap((suggestion) => {
    const colon = suggestion.indexOf(':');
    const nth = Number(suggestion.slice(0, colon));
    const detector = detectors[nth];
    const params = detector?.readParams(suggestion.slice(colon + 1)) ?? null;
    const count = kept.get(nth) ?? 0;
    if (detector === undefined || params === null || count >= SUGGESTIONS_KEPT) return [];
    kept.set(nth, count + 1);
    return [{ detector, params }];
  });
}

type Row = readonly EngineValue[];

/** How each candidate fares on the column, in one pass over the differing cells and the reference's column. */
export async function tallyCandidates(
  engine: Engine,
  scope: ColumnScope,
  candidates: readonly Candidate[],
): Promise<ColumnTally> {
  const { cells } = scope;
  const cellStep = stepFor(scope.differing_total, SAMPLE_ROWS);
  const rowStep = stepFor(scope.population_rows, SAMPLE_ROWS);
  const { reference } = cells.roles;
  const place = [ident(`${reference}_file`), ident(`${reference}_row`)];
  const isSampled = (row: readonly Sql[]): Sql =>
    rowStep === 1n ? sql`true` : sql`hash(${join(row)}) % ${integer(rowStep)} = 0`;
  const { rows } = await engine.run(
    query('diagnose/tally', {
      ...sourcesOf(scope),
      population: scope.ranked_on,
      looked_at: scope.looked_at.rows,
      cell_step: integer(cellStep),
      sampled: isSampled([ident('file'), ident('row')]),
      changed_sampled: isSampled(place),
      predictions: predictions(candidates, cells),
      judgements: join(candidates.flatMap((_, i) => judgementsOf(i, cells))),
      measures: join(candidates.flatMap((_, i) => measuresOf(i))),
    }),
  );
  const source = (nth: number): Row => rows.find(([found]) => Number(found) === nth) ?? [];
  const [remaining, before, partnerless, all, changed] = [0, 1, 2, 3, 4].map(source) as [Row, Row, Row, Row, Row];
  const sampled = toNumber(remaining[1]);
  const scale = sampled === 0 ? 0 : Number(scope.differing) / sampled;
  const rowScale = Number(scope.population_rows) / Math.max(1, toNumber(all[1]));
  const secondHalf = toNumber(remaining[3]);
  return {
    is_exact: cellStep === 1n && rowStep === 1n,
    differing: Number(scope.differing),
    literal_bits: bits(remaining[2]) * scale,
    sampled,
    candidates: candidates.map((candidate, i) => {
      const at = (row: readonly EngineValue[], measure: number): number => toNumber(row[4 + 4 * i + measure]);
      const explained = at(remaining, 0);
      const atRiskPaired = at(all, 1) * rowScale - at(partnerless, 1) - at(before, 1) * scale;
      const atRiskDiffering = at(remaining, 1) * scale;
      const atRiskElsewhere = at(changed, 1) * rowScale;
      return {
        candidate,
        explained: explained * scale,
        explained_literal_bits: bits(remaining[4 + 4 * i + 2]) * scale,
        at_risk: atRiskDiffering + atRiskEqual(atRiskPaired - atRiskDiffering, atRiskElsewhere, scope),
        counts: exactCounts(
          at(remaining, 0),
          at(remaining, 1),
          at(all, 1) - at(partnerless, 1) - at(before, 1),
          at(changed, 1),
          scope,
        ),
        halves: [
          { explained: explained - at(remaining, 3), differing: sampled - secondHalf },
          { explained: at(remaining, 3), differing: secondHalf },
        ],
      };
    }),
  };
}

/** The winner's counts on every row. */
export async function verifyCandidate(engine: Engine, scope: ColumnScope, candidate: Candidate): Promise<ExactCounts> {
  const { cells } = scope;
  const { rows } = await engine.run(
    query('diagnose/verify', {
      ...sourcesOf(scope),
      predictions: predictions([candidate], cells),
      judgements: join(judgementsOf(0, cells)),
    }),
  );
  const at = (nth: number, measure: number): number =>
    toNumber(rows.find(([found]) => Number(found) === nth)?.[measure]);
  return exactCounts(at(0, 1), at(0, 2), at(3, 2) - at(2, 2) - at(1, 2), at(4, 2), scope);
}

/** Contradictions: at risk among rows with a partner, and equal in this column; `risk`: among those of the population. */
function exactCounts(
  explained: number,
  riskDiffering: number,
  risk: number,
  riskElsewhere: number,
  scope: ColumnScope,
): ExactCounts {
  const contradictions = Math.round(atRiskEqual(risk - riskDiffering, riskElsewhere, scope));
  return {
    explained: BigInt(explained),
    at_risk: BigInt(riskDiffering + contradictions),
    contradictions: BigInt(contradictions),
  };
}

/**
 * Of all rows, from the population's equal cells at risk. `elsewhere`: those of rows that differ in other columns. All of them
 * are there, and they are no sample of anything: only the others stand for more than themselves.
 */
function atRiskEqual(equal: number, elsewhere: number, { equal_weight }: ColumnScope): number {
  return elsewhere + Math.max(0, equal - elsewhere) * equal_weight;
}

function sourcesOf(scope: ColumnScope): Record<string, Sql> {
  const { cells, explained, population } = scope;
  return {
    explained,
    is_told_apart: isEstimate(scope) ? sql`true` : sql`false`,
    reference: cells.changed.reference,
    candidate: cells.changed.candidate,
    differs: cells.differs,
    value: cells.value,
    partnerless: ident(`only_in_${cells.roles.reference}`),
    population,
    reference_form: cells.form.reference(sql`reference`),
    candidate_form: cells.form.candidate(sql`candidate`),
  };
}

function predictions(candidates: readonly Candidate[], cells: ColumnCells): Sql {
  const at = { reference: sql`reference`, reference_form: sql`reference_form` };
  return join(
    candidates.map((candidate, i) => sql`${predictedForm(candidate, cells, at)} AS ${ident(`prediction${i}`)}`),
  );
}

/** Whether the cause would have changed the cell, and whether the candidate is what it predicts. */
function judgementsOf(i: number, cells: ColumnCells): readonly Sql[] {
  const predicted = ident(`prediction${i}`);
  return [
    sql`${isAtRisk(predicted, sql`reference_form`, cells)} AS ${ident(`at_risk${i}`)}`,
    sql`source = 0 AND ${predicted} IS NOT DISTINCT FROM candidate_form AS ${ident(`fits${i}`)}`,
  ];
}

/** Hits, cells at risk, price of the hits, hits in the second half. */
function measuresOf(i: number): readonly Sql[] {
  const hit = sql`(${ident(`at_risk${i}`)} AND ${ident(`fits${i}`)})`;
  return [
    sql`count_if(${hit})`,
    sql`count_if(${ident(`at_risk${i}`)})`,
    sql`coalesce(sum(price) FILTER (WHERE ${hit}), 0)`,
    sql`count_if(${hit} AND is_second_half)`,
  ];
}

function toNumber(cell: EngineValue | undefined): number {
  return cell === undefined || cell === null ? 0 : Number(cell);
}

/** From thousandths of a bit. */
function bits(cell: EngineValue | undefined): number {
  return toNumber(cell) / 1000;
}
