/** How cost grows with the number of rows: it must be in proportion. */
import { type CurvePoint, curvePoint } from './diff-works.ts';
import type { Measured } from './main.ts';
import { CURVE, millions } from './sizes.ts';

/** Nanoseconds a row of the largest pair, by those of the smallest from 5 M rows on, below which the start of everything counts. */
const ALLOWED = 1.3;
const FIRST_ROWS = 5_000_000;

/** The points that were measured in this run, for the page. */
export const curve: CurvePoint[] = [];

export async function diffCurve(): Promise<readonly Measured[]> {
  for (const rows of CURVE) curve.push(await curvePoint(rows));
  return (['match', 'mismatch'] as const).map((work) => {
    const shown = curve.map((point) => `${millions(point.rows)}: ${nanosecondsPerRow(point, work).toFixed(0)}`);
    const first = curve.find(({ rows }) => rows >= FIRST_ROWS) ?? curve[0];
    const last = curve[curve.length - 1];
    if (first === undefined || last === undefined) throw new Error('no points');
    const growth = nanosecondsPerRow(last, work) / nanosecondsPerRow(first, work);
    return {
      work: `nanoseconds a row, ${work === 'match' ? 'match' : 'mismatch of 0.01 %'}, by rows a side`,
      ours: shown.join(', '),
      figure: `${growth.toFixed(2)} × from ${millions(first.rows)} to ${millions(last.rows)}`,
      allowed: `${ALLOWED} ×`,
      holds: growth <= ALLOWED,
    };
  });
}

/** Of one side's rows; each stands on both. */
export function nanosecondsPerRow({ rows, ...works }: CurvePoint, work: 'match' | 'mismatch'): number {
  return (works[work].ours_ms * 1e6) / rows;
}
