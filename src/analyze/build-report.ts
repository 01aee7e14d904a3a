/** From what an analysis brought to light to the report value, raw: masking comes after. */
import { certaintyOfPair } from '../compare/certainty.ts';
import { mapSides, SIDES, type Side } from '../core/side.ts';
import { type Spec, specIdOf } from '../core/spec.ts';
import { SHADOWCHECK_VERSION } from '../core/version.ts';
import type { DiffResult } from '../diff/diff.ts';
import type { PickedExample } from '../diff/examples.ts';
import { columnPaths } from '../diff/nested-paths.ts';
import { accountingOf } from '../report/accounting.ts';
import type { PairReport, ReportExample } from '../report/pair-report.ts';
import { printSql } from '../sql/sql.ts';
import type { Analysis } from './analysis.ts';
import { commandOf } from './command.ts';
import { countNumber } from './count-number.ts';
import { keyNotes } from './key-notes.ts';
import { reportFinding } from './report-finding.ts';
import type { AnalysisRequest, LandingOrigin } from './request.ts';

export function buildPairReport(request: AnalysisRequest, analysis: Analysis, seconds: number): PairReport {
  const { spec } = request;
  const { comparison, diff, diagnosis } = analysis;
  const difference = diff?.difference ?? null;
  const isDecided = analysis.outcome !== 'inconclusive';
  return {
    version: '0.1',
    comparison_id: request.comparison_id,
    outcome: analysis.outcome,
    inconclusive_reason: analysis.inconclusive?.reason ?? null,
    detail: analysis.inconclusive?.message ?? null,
    kinds: kindsOf(analysis),
    job: request.job,
    owner: request.owner,
    pairing: request.pairing,
    partition_key: request.partition_key,
    logged_at: null,
    logged_kinds: [...(request.logged_kinds ?? [])],
    spec: specIdOf(spec),
    reference_side: request.reference_side,
    production: sideFacts(request, analysis, 'production'),
    shadow: sideFacts(request, analysis, 'shadow'),
    key: keyOf(request, analysis),
    rules: rulesOf(spec),
    schema: schemaOf(analysis),
    rows: isDecided ? rowsOf(analysis, difference) : null,
    differing_columns: isDecided && comparison?.differing_columns ? [...comparison.differing_columns] : null,
    columns: isDecided ? columnsOf(difference) : [],
    findings: isDecided ? (diagnosis?.findings ?? []).map((finding) => reportFinding(finding, request)) : [],
    unexplained_rows: isDecided ? unexplainedRows(analysis) : null,
    examples: isDecided ? (difference?.examples ?? []).map((example) => exampleOf(example, analysis)) : [],
    accounting: accountingOf(
      mapSides({ production: null, shadow: null }, (_, side) => ({
        read: numberOrNull(analysis.tables?.[side].row_count_hint ?? rowCountOf(analysis, side)),
        row_count: numberOrNull(rowCountOf(analysis, side)),
        compared: isDecided ? numberOrNull(comparison?.fingerprints[side].row_count) : null,
      })),
      spec.sample === null ? null : `sample of ${spec.sample * 100} % of the keys`,
    ),
    certainty:
      comparison === null ? null : certaintyOfPair(analysis.outcome, comparison.fingerprints, difference?.rows ?? null),
    notes: notesOf(request, analysis, difference),
    masked_columns: [],
    sql: sqlOf(request, analysis),
    command: commandOf(request),
    seconds,
    versions: { shadowcheck: SHADOWCHECK_VERSION, duckdb: analysis.engine_version.replace(/^DuckDB /, '') },
  };
}

function keyOf({ spec }: AnalysisRequest, { plan, key_evidence }: Analysis): PairReport['key'] {
  if (spec.key.length > 0) return { columns: [...spec.key], source: 'given', evidence: null };
  if (key_evidence === null) return { columns: [], source: 'none', evidence: null };
  const columns = (plan?.key ?? []).map((i) => plan?.columns[i]?.name ?? '');
  return { columns, source: 'inferred', evidence: key_evidence };
}

