import type { Detector } from '../detector.ts';

export const dupVersions: Detector = {
  id: 'dup_versions',
  kind: 'row',
  row_kind: 'only_in_candidate',
  unit: 'rows',
  order: 2,
  claims: [{ twin: 'same_key', params: {} }],
  title: () => 'Several versions of one key',
  docs: 'The candidate holds a key more often than the reference, with other content: an update that was added beside the old row instead of in its place, parallel writers, a merge whose source was read twice.',
  canonicalParams: () => ({}),
  look_alikes: [
    {
      cause: 'dup_exact',
      whyNot: ({ counts }) => `none of these ${counts.explained} rows is equal to a row of the reference`,
    },
    {
      cause: 'extra_rows',
      whyNot: ({ counts }) => `the reference holds the keys of all ${counts.explained} rows`,
    },
  ],
  advice: () => ({
    likely_cause: 'an upsert without its delete, parallel writers, or a key that lacks the partition column',
    where: 'merge of the candidate: equality deletes, order of updates, files that hold both versions',
    check_sql: [],
  }),
  examples: [
    {
      says: 'the old version stayed beside the new one',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'note', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 10 }, (_, i) => [`${i}`, `note ${i}`]),
      candidate: [...Array.from({ length: 10 }, (_, i) => [`${i}`, `note ${i}`]), ['3', 'older 3'], ['4', 'older 4']],
      finding: { params: {}, certainty: 'explained', explained: 2 },
    },
    {
      says: 'new keys',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'note', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: [['1', 'a']],
      candidate: [
        ['1', 'a'],
        ['2', 'a'],
      ],
      finding: null,
    },
  ],
};
