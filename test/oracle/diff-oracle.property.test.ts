/**
 * The product against the naive oracle. `SHADOWCHECK_ORACLE_SEED` gives other cases; 5,000 of them run in the nightly tier.
 */
import { describe, test } from 'vitest';
import { agreeOnRandomPairs, SEED } from './oracle-cases.ts';

const CASES = 100;

describe(`seed ${SEED}: diff gives what a naive comparison by the documented rules gives`, () => {
  for (let part = 0; part < 5; part += 1)
    test(`${CASES} random pairs, part ${part + 1}`, { timeout: 60_000 }, () =>
      agreeOnRandomPairs(
        { retyped: part % 2 === 1, rules: part >= 2, columns_change: part >= 1 },
        SEED + part * 1_000_000,
        CASES,
      ),
    );
});
