import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Side } from '../../src/core/side.ts';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import { detectors } from '../../src/diagnose/registry.ts';
import { CELL_FAULTS, type Cell, type Fault } from './planted-faults.ts';
import { withPlantedTables } from './planted-tables.ts';

const RUNS = 4;

interface Planted {
  readonly fault: Fault;
  readonly reference: readonly Cell[];
  readonly candidate: readonly Cell[];
  readonly side: Side;
}

/** A column of 300 to 1,000 cells, hit by the fault where it is at risk, with this probability. */
function planted(faults: fc.Arbitrary<Fault>): fc.Arbitrary<Planted> {
  return faults.chain((fault) =>
    fc
      .record({
        cells: fc.array(fc.tuple(fault.values, fc.nat(99)), {
          minLength: 300,
          maxLength: 1000,
          size: 'max',
        }),
        rate: fc.constantFrom(...fault.rates),
        side: fc.constantFrom<Side>('production', 'shadow'),
      })
      .map(({ cells, rate, side }) => ({
        fault,
        side,
        reference: cells.map(([cell]) => cell),
        candidate: cells.map(([cell, chance]) => (chance < 100 * rate ? fault.change(cell) : cell)),
      })),
  );
}

function count(cells: readonly Cell[], condition: (cell: Cell, i: number) => boolean): bigint {
  return BigInt(cells.filter(condition).length);
}

test('every cell detector has a planted fault', () => {
  const cellDetectors = detectors.filter(({ kind }) => kind === 'cell').map(({ id }) => id);
  expect(Object.keys(CELL_FAULTS).toSorted()).toEqual(cellDetectors.toSorted());
});

describe('a fault that is planted alone is named with its parameters, and all counts are those of the oracle', () => {
  for (const [cause, faults] of Object.entries(CELL_FAULTS)) {
    test(cause, async () => {
      await fc.assert(
        fc.asyncProperty(planted(faults), async ({ fault, reference, candidate, side }) => {
          const { type } = fault;
          const rows = (cells: readonly Cell[]): Cell[][] => cells.map((cell, i) => [String(i), cell]);
          const tables = {
            columns: [
              { name: 'id', types: { production: 'INTEGER', shadow: 'INTEGER' } },
              { name: 'x', types: { production: type, shadow: type } },
            ],
            key: ['id'],
            rows:
              side === 'production'
                ? { production: rows(reference), shadow: rows(candidate) }
                : { production: rows(candidate), shadow: rows(reference) },
            reference_side: side,
          };
          const { findings, unexplained_rows } = await withPlantedTables(tables, (input) => diagnose(input));
          const differing = count(reference, (cell, i) => cell !== candidate[i]);
          fc.pre(differing >= 20n);
          const atRisk = count(reference, (cell) => fault.change(cell) !== cell);
          expect(
            findings.map((finding) => ({ cause: finding.cause, params: finding.params, counts: finding.counts })),
          ).toEqual([
            {
              cause: fault.cause,
              params: fault.params,
              counts: {
                differing,
                explained: differing,
                at_risk: atRisk,
                contradictions: atRisk - differing,
                inherited: 0n,
                residual: 0n,
              },
            },
          ]);
          const isHitEverywhere = Number(atRisk - differing) <= 0.15 * Number(atRisk);
          expect(findings[0]?.certainty).toBe(isHitEverywhere ? 'explained' : 'resembles');
          expect(unexplained_rows).toBe(isHitEverywhere ? 0n : differing);
          expect(findings[0]?.examples).toHaveLength(5);
          expect(findings[0]?.counter_examples).toHaveLength(Number(atRisk - differing > 3n ? 3n : atRisk - differing));
        }),
        { numRuns: RUNS, seed: 20_261_121, endOnFailure: true },
      );
    });
  }
});

describe('cells that were relabelled at random have no explanation', () => {
  const domains: readonly { readonly type: string; readonly values: readonly Cell[] }[] = [
    { type: 'VARCHAR', values: ['PAID', 'paid', 'OPEN', 'open ', 'VOID'] },
    { type: 'VARCHAR', values: [null, '', 'x', ' x'] },
    { type: 'BOOLEAN', values: ['true', 'false', null] },
    { type: 'DECIMAL(12,6)', values: ['1.5', '2', '1.25', '1.2', '1'] },
    {
      type: 'TIMESTAMP',
      values: ['2026-11-20 05:00:00', '2026-11-20 06:00:00', '2026-11-20 06:00:00.5', '2026-11-21 06:00:00'],
    },
    { type: 'DATE', values: ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-25'] },
  ];
  for (const { type, values } of domains) {
    test(`${type} of ${values.map((cell) => JSON.stringify(cell)).join(', ')}`, async () => {
      const relabelled = fc.record({
        cells: fc.array(fc.tuple(fc.constantFrom(...values), fc.constantFrom(...values), fc.nat(99)), {
          minLength: 300,
          maxLength: 600,
          size: 'max',
        }),
        percent: fc.constantFrom(2, 10, 50),
      });
      await fc.assert(
        fc.asyncProperty(relabelled, async ({ cells, percent }) => {
          const production = cells.map(([cell], i): Cell[] => [String(i), cell]);
          const shadow = cells.map(([cell, other, chance], i): Cell[] => [String(i), chance < percent ? other : cell]);
          const tables = {
            columns: [
              { name: 'id', types: { production: 'INTEGER', shadow: 'INTEGER' } },
              { name: 'x', types: { production: type, shadow: type } },
            ],
            key: ['id'],
            rows: { production, shadow },
          };
          const { findings, unexplained_rows } = await withPlantedTables(tables, (input) => diagnose(input));
          expect(findings.filter(({ certainty }) => certainty === 'explained')).toEqual([]);
          expect(unexplained_rows).toBe(
            count(
              cells.map(([cell]) => cell),
              (cell, i) => cell !== shadow[i]?.[1],
            ),
          );
        }),
        { numRuns: RUNS, seed: 1, endOnFailure: true },
      );
    });
  }
});
