import { type Sql, sql, value } from '../../sql/sql.ts';
import type { Detector, Params } from '../detector.ts';
import { byCount, bySentence } from '../look-alike.ts';

/** What Java's and Python's trim remove beside the blank. */
const WHITE_SPACE = sql`concat(chr(32), chr(9), chr(10), chr(11), chr(12), chr(13))`;
const BLANK = sql`' '`;
const ENDS = ['both', 'leading', 'trailing'] as const;

function cut(text: Sql, params: Params): Sql {
  const characters = params.characters === 'white_space' ? WHITE_SPACE : BLANK;
  if (params.ends === 'leading') return sql`ltrim(${text}, ${characters})`;
  return params.ends === 'trailing' ? sql`rtrim(${text}, ${characters})` : sql`trim(${text}, ${characters})`;
}

const PARAMS: ReadonlyMap<string, Params> = new Map(
  ENDS.flatMap((ends): [string, Params][] => [
    [ends, { ends }],
    [`${ends} white_space`, { ends, characters: 'white_space' }],
  ]),
);

const ENDS_NAMED: Readonly<Record<string, string>> = { both: 'both ends', leading: 'the start', trailing: 'the end' };

export const trim: Detector = {
  id: 'trim',
  kind: 'cell',
  row_kind: 'changed',
  unit: 'cells',
  works_on: 'value',
  title: (params) =>
    `${params.characters === 'white_space' ? 'White space' : 'Blanks'} lost at ${ENDS_NAMED[String(params.ends)] ?? 'the ends'}`,
  docs: 'The candidate holds the reference’s text without the blanks (or tabs and line breaks) at one end or both: CHAR against VARCHAR, a reader that trims, a padding policy that changed between versions. Often a matter of form only.',
  canonicalParams: (params) => params,
  parameter_space: 'small',
  trigger: 'value',
  applies: ({ families }) => families.reference === 'text' && families.candidate === 'text',
  suggest: (reference, candidate) =>
    [...PARAMS].map(
      ([name, params]) => sql`CASE WHEN ${candidate} = ${cut(reference, params)} THEN ${value(name)} END`,
    ),
  readParams: (suggestion) => PARAMS.get(suggestion) ?? null,
  predict: (reference, params) => cut(reference, params),
  bits: (params) => (params.characters === 'white_space' ? 7 : 6),
  look_alikes: [
    byCount('case', 'Folding case'),
    bySentence('to_null', ({ counts }) => `the candidate holds text in all ${counts.explained} cells`),
  ],
  advice: (_params, { candidate }) => ({
    likely_cause: 'CHAR against VARCHAR semantics, or a reader that trims',
    where: 'declared type of the column on both sides, trimming options of the candidate’s reader',
    check_sql: [
      sql`SELECT count(*) AS with_blanks FROM ${candidate.table} WHERE ${candidate.column} <> trim(${candidate.column})`,
    ],
  }),
  examples: [
    {
      says: 'blanks lost at both ends',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'city', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 20 }, (_, i) => [
        `${i}`,
        [` Köln ${i} `, `Łódź ${i} `, ` Leeds ${i}`][i % 3] as string,
      ]),
      candidate: Array.from({ length: 20 }, (_, i) => [
        `${i}`,
        [`Köln ${i}`, `Łódź ${i}`, `Leeds ${i}`][i % 3] as string,
      ]),
      finding: { params: { ends: 'both' }, certainty: 'explained', explained: 20 },
    },
    {
      says: 'only trailing blanks lost, leading ones kept',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'city', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 12 }, (_, i) => [`${i}`, i % 2 === 0 ? ` a${i} ` : ` b${i}`]),
      candidate: Array.from({ length: 12 }, (_, i) => [`${i}`, i % 2 === 0 ? ` a${i}` : ` b${i}`]),
      finding: { params: { ends: 'trailing' }, certainty: 'explained', explained: 6 },
    },
    {
      says: 'tabs and line breaks lost too',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'city', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 12 }, (_, i) => [`${i}`, i % 2 === 0 ? `\ta${i}\n` : ` b${i} `]),
      candidate: Array.from({ length: 12 }, (_, i) => [`${i}`, i % 2 === 0 ? `a${i}` : `b${i}`]),
      finding: { params: { ends: 'both', characters: 'white_space' }, certainty: 'explained', explained: 12 },
    },
    {
      says: 'blanks inside the text',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'city', type: 'VARCHAR' },
      ],
      key: ['id'],
      reference: Array.from({ length: 12 }, (_, i) => [`${i}`, `a  ${i}`]),
      candidate: Array.from({ length: 12 }, (_, i) => [`${i}`, `a ${i}`]),
      finding: null,
    },
  ],
};
