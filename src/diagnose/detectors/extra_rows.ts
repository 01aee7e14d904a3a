import type { Detector } from '../detector.ts';

export const extraRows: Detector = {
  id: 'extra_rows',
  kind: 'row',
  row_kind: 'only_in_candidate',
  unit: 'rows',
  order: 3,
  claims: [{ twin: null, params: {} }],
  title: () => 'Rows that the reference does not hold',
  docs: 'Keys (without a key: whole rows) that stand in the candidate only: deletes that were not merged, rows of another partition, a filter that was lost.',
  canonicalParams: () => ({}),
  look_alikes: [
    {
      cause: 'dup_exact',
      whyNot: ({ counts }) => `no copy of these ${counts.explained} rows stands in the reference`,
    },
    {
      cause: 'missing_rows',
      whyNot: ({ reference, has_key }) =>
        reference.none === 0n
          ? 'no row of the reference is missing'
          : has_key
            ? `${reference.none} other keys are missing: where they pair up with these, the key itself was changed`
            : `${reference.none} rows are missing too: without a key a changed row reads as one missing and one extra row`,
    },
  ],
  advice: () => ({
    likely_cause:
      'deletes or tombstones that were not merged, rows of a neighbouring partition, or a filter that was lost',
    where: 'delete events of these keys in the delta; the partition rule of the candidate; its filters',
    check_sql: [],
  }),
  examples: [
    {
      says: 'deletes that were not merged',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'note', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 10 }, (_, i) => [`${i}`, `note ${i}`]),
      candidate: Array.from({ length: 13 }, (_, i) => [`${i}`, `note ${i}`]),
      finding: { params: {}, certainty: 'explained', explained: 3 },
    },
    {
      says: 'without a key, beside missing rows: perhaps changed rows',
      columns: [{ name: 'line', type: 'VARCHAR' }],
      key: [],
      reference: [['a'], ['b']],
      candidate: [['a'], ['c']],
      finding: { params: {}, certainty: 'resembles', explained: 1 },
    },
    {
      says: 'a second copy',
      columns: [{ name: 'line', type: 'VARCHAR' }],
      key: [],
      reference: [['a'], ['b']],
      candidate: [['a'], ['b'], ['b']],
      finding: null,
    },
  ],
};
