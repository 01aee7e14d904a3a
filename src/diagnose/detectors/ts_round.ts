import { sql, value } from '../../sql/sql.ts';
import type { Detector } from '../detector.ts';
import { byCount, bySentence } from '../look-alike.ts';
import { areTimestamps, roundTo, timeUnit, unitsFor } from '../time-units.ts';

export const tsRound: Detector = {
  id: 'ts_round',
  kind: 'cell',
  row_kind: 'changed',
  unit: 'cells',
  works_on: 'value',
  title: (params) => `Timestamps rounded to ${timeUnit(params.unit).named}`,
  docs: 'The candidate holds the timestamp rounded to a coarser unit, halves up: a database that rounds where another cuts. Rounded cursors skip or repeat rows.',
  canonicalParams: (params) => params,
  parameter_space: 'small',
  trigger: 'value',
  applies: areTimestamps,
  suggest: (reference, candidate, column) =>
    unitsFor(column).map(
      (unit) => sql`CASE WHEN ${candidate} = ${roundTo(reference, unit, column)} THEN ${value(unit.id)} END`,
    ),
  readParams: (suggestion) => ({ unit: suggestion }),
  predict: (reference, params, column) => roundTo(reference, timeUnit(params.unit), column),
  bits: () => 7,
  look_alikes: [
    byCount('ts_trunc', 'Cutting'),
    bySentence(
      'tz_fixed',
      ({ params, counts }) =>
        `the remainder below ${timeUnit(params.unit).named} is exactly zero in all ${counts.explained} cells, which no constant shift does`,
    ),
  ],
  advice: (params, { candidate }) => ({
    likely_cause: 'a timestamp type with a coarser unit on the candidate’s way, in a system that rounds',
    where: `the target’s timestamp precision (look for ${timeUnit(params.unit).named}); check cursors that were made of this column`,
    check_sql: [
      sql`SELECT count(*) AS with_finer_digits FROM ${candidate.table} WHERE ${candidate.column} <> ${timeUnit(params.unit).cut(candidate.column)}`,
    ],
  }),
  examples: [
    {
      says: 'microseconds rounded to milliseconds',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'at', type: 'TIMESTAMP' },
      ],
      key: ['id'],
      reference: Array.from({ length: 10 }, (_, i) => [`${i}`, `2026-11-20 06:12:44.000${i}`]),
      candidate: Array.from({ length: 10 }, (_, i) => [
        `${i}`,
        i < 5 ? '2026-11-20 06:12:44' : '2026-11-20 06:12:44.001',
      ]),
      finding: { params: { unit: 'ms' }, certainty: 'explained', explained: 9 },
    },
    {
      says: 'seconds, with a half that goes up',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'at', type: 'TIMESTAMP_MS' },
      ],
      key: ['id'],
      reference: Array.from({ length: 9 }, (_, i) => [`${i}`, `2026-11-20 06:12:0${i}.${i % 2 === 0 ? '5' : '25'}`]),
      candidate: Array.from({ length: 9 }, (_, i) => [`${i}`, `2026-11-20 06:12:0${i % 2 === 0 ? i + 1 : i}`]),
      finding: { params: { unit: 's' }, certainty: 'explained', explained: 9 },
    },
    {
      says: 'cut, not rounded',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'at', type: 'TIMESTAMP' },
      ],
      key: ['id'],
      reference: Array.from({ length: 10 }, (_, i) => [`${i}`, `2026-11-20 06:12:44.000${i}`]),
      candidate: Array.from({ length: 10 }, (_, i) => [`${i}`, '2026-11-20 06:12:44']),
      finding: null,
    },
  ],
};
