/** Columns that stand on one side only, under another name, or in another type: what follows from it. */
import { comparedAs } from '../compare/compared-as.ts';
import { renamedByContent } from '../compare/renamed-columns.ts';
import type { Finding } from '../core/finding.ts';
import { mapSides, otherSide, type Side, type Sided } from '../core/side.ts';
import { ident, printSql } from '../sql/sql.ts';
import { checkNames } from './check-sql.ts';
import type { ColumnClaim, ColumnDetector, Roles, SchemaEvidence } from './detector.ts';
import type { DiagnoseInput, SideColumnRef } from './diagnose-input.ts';
import { inSides } from './role-words.ts';
import { signatureOf } from './signature.ts';

export async function schemaCauses(
  input: DiagnoseInput,
  retyped: SchemaEvidence['retyped'],
  builds: Roles<string | null>,
  detectors: readonly ColumnDetector[],
): Promise<readonly Finding[]> {
  const reference = input.reference_side;
  const renamed = [...renamedBefore(input), ...(input.renames_were_sought ? [] : await renamedHere(input))];
  const left = (side: Side): readonly SideColumnRef[] =>
    input.only_columns[side].filter(({ name }) => !renamed.some((one) => one[side].name === name));
  const only = { reference: left(reference), candidate: left(otherSide(reference)) };
  if (only.reference.length + only.candidate.length + retyped.length + renamed.length === 0) return [];
  const evidence: SchemaEvidence = { only, retyped, renamed: renamed.map((one) => inRoles(one, reference)) };
  return detectors.flatMap((detector) =>
    detector.judge(evidence).map((claim) => columnFinding(detector, claim, reference, builds)),
  );
}

/** A column under two names with its types; null where they are not known. */
interface Renamed extends Sided<{ readonly name: string; readonly type: string | null }> {
  readonly rows: bigint;
  readonly agreeing: bigint;
}

/** Those that were found by content before the rows were compared, and compared as one column then. */
function renamedBefore({ comparison, tables }: DiagnoseInput): readonly Renamed[] {
  return comparison.schema.renamed.flatMap(({ production, shadow, by, rows, agreeing }) => {
    if (by !== 'content' || rows === null || agreeing === null) return [];
    const types = tables?.columns.find(({ name }) => name === production)?.types;
    return [
      {
        production: { name: production, type: types?.production ?? null },
        shadow: { name: shadow, type: types?.shadow ?? null },
        rows,
        agreeing,
      },
    ];
  });
}

async function renamedHere(input: DiagnoseInput): Promise<readonly Renamed[]> {
  const key = input.tables?.has_key
    ? input.tables.columns.flatMap(({ is_key, types }, i) =>
        is_key ? [{ value: ident(`v${i}`), form: comparedAs(types.production, types.shadow) }] : [],
      )
    : [];
  const found = await renamedByContent(input.engine, {
    unpaired: input.only_columns,
    key: {
      production: key.map(({ value, form }) => form.production(value)),
      shadow: key.map(({ value, form }) => form.shadow(value)),
    },
    rowsOf: input.populationOf,
    counts: mapSides(input.comparison.fingerprints, ({ row_count }) => row_count),
  });
  const column = (side: Side, name: string) => ({
    name,
    type: input.only_columns[side].find((one) => one.name === name)?.type ?? null,
  });
  return found.map(({ production, shadow, rows, agreeing }) => ({
    production: column('production', production),
    shadow: column('shadow', shadow),
    rows,
    agreeing,
  }));
}

function inRoles(renamed: Renamed, reference: Side): SchemaEvidence['renamed'][number] {
  const candidate = otherSide(reference);
  return {
    names: { reference: renamed[reference].name, candidate: renamed[candidate].name },
    types: { reference: renamed[reference].type, candidate: renamed[candidate].type },
    rows: renamed.rows,
    agreeing: renamed.agreeing,
  };
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
