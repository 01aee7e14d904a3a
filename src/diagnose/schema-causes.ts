/** Columns that stand on one side only: how well their contents agree, and what follows from it. */
import { comparedAs } from '../compare/compared-as.ts';
import { familyOf } from '../core/column.ts';
import type { Finding } from '../core/finding.ts';
import { otherSide, type Side } from '../core/side.ts';
import type { DiffTables } from '../diff/tables.ts';
import type { EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, printSql, type Sql, sql } from '../sql/sql.ts';
import { checkNames } from './check-sql.ts';
import type { Agreement, ColumnClaim, ColumnDetector, Roles, SchemaEvidence } from './detector.ts';
import type { DiagnoseInput, SideColumnRef } from './diagnose-input.ts';
import { inSides } from './role-words.ts';
import { signatureOf } from './signature.ts';

/** Columns on one side beyond this many are not tried for another name: pairs grow with the square. */
const COLUMNS_TRIED = 20;
const ROWS_TRIED = 200_000n;

type Only = Roles<readonly SideColumnRef[]>;

interface Pair {
  readonly reference: number;
  readonly candidate: number;
}

export async function schemaCauses(
  input: DiagnoseInput,
  retyped: SchemaEvidence['retyped'],
  builds: Roles<string | null>,
  detectors: readonly ColumnDetector[],
): Promise<readonly Finding[]> {
  const reference = input.reference_side;
  const only: Only = {
    reference: input.only_columns[reference],
    candidate: input.only_columns[otherSide(reference)],
  };
  if (only.reference.length + only.candidate.length + retyped.length === 0) return [];
  const evidence: SchemaEvidence = { only, retyped, agreements: await agreementsOf(input, only) };
  return detectors.flatMap((detector) =>
    detector.judge(evidence).map((claim) => columnFinding(detector, claim, reference, builds)),
  );
}

async function agreementsOf(input: DiagnoseInput, only: Only): Promise<readonly Agreement[]> {
  const pairs = only.reference
    .slice(0, COLUMNS_TRIED)
    .flatMap((reference, i) =>
      only.candidate
        .slice(0, COLUMNS_TRIED)
        .flatMap((candidate, j): Pair[] =>
          mayBeOneColumn(reference.type, candidate.type) ? [{ reference: i, candidate: j }] : [],
        ),
    );
  if (pairs.length === 0) return [];
  return input.tables?.has_key
    ? agreementsByKey(input, input.tables, only, pairs)
    : agreementsAsAWhole(input, only, pairs);
}

function mayBeOneColumn(reference: string, candidate: string): boolean {
  return reference === candidate || familyOf(reference) === familyOf(candidate);
}

async function agreementsByKey(
  input: DiagnoseInput,
  tables: DiffTables,
  only: Only,
  pairs: readonly Pair[],
): Promise<readonly Agreement[]> {
  const sides = sidesOf(input, only);
  const rowCount = input.difference?.rows_compared[input.reference_side] ?? 0n;
  const key = tables.columns.flatMap((column, i) =>
    column.is_key ? [{ i, form: comparedAs(column.types.production, column.types.shadow) }] : [],
  );
  const referenceKey = key.map(({ i, form }) => form[input.reference_side](sql`r.${ident(`v${i}`)}`));
  const candidateKey = key.map(({ i, form }) => form[otherSide(input.reference_side)](sql`c.${ident(`v${i}`)}`));
  const measures = pairs.flatMap((pair) => {
    const { reference, candidate } = formsOf(input, only, pair, sql`r.`, sql`c.`);
    return [
      sql`count_if(${reference} IS NOT DISTINCT FROM ${candidate})`,
      sql`entropy(coalesce(CAST(${reference} AS VARCHAR), 'NULL'))`,
    ];
  });
  const { rows } = await input.engine.run(
    query('diagnose/agreement', {
      ...sides,
      reference_key: join(referenceKey),
      step: integer(rowCount <= ROWS_TRIED ? 1n : (rowCount + ROWS_TRIED - 1n) / ROWS_TRIED),
      same_key: join(
        referenceKey.map((form, i) => sql`${form} IS NOT DISTINCT FROM ${candidateKey[i] ?? sql`NULL`}`),
        ' AND ',
      ),
      measures: join(measures),
    }),
  );
  const [rowsPaired, ...found] = rows[0] ?? [];
  return pairs.map((pair, i) => ({
    ...pair,
    rows: count(rowsPaired),
    agreeing: count(found[2 * i]),
    bits_per_row: Number(found[2 * i + 1] ?? 0),
  }));
}

