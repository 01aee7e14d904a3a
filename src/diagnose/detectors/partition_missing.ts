import type { Detector } from '../detector.ts';

export const partitionMissing: Detector = {
  id: 'partition_missing',
  kind: 'partition',
  row_kind: 'whole_partition',
  unit: 'rows',
  claim: ({ absent, rows }) => {
    const there = absent === 'reference' ? 'candidate' : 'reference';
    return {
      params: { of: absent },
      statement: `the ${absent} has nothing at the place of this partition, and its deadline has passed; the ${there} holds ${rows} ${rows === 1n ? 'row' : 'rows'}`,
      look_alikes: [
        absent === 'candidate'
          ? { cause: 'missing_rows', why_not: 'the candidate has no partition that could lack these rows' }
          : { cause: 'extra_rows', why_not: 'the reference has no partition that could lack these rows' },
      ],
    };
  },
  title: (params) => (params.of === 'reference' ? 'Partition missing in the reference' : 'Partition missing'),
  docs: 'A whole partition that stands on one side only when its due time and grace have passed. Explained by the fact itself: nothing stands at its place. The parameter `of` says whose it is: of the candidate (its job did not run, failed, or wrote elsewhere), or of the reference (the candidate wrote a partition that should not be there, or the reference is late). A folder that is there and has not landed is no missing partition, it is inconclusive.',
  canonicalParams: (params) => params,
  advice: (params) =>
    params.of === 'reference'
      ? {
          likely_cause:
            'the reference is later than its deadline allows, or the candidate wrote a partition that belongs to no run of the reference',
          where: 'runs and schedule of the reference for this partition; how both sides name their partitions',
          check_sql: [],
        }
      : {
          likely_cause: 'the job of the candidate did not run, failed, or wrote to another place',
          where:
            'runs of the candidate for this partition; table folder and partition names in the config; retention of its table',
          check_sql: [],
        },
  examples: [
    {
      says: 'the candidate never wrote it',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'note', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 12 }, (_, i) => [`${i}`, `note ${i}`]),
      candidate: [],
      without: 'candidate',
      finding: { params: { of: 'candidate' }, certainty: 'explained', explained: 12 },
    },
    {
      says: 'the reference never wrote it',
      columns: [{ name: 'line', type: 'VARCHAR' }],
      key: [],
      reference: [],
      candidate: [['a'], ['b']],
      without: 'reference',
      finding: { params: { of: 'reference' }, certainty: 'explained', explained: 2 },
    },
    {
      says: 'a partition that landed empty is not missing: its rows are',
      columns: [{ name: 'line', type: 'VARCHAR' }],
      key: [],
      reference: [['a'], ['b']],
      candidate: [],
      finding: null,
    },
  ],
};
