/**
 * Why the cells of one column differ, in rounds: the differing cells suggest causes with parameters, all of them are
 * counted at once, the one that saves most bits is accepted and its cells are taken away. What is left after the last
 * round is told as unknown, with its shape, never as a cause that nearly fits.
 */
import type { Finding, FindingCounts } from '../core/finding.ts';
import type { DiffTables } from '../diff/tables.ts';
import type { Engine } from '../engine/engine.ts';
import { join, type Sql, sql } from '../sql/sql.ts';
import { cellFinding, unknownFinding } from './cell-finding.ts';
import { cellsToLookAt } from './cell-sample.ts';
import { describeShape } from './cell-shape.ts';
import { type Candidate, type ColumnCells, isHit } from './column-cells.ts';
import type { CellDetector, Roles } from './detector.ts';
import { certaintyOf, chooseBest, type Judged } from './judge.ts';
import { savedBits } from './score.ts';
import {
  type CandidateTally,
  type ColumnScope,
  type ColumnTally,
  type ExactCounts,
  isEstimate,
  suggestCandidates,
  tallyCandidates,
  verifyCandidate,
} from './tally-cells.ts';

const ROUNDS = 3;
/** A runner-up this close may be the name that the same bug gets on other data. */
const CONFUSABLE_BITS = 10;

export interface ColumnRequest {
  readonly engine: Engine;
  readonly tables: DiffTables;
  readonly cells: ColumnCells;
  readonly differing: bigint;
  readonly population: Sql;
  readonly population_rows: bigint;
  readonly reference_rows: bigint;
  /** The population, or some of it. */
  readonly ranked_on: Sql;
  readonly equal_weight: number;
  /** The columns were profiled on some rows only. */
  readonly is_profiled_in_part: boolean;
  readonly builds: Roles<string | null>;
  readonly example_limit: number;
}

/** A finding with the cells that it covers, as a condition over `changed_rows`. */
export interface CoveringFinding {
  readonly finding: Finding;
  readonly covers: Sql;
}

export interface ColumnCauses {
  readonly cells: ColumnCells;
  readonly findings: readonly CoveringFinding[];
  /** Cells that no finding but `unknown` covers. */
  readonly residual: bigint;
}

interface RankedTally extends Judged {
  readonly counted: CandidateTally;
}

export async function columnCauses(request: ColumnRequest, detectors: readonly CellDetector[]): Promise<ColumnCauses> {
  const { engine, tables, cells, population, population_rows } = request;
  const looked_at = await cellsToLookAt(engine, cells, request.differing);
  const findings: CoveringFinding[] = [];
  let residual = request.differing;
  for (let round = 0; round < ROUNDS && residual > 0n; round++) {
    const scope: ColumnScope = {
      cells,
      looked_at,
      population,
      population_rows,
      reference_rows: request.reference_rows,
      ranked_on: request.ranked_on,
      equal_weight: request.equal_weight,
      explained:
        findings.length === 0
          ? sql`false`
          : join(
              findings.map(({ covers }) => covers),
              ' OR ',
            ),
      differing: residual,
      differing_total: request.differing,
    };
    const found = await explainMost(request, scope, detectors);
    if (found === null) break;
    findings.push(found);
    residual -= found.finding.counts.explained;
  }
  if (residual > 0n) {
    const explained =
      findings.length === 0
        ? sql`false`
        : join(
            findings.map(({ covers }) => covers),
            ' OR ',
          );
    const rest = sql`${cells.differs} AND NOT (${explained})`;
    const shape = await describeShape(engine, cells, explained);
    const finding = await unknownFinding({
      engine,
      tables,
      cells,
      looked_at,
      condition: rest,
      residual,
      shape,
      builds: request.builds,
      limit: request.example_limit,
    });
    return { cells, findings: [...findings, { finding, covers: rest }], residual };
  }
  return { cells, findings, residual };
}

