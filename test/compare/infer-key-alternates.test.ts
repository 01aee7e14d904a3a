import { describe, expect, test } from 'vitest';
import { betterPairing, inferredEvidence, looksWrong, type Pairing } from '../../src/compare/alternate-keys.ts';
import { combinedWeight, keyWeight } from '../../src/compare/key-names.ts';

function pairing(rows: Partial<Pairing['rows']>, differing: readonly bigint[] = [0n, 0n, 0n]): Pairing {
  const none = { equal: 0n, agreed: 0n, changed: 0n, only_in_production: 0n, only_in_shadow: 0n };
  return { rows: { ...none, ...rows }, differing, key_columns: 1 };
}

describe('a pairing looks wrong', () => {
  test('where hardly a row has a partner, not where one side lost most rows', () => {
    expect(looksWrong(pairing({ equal: 5n, only_in_production: 95n, only_in_shadow: 95n }))).toBe(true);
    expect(looksWrong(pairing({ equal: 5n, only_in_production: 95n }))).toBe(false);
    expect(looksWrong(pairing({}))).toBe(false);
  });

  test('where nearly all partners differ in most columns, not where a fault changed one column in every row', () => {
    expect(looksWrong(pairing({ equal: 1n, changed: 99n }, [99n, 97n, 3n]))).toBe(true);
    expect(looksWrong(pairing({ changed: 100n }, [100n, 0n, 0n]))).toBe(false);
    expect(looksWrong(pairing({ equal: 50n, changed: 50n }, [50n, 50n, 50n]))).toBe(false);
  });
});

test('the better of two pairings has fewer differing cells; rows without a partner differ in every column', () => {
  const changed = pairing({ equal: 50n, changed: 50n }, [50n, 10n, 0n]);
  const alone = pairing({ equal: 80n, only_in_production: 20n, only_in_shadow: 20n });
  expect(betterPairing(alone, changed)).toBe(changed);
  expect(betterPairing(changed, alone)).toBe(changed);
  const same = pairing({ equal: 50n, changed: 50n }, [0n, 10n, 50n]);
  expect(betterPairing(changed, same)).toBe(changed);
});

test('the evidence names what was tried, and what it came to', () => {
  const key = (columns: readonly string[]) => ({ columns, evidence: `${columns.join()} is unique`, certainty: 0.9 });
  const [first, second, third] = [key(['customer_id']), key(['a', 'b']), key(['order_id'])];
  const tried = [
    { key: first, pairing: pairing({ equal: 2n, changed: 98n }) },
    { key: second, pairing: pairing({ equal: 5n, only_in_production: 95n, only_in_shadow: 100n }) },
    { key: third, pairing: pairing({ equal: 100n }) },
  ];
  expect(inferredEvidence(third, tried)).toBe(
    'inferred: order_id is unique; tried customer_id too, by which 98 % of the rows would have changed; tried a and b too, by which 97 % of the rows would stand on one side only',
  );
  expect(inferredEvidence(first)).toBe('inferred: customer_id is unique');
});

describe('what a name says of a column', () => {
  const ranks = (...columns: readonly (readonly [string, string])[]) =>
    columns.toSorted((one, other) => keyWeight(...other) - keyWeight(...one)).map(([name]) => name);

  test('an identity before a code, a day, any text, a number, a measure, a float', () => {
    const sorted = ranks(
      ['ratio', 'DOUBLE'],
      ['unitPrice', 'DECIMAL(10,2)'],
      ['kind', 'INTEGER'],
      ['city', 'VARCHAR'],
      ['orderDate', 'DATE'],
      ['country_code', 'VARCHAR'],
      ['orderID', 'BIGINT'],
      ['id', 'BIGINT'],
    );
    expect(sorted).toEqual(['id', 'orderID', 'country_code', 'orderDate', 'city', 'kind', 'unitPrice', 'ratio']);
  });

  test('what the load writes comes after any other text, whatever it is called', () => {
    for (const name of ['load_id', 'batchID', 'ingested_at', 'row_hash', 'updated_at', 'Unnamed: 0', 'rownum']) {
      expect([name, keyWeight(name, 'VARCHAR')]).toEqual([name, 0.3]);
    }
  });

  test('a combination is weighed by its weakest, and each further column costs', () => {
    expect(combinedWeight([0.9, 0.8])).toBeLessThan(0.9);
    expect(combinedWeight([0.9, 0.2])).toBeLessThan(combinedWeight([0.6, 0.6]));
    expect(combinedWeight([0.9, 0.9, 0.9])).toBeLessThan(combinedWeight([0.9, 0.9]));
  });
});