/** Without the folder of temporary files: it is gone when the report is read, and differs from run to run. */
function sqlOf(request: AnalysisRequest, { queries }: Analysis): PairReport['sql'] {
  if (queries === null) return {};
  return { ...mapSides(queries, (query) => printSql(query).replaceAll(request.spill, '<spill>')) };
}

function numberOrNull(count: bigint | undefined): number | null {
  return count === undefined ? null : countNumber(count);
}

function sideFacts(request: AnalysisRequest, analysis: Analysis, side: Side): PairReport['production'] {
  const { location, system, build } = request.landings[side];
  const { landing_id, run_kind, landed_at, landed_at_from, due_at } = request.origins?.[side] ?? NO_ORIGIN;
  const pinned = analysis.pinned[side];
  return {
    location,
    system,
    build,
    row_count: numberOrNull(rowCountOf(analysis, side)),
    checksum: analysis.comparison?.fingerprints[side].checksum ?? null,
    file_count: pinned?.files.length ?? 0,
    size_bytes: countNumber(pinned?.size_bytes ?? 0n),
    integrity: 'unverified',
    landing_id,
    run_kind,
    landed_at,
    landed_at_from,
    due_at,
    latency_seconds: landed_at === null || due_at === null ? null : (Date.parse(landed_at) - Date.parse(due_at)) / 1000,
  };
}

const NO_ORIGIN: LandingOrigin = {
  landing_id: null,
  run_kind: null,
  landed_at: null,
  landed_at_from: null,
  due_at: null,
};

/** After `where`, before sampling. */
function rowCountOf({ row_counts, absent }: Analysis, side: Side): bigint | undefined {
  return absent !== null && absent.side !== side ? absent.rows_there : row_counts?.[side];
}

function kindsOf({ outcome, comparison, absent }: Analysis): PairReport['kinds'] {
  if (outcome !== 'mismatch') return [];
  return absent === null ? [...(comparison?.kinds ?? [])] : [`${absent.side}_missing`];
}

function rulesOf(spec: Spec): PairReport['rules'] {
  return {
    columns: spec.columns === null ? null : [...spec.columns],
    ignore: [...spec.ignore],
    tolerance: spec.tolerance.map((rule) => ({ ...rule })),
    normalise: spec.normalise.map((rule) => ({ ...rule })),
    expressions: spec.expressions.map((expression) => ({ ...expression })),
    where: { ...spec.where },
    sample: spec.sample,
  };
}

function schemaOf({ plan }: Analysis): PairReport['schema'] {
  const schema = plan?.schema;
  return {
    only_in_production: [...(schema?.only_in_production ?? [])],
    only_in_shadow: [...(schema?.only_in_shadow ?? [])],
    retyped: (schema?.retyped ?? []).map((column) => ({ ...column })),
    renamed: (schema?.renamed ?? []).map(({ rows, agreeing, ...pair }) => ({
      ...pair,
      rows: rows === null ? null : countNumber(rows),
      agreeing: agreeing === null ? null : countNumber(agreeing),
    })),
    reordered: schema?.reordered ?? false,
  };
}

/** A match needs no pairing to be counted: every row is equal. */
function rowsOf({ outcome, comparison }: Analysis, difference: DiffResult['difference'] | null): PairReport['rows'] {
  if (difference === null) {
    if (outcome !== 'match' || comparison === null) return null;
    const equal = countNumber(comparison.fingerprints.production.row_count);
    return {
      equal,
      agreed: 0,
      changed: 0,
      only_in_production: 0,
      only_in_shadow: 0,
      duplicate_keys: null,
      null_keys: null,
      keys_counted_over: null,
    };
  }
  const { rows } = difference;
  return {
    equal: countNumber(rows.equal),
    agreed: countNumber(rows.agreed),
    changed: countNumber(rows.changed),
    only_in_production: countNumber(rows.only_in_production),
    only_in_shadow: countNumber(rows.only_in_shadow),
    duplicate_keys:
      rows.duplicate_keys === null
        ? null
        : mapSides(rows.duplicate_keys, ({ groups, extra_rows }) => ({
            groups: countNumber(groups),
            extra_rows: countNumber(extra_rows),
          })),
    null_keys: rows.null_keys === null ? null : mapSides(rows.null_keys, countNumber),
    keys_counted_over: rows.keys_counted_over,
  };
}

