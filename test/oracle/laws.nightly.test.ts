import { describe, test } from 'vitest';
import { LAWS } from './laws.ts';
import { SEED } from './oracle-cases.ts';

const CASES = 2_000;

describe(`seed ${SEED}: whatever the tables are,`, () => {
  for (const { title, holdsFor } of LAWS) test(title, () => holdsFor(CASES));
});
