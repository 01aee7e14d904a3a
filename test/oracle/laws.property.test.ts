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

  /** The letters beside a key that all rows share. With `beside`, a dozen columns: the sums of such are taken apart, and one differs for certain. */
  const letters = (rows: string, beside: string): WrittenTable => ({
    columns: ['id', 'letter', ...beside].map((name) => ({
      name: name.toLowerCase(),
      type: { kind: 'text' },
      written_as: { kind: 'text' },
    })),
    rows: [...rows].map((letter, i) => ['one', letter, ...(i === 0 ? beside : beside.toLowerCase())]),
    cuts: [],
  });
  // Under XOR a row that stands twice leaves nothing behind: these pairs would have one checksum and one row count.
  const pairs = [
    ['aac', 'bbc'],
    ['aa', 'bb'],
    ['aabbc', 'ddeec'],
    ['aaaac', 'aabbc'],
  ] as const;
  const ways = [
    { way: 'kept whole', large: false, cramped: false },
    { way: 'in buckets or by hashes', large: true, cramped: false },
    { way: 'in buckets', large: true, cramped: true },
  ];
  for (const { way, large, cramped } of ways)
    test.each(pairs)(`%s and %s differ, ${way}`, async (production, shadow) => {
      for (const beside of ['', 'abcdefghiJ']) {
        const tables = { production: letters(production, beside.toLowerCase()), shadow: letters(shadow, beside) };
        const files = await runner.write(tables, PLAIN_LAYOUTS);
        for (const key of [['id'], [], ['id', 'letter']]) {
          const report = await runner.ask(files, { spec: { key }, large, cramped });
          expect(report.outcome).toBe('mismatch');
          expect(report.production.row_count).toBe(report.shadow.row_count);
          expect(report.production.checksum).not.toBe(report.shadow.checksum);
          const differing = report.columns.map(({ column }) => column);
          if (key.length === 1) expect(differing).toEqual(beside === '' ? ['letter'] : ['letter', 'j']);
        }
      }
    });
});
