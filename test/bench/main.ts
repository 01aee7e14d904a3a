/**
 * Benchmarks: `npm run bench [name …]`; a name stands for all benches that begin with it (`diff`, `landed`). `--full` measures
 * the big sizes, `--rows=` sets those of the large pairs. A run over `compare`, `diff`, `landed`
 * and `detection-pairs` writes docs/benchmarks.md.
 *
 * Times mean little on a shared machine; what counts is the ratio to the floor, taken in the same run, one after the
 * other, median of several.
 */

import { messageOf } from '../../src/core/operating-error.ts';
import { writeBenchmarkPage } from './benchmark-page.ts';
import { detectionOfIdleJobs, detectionOfPairs } from './detection.ts';
import { diffCurve } from './diff-curve.ts';
import { diffRivals } from './diff-rivals.ts';
import { diffBenches } from './diff-works.ts';
import { discovery } from './discovery.ts';
import { landedAgain } from './landed-again.ts';
import { landedPairs } from './landed-pairs.ts';
import { mismatchesInARun } from './mismatches.ts';
import { signalsOfQuarter } from './signals.ts';
import { startUp } from './start-up.ts';

/** One line of the table. */
export interface Measured {
  readonly work: string;
  /** What is held against what is allowed. */
  readonly figure: string;
  readonly allowed: string;
  readonly holds: boolean;
  /** Time of the work itself, where the figure is a ratio. */
  readonly ours?: string;
  /** Peak of resident memory. */
  readonly memory?: string;
  readonly allowed_memory?: string;
  /** Where the time went, or what is wrong. */
  readonly note?: string;
}

/** Those that the page is made of. */
const OF_PAGE: Readonly<Record<string, () => Promise<readonly Measured[]>>> = {
  ...diffBenches,
  'diff-rivals': diffRivals,
  'diff-curve': diffCurve,
  'landed-again': landedAgain,
  'landed-pairs': landedPairs,
  'detection-pairs': detectionOfPairs,
};

const BENCHES: typeof OF_PAGE = {
  ...OF_PAGE,
  'start-up': startUp,
  mismatches: mismatchesInARun,
  signals: signalsOfQuarter,
  discovery,
  'detection-idle': detectionOfIdleJobs,
};

const wanted = process.argv.slice(2).filter((given) => !given.startsWith('--'));
const isWanted = (name: string): boolean =>
  wanted.length === 0 || wanted.some((given) => name === given || name.startsWith(`${given}-`));
const unknown = wanted.filter(
  (given) => !Object.keys(BENCHES).some((name) => name === given || name.startsWith(`${given}-`)),
);
if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);

const measured = new Map<string, readonly Measured[]>();
for (const [name, bench] of Object.entries(BENCHES)) {
  if (!isWanted(name)) continue;
  // A run takes hours: what fails is a line of its own, and the others are measured all the same.
  const lines = await bench().catch((error: unknown) => [
    { work: name, figure: `failed: ${messageOf(error).trim().split('\n').slice(-1)}`, allowed: '', holds: false },
  ]);
  measured.set(name, lines);
  // Now, and once more as a table: a run takes long, and may be ended.
  for (const { work, figure, holds } of lines)
    console.error(`${name}: ${work}: ${figure}${holds ? '' : ', DOES NOT HOLD'}`);
}

print([...measured.values()].flat());
if (Object.keys(OF_PAGE).every((name) => measured.has(name))) {
  const path = await writeBenchmarkPage(
    [...measured].flatMap(([name, lines]) => (name in OF_PAGE ? lines : [])),
    [...measured].flatMap(([name, lines]) => (name in OF_PAGE ? [] : lines)),
  );
  console.log(`wrote ${path}`);
}

function print(lines: readonly Measured[]): void {
  const table = [
    ['work', 'ours', 'ratio or figure', 'allowed', 'memory', 'allowed', ''],
    ...lines.map(({ work, ours, figure, allowed, memory, allowed_memory, holds }) => [
      work,
      ours ?? '',
      figure,
      allowed,
      memory ?? '',
      allowed_memory ?? '',
      holds ? 'holds' : 'DOES NOT HOLD',
    ]),
  ];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length))) ?? [];
  for (const [i, row] of table.entries()) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    const note = i === 0 ? undefined : lines[i - 1]?.note;
    if (note !== undefined) console.log(`    ${note}`);
  }
}
