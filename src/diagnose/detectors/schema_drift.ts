import { sql } from '../../sql/sql.ts';
import type { ColumnClaim, Detector, SchemaEvidence } from '../detector.ts';

function renamedClaim({ names, types, rows, agreeing }: SchemaEvidence['renamed'][number]): ColumnClaim {
  return {
    params: { change: 'renamed' },
    columns: names,
    types,
    is_exact: rows === agreeing,
    statement: `the values of the two columns agree in ${agreeing} of ${rows} rows`,
    look_alikes: [
      {
        cause: 'schema_drift',
        why_not: `not one column dropped and another added: ${agreeing} of ${rows} rows hold the same value`,
      },
    ],
  };
}

function oneSidedClaim(column: { name: string; type: string }, change: 'added' | 'dropped'): ColumnClaim {
  const only = { reference: change === 'dropped' ? column : null, candidate: change === 'added' ? column : null };
  return {
    params: { change },
    columns: { reference: only.reference?.name ?? null, candidate: only.candidate?.name ?? null },
    types: { reference: only.reference?.type ?? null, candidate: only.candidate?.type ?? null },
    is_exact: true,
    statement: change === 'added' ? 'stands in the candidate only' : 'stands in the reference only',
    look_alikes: [
      { cause: 'schema_drift', why_not: 'not renamed: no column that stands only on the other side holds its values' },
    ],
  };
}

function judge(evidence: SchemaEvidence): readonly ColumnClaim[] {
  return [
    ...evidence.renamed.map(renamedClaim),
    ...evidence.only.reference.map((column) => oneSidedClaim(column, 'dropped')),
    ...evidence.only.candidate.map((column) => oneSidedClaim(column, 'added')),
    ...evidence.retyped.map(
      ({ names, types, differing }): ColumnClaim => ({
        params: { change: 'retyped' },
        columns: names,
        types,
        is_exact: false,
        statement: `${types.reference} in the reference, ${types.candidate} in the candidate, and ${differing} of its cells differ without another explanation`,
        look_alikes: [],
      }),
    ),
  ];
}

const TITLES: Readonly<Record<string, string>> = {
  renamed: 'Column renamed',
  added: 'Column added',
  dropped: 'Column missing',
  retyped: 'Column of another type',
};

export const schemaDrift: Detector = {
  id: 'schema_drift',
  kind: 'column',
  row_kind: 'schema',
  unit: 'columns',
  title: (params) => TITLES[String(params.change)] ?? 'Schema changed',
  docs: 'A column stands on one side only, under another name (told by its content, row by row), or in another type while its values differ. Columns that moved, or whose type changed without changing a value, are no difference.',
  canonicalParams: (params) => params,
  judge,
  advice: (params, { reference, candidate }) => ({
    likely_cause:
      params.change === 'retyped'
        ? 'the two systems map the source type to different types'
        : 'the schema changed on one side only, or a name is matched exactly where the other system folds case',
    where: 'definition of the table on both sides, schema registry, column mapping of the candidate',
    check_sql: [sql`DESCRIBE ${reference.table}`, sql`DESCRIBE ${candidate.table}`],
  }),
  examples: [
    {
      says: 'a renamed column, told by its values',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'method', type: 'VARCHAR', candidate: { name: 'payment_method', type: 'VARCHAR' } },
      ],
      key: ['id'],
      reference: Array.from({ length: 30 }, (_, i) => [`${i}`, `m${(i * 7) % 5}`]),
      candidate: Array.from({ length: 30 }, (_, i) => [`${i}`, `m${(i * 7) % 5}`]),
      finding: { params: { change: 'renamed' }, certainty: 'explained', explained: 1 },
    },
    {
      says: 'one column gone',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'method', type: 'VARCHAR', candidate: null },
      ],
      key: ['id'],
      reference: Array.from({ length: 9 }, (_, i) => [`${i}`, `m${i}`]),
      candidate: Array.from({ length: 9 }, (_, i) => [`${i}`, null]),
      finding: { params: { change: 'dropped' }, certainty: 'explained', explained: 1 },
    },
    {
      says: 'one column more',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'method', type: 'VARCHAR', candidate_only: true },
      ],
      key: ['id'],
      reference: Array.from({ length: 9 }, (_, i) => [`${i}`, null]),
      candidate: Array.from({ length: 9 }, (_, i) => [`${i}`, `m${i}`]),
      finding: { params: { change: 'added' }, certainty: 'explained', explained: 1 },
    },
    {
      says: 'other type, equal values',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'n', type: 'INTEGER', candidate: { name: 'n', type: 'BIGINT' } },
        { name: 'note', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 9 }, (_, i) => [`${i}`, `${i}`, `a${i}`]),
      candidate: Array.from({ length: 9 }, (_, i) => [`${i}`, `${i}`, i === 3 ? 'b' : `a${i}`]),
      finding: null,
    },
  ],
};
