import { integer, sql } from '../../sql/sql.ts';
import type { Detector, Params } from '../detector.ts';
import { bySentence } from '../look-alike.ts';
import { numberParam } from '../params.ts';
import { DAY_SECONDS, shiftBetween, shiftedBy } from '../time-shift.ts';

const DAY_MICROSECONDS = BigInt(DAY_SECONDS) * 1_000_000n;

function printDays(params: Params): string {
  const days = numberParam(params, 'days');
  return `${days < 0 ? '−' : '+'}${Math.abs(days)} ${Math.abs(days) === 1 ? 'day' : 'days'}`;
}

export const dateShift: Detector = {
  id: 'date_shift',
  kind: 'cell',
  row_kind: 'changed',
  unit: 'cells',
  works_on: 'value',
  title: (params) => `Dates moved by whole days (${printDays(params)})`,
  docs: 'Every date, or every timestamp, is moved by the same number of whole days. One day is local midnight stored as a UTC date; the sign tells the side of the meridian.',
  canonicalParams: (params) => params,
  parameter_space: 'open',
  trigger: 'any',
  applies: ({ families }) =>
    (families.reference === 'date' || families.reference === 'timestamp') &&
    (families.candidate === families.reference || families.candidate === 'text'),
  suggest: (reference, candidate, { families }) => [
    families.reference === 'date'
      ? sql`CAST(nullif(TRY(${candidate} - ${reference}), 0) AS VARCHAR)`
      : sql`CASE WHEN ${shiftBetween(reference, candidate)} % ${integer(DAY_MICROSECONDS)} = 0
          THEN CAST(nullif(${shiftBetween(reference, candidate)} // ${integer(DAY_MICROSECONDS)}, 0) AS VARCHAR) END`,
  ],
  readParams: (suggestion) => ({ days: Number(suggestion) }),
  predict: (reference, params, column) => {
    const days = numberParam(params, 'days');
    return column.families.reference === 'date'
      ? sql`${reference} + CAST(${integer(days)} AS INTEGER)`
      : shiftedBy(reference, BigInt(days) * DAY_MICROSECONDS, column);
  },
  bits: (params) => 8 + 2 * Math.log2(1 + Math.abs(numberParam(params, 'days'))),
  look_alikes: [
    bySentence(
      'tz_fixed',
      ({ params, counts }) =>
        `the shift is ${printDays(params)} exactly in all ${counts.explained} cells, no offset of a zone`,
    ),
    bySentence('ts_trunc', ({ rival, counts }) =>
      rival === null || rival.explained === 0
        ? `the shift is the same in all ${counts.explained} cells`
        : `cutting predicts only ${rival.explained} of ${rival.of} differing cells`,
    ),
  ],
  advice: (_params, { reference, candidate }) => ({
    likely_cause: 'a date that was made from local midnight in another zone, or a run with another day as its argument',
    where: 'conversion from timestamp to date; the day that the candidate’s job was called with',
    check_sql: [
      sql`SELECT min(${reference.column}), max(${reference.column}) FROM ${reference.table}`,
      sql`SELECT min(${candidate.column}), max(${candidate.column}) FROM ${candidate.table}`,
    ],
  }),
  examples: [
    {
      says: 'every date one day early',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'born', type: 'DATE' },
      ],
      key: ['id'],
      reference: Array.from({ length: 9 }, (_, i) => [`${i}`, `19${i + 60}-03-1${i}`]),
      candidate: Array.from({ length: 9 }, (_, i) => [`${i}`, i === 0 ? '1960-03-09' : `19${i + 60}-03-1${i - 1}`]),
      finding: { params: { days: -1 }, certainty: 'explained', explained: 9 },
    },
    {
      says: 'timestamps two days late',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'at', type: 'TIMESTAMP' },
      ],
      key: ['id'],
      reference: Array.from({ length: 7 }, (_, i) => [`${i}`, `2026-11-1${i} 10:00:00.5`]),
      candidate: Array.from({ length: 7 }, (_, i) => [`${i}`, `2026-11-1${i + 2} 10:00:00.5`]),
      finding: { params: { days: 2 }, certainty: 'explained', explained: 7 },
    },
    {
      says: 'dates that are simply others',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'born', type: 'DATE' },
      ],
      key: ['id'],
      reference: Array.from({ length: 9 }, (_, i) => [`${i}`, `19${i + 60}-03-1${i}`]),
      candidate: Array.from({ length: 9 }, (_, i) => [`${i}`, `19${i + 60}-0${i + 1}-2${(i * i) % 9}`]),
      finding: null,
    },
  ],
};
