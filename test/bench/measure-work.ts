/** Work done in child processes, one against another, in turns. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Sided } from '../../src/core/side.ts';
import type { Spec } from '../../src/core/spec.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { median } from './median.ts';

export interface MeasuredWork {
  /** `scan` is the floor, `compare` what is done for every landed pair; the last two are what a user would write instead. */
  readonly kind: 'scan' | 'compare' | 'diff' | 'full_join' | 'except_all';
  readonly paths: Sided<string>;
  readonly spec: Spec;
  readonly threads: number;
  /** The engine's limit; only ours keep to one. */
  readonly memory_bytes: number | null;
}

export interface WorkResult {
  readonly ms: number;
  /** Of resident memory. */
  readonly peak_bytes: number;
  readonly parts: readonly WorkPart[];
  /** Of `diff`, with the detail of one that is inconclusive. */
  readonly outcome: string | null;
  readonly rows: PairReport['rows'];
  /** Rows that the statement of a user gave. */
  readonly row_count: number | null;
}

export interface WorkPart {
  readonly step: string;
  readonly ms: number;
}

/** As `--memory-limit` does it: the engine has so much of the ceiling, what it does not count has the rest. */
export function engineShareOf(ceiling_bytes: number): number {
  return Math.round(ceiling_bytes * 0.6);
}

export async function doInChild(work: MeasuredWork): Promise<WorkResult> {
  const script = join(import.meta.dirname, 'measured-process.ts');
  const child = promisify(execFile)(process.execPath, [script, JSON.stringify(work)], { maxBuffer: 2 ** 26 });
  const { stdout } = await child.catch((error: { readonly stderr?: string; readonly signal?: string }) => {
    throw new Error(`${work.kind} in a child process: ${error.signal ?? error.stderr}`);
  });
  return JSON.parse(stdout) as WorkResult;
}

export interface InTurns {
  readonly ours_ms: number;
  readonly other_ms: number;
  /** The median of the rounds' own ratios, ours by the other's: what a shared machine disturbs least. */
  readonly ratio: number;
  readonly peak_bytes: number;
  readonly other_peak_bytes: number;
  readonly parts: readonly WorkPart[];
  readonly last: WorkResult;
  readonly other_last: WorkResult;
}

/** Both once for the cache of the file system, then in turns; medians of times, most of memory. */
export async function measureInTurns(ours: MeasuredWork, other: MeasuredWork, rounds: number): Promise<InTurns> {
  await doInChild({ ...other, kind: 'scan' });
  const results: { readonly mine: WorkResult; readonly others: WorkResult }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const others = await doInChild(other);
    results.push({ others, mine: await doInChild(ours) });
  }
  const last = results[results.length - 1];
  if (last === undefined) throw new Error('no round');
  return {
    ours_ms: median(results.map(({ mine }) => mine.ms)),
    other_ms: median(results.map(({ others }) => others.ms)),
    ratio: median(results.map(({ mine, others }) => mine.ms / others.ms)),
    peak_bytes: Math.max(...results.map(({ mine }) => mine.peak_bytes)),
    other_peak_bytes: Math.max(...results.map(({ others }) => others.peak_bytes)),
    parts: last.mine.parts.map(({ step }, i) => ({
      step,
      ms: median(results.map(({ mine }) => mine.parts[i]?.ms ?? Number.NaN)),
    })),
    last: last.mine,
    other_last: last.others,
  };
}
