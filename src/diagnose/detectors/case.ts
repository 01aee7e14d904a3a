import { sql } from '../../sql/sql.ts';
import type { Detector } from '../detector.ts';
import { byCount, bySentence } from '../look-alike.ts';

export const letterCase: Detector = {
  id: 'case',
  kind: 'cell',
  row_kind: 'changed',
  unit: 'cells',
  works_on: 'value',
  title: (params) => `Text in ${params.to === 'lower' ? 'lower' : 'upper'} case`,
  docs: 'The candidate holds the reference’s text in lower or upper case: a driver that renders identifiers its own way, an index or a merge key that folds case.',
  canonicalParams: (params) => params,
  parameter_space: 'small',
  trigger: 'value',
  applies: ({ families }) => families.reference === 'text' && families.candidate === 'text',
  suggest: (reference, candidate) => [
    sql`CASE WHEN ${candidate} = lower(${reference}) THEN 'lower' END`,
    sql`CASE WHEN ${candidate} = upper(${reference}) THEN 'upper' END`,
  ],
  readParams: (suggestion) => ({ to: suggestion }),
  predict: (reference, params) => (params.to === 'lower' ? sql`lower(${reference})` : sql`upper(${reference})`),
  bits: () => 6,
  look_alikes: [
    byCount('trim', 'Cutting blanks'),
    bySentence('to_null', ({ counts }) => `the candidate holds text in all ${counts.explained} cells`),
  ],
  advice: (params, { candidate }) => ({
    likely_cause: 'a stage that folds case: a driver, a collation, a normalisation step',
    where: 'the candidate’s transformations of this column; decide which form is the canonical one',
    check_sql: [
      params.to === 'lower'
        ? sql`SELECT count(*) AS with_capitals FROM ${candidate.table} WHERE ${candidate.column} <> lower(${candidate.column})`
        : sql`SELECT count(*) AS with_small_letters FROM ${candidate.table} WHERE ${candidate.column} <> upper(${candidate.column})`,
    ],
  }),
  examples: [
    {
      says: 'addresses in lower case; values without capitals are not at risk',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'email', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 20 }, (_, i) => [`${i}`, i % 2 === 0 ? `Ada${i}@Example.ORG` : `bob${i}@x.org`]),
      candidate: Array.from({ length: 20 }, (_, i) => [`${i}`, i % 2 === 0 ? `ada${i}@example.org` : `bob${i}@x.org`]),
      finding: { params: { to: 'lower' }, certainty: 'explained', explained: 10 },
    },
    {
      says: 'upper case beyond ASCII',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'name', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 8 }, (_, i) => [`${i}`, `Żółć ${i}`]),
      candidate: Array.from({ length: 8 }, (_, i) => [`${i}`, `ŻÓŁĆ ${i}`]),
      finding: { params: { to: 'upper' }, certainty: 'explained', explained: 8 },
    },
    {
      says: 'other words',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'name', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 8 }, (_, i) => [`${i}`, `Name ${i}`]),
      candidate: Array.from({ length: 8 }, (_, i) => [`${i}`, `name ${i + 100}`]),
      finding: null,
    },
  ],
};
