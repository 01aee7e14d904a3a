import { sql, value } from '../../sql/sql.ts';
import type { ColumnFacts, Detector } from '../detector.ts';
import { bySentence } from '../look-alike.ts';

/** The candidate's column holds one value in every row, where the reference's does not. */
function isConstantOnlyInCandidate({ profiles }: ColumnFacts): boolean {
  if (profiles === null) return false;
  const { reference, candidate } = profiles;
  const valuesOf = (profile: typeof reference): bigint => profile.distinct + (profile.nulls > 0n ? 1n : 0n);
  return valuesOf(candidate) === 1n && valuesOf(reference) > 1n;
}

const NULL_SUGGESTION = 'null';

export const colConst: Detector = {
  id: 'col_const',
  kind: 'cell',
  row_kind: 'changed',
  unit: 'cells',
  works_on: 'compared',
  title: (params) => (params.value === null ? 'Column is NULL in every row' : 'Column holds one constant in every row'),
  docs: 'The column holds one value, or NULL, in every row of the candidate, the rest of the row is right: a job called with a wrong argument, a column that is no longer filled, a name that is matched with the wrong case.',
  // The constant itself is data, and differs from day to day where it is a date or a file name.
  canonicalParams: (params) => ({ value: params.value === null ? null : 'constant' }),
  claims_every_row: true,
  parameter_space: 'open',
  trigger: 'any',
  applies: (column) =>
    column.families.candidate !== 'nested' && column.families.candidate !== 'blob' && isConstantOnlyInCandidate(column),
  suggest: (_reference, candidate) => [
    sql`CASE WHEN ${candidate} IS NULL THEN ${value(NULL_SUGGESTION)} ELSE concat('=', CAST(${candidate} AS VARCHAR)) END`,
  ],
  readParams: (suggestion) => ({ value: suggestion === NULL_SUGGESTION ? null : suggestion.slice(1) }),
  predict: (_reference, params) => (typeof params.value === 'string' ? value(params.value) : sql`NULL`),
  // That the column has one value only is known from its profile already, so naming the value is no discovery.
  bits: () => 5,
  look_alikes: [
    bySentence('to_null', ({ params }) =>
      params.value === null
        ? 'not some values are lost but every one: the candidate has no value in this column at all'
        : 'the candidate has no NULL in this column',
    ),
    bySentence('schema_drift', () => 'the column stands on both sides under its name'),
  ],
  advice: (_params, { candidate }) => ({
    likely_cause: 'the writing job was called with a wrong argument, or no longer fills this column',
    where: 'arguments and column mapping of the candidate (names that differ in case only give NULL)',
    check_sql: [
      sql`SELECT ${candidate.column}, count(*) FROM ${candidate.table} GROUP BY ALL ORDER BY count(*) DESC LIMIT 5`,
    ],
  }),
  examples: [
    {
      says: 'one country in every row',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'country', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 20 }, (_, i) => [`${i}`, ['DE', 'FR', 'US'][i % 3] as string]),
      candidate: Array.from({ length: 20 }, (_, i) => [`${i}`, 'US']),
      finding: { params: { value: 'US' }, certainty: 'explained', explained: 14 },
    },
    {
      says: 'a column that is no longer filled',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'at', type: 'TIMESTAMP' },
      ],
      key: ['id'],
      reference: Array.from({ length: 10 }, (_, i) => [`${i}`, `2026-11-20 10:00:0${i}`]),
      candidate: Array.from({ length: 10 }, (_, i) => [`${i}`, null]),
      finding: { params: { value: null }, certainty: 'explained', explained: 10 },
    },
    {
      says: 'most rows changed to one value, but not all rows hold it',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'country', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 20 }, (_, i) => [`${i}`, ['DE', 'FR', 'US'][i % 3] as string]),
      candidate: Array.from({ length: 20 }, (_, i) => [`${i}`, i === 7 ? 'FR' : 'US']),
      finding: null,
    },
  ],
};
