/** What the page over all runs needs of one run. */
import { z } from 'zod';
import { type SlotReport, slotReportSchema } from './slot-report.ts';
import { STANDINGS, type Standing, standingOf } from './words.ts';

const MIGRATION = 'migration';

const { counts, issues, generated_at, slot } = slotReportSchema.shape;

/** As it is kept beside the reports, so that the page over all needs none of them. */
const slotSummarySchema = z.object({
  slot,
  /** ISO, UTC. */
  generated_at,
  counts,
  issues,
  pairs: z.array(
    z.object({
      comparison_id: z.string().nullable(),
      job: z.string(),
      /** Summaries made before pairings were told apart have none. */
      pairing: z.string().default(MIGRATION),
      partition_key: z.string(),
      /** ISO, UTC: when the entry was logged; null where it is not known. */
      logged_at: z.string().nullable().default(null),
      standing: z.enum(Object.keys(STANDINGS) as [Standing, ...Standing[]]),
      /** Ids of the issues that it shows. */
      issues: z.array(z.string()),
    }),
  ),
});

export type SlotSummary = Readonly<z.infer<typeof slotSummarySchema>>;
export type PairSummary = Readonly<SlotSummary['pairs'][number]>;

/** Why a slot stands on the page over all without its numbers. */
export interface UnshownSlot {
  readonly slot: string;
  readonly state: 'failed' | 'unreadable';
  readonly reason: string;
}

/** What was written with `JSON.stringify(summaryOf(…))`; null where it is none, whatever the text is. */
export function parseSummary(text: string): SlotSummary | null {
  return slotSummarySchema.safeParse(jsonOf(text)).data ?? null;
}

/** What the summary needs of a report: one of another version may differ in everything else. */
const reportCore = z.object({
  slot,
  generated_at,
  counts,
  issues,
  pairs: z.array(
    z.looseObject({
      comparison_id: z.string().nullable(),
      job: z.string().nullable(),
      pairing: z.string().nullable().default(null),
      partition_key: z.string().nullable(),
      logged_at: z.string().nullable().default(null),
      outcome: slotReportSchema.shape.pairs.element.shape.outcome,
      unexplained_rows: z.int().nullable(),
      findings: z.array(z.looseObject({ issue: z.looseObject({ id: z.string(), state: z.string() }) })),
    }),
  ),
});
type SummarisedReport = z.infer<typeof reportCore>;

/** The summary of a `report.json`; null where it is damaged. */
export function summaryOfText(text: string): SlotSummary | null {
  const report = reportCore.safeParse(jsonOf(text)).data;
  return report === undefined ? null : summaryOf(report);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function summaryOf({ slot, generated_at, counts, issues, pairs }: SlotReport | SummarisedReport): SlotSummary {
  return {
    slot,
    generated_at,
    counts,
    issues,
    pairs: pairs.map((pair) => ({
      comparison_id: pair.comparison_id,
      job: pair.job ?? '',
      pairing: pair.pairing ?? MIGRATION,
      partition_key: pair.partition_key ?? '',
      logged_at: pair.logged_at,
      standing: standingOf(pair),
      issues: [...new Set(pair.findings.map(({ issue }) => issue.id))],
    })),
  };
}

/** A pair with the slot that looked at it last. */
export interface LatestPair extends PairSummary {
  readonly slot: string;
}

/** Slots with the newest first. Ids sort as text: hour, then the number of a repeat, which has no leading zeros. */
export function newestFirst(summaries: readonly SlotSummary[]): readonly SlotSummary[] {
  const parts = ({ slot }: SlotSummary): readonly [string, number] => {
    const found = /^(\d{4}-\d{2}-\d{2}T\d{2})(?:-(\d+))?$/.exec(slot);
    return found === null ? [slot, 0] : [found[1] ?? '', Number(found[2] ?? 1)];
  };
  return [...summaries].sort((one, other) => {
    const [hour, repeat] = parts(one);
    const [otherHour, otherRepeat] = parts(other);
    return hour === otherHour ? otherRepeat - repeat : hour < otherHour ? 1 : -1;
  });
}

/** Every partition of every job and pairing once, as the newest run that looked at it left it. */
export function latestPairs(summaries: readonly SlotSummary[]): readonly LatestPair[] {
  const latest = new Map<string, LatestPair>();
  for (const { slot, pairs } of newestFirst(summaries)) {
    for (const pair of pairs) {
      const name = JSON.stringify([pair.job, pair.pairing, pair.partition_key]);
      if (!latest.has(name)) latest.set(name, { ...pair, slot });
    }
  }
  return [...latest.values()];
}
