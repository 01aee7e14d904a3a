import { sql, value } from '../../sql/sql.ts';
import type { Detector, Params } from '../detector.ts';
import { bySentence } from '../look-alike.ts';
import { textParam } from '../params.ts';

/** Tokens that systems write for NULL. Only these stand in the signature; any other value could be somebody's data. */
const TOKENS: Readonly<Record<string, string>> = {
  '': 'the empty text',
  '\\N': 'the token \\N',
  N: 'the token N',
  null: 'the text null',
  NULL: 'the text NULL',
  None: 'the text None',
  NaN: 'NaN',
  nan: 'nan',
  '0': 'zero',
  '0.0': 'zero',
  '0.00': 'zero',
  false: 'false',
  '1970-01-01': 'the epoch',
  '1970-01-01 00:00:00': 'the epoch',
};

function tokenOf(params: Params): string | null {
  const filled = textParam(params, 'value');
  return Object.hasOwn(TOKENS, filled) ? (TOKENS[filled] ?? null) : null;
}

export const nullFill: Detector = {
  id: 'null_fill',
  kind: 'cell',
  row_kind: 'changed',
  unit: 'cells',
  works_on: 'compared',
  title: (params) => `NULL became ${tokenOf(params) ?? 'one fixed value'}`,
  docs: 'Where the reference holds NULL the candidate holds one fixed value: the empty text, a null token, zero, the epoch, or a default. NULL counts that agree do not exclude it: empty text and NULL may trade places.',
  canonicalParams: (params) => ({ value: tokenOf(params) ?? 'other' }),
  parameter_space: 'open',
  trigger: 'null',
  applies: ({ families }) => ![families.reference, families.candidate].some((f) => f === 'nested' || f === 'blob'),
  suggest: (reference, candidate) => [sql`CASE WHEN ${reference} IS NULL THEN CAST(${candidate} AS VARCHAR) END`],
  readParams: (suggestion) => ({ value: suggestion }),
  predict: (reference, params) => sql`coalesce(${reference}, ${value(textParam(params, 'value'))})`,
  bits: (params) => 5 + (tokenOf(params) === null ? 8 * Buffer.byteLength(textParam(params, 'value')) : 3),
  look_alikes: [
    bySentence(
      'to_null',
      ({ counts }) => `the other direction: in all ${counts.explained} cells it is the reference that is NULL`,
    ),
    bySentence('col_const', ({ counts }) =>
      counts.residual === 0n
        ? 'values that are not NULL in the reference kept their own value'
        : `the column keeps other values: ${counts.residual} more cells differ in another way`,
    ),
  ],
  advice: (params, { candidate }) => ({
    likely_cause: 'a text stage between the systems that has no NULL of its own, or a default filled in by the writer',
    where: 'null format of the reader or writer (SerDe, COPY NULL AS), defaults of the target table',
    check_sql: [
      sql`SELECT count(*) AS filled FROM ${candidate.table} WHERE ${candidate.column} = ${value(textParam(params, 'value'))}`,
    ],
  }),
  examples: [
    {
      says: 'NULL written as the empty text',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'ref', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 20 }, (_, i) => [`${i}`, i % 2 === 0 ? null : `r${i}`]),
      candidate: Array.from({ length: 20 }, (_, i) => [`${i}`, i % 2 === 0 ? '' : `r${i}`]),
      finding: { params: { value: '' }, certainty: 'explained', explained: 10 },
    },
    {
      says: 'NULL of a number written as a token into text',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'n', type: 'INTEGER', candidate: { name: 'n', type: 'VARCHAR' } },
      ],
      key: ['id'],
      reference: Array.from({ length: 20 }, (_, i) => [`${i}`, i % 3 === 0 ? null : `${i}`]),
      candidate: Array.from({ length: 20 }, (_, i) => [`${i}`, i % 3 === 0 ? '\\N' : `${i}`]),
      finding: { params: { value: '\\N' }, certainty: 'explained', explained: 7 },
    },
    {
      says: 'NULL filled with a different value in every row',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'ref', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 12 }, (_, i) => [`${i}`, null]),
      candidate: Array.from({ length: 12 }, (_, i) => [`${i}`, `late ${i}`]),
      finding: null,
    },
  ],
};
