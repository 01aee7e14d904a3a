/**
 * The key of a table for which none is given: judged by names and types, then by a bounded sample of rows, then by all rows
 * of some values of it, the same values on both sides. A sample of rows does not do for the last step: whether a value
 * stands twice, or on the other side, is seen only where all of its rows are.
 *
 * Small sides are measured whole. On large ones a measure reads the columns of the key and two more, so that it costs a
 * fraction of a scan; the first key that is sure ends it.
 */
import { familyOf } from '../core/column.ts';
import { SIDES, type Side, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import type { Sql } from '../sql/sql.ts';
import type { ColumnPlan } from './column-plan.ts';
import { certaintyAtMost, type InferredKey, type JudgedKey, judgeKey, UNIQUE_MIN } from './judge-key.ts';
import { KEPT_ROWS_MAX } from './kept-rows.ts';
import { byRank, type KeyCandidate, type SampledColumns, sampleCandidates } from './key-candidates.ts';
import { dropForms, type KeyRows, keepForms, keepSome, measureKey, rowsThere } from './key-measure.ts';
import { isOfTheLoad } from './key-names.ts';

export type { InferredKey } from './judge-key.ts';

const MEASURED = { small: 6, large: 2 } as const;
/** Columns by which it is seen whether paired rows belong together. */
const WITNESSES = { small: 6, large: 2 } as const;
/** Values of a key that are looked at on a large side. */
const VALUES_LOOKED_AT = 20_000n;
/** Ends the search; on a large side another measure costs more than asking again where the pairing looks wrong. */
const SURE = { small: 0.93, large: 0.8 } as const;
const SAMPLED_COLUMNS = { small: 32, large: 16, again: 8 } as const;
/** How often a sample is taken again, by the values of what looked like a key in the last one and is not. */
const RESAMPLED = { small: 2, large: 1 } as const;
const TELLING_DISTINCT_MIN = 5;

interface Judged extends JudgedKey {
  readonly candidate: KeyCandidate;
}

/**
 * Keys that a person may well have meant, best first; none where nothing is good enough. `rows` have `file`, `row`, v0,
 * v1, …; `counts` may be what the footers say. Candidates in `tried` (production's names) are passed over: after the first
 * made everything look changed, asking again gives the next. Leaves nothing in the session.
 */
export async function inferKey(
  engine: Engine,
  plan: ColumnPlan,
  rows: Sided<Sql>,
  counts: Sided<bigint>,
  tried: readonly (readonly string[])[] = [],
): Promise<readonly InferredKey[]> {
  const larger: Side = counts.shadow > counts.production ? 'shadow' : 'production';
  if (plan.columns.length === 0 || counts[larger] === 0n) return [];
  const size = counts[larger] <= KEPT_ROWS_MAX ? 'small' : 'large';
  const search: Search = { engine, plan, rows, counts, larger, size, tried: new Set(tried.map(nameOf)) };
  for (const floats of [false, true]) {
    const good = (await judgedOf(search, floats))
      .filter(({ certainty }) => certainty > 0)
      .toSorted((one, other) => other.certainty - one.certainty)
      .map(({ certainty, evidence, candidate }) => ({
        columns: namesOf(plan, candidate.columns),
        evidence,
        certainty,
      }));
    const isOneSided = counts.production === 0n || counts.shadow === 0n;
    // Where one side is empty no pairing can show which of several is right.
    if (good.length > 0) return isOneSided ? good.slice(0, 1) : good;
  }
  return [];
}

interface Search {
  readonly engine: Engine;
  readonly plan: ColumnPlan;
  readonly rows: Sided<Sql>;
  readonly counts: Sided<bigint>;
  readonly larger: Side;
  readonly size: 'small' | 'large';
  readonly tried: ReadonlySet<string>;
}

/**
 * The candidates of a sample, measured. What tells the sample's rows apart need not tell the table's apart: days that follow
 * each other hold the same ids. So where none is a key, another sample is taken of all rows of some of those values.
 */
async function judgedOf(search: Search, floats: boolean): Promise<readonly Judged[]> {
  const { size } = search;
  const judged: Judged[] = [];
  let by: readonly number[] | null = null;
  for (let round = 0; round <= RESAMPLED[size]; round += 1) {
    const sampled = await sampleSides(search, floats, by);
    const isNew = ({ columns }: KeyCandidate): boolean =>
      !search.tried.has(nameOf(namesOf(search.plan, columns))) &&
      !judged.some(({ candidate }) => candidate.columns.join() === columns.join());
    judged.push(...(await judgeAll(search, { ...sampled, candidates: sampled.candidates.filter(isNew) })));
    const part = judged.findLast(({ is_part }) => is_part);
    if (part === undefined || judged.some(({ certainty }) => certainty > 0)) break;
    by = part.candidate.columns;
  }
  return judged;
}

function namesOf(plan: ColumnPlan, columns: readonly number[]): readonly string[] {
  return columns.map((i) => plan.columns[i]?.name ?? '');
}

function nameOf(names: readonly string[]): string {
  return JSON.stringify(names.toSorted());
}

/** Candidates of both sides where samples are cheap; else of the first side that has one. */
async function sampleSides(search: Search, floats: boolean, by: readonly number[] | null): Promise<SampledColumns> {
  const { engine, plan, rows, counts, size } = search;
  const isShadowFirst = counts.production * 2n < counts.shadow;
  const samples: SampledColumns[] = [];
  for (const side of isShadowFirst ? SIDES.toReversed() : SIDES) {
    if (counts[side] === 0n) continue;
    const columns_max = SAMPLED_COLUMNS[size === 'large' && by !== null ? 'again' : size];
    samples.push(
      await sampleCandidates(engine, plan, {
        side,
        rows: rows[side],
        row_count: counts[side],
        floats,
        by,
        columns_max,
      }),
    );
    if (size === 'large' && samples.some(({ candidates }) => candidates.length > 0)) break;
  }
  const all = samples.flatMap(({ candidates }) => candidates);
  const [first] = samples;
  return {
    rows: first?.rows ?? 0,
    distinct: first?.distinct ?? new Map(),
    candidates: [...new Map(all.map((candidate) => [candidate.columns.join(), candidate])).values()].toSorted(byRank),
  };
}

async function judgeAll(search: Search, sampled: SampledColumns): Promise<readonly Judged[]> {
  const { engine, plan, rows, counts, larger, size } = search;
  const candidates = sampled.candidates.slice(0, MEASURED[size]);
  if (candidates.length === 0) return [];
  const witnesses = telling(plan, sampled, size);
  const witnessesOf = ({ columns }: KeyCandidate) =>
    witnesses.filter((i) => !columns.includes(i)).slice(0, WITNESSES[size]);
  const readFor = (candidate: KeyCandidate) => [...candidate.columns, ...witnessesOf(candidate)];
  const columns = [...new Set(candidates.flatMap(readFor))];
  const every = size === 'small' ? 1 : Number((counts[larger] + VALUES_LOOKED_AT - 1n) / VALUES_LOOKED_AT);
  const there = rowsThere(plan, rows, every);
  // Another key on the same columns costs little beside reading them; one on others is not read for in advance.
  const isShared = candidates.length > 1 && columns.length === new Set(candidates.slice(0, 1).flatMap(readFor)).size;
  const judged: Judged[] = [];
  let best = 0;
  try {
    const keys = candidates.map((candidate) => candidate.columns);
    const read =
      size === 'small'
        ? await keepForms(engine, plan, rows, columns)
        : isShared
          ? await keepSome(engine, plan, rows, columns, keys, every)
          : there;
    for (const candidate of candidates) {
      if (best >= SURE[size]) break;
      if (best >= certaintyAtMost(candidate.weight)) continue;
      const one = await judgeOne(engine, plan, { read, there }, candidate, witnessesOf(candidate));
      judged.push({ ...one, candidate });
      best = Math.max(best, one.certainty);
    }
    return judged;
  } finally {
    if (size === 'small' || isShared) await dropForms(engine);
  }
}

/** `there`: with the columns that `read` may lack. */
async function judgeOne(
  engine: Engine,
  plan: ColumnPlan,
  { read, there }: { readonly read: KeyRows; readonly there: KeyRows },
  { columns, weight }: KeyCandidate,
  witnesses: readonly number[],
): Promise<JudgedKey> {
  const names = namesOf(plan, columns);
  const leavesNothing = columns.length === plan.columns.length;
  const isWhole = read.every === 1;
  const measure = await measureKey(engine, read, columns, witnesses, isWhole);
  const judged = judgeKey(names, weight, measure, leavesNothing);
  // Values that stand twice may stand in copies of whole rows, which is no reason against the key: only reading them all tells.
  const mayBeCopies = SIDES.some((side) => measure.sides[side].keys >= UNIQUE_MIN * measure.sides[side].kinds);
  if (isWhole || !judged.is_part || !mayBeCopies) return judged;
  return judgeKey(names, weight, await measureKey(engine, there, columns, witnesses, true), leavesNothing);
}

/** Columns with many values, cheap ones first on large sides; never those of the load, which differ everywhere. */
function telling(plan: ColumnPlan, { distinct }: SampledColumns, size: Search['size']): readonly number[] {
  const cost = (i: number): number => {
    const family = familyOf(plan.columns[i]?.types.production ?? '');
    return size === 'small' || family === 'integer' || family === 'date' ? 0 : family === 'text' ? 2 : 1;
  };
  const many = [...distinct].filter(([, values]) => values >= TELLING_DISTINCT_MIN);
  return (many.length >= 2 ? many : [...distinct])
    .filter(([i]) => !isOfTheLoad(plan.columns[i]?.name ?? ''))
    .toSorted(([one, oneValues], [other, otherValues]) => cost(one) - cost(other) || otherValues - oneValues)
    .map(([i]) => i);
}
