/** Laws of comparing that need no oracle: what must hold whatever the tables are. */
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { PairReport } from '../../src/report/pair-report.ts';
import { changedOnce, ofAnyHeight, rewritten, swapped, withoutRules } from './altered-pairs.ts';
import { expectNoTrouble, SEED, type Trouble } from './oracle-cases.ts';
import type { PairFiles } from './pair-runner.ts';
import { PLAIN_LAYOUTS } from './random-tables.ts';

export interface Law {
  readonly title: string;
  /** How many cases take a second or two. */
  readonly few: number;
  readonly holdsFor: (count: number) => Promise<void>;
}

function summary({ outcome, detail, rows, columns }: PairReport): string {
  return JSON.stringify({ outcome, detail, rows, columns });
}

const differs: Trouble = async (runner, pair, files) => {
  const report = await runner.ask(files, pair);
  const { rows } = report;
  const differing = rows === null ? 0 : rows.changed + rows.only_in_production + rows.only_in_shadow;
  // A changed cell of the key, or of the only column, leaves a row on each side.
  return report.outcome === 'mismatch' && (differing === 1 || differing === 2) ? null : summary(report);
};

const matches: Trouble = async (runner, pair, files) => {
  const report = await runner.ask(files, pair);
  const isSame = report.production.checksum === report.shadow.checksum;
  return report.outcome === 'match' && isSame ? null : summary(report);
};

const matchesItself: Trouble = async (runner, pair, { folders, files }) => {
  const same: PairFiles = {
    folders: { production: folders.shadow, shadow: folders.shadow },
    files: { production: files.shadow, shadow: files.shadow },
  };
  const report = await runner.ask(same, { spec: { key: [] }, large: pair.large, cramped: pair.cramped });
  return report.outcome === 'match' ? null : summary(report);
};

/** The report's bytes but for the time that it took. */
function bytesOf(report: PairReport): string {
  return JSON.stringify({ ...report, seconds: null });
}

const sameBytes: Trouble = async (runner, pair, files) => {
  const first = bytesOf(await runner.ask(files, pair, 1));
  for (const threads of [1, 2, 4]) {
    await listOtherwise(files);
    const again = bytesOf(await runner.ask(files, pair, threads));
    if (again !== first) return `with ${threads} threads\n${again}\nafter\n${first}`;
  }
  return null;
};

/** Puts the files into their folders in another order: a folder is listed by when its entries were made, or by their hashes. */
async function listOtherwise({ folders }: PairFiles): Promise<void> {
  for (const folder of [folders.production, folders.shadow]) {
    const names = (await readdir(folder)).toReversed();
    for (const name of names) await rename(join(folder, name), `${folder}-${name}`);
    for (const name of names) await rename(`${folder}-${name}`, join(folder, name));
  }
}

/**
 * Where keys are unique, rows have one partner at most, and everything is mirrored. Else the order of the files decides
 * between pairs that differ as much, production's first, so that only the numbers of rows are.
 */
const mirrors: Trouble = async (runner, pair, files) => {
  const there = await runner.ask(files, pair);
  const back = await runner.ask(await runner.write(swapped(pair), PLAIN_LAYOUTS), pair);
  if (there.outcome !== back.outcome) return `${summary(there)}\n${summary(back)}`;
  const [rows, mirrored] = [there.rows, back.rows];
  if (rows === null || mirrored === null) return rows === mirrored ? null : `${summary(there)}\n${summary(back)}`;
  const duplicates = rows.duplicate_keys;
  const isKeyed = (pair.spec.key ?? []).length > 0;
  const isUnique = isKeyed && duplicates?.production.groups === 0 && duplicates.shadow.groups === 0;
  const expected = {
    equal: mirrored.equal,
    changed: isKeyed ? mirrored.changed : null,
    only_in_production: isKeyed ? mirrored.only_in_shadow : null,
    only_in_shadow: isKeyed ? mirrored.only_in_production : null,
    columns: isUnique ? differingOf(back) : null,
  };
  const found = {
    equal: rows.equal,
    changed: isKeyed ? rows.changed : null,
    only_in_production: isKeyed ? rows.only_in_production : null,
    only_in_shadow: isKeyed ? rows.only_in_shadow : null,
    columns: isUnique ? differingOf(there) : null,
  };
  return isDeepStrictEqual(found, expected) ? null : `${summary(there)}\n${summary(back)}`;
};

function differingOf({ columns }: PairReport): readonly (readonly [string, number])[] {
  return columns.map(({ column, differing_rows }) => [column, differing_rows] as const).toSorted();
}

export const LAWS: readonly Law[] = [
  {
    title: 'a change of one cell, row or multiplicity is a mismatch of one row or two',
    few: 30,
    holdsFor: (count) => expectNoTrouble({ pairs: changedOnce, seed: SEED + 1_000, count, divisible: false }, differs),
  },
  {
    title: 'the order of rows, their files, row groups, encodings and compression change nothing',
    few: 30,
    holdsFor: (count) => expectNoTrouble({ pairs: rewritten, seed: SEED + 2_000, count, divisible: false }, matches),
  },
  {
    title: 'a table matches itself',
    few: 30,
    holdsFor: (count) =>
      expectNoTrouble({ pairs: withoutRules, seed: SEED + 3_000, count, divisible: true }, matchesItself),
  },
  {
    title: 'swapped sides give the mirror image of the counts',
    few: 15,
    holdsFor: (count) => expectNoTrouble({ pairs: withoutRules, seed: SEED + 4_000, count, divisible: true }, mirrors),
  },
  {
    title:
      'the same input gives the same bytes of JSON, with one, two or four threads, whatever the order of a listing',
    few: 6,
    holdsFor: (count) => expectNoTrouble({ pairs: ofAnyHeight, seed: SEED + 5_000, count, divisible: true }, sameBytes),
  },
];
