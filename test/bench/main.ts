/**
 * Benchmarks: `npm run bench [name …]`. Times mean little on a shared machine; what counts is the ratio to the floor,
 * taken in the same run, one after the other, median of several.
 */

import { detection } from './detection.ts';
import { diffAtTheFloor } from './diff-floor.ts';
import { discovery } from './discovery.ts';
import { landedPairs } from './landed-pairs.ts';
import { mismatchesInARun } from './mismatches.ts';
import { signalsOfQuarter } from './signals.ts';
import { startUp } from './start-up.ts';

export interface Measured {
  readonly work: string;
  readonly figure: string;
  readonly allowed: string;
  readonly holds: boolean;
}

const benches: Readonly<Record<string, () => Promise<readonly Measured[]>>> = {
  'diff-floor': diffAtTheFloor,
  'start-up': startUp,
  mismatches: mismatchesInARun,
  signals: signalsOfQuarter,
  discovery,
  detection,
  'landed-pairs': landedPairs,
};

const wanted = process.argv.slice(2).filter((given) => !given.startsWith('--'));
const rows: Measured[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  rows.push(...(await bench()));
}
const width = Math.max(...rows.map(({ work }) => work.length));
for (const { work, figure, allowed, holds } of rows) {
  console.log(
    `${work.padEnd(width)}  ${figure.padStart(28)}  allowed ${allowed}  ${holds ? 'holds' : 'DOES NOT HOLD'}`,
  );
}
