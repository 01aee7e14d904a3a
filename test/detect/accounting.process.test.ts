/** The counts of every report add up, and are those of a count by hand; and detection and analysis come to one outcome. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyzePair } from '../../src/analyze/analyze-pair.ts';
import { mapSides, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { sumTroubles } from '../../src/report/accounting.ts';
import { type PairReport, pairReportSchema } from '../../src/report/pair-report.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { requestFor } from '../bench/request.ts';
import { EFFECTS, type LandedPair, openPair } from './landed-pair.ts';

let pair: LandedPair;
beforeAll(async () => {
  pair = await openPair();
});
afterAll(() => pair.end());

/** The report as it is read back. */
async function analyze(paths: Sided<string>, spec: Partial<Spec>): Promise<PairReport> {
  const request = requestFor(paths, { ...PLAIN_SPEC, ...spec }, join(pair.root, 'spill'));
  return pairReportSchema.parse(await analyzePair(request, EFFECTS));
}

type Row = readonly [id: number | null, amount: number, name: string | null, group: number];
const row: fc.Arbitrary<Row> = fc.tuple(
  fc.option(fc.integer({ min: 0, max: 5 }), { nil: null, freq: 6 }),
  fc.constantFrom(1, 1.004, 2, 3),
  fc.option(fc.constantFrom('a', 'a ', 'b'), { nil: null, freq: 6 }),
  fc.integer({ min: 0, max: 3 }),
);
const rows = fc.array(row, { maxLength: 12 });

function printRows(all: readonly Row[]): string {
  const empty = 'SELECT NULL::INTEGER id, NULL::DOUBLE amount, NULL::VARCHAR AS name, NULL::INTEGER grp WHERE false';
  const lines = all.map(([id, amount, name, group]) => {
    const text = name === null ? 'NULL' : `'${name}'`;
    return `SELECT ${id ?? 'NULL'}::INTEGER, ${amount}::DOUBLE, ${text}::VARCHAR, ${group}::INTEGER`;
  });
  return [empty, ...lines].join(' UNION ALL ');
}

/** How many rows stand on both sides, each copy with one copy. */
function identicalRows(production: readonly Row[], shadow: readonly Row[]): number {
  const left = shadow.map((one) => JSON.stringify(one));
  return production.filter((one) => {
    const place = left.indexOf(JSON.stringify(one));
    if (place >= 0) left.splice(place, 1);
    return place >= 0;
  }).length;
}

const WHERE = 'grp < 3';
const anySpecs: fc.Arbitrary<Partial<Spec>> = fc.record({
  key: fc.constantFrom<readonly string[]>([], ['id'], ['id', 'grp']),
  tolerance: fc.constantFrom<Spec['tolerance']>([], [{ column: 'amount', type: null, abs: 0.01, rel: 0, time_us: 0 }]),
  normalise: fc.constantFrom<Spec['normalise']>([], [{ column: 'name', type: null, rule: 'trim' }]),
  where: fc.constantFrom<Spec['where']>({ production: null, shadow: null }, { production: WHERE, shadow: WHERE }),
  ignore: fc.constantFrom<readonly string[]>([], ['amount']),
});
/** A tolerance for a column that is ignored is refused. */
const specs = anySpecs.map((spec) => (spec.ignore?.length === 0 ? spec : { ...spec, tolerance: [] }));

test('equal, agreed, changed and one-sided rows are the rows of each side that fulfil the condition', async () => {
  await fc.assert(
    fc.asyncProperty(rows, rows, fc.nat(12), specs, async (one, other, kept, spec) => {
      const sides = { production: one, shadow: [...one.slice(0, kept), ...other].reverse() };
      for (const side of ['production', 'shadow'] as const) {
        await pair.write(side, 'a.parquet', printRows(sides[side]));
      }
      const paths = { production: pair.path('production', 'a.parquet'), shadow: pair.path('shadow', 'a.parquet') };
      const report = await analyze(paths, spec);
      const isFiltered = spec.where?.production !== null;
      const taken = mapSides(sides, (all) => (isFiltered ? all.filter(([, , , group]) => group < 3) : all));
      const { accounting, rows: counts } = report;
      expect(report.outcome).not.toBe('inconclusive');
      expect(sumTroubles(report)).toEqual([]);
      expect(accounting.rows_compared).toEqual(mapSides(taken, (all) => all.length));
      expect(accounting.rows_read).toEqual(mapSides(sides, (all) => all.length));
      expect(accounting.rows_filtered).toEqual(mapSides(sides, (all, side) => all.length - taken[side].length));
      expect(accounting.rows_sampled_out).toEqual({ production: 0, shadow: 0 });
      if (counts === null) throw new Error('no row was counted');
      const seen = mapSides(taken, (all) =>
        spec.ignore?.includes('amount') ? all.map(([id, , name, group]): Row => [id, 0, name, group]) : all,
      );
      expect(counts.equal).toBe(identicalRows(seen.production, seen.shadow));
      expect(report.outcome === 'match').toBe(
        counts.equal === taken.production.length && counts.equal === taken.shadow.length,
      );
      expect((await pair.compare(spec)).outcome).toBe(report.outcome);
    }),
    { numRuns: 40 },
  );
});

test('a sample leaves out what it does not compare, on each side', async () => {
  await pair.write('production', 'a.parquet', 'SELECT range::INTEGER id, range % 7 x FROM range(4000)');
  await pair.write('shadow', 'a.parquet', 'SELECT range::INTEGER id, range % 7 x FROM range(4100)');
  const paths = { production: pair.path('production', 'a.parquet'), shadow: pair.path('shadow', 'a.parquet') };
  const report = await analyze(paths, { key: ['id'], sample: 0.25, where: { production: 'x < 6', shadow: 'x < 6' } });
  expect(sumTroubles(report)).toEqual([]);
  const { rows_read, rows_filtered, rows_sampled_out, rows_compared, cut } = report.accounting;
  expect([rows_read, rows_filtered]).toEqual([
    { production: 4000, shadow: 4100 },
    { production: 571, shadow: 585 },
  ]);
  expect(rows_sampled_out.production).toBe(3429 - (rows_compared.production ?? 0));
  expect(rows_compared.production).toBeGreaterThan(700);
  expect(rows_compared.production).toBeLessThan(1000);
  expect(cut).toContain('sample of 25 %');
});

test('every partition of the sample data that is compared adds up', async () => {
  const warehouse = join(packageRoot(), 'sample-data', 'warehouse');
  let looked = 0;
  for (const table of (await readdir(join(warehouse, 'production'))).toSorted()) {
    const [partition] = (await readdir(join(warehouse, 'production', table))).toSorted().reverse();
    const paths = {
      production: join(warehouse, 'production', table, partition ?? ''),
      shadow: join(warehouse, 'shadow', table, partition ?? ''),
    };
    const report = await analyze(paths, {});
    expect(sumTroubles(report), table).toEqual([]);
    looked += report.rows === null ? 0 : 1;
  }
  expect(looked).toBeGreaterThan(3);
});
