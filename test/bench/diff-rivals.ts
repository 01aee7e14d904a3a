/** `diff` of a pair with few differences against what a user would write instead, on the same files by the same threads. */
import { megabytes, milliseconds, THREADS, wrongResult } from './diff-works.ts';
import { expectedRows, LINEITEM_SPEC, lineitem } from './lineitem.ts';
import type { Measured } from './main.ts';
import { engineShareOf, measureInTurns } from './measure-work.ts';
import { millions, ROWS } from './sizes.ts';

const RIVALS = [
  { kind: 'full_join', name: 'the full join of all columns', times: 3, rounds: 3 },
  // One round: it takes as long as all others together, and is nowhere near.
  { kind: 'except_all', name: 'EXCEPT ALL both ways', times: 10, rounds: 1 },
] as const;

/** Of the memory of what a user would write. */
const ALLOWED_SHARE = 1 / 3;

export async function diffRivals(): Promise<readonly Measured[]> {
  const paths = await lineitem(ROWS, 'rows');
  const expected = await expectedRows(ROWS, 'rows');
  const ours = {
    kind: 'diff',
    paths,
    spec: LINEITEM_SPEC,
    threads: THREADS,
    memory_bytes: engineShareOf(1e9),
  } as const;
  const lines: Measured[] = [];
  for (const { kind, name, times, rounds } of RIVALS) {
    const inTurns = await measureInTurns(ours, { ...ours, kind }, rounds);
    const { changed, only_in_production: missing, only_in_shadow: extra } = expected;
    const differing = missing + extra + (kind === 'full_join' ? changed : 2 * changed);
    const found = inTurns.other_last.row_count;
    if (found !== differing) throw new Error(`${name} found ${found} rows, not ${differing}`);
    const wrong = wrongResult(inTurns.last, expected);
    const quicker = 1 / inTurns.ratio;
    const allowed_bytes = inTurns.other_peak_bytes * ALLOWED_SHARE;
    lines.push({
      work: `0.01 % of the rows differ, against ${name}, ${millions(ROWS)} rows a side`,
      ours: milliseconds(inTurns.ours_ms),
      figure: `${quicker.toFixed(1)} × faster than ${milliseconds(inTurns.other_ms)}`,
      allowed: `${times} × faster`,
      memory: megabytes(inTurns.peak_bytes),
      allowed_memory: `${megabytes(allowed_bytes)}, a third`,
      holds: wrong === null && quicker >= times && inTurns.peak_bytes <= allowed_bytes,
      note: wrong ?? `the other took ${megabytes(inTurns.other_peak_bytes)}`,
    });
  }
  return lines;
}
