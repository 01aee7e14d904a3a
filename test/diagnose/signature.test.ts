import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Signature } from '../../src/core/finding.ts';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import { detectors } from '../../src/diagnose/registry.ts';
import { signatureOf, typeClass } from '../../src/diagnose/signature.ts';
import { CELL_FAULTS, type Cell } from './planted-faults.ts';
import { withPlantedTables } from './planted-tables.ts';

async function signatures(
  name: string,
  type: string,
  cells: readonly (readonly [Cell, Cell])[],
  builds: { production: string | null; shadow: string | null } = { production: null, shadow: null },
): Promise<readonly (readonly [string, Signature])[]> {
  const tables = {
    columns: [
      { name: `key of ${name}`, types: { production: 'INTEGER', shadow: 'INTEGER' } },
      { name, types: { production: type, shadow: type } },
    ],
    key: [`key of ${name}`],
    rows: {
      production: cells.map(([before], i): Cell[] => [String(i), before]),
      shadow: cells.map(([, after], i): Cell[] => [String(i), after]),
    },
    builds,
  };
  const { findings } = await withPlantedTables(tables, (input) => diagnose(input));
  return findings.map(({ cause, signature }) => [cause, signature]);
}

test('one fault on other values, in another column, on more rows, keeps its shape and site', async () => {
  for (const faults of Object.values(CELL_FAULTS)) {
    const fault = fc.sample(faults, { numRuns: 1, seed: 7 })[0]!;
    const drawn = (seed: number, length: number): (readonly [Cell, Cell])[] =>
      fc
        .sample(fault.values, { numRuns: length, seed })
        .map((cell, i) => [cell, i % 9 === 0 ? cell : fault.change(cell)] as const);
    const [here] = await signatures('a', fault.type, drawn(1, 300));
    const [there] = await signatures('another name', fault.type, drawn(2, 700));
    expect(here?.[0]).toBe(there?.[0]);
    expect({ ...here?.[1], alternatives: [] }).toEqual({ ...there?.[1], alternatives: [] });
  }
});

test('shape, site and local level tell parameters, types and builds apart', () => {
  const cause = { cause: 'ts_trunc', row_kind: 'changed' as const, params: { unit: 'ms' } };
  const site = { types: { reference: 'TIMESTAMP', candidate: 'TIMESTAMP' }, trigger: 'value' };
  const none = { reference: null, candidate: null };
  const plain = signatureOf(cause, site, none, []);
  const otherUnit = signatureOf({ ...cause, params: { unit: 's' } }, site, none, []);
  const otherType = signatureOf(cause, { ...site, types: { reference: 'TIMESTAMP', candidate: 'DATE' } }, none, []);
  const built = signatureOf(cause, site, { reference: null, candidate: '2311' }, []);
  expect(otherUnit.shape).not.toBe(plain.shape);
  expect(otherType.shape).toBe(plain.shape);
  expect(otherType.site).not.toBe(plain.site);
  expect(plain.local).toBeNull();
  expect(built.site).toBe(plain.site);
  expect(built.local).toMatch(/^[0-9a-f]{32}$/);
});

test('a runner-up within reach stands among the alternatives, by site and by shape', async () => {
  // Whole seconds below a half: cutting and rounding agree on every value.
  const cells = Array.from(
    { length: 40 },
    (_, i) => [`2026-11-20 10:00:${10 + (i % 50)}.1${i}`, `2026-11-20 10:00:${10 + (i % 50)}`] as const,
  );
  const [found] = await signatures('at', 'TIMESTAMP', cells);
  expect(found?.[0]).toBe('ts_trunc');
  const site = { types: { reference: 'TIMESTAMP', candidate: 'TIMESTAMP' }, trigger: 'value' };
  const rounding = signatureOf(
    { cause: 'ts_round', row_kind: 'changed', params: { unit: 's' } },
    site,
    { reference: null, candidate: null },
    [],
  );
  expect(found?.[1].alternatives).toEqual([rounding.site, rounding.shape]);
});

test('types that spell out names or labels are told by their kind', () => {
  expect(
    [
      "ENUM('secret', 'x')",
      'STRUCT(secret INTEGER)',
      'STRUCT(a INTEGER)[]',
      'MAP(VARCHAR, INTEGER)',
      'DECIMAL(10,2)',
      null,
    ].map(typeClass),
  ).toEqual(['ENUM', 'STRUCT', 'LIST', 'MAP', 'DECIMAL(10,2)', null]);
});

test('no value of the data goes into the parameters of a signature', () => {
  const secrets = fc.string({ minLength: 6 }).map((text) => `secret ${text}`);
  fc.assert(
    fc.property(secrets, (secret) => {
      for (const detector of detectors.filter(({ id }) => id === 'null_fill' || id === 'col_const')) {
        expect(JSON.stringify(detector.canonicalParams({ value: secret }))).not.toContain('secret');
        expect(detector.title({ value: secret })).not.toContain('secret');
      }
    }),
  );
});
