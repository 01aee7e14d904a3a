/** What a gate says: the form of `verdict.json`, and of `gate --json`, which adds the `report`. */
import { z } from 'zod';
import { RULE_KINDS } from './policy-schema.ts';

const gateOutcome = z.enum(['pass', 'fail', 'inconclusive']);

/** `job/partition_key`. */
const pairNames = z.array(z.string()).readonly();

const ruleVerdict = z.object({
  id: z.string(),
  kind: z.enum(RULE_KINDS),
  level: z.enum(['fail', 'warn']),
  verdict: gateOutcome,
  /** One sentence for people. */
  text: z.string(),
  /** The pairs that break it. */
  pairs: pairNames,
});

const minimaVerdict = z.object({
  verdict: z.enum(['pass', 'inconclusive']),
  text: z.string(),
  partition_count_min: z.number(),
  row_count_min: z.number(),
  /** Different partitions that were decided: a match or a mismatch, not inconclusive. */
  partition_count: z.int(),
  /** Rows of the reference side that were compared, over all of them; null where a report does not tell. */
  row_count: z.number().nullable(),
  /** Jobs without a decided partition. */
  jobs_without_evidence: z.array(z.string()).readonly(),
  /** The pairs with too few rows. */
  short_pairs: pairNames,
  /** The pairs of which no row was compared on either side, also where none has to be. */
  empty_pairs: pairNames,
});

/** A finding that does not count against the release, and who answers for that. */
const waivedFinding = z.object({
  pair: z.string(),
  cause: z.string(),
  issue: z.string(),
  by: z.enum(['known_issue', 'waiver']),
  owner: z.string().nullable(),
  reason: z.string().nullable(),
  /** Last day; null for a known issue, which ends in its own file. */
  expires: z.string().nullable(),
});

const waiver = z.object({
  issue: z.string().nullable(),
  cause: z.string().nullable(),
  job: z.string().nullable(),
  owner: z.string(),
  /** The last day on which it holds, in UTC. */
  expires: z.string(),
  reason: z.string(),
});

const verdict = z.object({
  gate: z.string(),
  judged_at: z.string(),
  verdict: gateOutcome,
  /** Why, in one sentence; also how much of it is only warned about, and which pairs are empty. */
  text: z.string(),
  rules: z.array(ruleVerdict).readonly(),
  minima: minimaVerdict,
  waived: z.array(waivedFinding).readonly(),
  /** Waivers whose last day is over: they waive nothing. */
  expired_waivers: z.array(waiver.readonly()).readonly(),
  counts: z.object({
    pairs: z.int(),
    match: z.int(),
    match_agreed: z.int(),
    mismatch: z.int(),
    inconclusive: z.int(),
    /** Of the mismatches, those in which every finding is waived. */
    waived_mismatch: z.int(),
  }),
});

export const verdictFileSchema = verdict.extend({ version: z.literal('0.1') });

export type GateOutcome = z.infer<typeof gateOutcome>;
export type RuleVerdict = Readonly<z.infer<typeof ruleVerdict>>;
export type MinimaVerdict = Readonly<z.infer<typeof minimaVerdict>>;
export type WaivedFinding = Readonly<z.infer<typeof waivedFinding>>;
export type Waiver = Readonly<z.infer<typeof waiver>>;
export type Verdict = Readonly<z.infer<typeof verdict>>;
