import { sql } from '../../sql/sql.ts';
import type { Detector } from '../detector.ts';
import { bySentence } from '../look-alike.ts';

export const toNull: Detector = {
  id: 'to_null',
  kind: 'cell',
  row_kind: 'changed',
  unit: 'cells',
  works_on: 'compared',
  title: () => 'Values lost: NULL instead',
  docs: 'The reference holds a value, the candidate NULL. Where only some rows are hit, the values that are hit tell more: digits beyond a declared precision, a text taken for a null token, rows last written by one path.',
  canonicalParams: () => ({}),
  parameter_space: 'none',
  trigger: 'any',
  applies: () => true,
  suggest: (reference, candidate) => [sql`CASE WHEN ${reference} IS NOT NULL AND ${candidate} IS NULL THEN 'null' END`],
  readParams: () => ({}),
  predict: () => sql`NULL`,
  bits: () => 6,
  look_alikes: [
    bySentence('col_const', () => 'not every row of the candidate is NULL in this column'),
    bySentence(
      'null_fill',
      ({ counts }) => `the other direction: in all ${counts.explained} cells it is the candidate that is NULL`,
    ),
  ],
  advice: (_params, { reference, candidate }) => ({
    likely_cause: 'a conversion that gives NULL where it fails, or a null token that matches real values',
    where: 'type mapping and null format of the candidate for this column',
    check_sql: [
      sql`SELECT count(*) - count(${reference.column}) AS nulls FROM ${reference.table}`,
      sql`SELECT count(*) - count(${candidate.column}) AS nulls FROM ${candidate.table}`,
    ],
  }),
  examples: [
    {
      says: 'one value lost of all: parameter-free, but most values at risk are equal',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'note', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 20 }, (_, i) => [`${i}`, `note ${i}`]),
      candidate: Array.from({ length: 20 }, (_, i) => [`${i}`, i === 4 ? null : `note ${i}`]),
      finding: { params: {}, certainty: 'resembles', explained: 1 },
    },
    {
      says: 'every value of the matched rows lost, while the column keeps values in other rows',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'amount', type: 'DECIMAL(10,2)' },
      ],
      key: ['id'],
      reference: Array.from({ length: 20 }, (_, i) => [`${i}`, i < 18 ? `${i}.25` : null]),
      candidate: [...Array.from({ length: 20 }, (_, i) => [`${i}`, null]), ['99', '1.00']],
      finding: { params: {}, certainty: 'explained', explained: 18 },
    },
    {
      says: 'values that became other values',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'note', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 12 }, (_, i) => [`${i}`, `note ${i}`]),
      candidate: Array.from({ length: 12 }, (_, i) => [`${i}`, `other ${i * i}`]),
      finding: null,
    },
  ],
};