async function explainMost(
  request: ColumnRequest,
  scope: ColumnScope,
  detectors: readonly CellDetector[],
): Promise<CoveringFinding | null> {
  const { engine, cells } = request;
  const candidates = await suggestCandidates(engine, scope, detectors);
  if (candidates.length === 0) return null;
  const tally = await tallyCandidates(engine, scope, candidates);
  let chosen = chooseBest(tally.candidates.map((counted) => judged(counted, tally, scope)));
  let exact = chosen === null ? null : await countExactly(engine, scope, chosen.best, tally);
  while (chosen !== null && exact !== null && isRefuted(request, scope, chosen.best, exact)) {
    chosen = chooseBest(chosen.behind);
    exact = chosen === null ? null : await countExactly(engine, scope, chosen.best, tally);
  }
  if (chosen === null || exact === null || exact.explained === 0n) return null;
  const { counted, parameter_space } = chosen.best;
  const { candidate, halves } = counted;
  const counts: FindingCounts = {
    differing: scope.differing,
    explained: exact.explained,
    at_risk: exact.at_risk,
    contradictions: exact.contradictions,
    inherited: 0n,
    residual: scope.differing - exact.explained,
  };
  // Where nothing is left over there is no need to predict again, cell by cell, which cells these are.
  const hit = counts.residual === 0n ? cells.differs : isHit(candidate, cells);
  const covers = sql`(${hit} AND NOT (${scope.explained}))`;
  const bestBits = savedBits(chosen.best.tally);
  const finding = await cellFinding({
    engine,
    tables: request.tables,
    cells,
    looked_at: scope.looked_at,
    candidate,
    counts,
    certainty: certaintyOf({ ...counts, halves, parameter_space }),
    condition: covers,
    population: request.population,
    is_estimate: isEstimate(scope),
    rivals: rivalsOf(candidate, chosen.behind, tally),
    confusable: confusableWith(candidate, chosen.behind, bestBits),
    builds: request.builds,
    limit: request.example_limit,
  });
  return { finding, covers };
}

function countExactly(
  engine: Engine,
  scope: ColumnScope,
  { counted }: RankedTally,
  { is_exact }: ColumnTally,
): Promise<ExactCounts> {
  return is_exact ? Promise.resolve(counted.counts) : verifyCandidate(engine, scope, counted.candidate);
}

/** What a column's profile says of some rows need not hold for all of them: the cells of all rows that differ tell. */
function isRefuted(
  { is_profiled_in_part }: ColumnRequest,
  { differing }: ColumnScope,
  { counted }: RankedTally,
  { explained, contradictions }: ExactCounts,
): boolean {
  const claimsAll = counted.candidate.detector.claims_every_row === true;
  return is_profiled_in_part && claimsAll && (contradictions > 0n || explained < differing);
}

function judged(counted: CandidateTally, tally: ColumnTally, scope: ColumnScope): RankedTally {
  const { detector, params } = counted.candidate;
  const explainedBefore = scope.differing_total - scope.differing;
  return {
    counted,
    parameter_space: detector.parameter_space,
    tally: {
      cells: Number(scope.differing_total - explainedBefore) + equalCells(scope),
      differing: tally.differing,
      literal_bits: tally.literal_bits,
      explained: counted.explained,
      explained_literal_bits: counted.explained_literal_bits,
      at_risk: counted.at_risk,
      bits: detector.bits(params),
    },
  };
}

/** Of all rows, where the population is but some of them. */
function equalCells({ reference_rows, differing_total }: ColumnScope): number {
  return Number(reference_rows - differing_total);
}

/** How the declared look-alikes fared on the same cells, the best parameters of each. */
function rivalsOf(
  { detector }: Candidate,
  behind: readonly RankedTally[],
  tally: ColumnTally,
): ReadonlyMap<string, { explained: number; of: number }> {
  const rivals = new Map<string, { explained: number; of: number }>();
  const scale = tally.differing === 0 ? 0 : tally.sampled / tally.differing;
  for (const { cause } of detector.look_alikes) {
    const best = behind.find(({ counted }) => counted.candidate.detector.id === cause);
    if (best !== undefined)
      rivals.set(cause, { explained: Math.round(best.counted.explained * scale), of: tally.sampled });
  }
  return rivals;
}

function confusableWith(
  { detector }: Candidate,
  behind: readonly RankedTally[],
  bestBits: number,
): readonly Candidate[] {
  const declared = new Set(detector.look_alikes.map(({ cause }) => cause));
  return behind
    .filter(({ tally }) => bestBits - savedBits(tally) <= CONFUSABLE_BITS)
    .map(({ counted }) => counted.candidate)
    .filter((candidate) => declared.has(candidate.detector.id));
}
