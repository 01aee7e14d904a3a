/**
 * Silence is an alarm: a detection that stopped looks, from its reports, like a world without mismatches. Pure: whoever
 * shows it (the index page, `/readyz`, metrics) passes the facts and the time.
 */
import type { Alarms } from '../config/config.ts';
import type { HealthFacts } from '../store/health.ts';

export const SILENCE_KINDS = ['nothing_landed', 'nothing_compared', 'nothing_analysed'] as const;
export type SilenceKind = (typeof SILENCE_KINDS)[number];

export interface Silence {
  readonly kind: SilenceKind;
  /** Since when nothing happened; where nothing ever happened, since the store was made. */
  readonly since_ms: number;
  /** 0 where `since_ms` lies ahead. */
  readonly age_ms: number;
  /** Longest that is fine; null: the config asks for no alarm. */
  readonly limit_ms: number | null;
  readonly is_alarm: boolean;
  /** One sentence for people. */
  readonly text: string;
}

/** The job whose last success counts as an analysis: an hour without mismatches commits no slot. */
const ANALYSIS = 'analyze-mismatches';

/** How far a time of the catalog may lie ahead: hosts on one store do not share one clock. */
const AHEAD_MS = 10 * 60_000;

/** All silences that are alarms, in the order of `SILENCE_KINDS`. */
export function judgeSilence(
  facts: HealthFacts,
  alarms: Alarms,
  now_ms: number,
  started_at_ms: number,
): readonly Silence[] {
  return silences(facts, alarms, now_ms, started_at_ms).filter(({ is_alarm }) => is_alarm);
}

/** How long each kind of silence has lasted, alarm or not. `started_at_ms`: when the store was made. */
export function silences(
  facts: HealthFacts,
  alarms: Alarms,
  now_ms: number,
  started_at_ms: number,
): readonly Silence[] {
  const start = Math.min(started_at_ms, now_ms);
  const judged = (kind: SilenceKind, limit_ms: number | null, last_ms: number | null, words: Words): Silence => {
    const since_ms = last_ms ?? start;
    const age_ms = Math.max(0, now_ms - since_ms);
    const isAhead = since_ms > now_ms + AHEAD_MS;
    const since = `${printMinute(since_ms)} UTC`;
    const happened =
      last_ms === null ? `${words.never} since the store was made at ${since}` : `${words.since} ${since}`;
    return {
      kind,
      since_ms,
      age_ms,
      limit_ms,
      // A time ahead of the clock would keep the alarm still until the clock has come there.
      is_alarm: limit_ms !== null && (isAhead || age_ms > limit_ms),
      text: isAhead
        ? `${words.since} ${since}, which lies ahead of this clock: the clock was changed, or is wrong`
        : `${happened}, for ${printSpan(age_ms)}`,
    };
  };
  const notAnalysed = 'The mismatch logs were not analysed';
  const analysed = judged('nothing_analysed', alarms.nothing_analysed_ms, lastAnalysis(facts), {
    since: `${notAnalysed} since`,
    never: notAnalysed,
  });
  const waiting =
    facts.oldest_unanalysed_ms === null
      ? analysed
      : judged('nothing_analysed', alarms.nothing_analysed_ms, facts.oldest_unanalysed_ms, {
          since: 'Entries of the mismatch logs wait for their analysis since',
          never: notAnalysed,
        });
  return [
    judged('nothing_landed', alarms.nothing_landed_ms, facts.last_landing_ms, {
      since: 'No new landing was found since',
      never: 'No landing was found',
    }),
    judged('nothing_compared', alarms.nothing_compared_ms, facts.last_comparison_ms, {
      since: 'Nothing was compared since',
      never: 'Nothing was compared',
    }),
    worse(analysed, waiting),
  ];
}

interface Words {
  /** Goes on with a time. */
  readonly since: string;
  readonly never: string;
}

/**
 * What waits counts since its hour, whatever else was analysed meanwhile. And comparisons go on logging after the analysis
 * has died, so an entry that has waited for a moment must not hide that.
 */
function worse(one: Silence, other: Silence): Silence {
  if (one.is_alarm !== other.is_alarm) return one.is_alarm ? one : other;
  return one.since_ms < other.since_ms ? one : other;
}

function lastAnalysis({ last_slot_ms, runs }: HealthFacts): number | null {
  const successes = runs.filter(({ job }) => job === ANALYSIS).map(({ succeeded_at_ms }) => succeeded_at_ms);
  const times = [last_slot_ms, ...successes].filter((time) => time !== null);
  return times.length === 0 ? null : Math.max(...times);
}

function printMinute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `2 days 3 hours`, `1 hour 5 minutes`, `0 minutes`: two units at most. */
export function printSpan(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.slice(0, 2).join(' ') || '0 minutes';
}