/** Without a key: two columns that hold the same values equally often, all of them, or no agreement at all. */
async function agreementsAsAWhole(
  input: DiagnoseInput,
  only: Only,
  pairs: readonly Pair[],
): Promise<readonly Agreement[]> {
  const sides = sidesOf(input, only);
  const measured = async (role: 'reference' | 'candidate'): Promise<readonly EngineValue[]> => {
    const measures = pairs.flatMap((pair) => {
      const form = formsOf(input, only, pair, sql``, sql``)[role];
      return [
        sql`concat(sum(CAST(hash(${form}) & 2147483647 AS INTEGER)), '-', sum(CAST(hash(${form}) >> 33 AS INTEGER)))`,
        sql`entropy(coalesce(CAST(${form} AS VARCHAR), 'NULL'))`,
      ];
    });
    const { rows } = await input.engine.run(
      query('diagnose/column-sums', { side: sides[role], measures: join(measures) }),
    );
    return rows[0] ?? [];
  };
  const [referenceRows, ...reference] = await measured('reference');
  const [candidateRows, ...candidate] = await measured('candidate');
  return pairs.map((pair, i) => ({
    ...pair,
    rows: count(referenceRows),
    agreeing:
      count(referenceRows) === count(candidateRows) && reference[2 * i] === candidate[2 * i]
        ? count(referenceRows)
        : 0n,
    bits_per_row: Number(reference[2 * i + 1] ?? 0),
  }));
}

function sidesOf(input: DiagnoseInput, only: Only): Roles<Sql> {
  const expressions = (columns: readonly SideColumnRef[]): readonly Sql[] =>
    columns.slice(0, COLUMNS_TRIED).map(({ expression }) => expression);
  return {
    reference: input.populationOf(input.reference_side, expressions(only.reference)),
    candidate: input.populationOf(otherSide(input.reference_side), expressions(only.candidate)),
  };
}

function formsOf(input: DiagnoseInput, only: Only, pair: Pair, r: Sql, c: Sql): Roles<Sql> {
  const types = {
    reference: only.reference[pair.reference]?.type ?? '',
    candidate: only.candidate[pair.candidate]?.type ?? '',
  };
  const isProduction = input.reference_side === 'production';
  const form = isProduction
    ? comparedAs(types.reference, types.candidate)
    : comparedAs(types.candidate, types.reference);
  return {
    reference: form[input.reference_side](sql`${r}${ident(`x${pair.reference}`)}`),
    candidate: form[otherSide(input.reference_side)](sql`${c}${ident(`x${pair.candidate}`)}`),
  };
}

function count(cell: EngineValue | undefined): bigint {
  return BigInt(String(cell ?? 0));
}

function columnFinding(
  detector: ColumnDetector,
  claim: ColumnClaim,
  reference: Side,
  builds: Roles<string | null>,
): Finding {
  const { params, columns, types } = claim;
  const names =
    reference === 'production' ? [columns.reference, columns.candidate] : [columns.candidate, columns.reference];
  const shown = [...new Set(names.flatMap((name) => (name === null ? [] : [name])))];
  const known = columns.reference ?? columns.candidate ?? '';
  const advice = detector.advice(
    params,
    checkNames(reference, { reference: columns.reference ?? known, candidate: columns.candidate ?? known }),
  );
  const title = detector.title(params);
  const explained = claim.is_exact || params.change === 'renamed' ? 1n : 0n;
  return {
    cause: detector.id,
    title,
    params,
    certainty: claim.is_exact ? 'explained' : 'resembles',
    columns: shown,
    row_kind: 'schema',
    unit: 'columns',
    counts: { differing: 1n, explained, at_risk: 1n, contradictions: 0n, inherited: 0n, residual: 1n - explained },
    text: `${title}: ${shown.join(' / ')}, ${inSides(claim.statement, reference)}.`,
    type_pair: types.reference === null || types.candidate === null ? null : `${types.reference} → ${types.candidate}`,
    examples: [],
    counter_examples: [],
    look_alikes: claim.look_alikes,
    advice: {
      likely_cause: inSides(advice.likely_cause, reference),
      where: inSides(advice.where, reference),
      check_sql: advice.check_sql.map(printSql),
    },
    signature: signatureOf(
      { cause: detector.id, row_kind: 'schema', params: detector.canonicalParams(params) },
      { types, trigger: 'schema' },
      builds,
      [],
    ),
  };
}
