/** Runs generated pairs past the product. One for which something does not hold is told with its seed, so that it comes again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { messageOf } from '../../src/core/operating-error.ts';
import { SIDES, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC } from '../../src/core/spec.ts';
import type { PairReport, ReportExample } from '../../src/report/pair-report.ts';
import { answerOf, expectedOf } from './answer.ts';
import { compareNaively, firstLike, type OracleAnswer } from './oracle.ts';
import { type PairFiles, PairRunner } from './pair-runner.ts';
import { type RandomPair, randomPair, type Scope, type WrittenTable } from './random-tables.ts';
import { simplest } from './simpler-pairs.ts';
import { shownPair } from './table-sql.ts';
import type { TypedTable } from './typed-table.ts';

/** Another seed gives other cases. */
export const SEED = Number(process.env.SHADOWCHECK_ORACLE_SEED ?? 20261121);

/** Files that were written just now are looked at twice by the product; of a batch only the last ones are that young. */
const BATCH = 100;
const YOUNG_MS = 20;
const TRIES = 400;

/** Null where all is well; else what is wrong, as text. */
export type Trouble = (runner: PairRunner, pair: RandomPair, files: PairFiles) => Promise<string | null>;

interface Cases {
  readonly pairs: fc.Arbitrary<RandomPair>;
  readonly seed: number;
  readonly count: number;
  /** Whether what is left of a pair is as good a case as the whole: a failing one is then made small. */
  readonly divisible: boolean;
}

/** An error that is thrown is trouble too: the product tells by its report what data and files do. */
function orThrown(troubleOf: Trouble): Trouble {
  return (runner, pair, files) =>
    troubleOf(runner, pair, files).catch((error: unknown) => `the product threw: ${messageOf(error)}`);
}

/** Looks for trouble in `count` pairs, the same for the same seed, and throws with the first that has any. */
export async function expectNoTrouble({ pairs, seed, count, divisible }: Cases, trouble: Trouble): Promise<void> {
  const troubleOf = orThrown(trouble);
  const runner = await PairRunner.open();
  try {
    for (let from = 0; from < count; from += BATCH) {
      const drawn = fc.sample(pairs, { seed: seed + from, numRuns: Math.min(BATCH, count - from) });
      const files: PairFiles[] = [];
      for (const pair of drawn) files.push(await runner.write(pair, pair.layouts));
      await sleep(YOUNG_MS);
      for (const [i, pair] of drawn.entries()) {
        const found = await troubleOf(runner, pair, files[i] as PairFiles);
        if (found === null) continue;
        const again = async (simpler: RandomPair) =>
          troubleOf(runner, simpler, await runner.write(simpler, simpler.layouts));
        const fails = async (simpler: RandomPair) => (await again(simpler)) !== null;
        const shown = divisible ? await simplest(pair, fails, TRIES) : pair;
        const place = `SHADOWCHECK_ORACLE_SEED=${SEED} (batch ${seed + from}, case ${i})`;
        throw new Error(`${place}${shownPair(shown)}${(await again(shown)) ?? found}`);
      }
      await runner.clear();
    }
  } finally {
    await runner.close();
  }
}

/** Compares `count` pairs with the oracle. */
export function agreeOnRandomPairs(scope: Scope, seed: number, count: number): Promise<void> {
  return agreeOnPairs(randomPair(scope), seed, count);
}

export function agreeOnPairs(pairs: fc.Arbitrary<RandomPair>, seed: number, count: number): Promise<void> {
  return expectNoTrouble({ pairs, seed, count, divisible: true }, disagreement);
}

/** What product and oracle do not agree on, or what the report does not account for. */
async function disagreement(runner: PairRunner, pair: RandomPair, files: PairFiles): Promise<string | null> {
  const report = await runner.ask(files, pair);
  // Which columns were renamed is found by likeness, which no rule decides: what was found is taken as if it were mapped.
  const spec = { ...PLAIN_SPEC, ...pair.spec, renamed: report.schema.renamed };
  const tables = await runner.read(files, spec);
  const expected = compareNaively(tables, spec);
  const [found, wanted] = [answerOf(report), expectedOf(expected, report, pair.spec)];
  if (!isDeepStrictEqual(found, wanted)) return `product: ${JSON.stringify(found)}\noracle:  ${JSON.stringify(wanted)}`;
  return strangeExample(report, pair, tables, expected) ?? unaccounted(report, tables);
}

/** Whether every changed row that is shown is one that the oracle pairs so, with the columns that differ. */
function strangeExample(report: PairReport, pair: RandomPair, tables: Sided<TypedTable>, { changed }: OracleAnswer) {
  const isKnown = (example: ReportExample): boolean => {
    const [production, shadow] = SIDES.map((side) => firstLike(tables[side], rowAt(example[side], pair[side])));
    return changed.some((row) => row.production === production && row.shadow === shadow);
  };
  // Rows are numbered as they stand in their files, and a condition leaves some of them out of the tables.
  if (pair.spec.where !== undefined) return null;
  const strange = report.examples.find((example) => example.kind === 'changed' && !isKnown(example));
  return strange === undefined ? null : `no such pair of rows: ${JSON.stringify(strange)}`;
}

/** The number of a row over all files of its side. */
function rowAt(place: ReportExample['production'], { cuts }: WrittenTable): number {
  if (place === null || place.row === null) throw new TypeError('a changed row has its place on both sides');
  const file = Number(/\d+/.exec(place.file)?.[0]);
  return ([0, ...cuts][file] ?? 0) + place.row;
}

function unaccounted({ rows, accounting }: PairReport, tables: Sided<TypedTable>): string | null {
  for (const side of ['production', 'shadow'] as const) {
    const height = tables[side].rows.length;
    const counts: (number | null)[] = [Number(accounting.rows_read[side]) - Number(accounting.rows_filtered[side])];
    if (rows !== null) {
      const paired = rows.equal + rows.agreed + rows.changed;
      counts.push(accounting.rows_compared[side], paired + rows[`only_in_${side}`]);
    }
    if (counts.some((count) => count !== height)) return `${side} holds ${height} rows; accounted for are ${counts}`;
  }
  return null;
}
