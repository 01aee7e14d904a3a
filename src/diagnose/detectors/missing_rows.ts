import type { Detector } from '../detector.ts';

export const missingRows: Detector = {
  id: 'missing_rows',
  kind: 'row',
  row_kind: 'only_in_reference',
  unit: 'rows',
  order: 4,
  // Copies and versions that are gone are another bug (a deduplication) than keys that are gone.
  claims: [
    { twin: null, params: {} },
    { twin: 'identical', params: { of: 'copies' } },
    { twin: 'same_key', params: { of: 'versions' } },
  ],
  title: (params) => {
    if (params.of === 'copies') return 'Copies of rows missing';
    return params.of === 'versions' ? 'Versions of rows missing' : 'Rows missing';
  },
  docs: 'Keys (without a key: whole rows) that stand in the reference only: landed before complete, a lost batch, file or shard, inserts that were filtered. Where the candidate holds the row in fewer copies, or another version of its key, the parameter `of` says so.',
  canonicalParams: (params) => params,
  look_alikes: [
    {
      cause: 'extra_rows',
      whyNot: ({ candidate, has_key }) =>
        candidate.none === 0n
          ? 'the candidate holds no row that the reference lacks'
          : has_key
            ? `${candidate.none} other keys are extra: where they pair up with these, the key itself was changed`
            : `${candidate.none} rows are extra too: without a key a changed row reads as one missing and one extra row`,
    },
  ],
  advice: (params) => ({
    likely_cause:
      params.of === undefined
        ? 'landed before complete, or a batch, file or shard was lost on the way'
        : 'the candidate removes duplicates that the reference keeps',
    where:
      params.of === undefined
        ? 'landing time against watermark, tasks and files of the candidate; compare again later: fewer missing rows mean late, as many mean lost'
        : 'deduplication and merge key of the candidate',
    check_sql: [],
  }),
  examples: [
    {
      says: 'the last rows were not written',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'note', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 10 }, (_, i) => [`${i}`, `note ${i}`]),
      candidate: Array.from({ length: 7 }, (_, i) => [`${i}`, `note ${i}`]),
      finding: { params: {}, certainty: 'explained', explained: 3 },
    },
    {
      says: 'a copy was removed',
      columns: [{ name: 'line', type: 'VARCHAR' }],
      key: [],
      reference: [['a'], ['b'], ['b']],
      candidate: [['a'], ['b']],
      finding: { params: { of: 'copies' }, certainty: 'explained', explained: 1 },
    },
    {
      says: 'only extra rows',
      columns: [{ name: 'line', type: 'VARCHAR' }],
      key: [],
      reference: [['a']],
      candidate: [['a'], ['b']],
      finding: null,
    },
  ],
};
