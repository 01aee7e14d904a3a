/** Whole rows that stand on one side only: duplicates first, then extra, then missing rows. */

import type { RowCounts } from '../core/difference.ts';
import type { Finding, FindingCounts } from '../core/finding.ts';
import { otherSide, type Side } from '../core/side.ts';
import type { DiffTables } from '../diff/tables.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { printSql } from '../sql/sql.ts';
import { checkNames, rowCheck } from './check-sql.ts';
import type { Params, Roles, RowDetector, RowEvidence, Twin } from './detector.ts';
import { rowExamples } from './finding-examples.ts';
import { inSides } from './role-words.ts';
import { signatureOf } from './signature.ts';

export interface RowRequest {
  readonly engine: Engine;
  readonly tables: DiffTables;
  readonly rows: RowCounts;
  readonly reference_side: Side;
  readonly builds: Roles<string | null>;
  readonly example_limit: number;
}

type TwinCounts = Record<'identical' | 'same_key' | 'none', bigint>;

export async function rowCauses(request: RowRequest, detectors: readonly RowDetector[]): Promise<readonly Finding[]> {
  const { rows, reference_side } = request;
  if (rows.only_in_production + rows.only_in_shadow === 0n) return [];
  const counted = await countTwins(request.engine);
  const byRole = { reference: counted[reference_side], candidate: counted[otherSide(reference_side)] };
  const findings: Finding[] = [];
  for (const detector of detectors.toSorted((a, b) => a.order - b.order)) {
    for (const { twin, params } of detector.claims) {
      const role = detector.row_kind === 'only_in_candidate' ? 'candidate' : 'reference';
      const count = byRole[role][twin ?? 'none'];
      if (count > 0n) findings.push(await rowFinding(request, detector, params, twin, count, byRole));
    }
  }
  return findings;
}

async function countTwins(engine: Engine): Promise<Record<Side, TwinCounts>> {
  const { rows } = await engine.run(query('diagnose/one-sided'));
  const counts = {
    production: { identical: 0n, same_key: 0n, none: 0n },
    shadow: { identical: 0n, same_key: 0n, none: 0n },
  };
  for (const [side, twin, count] of rows) {
    const kind = twin === 'identical' || twin === 'same_key' ? twin : 'none';
    counts[side === 'production' ? 'production' : 'shadow'][kind] = BigInt(String(count));
  }
  return counts;
}

async function rowFinding(
  request: RowRequest,
  detector: RowDetector,
  params: Params,
  twin: Twin,
  count: bigint,
  byRole: Roles<TwinCounts>,
): Promise<Finding> {
  const { engine, tables, reference_side, builds } = request;
  const side = detector.row_kind === 'only_in_candidate' ? otherSide(reference_side) : reference_side;
  // That a row is not there needs no trigger: nothing tells which other rows should have been hit.
  const counts: FindingCounts = {
    differing: count,
    explained: count,
    at_risk: count,
    contradictions: 0n,
    inherited: 0n,
    residual: 0n,
  };
  const evidence: RowEvidence = { counts, has_key: tables.has_key, ...byRole };
  // Without a key a changed row reads as one missing and one extra row.
  const isTwoSided = byRole.reference.none > 0n && byRole.candidate.none > 0n;
  const certainty = !tables.has_key && twin === null && isTwoSided ? 'resembles' : 'explained';
  const title = inSides(detector.title(params), reference_side);
  const advice = detector.advice(params, checkNames(reference_side, null));
  return {
    cause: detector.id,
    title,
    params,
    certainty,
    columns: [],
    row_kind: side === 'production' ? 'only_in_production' : 'only_in_shadow',
    unit: 'rows',
    counts,
    text: `${title}: ${count} ${count === 1n ? 'row stands' : 'rows stand'} in ${side} only${TWIN_TEXTS[twin ?? 'none'](otherSide(side))}.`,
    type_pair: null,
    examples: await rowExamples(engine, tables, side, twin, request.example_limit),
    counter_examples: [],
    look_alikes: detector.look_alikes.map(({ cause, whyNot }) => ({
      cause,
      why_not: inSides(whyNot(evidence), reference_side),
    })),
    advice: {
      likely_cause: inSides(advice.likely_cause, reference_side),
      where: inSides(advice.where, reference_side),
      check_sql: [rowCheck(tables, side, twin === null), ...advice.check_sql.map(printSql)],
    },
    signature: signatureOf(
      { cause: detector.id, row_kind: detector.row_kind, params: detector.canonicalParams(params) },
      { types: null, trigger: 'row' },
      builds,
      [],
    ),
  };
}

const TWIN_TEXTS: Readonly<Record<keyof TwinCounts, (there: Side) => string>> = {
  identical: (there) => `; ${there} holds the same row in fewer copies`,
  same_key: (there) => `; ${there} holds the key with other content`,
  none: (there) => `; ${there} holds nothing for them`,
};
