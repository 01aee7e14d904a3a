import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LAWS } from './laws.ts';
import { SEED } from './oracle-cases.ts';
import { PairRunner } from './pair-runner.ts';
import { PLAIN_LAYOUTS, type WrittenTable } from './random-tables.ts';

describe(`seed ${SEED}: whatever the tables are,`, () => {
  for (const { title, few, holdsFor } of LAWS) test(title, { timeout: 60_000 }, () => holdsFor(few));
});

describe('checksums add up, they do not cancel out', () => {
  let runner: PairRunner;
  beforeAll(async () => {
    runner = await PairRunner.open();
  });
  afterAll(() => runner.close());

  const letters = (rows: string): WrittenTable => ({
    columns: ['id', 'letter'].map((name) => ({ name, type: { kind: 'text' }, written_as: { kind: 'text' } })),
    rows: [...rows].map((letter) => ['one', letter]),
    cuts: [],
  });

  // Under XOR a row that stands twice leaves nothing behind: these pairs would have one checksum and one row count.
  const pairs = [
    ['aac', 'bbc'],
    ['aa', 'bb'],
    ['aabbc', 'ddeec'],
    ['aaaac', 'aabbc'],
  ] as const;
  for (const large of [false, true])
    test.each(pairs)(`%s and %s differ, ${large ? 'in buckets' : 'kept whole'}`, async (production, shadow) => {
      const files = await runner.write({ production: letters(production), shadow: letters(shadow) }, PLAIN_LAYOUTS);
      for (const key of [['id'], [], ['id', 'letter']]) {
        const report = await runner.ask(files, { spec: { key }, large });
        expect(report.outcome).toBe('mismatch');
        expect(report.production.row_count).toBe(report.shadow.row_count);
        expect(report.production.checksum).not.toBe(report.shadow.checksum);
      }
    });
});
