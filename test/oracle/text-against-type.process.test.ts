/** Text against a number, a date or a UUID under rules of text: cases that tables of any columns hold too seldom. */
import fc from 'fast-check';
import { test } from 'vitest';
import type { Normalisation } from '../../src/core/spec.ts';
import type { ColumnType } from './column-type.ts';
import { agreeOnPairs, SEED } from './oracle-cases.ts';
import { PLAIN_LAYOUTS, type RandomPair } from './random-tables.ts';

const TEXT: ColumnType = { kind: 'text' };
const ID: ColumnType = { kind: 'integer', sql: 'INTEGER', min: 0n, max: 100n };

/** Texts that spell a value of the type, by themselves or among white space, and some that do not. */
const TYPED: readonly (readonly [ColumnType, string | number | bigint, readonly string[]])[] = [
  [{ kind: 'float', sql: 'DOUBLE' }, 1.5, ['1.5', '1.50', '15E-1', '1.51', '1. 5']],
  [{ kind: 'float', sql: 'DOUBLE' }, 0.1, ['0.1', '0.10000000000000001', '0.1000000000000000055']],
  [{ kind: 'float', sql: 'FLOAT' }, Number.NaN, ['nan', 'NaN', 'NULL']],
  [{ kind: 'decimal', width: 18, scale: 3 }, 1_500n, ['1.500', '1.5', '+1.5e0', '1.5001']],
  [ID, 7n, ['7', '07', '7.0', '7.5', '']],
  [{ kind: 'uuid' }, 1n, ['00000000-0000-0000-0000-000000000001', '1']],
  [{ kind: 'boolean' } as ColumnType, 1n, ['true', 'TRUE', 'yes']],
  [
    { kind: 'timestamp', sql: 'TIMESTAMP', per_second: 1_000_000n },
    0n,
    ['1970-01-01 00:00:00', '1970-01-01T00:00:00Z'],
  ],
];
const SPACES = ['', ' ', '\t', '\n', '\u00a0', ' \r\n'] as const;
const RULES = fc.subarray<Normalisation>(['unicode', 'trim', 'ignore_case', 'number_text']);

/** The typed column on either side, and a row for each of its texts, with white space around it. */
const pairs: fc.Arbitrary<RandomPair> = fc
  .record({
    typed: fc.constantFrom(...TYPED),
    before: fc.constantFrom(...SPACES),
    after: fc.constantFrom(...SPACES),
    rules: RULES,
    swap: fc.boolean(),
    large: fc.boolean(),
    keyed: fc.boolean(),
  })
  .map(({ typed: [type, cell, texts], before, after, rules, swap, large, keyed }) => {
    // Which texts are one key the naive comparison tells for numbers only.
    const is_key = keyed && ['float', 'decimal', 'integer'].includes(type.kind) && !Number.isNaN(cell);
    const table = (of: ColumnType, cells: readonly (string | number | bigint | boolean)[]) => ({
      columns: [
        { name: 'id', type: ID, written_as: ID },
        { name: 'x', type: of, written_as: of },
      ],
      rows: cells.map((x, i) => [BigInt(i), x]),
      cuts: [],
    });
    const value = type.kind === 'boolean' ? true : cell;
    const typed = table(type, is_key ? [value] : texts.map(() => value));
    const text = table(
      TEXT,
      texts.map((one) => `${before}${one}${after}`),
    );
    return {
      production: swap ? typed : text,
      shadow: swap ? text : typed,
      spec: {
        key: [is_key ? 'x' : 'id'],
        normalise: rules
          .filter((rule) => rule !== 'number_text' || ['float', 'decimal', 'integer'].includes(type.kind))
          .map((rule) => ({ column: 'x', type: null, rule })),
      },
      large,
      cramped: false,
      layouts: PLAIN_LAYOUTS,
    };
  });

test(
  `seed ${SEED}: text that rules clean is then how the value prints, or spells it, as a naive comparison has it`,
  {
    timeout: 60_000,
  },
  () => agreeOnPairs(pairs, SEED, 60),
);
