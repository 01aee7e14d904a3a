/** The same two tables as small sides and as large ones with little memory, in one part, some or many: one answer. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExampleCell, RowExample } from '../../src/core/difference.ts';
import { SIDES } from '../../src/core/side.ts';
import type { Spec } from '../../src/core/spec.ts';
import { ident, sql } from '../../src/sql/sql.ts';
import { diagnosed } from './diagnosed.ts';
import { diffTables, type SmallDiff } from './small-tables.ts';

const CASES = 20;
const ALL_EXAMPLES = 600;
const FEW_EXAMPLES = 6;

const COLUMNS = [
  { name: 'id', type: 'BIGINT', nullable: true },
  { name: 't', type: 'VARCHAR', nullable: true },
  { name: 'n', type: 'DOUBLE', nullable: true },
  ...Array.from({ length: 7 }, (_, i) => ({ name: `more${i}`, type: 'INTEGER', nullable: true })),
];
type Row = readonly [id: number | null, t: string | null, n: number | null];
type Fault = (row: Row) => Row | null;

const FAULTS: readonly Fault[] = [
  ([id, t, n]) => [id, t?.toLowerCase() ?? null, n],
  ([id, , n]) => [id, null, n],
  ([id, t, n]) => [id, t ?? '', n],
  ([id, t, n]) => [id, t === null ? null : ` ${t}`, n],
  ([id, t, n]) => [id, t, n === null ? null : n + 0.001],
  ([id, t, n]) => [id, t, n === null ? 1 : n * 2],
  () => null,
];

const text = fc.constantFrom('Alpha', 'Beta', 'Gamma', 'delta', null);
/** An id of which few rows may have the same, or none has: `i` is the row's number. */
const row = (i: number): fc.Arbitrary<Row> =>
  fc.tuple(
    fc.oneof({ weight: 12, arbitrary: fc.constant(i) }, fc.constantFrom(1, 2, null)),
    text,
    fc.constantFrom(i, null),
  );

const pairs = fc.record({
  rows: fc
    .integer({ min: 1, max: 80 })
    .chain((height) => fc.tuple(...Array.from({ length: height }, (_, i) => row(i)))),
  faults: fc.array(
    fc.record({ fault: fc.constantFrom(...FAULTS), every: fc.constantFrom(1, 2, 9), from: fc.nat(40) }),
    {
      maxLength: 3,
    },
  ),
  twice: fc.nat(15),
  added: fc.array(row(700), { maxLength: 4 }),
  isKeyed: fc.constantFrom(true, true, true, false),
  isWide: fc.boolean(),
  /** Else no key of these rows stands twice, and large sides are joined as they are read. */
  hasRepeated: fc.boolean(),
  hasRules: fc.boolean(),
  memory: fc.constantFrom(5_000n, 8_000n, 11_000n, 15_000n, 30_000n, null),
});

type Pair = typeof pairs extends fc.Arbitrary<infer T> ? T : never;

function tablesOf({ rows: drawn, faults, twice, added, isWide, hasRepeated }: Pair) {
  const rows = drawn.map(([id, t, n], i): Row => [hasRepeated ? id : i, t, n]);
  let shadow: readonly Row[] = rows;
  for (const { fault, every, from } of faults) {
    const faulty = shadow.map((one, i) => (i < from || i % every > 0 ? one : fault(one)));
    shadow = faulty.filter((one) => one !== null);
  }
  const both = Array.from({ length: twice }, (_, i): Row => [5_000 + (i >> 1), `twice ${i}`, null]);
  const columns = isWide ? COLUMNS : COLUMNS.slice(0, 3);
  const table = (some: readonly Row[]) => ({
    columns,
    rows: some.map((cells) => columns.map((_, i) => cells[i] ?? null)),
  });
  return { production: table([...rows, ...both]), shadow: table([...both, ...shadow, ...added]) };
}

const shown = ({ kind, places, key, cells }: RowExample & { readonly cells: readonly ExampleCell[] }): string =>
  JSON.stringify({ kind, places, key, cells }, (_, cell: unknown) => (typeof cell === 'bigint' ? `${cell}` : cell));

/** What must be the same both ways, after what must hold in either. */
async function answerOf(diff: SmallDiff) {
  const { engine, plan, result } = diff;
  const { rows, columns, examples } = result.difference;
  const counted = async (from: ReturnType<typeof sql>) => BigInt(String((await engine.run(from)).rows[0]?.[0]));
  expect(await counted(sql`SELECT count(DISTINCT pair) FROM changed_rows`)).toBe(rows.changed);
  expect(await counted(sql`SELECT count(*) FROM changed_rows`)).toBe(rows.changed);
  for (const side of SIDES) {
    expect(await counted(sql`SELECT count(*) FROM ${ident(`only_in_${side}`)}`)).toBe(rows[`only_in_${side}`]);
    const population = sql`(${result.tables.population[side]})`;
    const places = await counted(sql`SELECT count(DISTINCT ("file", "row")) FROM ${population}`);
    expect(places).toBe(result.tables.population_rows[side]);
  }
  for (const { column, differing_rows } of columns) {
    const flag = ident(`d${plan.columns.findIndex(({ name }) => name === column)}`);
    expect(await counted(sql`SELECT count(*) FROM changed_rows WHERE ${flag}`)).toBe(differing_rows);
  }
  const findings = await diagnosed(diff);
  for (const { counts } of findings) {
    const { differing, explained, contradictions, residual } = counts;
    expect(explained).toBeLessThanOrEqual(differing);
    expect(explained + residual).toBe(differing);
    expect(contradictions).toBeGreaterThanOrEqual(0n);
  }
  const { equal, agreed, changed, only_in_production, only_in_shadow } = rows;
  return {
    same: {
      rows: { equal, agreed, changed, only_in_production, only_in_shadow },
      columns: columns.map(({ column, differing_rows, agreed_rows }) => ({ column, differing_rows, agreed_rows })),
      row_findings: findings.filter(({ unit }) => unit === 'rows').map(({ cause, counts }) => ({ cause, counts })),
      causes:
        result.notes.length > 0 ? null : findings.map(({ cause, certainty, counts }) => ({ cause, certainty, counts })),
    },
    keys: result.notes.length > 0 ? null : { duplicates: rows.duplicate_keys, nulls: rows.null_keys },
    examples: examples.map(shown),
  };
}

describe('large sides', () => {
  test('are counted, shown and diagnosed as small ones are', { timeout: 120_000 }, async () => {
    const holds = fc.asyncProperty(pairs, async (pair) => {
      const spec: Partial<Spec> = {
        key: pair.isKeyed ? ['id'] : [],
        tolerance: pair.hasRules ? [{ column: 'n', type: null, abs: 0.01, rel: 0, time_us: 0 }] : [],
        normalise: pair.hasRules ? [{ column: 't', type: null, rule: 'trim' }] : [],
      };
      const tables = tablesOf(pair);
      const small = await diffTables(tables, spec, answerOf, ALL_EXAMPLES);
      const large = await diffTables(tables, spec, answerOf, FEW_EXAMPLES, false, pair.memory);
      expect(large.same).toEqual({ ...small.same, causes: large.same.causes === null ? null : small.same.causes });
      if (large.keys !== null) expect(large.keys).toEqual(small.keys);
      expect(new Set(large.examples).size).toBe(large.examples.length);
      for (const example of large.examples) expect(small.examples).toContain(example);
    });
    await fc.assert(holds, { numRuns: Number(process.env.CASES ?? CASES), seed: Number(process.env.SEED ?? 20261121) });
  });
});