function columnsOf(difference: DiffResult['difference'] | null): PairReport['columns'] {
  if (difference === null) return [];
  const { equal, agreed, changed } = difference.rows;
  const paired = countNumber(equal + agreed + changed);
  return difference.columns.map((column) => ({
    column: column.column,
    type: column.type,
    differing_rows: countNumber(column.differing_rows),
    differing_share: paired === 0 ? 0 : countNumber(column.differing_rows) / paired,
    agreed_rows: countNumber(column.agreed_rows),
    agreed_by: column.agreed_by,
    paths: columnPaths(difference.examples, column.column).map((path) => ({ ...path })),
    profile:
      column.profile === null
        ? null
        : mapSides(column.profile, ({ nulls, distinct, min, max }) => ({
            nulls: countNumber(nulls),
            distinct: countNumber(distinct),
            min,
            max,
          })),
  }));
}

function unexplainedRows(analysis: Analysis): number | null {
  if (analysis.outcome !== 'mismatch') return 0;
  return analysis.diagnosis === null ? null : countNumber(analysis.diagnosis.unexplained_rows);
}

function exampleOf(example: PickedExample, analysis: Analysis): ReportExample {
  const cause =
    example.pair === null
      ? (analysis.diagnosis?.findings.find(({ row_kind, unit }) => row_kind === example.kind && unit === 'rows')
          ?.cause ?? null)
      : (analysis.causes.get(example.pair.toString()) ?? null);
  const place = (side: Side): ReportExample['production'] => {
    const at = example.places[side];
    const file = at === null ? undefined : analysis.tables?.[side].files[at.file];
    return at === null || file === undefined ? null : { file, row: countNumber(at.row) };
  };
  return {
    kind: example.kind,
    key: example.key.map((part) => ({ ...part })),
    cells: example.cells.map((cell) => ({ ...cell, paths: cell.paths.map((path) => ({ ...path })) })),
    cause,
    production: place('production'),
    shadow: place('shadow'),
  };
}

function notesOf(
  request: AnalysisRequest,
  analysis: Analysis,
  difference: DiffResult['difference'] | null,
): PairReport['notes'] {
  const notes = SIDES.flatMap((side) =>
    (analysis.tables?.[side].notes ?? []).map(({ code, text }) => ({ code, text: `${side}: ${text}` })),
  );
  const missing = analysis.plan?.missing_key ?? [];
  if (missing.length > 0) {
    notes.push({
      code: 'key_missing',
      text: `key column ${missing.join(', ')} does not stand on both sides, so rows were not paired`,
    });
  }
  if (difference !== null) notes.push(...keyNotes(difference.rows));
  const { production, shadow } = analysis.row_counts ?? { production: null, shadow: null };
  if (production === 0n && shadow === 0n) {
    const held = SIDES.some((side) => (analysis.tables?.[side].row_count_hint ?? 0n) > 0n);
    notes.push(
      held
        ? { code: 'no_row_fulfils_where', text: 'no row of either side fulfils the condition: nothing was compared' }
        : { code: 'both_empty', text: 'both sides are empty' },
    );
  }
  for (const side of SIDES) {
    if (!(request.logged_kinds ?? []).includes(`${side}_missing`) || analysis.pinned[side] === null) continue;
    notes.push({
      code: 'landed_since',
      text: `${side} was missing when this was logged, and has landed since`,
    });
  }
  notes.push(...(analysis.diff?.notes ?? []).map(({ code, text }) => ({ code, text })));
  if (analysis.diagnosis_trouble !== null) {
    notes.push({
      code: 'causes_not_named',
      text: `the causes could not be named (${analysis.diagnosis_trouble}); what differs is counted all the same`,
    });
  }
  if (analysis.key_evidence !== null) notes.push({ code: 'key_inferred', text: analysis.key_evidence });
  if (analysis.diff !== null && !analysis.diff.tables.has_key && analysis.outcome === 'mismatch') {
    notes.push({
      code: 'no_key',
      text: 'there is no key: rows that agree in more than half of their columns were taken to be one row that changed',
    });
  }
  return notes;
}
