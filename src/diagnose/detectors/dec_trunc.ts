import { integer, sql } from '../../sql/sql.ts';
import type { Detector, Params } from '../detector.ts';
import { byCount, bySentence } from '../look-alike.ts';
import { canLoseDecimals, matchingDecimals, readDecimals } from '../number-steps.ts';
import { numberParam } from '../params.ts';

function named(params: Params): string {
  const decimals = numberParam(params, 'decimals');
  return decimals === 0 ? 'whole numbers' : `${decimals} ${decimals === 1 ? 'decimal' : 'decimals'}`;
}

export const decTrunc: Detector = {
  id: 'dec_trunc',
  kind: 'cell',
  row_kind: 'changed',
  unit: 'cells',
  works_on: 'value',
  title: (params) => `Numbers cut to ${named(params)}`,
  docs: 'The candidate holds the number cut, towards zero, to fewer decimals: a cast that cuts where another rounds, integer division, text cut at a width.',
  canonicalParams: (params) => params,
  parameter_space: 'small',
  trigger: 'value',
  applies: canLoseDecimals,
  suggest: (reference, candidate) =>
    matchingDecimals(reference, candidate, (number, decimals) => sql`trunc(${number}, ${decimals})`),
  readParams: readDecimals,
  predict: (reference, params) => sql`trunc(${reference}, ${integer(numberParam(params, 'decimals'))})`,
  bits: () => 7.5,
  look_alikes: [
    byCount('dec_round', 'Rounding'),
    bySentence(
      'schema_drift',
      ({ counts }) =>
        `the values themselves lost digits: ${counts.explained} differ after both sides are brought to one type`,
    ),
  ],
  advice: (params, { candidate }) => ({
    likely_cause: 'a cast that cuts, or a narrower scale in the candidate’s table',
    where: `casts and declared scale of the column in the candidate (look for ${named(params)})`,
    check_sql: [
      sql`SELECT count(*) AS with_more_decimals FROM ${candidate.table} WHERE ${candidate.column} <> trunc(${candidate.column}, ${integer(numberParam(params, 'decimals'))})`,
    ],
  }),
  examples: [
    {
      says: 'cut to two decimals, towards zero',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'rate', type: 'DECIMAL(12,6)' },
      ],
      key: ['id'],
      reference: ['10.4999', '7.1', '-3.008', '2.25', '1.239', '-0.999', '5.555', '8.018'].map((n, i) => [`${i}`, n]),
      candidate: ['10.49', '7.1', '-3.00', '2.25', '1.23', '-0.99', '5.55', '8.01'].map((n, i) => [`${i}`, n]),
      finding: { params: { decimals: 2 }, certainty: 'explained', explained: 6 },
    },
    {
      says: 'cut to whole numbers, into an integer column',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'rate', type: 'DECIMAL(12,2)', candidate: { name: 'rate', type: 'BIGINT' } },
      ],
      key: ['id'],
      reference: Array.from({ length: 8 }, (_, i) => [`${i}`, `${i - 4}.8${i}`]),
      candidate: Array.from({ length: 8 }, (_, i) => [`${i}`, `${i - 4}`]),
      finding: { params: { decimals: 0 }, certainty: 'explained', explained: 8 },
    },
    {
      says: 'rounded, not cut',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'rate', type: 'DECIMAL(12,6)' },
      ],
      key: ['id'],
      reference: Array.from({ length: 10 }, (_, i) => [`${i}`, `${i}.12${i}4`]),
      candidate: Array.from({ length: 10 }, (_, i) => [`${i}`, i < 5 ? `${i}.12` : `${i}.13`]),
      finding: null,
    },
  ],
};
