import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planColumns } from '../../src/compare/column-plan.ts';
import { compareSides } from '../../src/compare/compare.ts';
import { readFileSums, totalOf, withoutEqualFiles } from '../../src/compare/file-sums.ts';
import { KEPT_ROWS_MAX } from '../../src/compare/kept-rows.ts';
import { sideQuery } from '../../src/compare/side-query.ts';
import { PLAIN_SPEC } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { pinLanding } from '../../src/partition/pin.ts';
import { openUncounted, readablePaths } from '../../src/partition/side-table.ts';
import { join as joinSql, sql, value } from '../../src/sql/sql.ts';
import { landingAt } from '../partition/place.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'shadowcheck-sums-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Row = readonly [number | null, string | null, bigint];

const row: fc.Arbitrary<Row> = fc.tuple(
  fc.option(fc.integer({ min: -3, max: 3 }), { nil: null }),
  fc.option(fc.constantFrom('', 'a', 'ab', '0'), { nil: null }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const files = fc.array(fc.array(row, { maxLength: 8 }), { minLength: 1, maxLength: 5 });

let folders = 0;

/** Reads files of these rows by their own sums, and as the whole that they are. */
async function sumsOf(contents: readonly (readonly Row[])[], sample: number | null, picked: readonly number[] | null) {
  folders += 1;
  const folder = join(root, String(folders));
  await mkdir(folder);
  const writer = await openDuckdb({ files: [], spill: root, threads: 1, memory_bytes: null });
  for (const [i, rows] of contents.entries()) {
    const all = [
      sql`SELECT CAST(0 AS INTEGER) id, '' x, CAST(0 AS BIGINT) n WHERE false`,
      ...rows.map(
        ([id, x, n]) => sql`SELECT CAST(${value(id)} AS INTEGER), ${value(x)}, CAST(${value(String(n))} AS BIGINT)`,
      ),
    ];
    const path = value(join(folder, `${i}.parquet`));
    await writer.run(sql`COPY (${joinSql(all, ' UNION ALL ')}) TO ${path} (FORMAT parquet)`);
  }
  await writer.close();
  const pinned = await pinLanding(landingAt(folder));
  const engine = await openDuckdb({ files: readablePaths(pinned, root), spill: root, threads: 2, memory_bytes: null });
  try {
    const table = await openUncounted(engine, pinned, root);
    const plan = planColumns({ production: table.columns, shadow: table.columns }, { ...PLAIN_SPEC, key: ['id'] });
    const reading = { side: 'shadow', table, plan, filter: { where: null, sample } } as const;
    const rows = sideQuery('shadow', table, plan, reading.filter);
    const large = { production: KEPT_ROWS_MAX + 1n, shadow: KEPT_ROWS_MAX + 1n };
    const { comparison } = await compareSides(
      engine,
      plan,
      { production: rows, shadow: rows },
      { row_counts: large },
      (_, work) => work(),
    );
    return { by_file: await readFileSums(engine, reading, picked), whole: comparison.fingerprints.shadow };
  } finally {
    await engine.close();
  }
}

test('the sums of the files add up to those of the whole, and are those of the file alone', async () => {
  await fc.assert(
    fc.asyncProperty(files, fc.constantFrom(null, 0.5), fc.nat(), async (contents, sample, chosen) => {
      const { by_file, whole } = await sumsOf(contents, sample, null);
      expect(totalOf(by_file)).toEqual(whole);
      if (sample === null)
        expect(by_file.map(({ row_count }) => Number(row_count))).toEqual(contents.map((rows) => rows.length));
      const picked = [...contents.keys()].reverse().filter((i) => i % 2 === chosen % 2);
      if (picked.length === 0) return;
      const { by_file: some } = await sumsOf(contents, sample, picked);
      expect(some).toEqual(picked.map((i) => by_file[i]));
      const alone = await sumsOf([contents[picked[0] as number] as Row[]], sample, null);
      expect(alone.by_file).toEqual([some[0]]);
    }),
    { numRuns: 12 },
  );
});

test('what is left without equal files is the difference of the two multisets of files', () => {
  const sums = (n: number) => ({
    row_count: BigInt(n),
    low_sum: BigInt(n) * 7n,
    high_sum: BigInt(n) * 5n,
    strong: null,
  });
  const side = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 10 });
  fc.assert(
    fc.property(side, side, (production, shadow) => {
      const left = withoutEqualFiles({ production: production.map(sums), shadow: shadow.map(sums) });
      const count = (values: readonly number[], n: number): number => values.filter((value) => value === n).length;
      for (let n = 0; n <= 4; n += 1) {
        const surplus = count(production, n) - count(shadow, n);
        const of = (all: readonly number[], numbers: readonly number[]) =>
          count(
            numbers.map((i) => all[i] as number),
            n,
          );
        expect(of(production, left.production)).toBe(Math.max(0, surplus));
        expect(of(shadow, left.shadow)).toBe(Math.max(0, -surplus));
      }
      for (const numbers of [left.production, left.shadow]) expect(new Set(numbers).size).toBe(numbers.length);
    }),
  );
});
