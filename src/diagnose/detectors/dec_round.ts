import { integer, sql } from '../../sql/sql.ts';
import type { Detector, Params } from '../detector.ts';
import { byCount, bySentence } from '../look-alike.ts';
import { canLoseDecimals, matchingDecimals, readDecimals } from '../number-steps.ts';
import { numberParam } from '../params.ts';

function named(params: Params): string {
  const decimals = numberParam(params, 'decimals');
  return decimals === 0 ? 'whole numbers' : `${decimals} ${decimals === 1 ? 'decimal' : 'decimals'}`;
}

export const decRound: Detector = {
  id: 'dec_round',
  kind: 'cell',
  row_kind: 'changed',
  unit: 'cells',
  works_on: 'value',
  title: (params) => `Numbers rounded to ${named(params)}`,
  docs: 'The candidate holds the number rounded to fewer decimals, halves away from zero: a narrower scale in the target’s definition, a type mapping that defaults to a scale.',
  canonicalParams: (params) => params,
  parameter_space: 'small',
  trigger: 'value',
  applies: canLoseDecimals,
  suggest: (reference, candidate) =>
    matchingDecimals(reference, candidate, (number, decimals) => sql`round(${number}, ${decimals})`),
  readParams: readDecimals,
  predict: (reference, params) => sql`round(${reference}, ${integer(numberParam(params, 'decimals'))})`,
  bits: () => 7,
  look_alikes: [
    byCount('dec_trunc', 'Cutting'),
    bySentence(
      'schema_drift',
      ({ counts }) =>
        `the values themselves lost digits: ${counts.explained} differ after both sides are brought to one type`,
    ),
  ],
  advice: (params, { candidate }) => ({
    likely_cause: 'a narrower scale in the candidate’s table or in a type mapping',
    where: `declared scale of the column in the candidate (look for ${named(params)}), type mapping of the writer`,
    check_sql: [
      sql`SELECT count(*) AS with_more_decimals FROM ${candidate.table} WHERE ${candidate.column} <> round(${candidate.column}, ${integer(numberParam(params, 'decimals'))})`,
    ],
  }),
  examples: [
    {
      says: 'rates rounded to two decimals, negatives and halves away from zero',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'rate', type: 'DECIMAL(12,6)' },
      ],
      key: ['id'],
      reference: ['1.234567', '2.345678', '-1.005000', '7.1', '-3.008', '10.4999', '0.125'].map((n, i) => [`${i}`, n]),
      candidate: ['1.23', '2.35', '-1.01', '7.1', '-3.01', '10.5', '0.13'].map((n, i) => [`${i}`, n]),
      finding: { params: { decimals: 2 }, certainty: 'explained', explained: 6 },
    },
    {
      says: 'a double that became a decimal',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'rate', type: 'DOUBLE', candidate: { name: 'rate', type: 'DECIMAL(10,2)' } },
      ],
      key: ['id'],
      reference: ['1.234567', '2.345678', '-1.0061', '7.1', '-3.008', '10.4999', '0.12'].map((n, i) => [`${i}`, n]),
      candidate: ['1.23', '2.35', '-1.01', '7.1', '-3.01', '10.5', '0.12'].map((n, i) => [`${i}`, n]),
      finding: { params: { decimals: 2 }, certainty: 'explained', explained: 5 },
    },
    {
      says: 'cut, not rounded',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'rate', type: 'DECIMAL(12,6)' },
      ],
      key: ['id'],
      reference: Array.from({ length: 10 }, (_, i) => [`${i}`, `${i}.12${i}4`]),
      candidate: Array.from({ length: 10 }, (_, i) => [`${i}`, `${i}.12`]),
      finding: null,
    },
  ],
};
