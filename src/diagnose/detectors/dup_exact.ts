import { sql } from '../../sql/sql.ts';
import type { Detector } from '../detector.ts';

export const dupExact: Detector = {
  id: 'dup_exact',
  kind: 'row',
  row_kind: 'only_in_candidate',
  unit: 'rows',
  order: 1,
  claims: [{ twin: 'identical', params: {} }],
  title: () => 'Rows written more than once',
  docs: 'The candidate holds whole rows more often than the reference: a batch replayed, a boundary read twice, a delta merged again. All columns of the copies are equal.',
  canonicalParams: () => ({}),
  look_alikes: [
    {
      cause: 'dup_versions',
      whyNot: ({ counts }) => `all ${counts.explained} rows are equal to their twin in every column`,
    },
    {
      cause: 'extra_rows',
      whyNot: ({ counts }) => `the reference holds each of these ${counts.explained} rows too, in fewer copies`,
    },
  ],
  advice: (_params, { candidate }) => ({
    likely_cause: 'at-least-once delivery without deduplication: a batch was replayed or its boundary read twice',
    where: 'retries of the candidate’s writer, offsets of both copies, files that hold the same rows',
    check_sql: [sql`SELECT *, count(*) AS copies FROM ${candidate.table} GROUP BY ALL HAVING count(*) > 1`],
  }),
  examples: [
    {
      says: 'one batch twice',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'note', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 10 }, (_, i) => [`${i}`, `note ${i}`]),
      candidate: [...Array.from({ length: 10 }, (_, i) => [`${i}`, `note ${i}`]), ['3', 'note 3'], ['4', 'note 4']],
      finding: { params: {}, certainty: 'explained', explained: 2 },
    },
    {
      says: 'in a table without key',
      columns: [{ name: 'line', type: 'VARCHAR' }],
      key: [],
      reference: [['a'], ['b'], ['b']],
      candidate: [['a'], ['a'], ['a'], ['b'], ['b']],
      finding: { params: {}, certainty: 'explained', explained: 2 },
    },
    {
      says: 'duplicates that both sides hold',
      columns: [{ name: 'line', type: 'VARCHAR' }],
      key: [],
      reference: [['a'], ['a'], ['b']],
      candidate: [['a'], ['a'], ['b'], ['c']],
      finding: null,
    },
  ],
};
