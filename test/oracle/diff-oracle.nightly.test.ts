/** As diff-oracle.property.test.ts, in the numbers of a long night. */
import { describe, test } from 'vitest';
import { agreeOnRandomPairs, SEED } from './oracle-cases.ts';

const CASES = 1_000;

describe(`seed ${SEED}: diff gives what a naive comparison by the documented rules gives`, () => {
  for (let part = 0; part < 5; part += 1)
    test(`${CASES} random pairs, part ${part + 1}`, () =>
      agreeOnRandomPairs(
        { retyped: true, rules: part > 0, columns_change: true },
        SEED + 10_000_000 + part * 1_000_000,
        CASES,
      ));
});
