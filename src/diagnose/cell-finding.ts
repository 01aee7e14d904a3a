/** A finding about cells of one column, from its numbers: text, examples, look-alikes, advice, signature. */
import type { Certainty, Finding, FindingCounts } from '../core/finding.ts';
import type { DiffTables } from '../diff/tables.ts';
import type { Engine } from '../engine/engine.ts';
import { printSql, type Sql } from '../sql/sql.ts';
import type { LookedAt } from './cell-sample.ts';
import { cellCheck, checkNames } from './check-sql.ts';
import type { Candidate, ColumnCells } from './column-cells.ts';
import { counterExamples } from './counter-examples.ts';
import type { Roles } from './detector.ts';
import { cellExamples } from './finding-examples.ts';
import { inSides } from './role-words.ts';
import { type SignedCause, signatureOf } from './signature.ts';

interface CellGround {
  readonly engine: Engine;
  readonly tables: DiffTables;
  readonly cells: ColumnCells;
  readonly looked_at: LookedAt;
  /** The cells of this finding, over `changed_rows`. */
  readonly condition: Sql;
  readonly builds: Roles<string | null>;
  readonly limit: number;
}

interface CellClaim extends CellGround {
  readonly candidate: Candidate;
  readonly counts: FindingCounts;
  readonly certainty: Certainty;
  readonly population: Sql;
  /** What is equal was counted on some rows. */
  readonly is_estimate: boolean;
  readonly rivals: ReadonlyMap<string, { readonly explained: number; readonly of: number }>;
  readonly confusable: readonly Candidate[];
}

export async function cellFinding(claim: CellClaim): Promise<Finding> {
  const { engine, tables, cells, candidate, counts, certainty } = claim;
  const { detector, params } = candidate;
  const title = detector.title(params);
  const check = cellCheck(tables, cells, candidate);
  const names = checkNames(cells.roles.reference, columnNames(cells));
  const advice = detector.advice(params, names);
  return {
    cause: detector.id,
    title,
    params,
    certainty,
    columns: [cells.column.name],
    row_kind: 'changed',
    unit: 'cells',
    counts,
    text: explainedText(cells, title, claim),
    type_pair: typePair(cells),
    examples: await cellExamples(engine, tables, cells, claim.looked_at, claim.condition, candidate, claim.limit),
    counter_examples:
      counts.contradictions > 0n ? await counterExamples(engine, tables, cells, claim.population, candidate) : [],
    look_alikes: detector.look_alikes.map(({ cause, whyNot }) => ({
      cause,
      why_not: inSides(whyNot({ params, counts, rival: claim.rivals.get(cause) ?? null }), cells.roles.reference),
    })),
    advice: {
      likely_cause: inSides(advice.likely_cause, cells.roles.reference),
      where: inSides(advice.where, cells.roles.reference),
      check_sql: [...(check === null ? [] : [check]), ...advice.check_sql.map(printSql)],
    },
    signature: signatureOf(
      signedCause(candidate),
      { types: cells.facts.types, trigger: detector.trigger },
      claim.builds,
      claim.confusable.map((other) => ({ ...signedCause(other), trigger: other.detector.trigger })),
    ),
  };
}

interface UnknownGround extends CellGround {
  readonly residual: bigint;
  /** Phrases on what the cells look like. */
  readonly shape: readonly string[];
}

export async function unknownFinding(ground: UnknownGround): Promise<Finding> {
  const { engine, tables, cells, residual, shape } = ground;
  const { reference, candidate } = cells.roles;
  return {
    cause: 'unknown',
    title: 'Values differ for a reason that is not known',
    params: {},
    certainty: 'unknown',
    columns: [cells.column.name],
    row_kind: 'changed',
    unit: 'cells',
    counts: { differing: residual, explained: 0n, at_risk: 0n, contradictions: 0n, inherited: 0n, residual },
    text: `${cells.column.name}: no known cause explains ${residual} differing ${cellWord(residual)} (${[`${candidate} against ${reference}`, ...shape].join('; ')}).`,
    type_pair: typePair(cells),
    examples: await cellExamples(engine, tables, cells, ground.looked_at, ground.condition, null, ground.limit),
    counter_examples: [],
    look_alikes: [],
    advice: {
      likely_cause: 'not known',
      where: 'the examples: whether they share a value, a time, a file or a write path',
      check_sql: [],
    },
    signature: signatureOf(
      { cause: 'unknown', row_kind: 'changed', params: {} },
      { types: cells.facts.types, trigger: 'unknown' },
      ground.builds,
      [],
    ),
  };
}

/** One sentence: column, what, how many of how many, where it was not. */
function explainedText(
  cells: ColumnCells,
  title: string,
  { counts, certainty, is_estimate }: Pick<CellClaim, 'counts' | 'certainty' | 'is_estimate'>,
): string {
  const { differing, explained, at_risk, contradictions } = counts;
  const verb = certainty === 'explained' ? 'explains' : 'would explain';
  const what = `“${title}” ${verb} ${explained} of ${differing} differing ${cellWord(differing)} (${cells.roles.candidate} against ${cells.roles.reference})`;
  const about = is_estimate ? 'some ' : '';
  const notHit =
    contradictions === 0n
      ? is_estimate
        ? 'of the rows that were read again no value at risk is equal'
        : 'no value at risk is equal'
      : `of ${about}${at_risk} values at risk ${about}${contradictions} ${contradictions === 1n ? 'is' : 'are'} equal`;
  return `${cells.column.name}: ${what}; ${notHit}.`;
}

function cellWord(count: bigint): string {
  return count === 1n ? 'cell' : 'cells';
}

function typePair({ facts }: ColumnCells): string {
  return `${facts.types.reference} → ${facts.types.candidate}`;
}

function columnNames({ column, roles }: ColumnCells): Roles<string> {
  const names = { production: column.name, shadow: column.shadow_name };
  return { reference: names[roles.reference], candidate: names[roles.candidate] };
}

function signedCause({ detector, params }: Candidate): SignedCause {
  return { cause: detector.id, row_kind: 'changed', params: detector.canonicalParams(params) };
}
