import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/core/finding.ts';
import { otherSide, type Side } from '../../src/core/side.ts';
import type { Detector, DetectorExample } from '../../src/diagnose/detector.ts';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import { partitionCauses } from '../../src/diagnose/partition-causes.ts';
import { detectors } from '../../src/diagnose/registry.ts';
import { type Cells, type PlantedTables, withPlantedTables } from './planted-tables.ts';

/** The example with its reference on this side. */
function tablesOf(example: DetectorExample, reference: Side): PlantedTables {
  const positions = [...example.columns.keys()];
  const isCommon = (i: number): boolean => {
    const column = example.columns[i]!;
    return (
      column.candidate_only !== true &&
      column.candidate !== null &&
      (column.candidate?.name ?? column.name) === column.name
    );
  };
  const common = positions.filter(isCommon);
  const apart = positions.filter((i) => !isCommon(i));
  const cellsOf = (rows: readonly Cells[], i: number): Cells => rows.map((row) => row[i] ?? null);
  const pick = (rows: readonly Cells[]): Cells[] => rows.map((row) => common.map((i) => row[i] ?? null));
  const byRole = {
    reference: apart
      .filter((i) => example.columns[i]!.candidate_only !== true)
      .map((i) => ({ ...example.columns[i]!, cells: cellsOf(example.reference, i) })),
    candidate: apart
      .filter((i) => example.columns[i]!.candidate !== null)
      .map((i) => ({
        ...(example.columns[i]!.candidate ?? example.columns[i]!),
        cells: cellsOf(example.candidate, i),
      })),
  };
  const sided = <T>(roles: { reference: T; candidate: T }): { production: T; shadow: T } =>
    reference === 'production'
      ? { production: roles.reference, shadow: roles.candidate }
      : { production: roles.candidate, shadow: roles.reference };
  return {
    columns: common.map((i) => {
      const { name, type, candidate } = example.columns[i]!;
      return { name, types: sided({ reference: type, candidate: candidate?.type ?? type }) };
    }),
    key: example.key,
    rows: sided({ reference: pick(example.reference), candidate: pick(example.candidate) }),
    only: sided(byRole),
    reference_side: reference,
  };
}

/** Each example is diagnosed once from each side, whatever is asked of it. */
const diagnosed = new Map<string, Promise<readonly Finding[]>>();

function findingsOf(detector: Detector, example: DetectorExample, reference: Side): Promise<readonly Finding[]> {
  const id = `${detector.id}/${example.says}/${reference}`;
  const found = diagnosed.get(id) ?? diagnoseExample(example, reference);
  diagnosed.set(id, found);
  return found;
}

async function diagnoseExample(example: DetectorExample, reference: Side): Promise<readonly Finding[]> {
  const { without } = example;
  if (without === undefined)
    return withPlantedTables(tablesOf(example, reference), async (input) => (await diagnose(input)).findings);
  return partitionCauses({
    side: without === 'reference' ? reference : otherSide(reference),
    rows: BigInt(example[without === 'reference' ? 'candidate' : 'reference'].length),
    reference_side: reference,
    builds: { production: null, shadow: null },
  });
}

test('the registry lists exactly the files of the folder, each under its own id', () => {
  const folder = join(import.meta.dirname, '../../src/diagnose/detectors');
  const files = readdirSync(folder).map((file) => basename(file, '.ts'));
  expect(detectors.map(({ id }) => id)).toEqual(files.toSorted());
});

test('every detector has an example that it finds and one that it must not find, and look-alikes that exist', () => {
  const ids = new Set(detectors.map(({ id }) => id));
  for (const detector of detectors) {
    expect(
      detector.examples.some(({ finding }) => finding !== null),
      detector.id,
    ).toBe(true);
    expect(
      detector.examples.some(({ finding }) => finding === null),
      detector.id,
    ).toBe(true);
    const lookAlikes = 'look_alikes' in detector ? detector.look_alikes.map(({ cause }) => cause) : [];
    expect(
      lookAlikes.filter((cause) => !ids.has(cause) || cause === detector.id),
      detector.id,
    ).toEqual([]);
  }
});

for (const detector of detectors) {
  describe(detector.id, () => {
    for (const example of detector.examples) {
      for (const reference of ['production', 'shadow'] as const) {
        test(`${example.says} (reference: ${reference})`, async () => {
          await expectExample(detector, example, reference);
        });
      }
    }
  });
}

async function expectExample(detector: Detector, example: DetectorExample, reference: Side): Promise<void> {
  const findings = await findingsOf(detector, example, reference);
  const ours = findings.filter(({ cause }) => cause === detector.id);
  if (example.finding === null) {
    expect(ours.filter(({ certainty }) => certainty === 'explained')).toEqual([]);
    return;
  }
  const { params, certainty, explained } = example.finding;
  expect(
    ours.map((finding) => ({
      params: finding.params,
      certainty: finding.certainty,
      explained: finding.counts.explained,
    })),
  ).toEqual([{ params, certainty, explained: BigInt(explained) }]);
  const found = ours[0]!;
  expect(found.counts.explained + found.counts.residual).toBe(found.counts.differing);
  expect(found.title.length * found.text.length * found.advice.likely_cause.length).toBeGreaterThan(0);
}

test('swapping the sides together with the reference leaves every signature as it was', async () => {
  for (const detector of detectors) {
    for (const example of detector.examples) {
      const [forward, backward] = await Promise.all([
        findingsOf(detector, example, 'production'),
        findingsOf(detector, example, 'shadow'),
      ]);
      expect(backward.map(({ signature }) => signature)).toEqual(forward.map(({ signature }) => signature));
      expect(backward.map(({ counts }) => counts)).toEqual(forward.map(({ counts }) => counts));
    }
  }
});
