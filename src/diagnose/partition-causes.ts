/** A partition that stands on one side only: no row could be compared, so that the whole of it is one finding. */
import type { Finding } from '../core/finding.ts';
import { otherSide, type Side, type Sided } from '../core/side.ts';
import { printSql } from '../sql/sql.ts';
import { checkNames } from './check-sql.ts';
import type { Detector, PartitionClaim, PartitionDetector, PartitionEvidence, Roles } from './detector.ts';
import { detectors as registered } from './registry.ts';
import { inSides } from './role-words.ts';
import { signatureOf } from './signature.ts';

export interface AbsentPartition {
  /** The side that has none. */
  readonly side: Side;
  /** Rows of the other side's partition. */
  readonly rows: bigint;
  readonly reference_side: Side;
  readonly builds: Sided<string | null>;
}

/** The causes of a partition that is not there. Pure; needs no engine. */
export function partitionCauses(
  absent: AbsentPartition,
  detectors: readonly Detector[] = registered,
): readonly Finding[] {
  const isReference = absent.side === absent.reference_side;
  const evidence: PartitionEvidence = { absent: isReference ? 'reference' : 'candidate', rows: absent.rows };
  return detectors
    .filter((detector) => detector.kind === 'partition')
    .flatMap((detector) => {
      const claim = detector.claim(evidence);
      return claim === null ? [] : [partitionFinding(detector, claim, absent, evidence)];
    });
}

function partitionFinding(
  detector: PartitionDetector,
  { params, statement, look_alikes }: PartitionClaim,
  { side, rows, reference_side, builds }: AbsentPartition,
  evidence: PartitionEvidence,
): Finding {
  const candidate = otherSide(reference_side);
  const roles: Roles<string | null> = { reference: builds[reference_side], candidate: builds[candidate] };
  const words = (sentence: string): string => inSides(sentence, reference_side);
  const title = words(detector.title(params));
  const advice = detector.advice(params, checkNames(reference_side, null));
  return {
    cause: detector.id,
    title,
    params,
    certainty: 'explained',
    columns: [],
    row_kind: side === 'production' ? 'only_in_shadow' : 'only_in_production',
    unit: detector.unit,
    counts: { differing: rows, explained: rows, at_risk: rows, contradictions: 0n, inherited: 0n, residual: 0n },
    text: `${title}: ${words(statement)}.`,
    type_pair: null,
    examples: [],
    counter_examples: [],
    look_alikes: look_alikes.map(({ cause, why_not }) => ({ cause, why_not: words(why_not) })),
    advice: {
      likely_cause: words(advice.likely_cause),
      where: words(advice.where),
      check_sql: advice.check_sql.map(printSql),
    },
    signature: signatureOf(
      {
        cause: detector.id,
        row_kind: evidence.absent === 'reference' ? 'only_in_candidate' : 'only_in_reference',
        params: detector.canonicalParams(params),
      },
      { types: null, trigger: 'partition' },
      roles,
      [],
    ),
  };
}
