export const OUTCOMES = ['match', 'match_agreed', 'mismatch', 'inconclusive'] as const;
/** What one look at one landing pair came to. `match_agreed`: differs only within agreed tolerance. */
export type Outcome = (typeof OUTCOMES)[number];

export const INCONCLUSIVE_REASONS = [
  'not_landed',
  'production_missing',
  'shadow_missing',
  'production_unreadable',
  'shadow_unreadable',
  'production_corrupt',
  'shadow_corrupt',
  'partition_changed',
  'superseded',
  'unsupported_type',
  'schemas_do_not_unite',
  'foreign_build',
  'out_of_memory',
  'deadline',
  'limit_reached',
  'cancelled',
] as const;
/** Why nothing could be decided. The list is closed: readers of our logs may switch over it. */
export type InconclusiveReason = (typeof INCONCLUSIVE_REASONS)[number];

export const MISMATCH_KINDS = ['row_count', 'checksum', 'schema', 'production_missing', 'shadow_missing'] as const;
/** What a mismatch was noticed by; one mismatch may have several kinds. */
export type MismatchKind = (typeof MISMATCH_KINDS)[number];

/** A thing that could not be compared is inconclusive, never a match: thrown below the flow, turned into an outcome by it. */
export class Inconclusive extends Error {
  readonly reason: InconclusiveReason;
  constructor(reason: InconclusiveReason, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'Inconclusive';
    this.reason = reason;
  }
}

/** Exit codes of the commands; the reference page is written from this table. */
export const EXIT_CODES = {
  ok: 0,
  mismatch: 1,
  usage: 2,
  inconclusive: 3,
  infrastructure: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

export function exitCodeOfOutcome(outcome: Outcome): ExitCode {
  if (outcome === 'mismatch') return EXIT_CODES.mismatch;
  return outcome === 'inconclusive' ? EXIT_CODES.inconclusive : EXIT_CODES.ok;
}

/** Over many partitions a mismatch outweighs an inconclusive one, and either outweighs a match. */
export function exitCodeOfOutcomes(outcomes: Iterable<Outcome>): ExitCode {
  let code: ExitCode = EXIT_CODES.ok;
  for (const outcome of outcomes) {
    if (outcome === 'mismatch') return EXIT_CODES.mismatch;
    if (outcome === 'inconclusive') code = EXIT_CODES.inconclusive;
  }
  return code;
}
