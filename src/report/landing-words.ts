/** What is recorded of the two landings, in words: who wrote them, in which kind of run, when, and how late. */
import { SIDES, type Side } from '../core/side.ts';
import { timeText } from './answer-why.ts';
import type { PairReport } from './pair-report.ts';
import { counted, listed } from './quantity.ts';
import { visible } from './visible.ts';

/** `legacy`, `build 2304`, `backfill`: what is known of it, in visible form. Nobody wrote what is not there. */
export function writerParts(report: PairReport, side: Side): readonly string[] {
  if (report.kinds.includes(`${side}_missing`)) return [];
  const { system, build, run_kind } = report[side];
  return [
    ...(system === null ? [] : [system]),
    ...(build === null ? [] : [`build ${visible(build)}`]),
    ...(run_kind === null ? [] : [run_kind.replaceAll('_', ' ')]),
  ];
}

/** Whether anything is recorded of when or why one of the two was written. */
export function isLandingKnown(report: PairReport): boolean {
  return SIDES.some((side) => {
    const { landed_at, run_kind } = report[side];
    return landed_at !== null || run_kind !== null || report.kinds.includes(`${side}_missing`);
  });
}

/** `2026-11-20 05:10 UTC, 1 h 10 min late`, `not landed, due 2026-11-20 05:00 UTC`, `not known`; in visible form. */
export function landedText(report: PairReport, side: Side): string {
  const { landed_at, landed_at_from, due_at, latency_seconds } = report[side];
  if (report.kinds.includes(`${side}_missing`))
    return `not landed${due_at === null ? '' : `, due ${visible(timeText(due_at))}`}`;
  if (landed_at === null) return 'not known';
  const late = latency_seconds === null ? '' : `, ${latenessText(latency_seconds)}`;
  // A copy of the files changes their times, so that this may be the time of the copy.
  const source = landed_at_from === 'mtime' ? " (the files' own time)" : '';
  return `${visible(timeText(landed_at))}${late}${source}`;
}

function latenessText(latency_seconds: number): string {
  return latency_seconds <= 0 ? 'on time' : `${spanText(latency_seconds)} late`;
}

const SPANS = [
  ['day', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** `1 h 10 min`, `3 days`, `12 s`: two units at most, the rest cut off. */
function spanText(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  let rest = Math.floor(seconds);
  const parts: string[] = [];
  for (const [unit, size] of SPANS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(unit === 'day' ? counted(count, unit) : `${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}

export function isSeeded(report: PairReport): boolean {
  return SIDES.some((side) => report[side].run_kind === 'seeded');
}

/** `shadow was copied from the other system`; empty where no side is seeded. */
export function seededClause(report: PairReport): string {
  const seeded: readonly Side[] = SIDES.filter((side) => report[side].run_kind === 'seeded');
  if (seeded.length === 0) return '';
  return `${listed(seeded)} ${seeded.length === 1 ? 'was' : 'were'} copied from the other system`;
}
