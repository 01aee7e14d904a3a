import { sql, value } from '../../sql/sql.ts';
import type { Detector } from '../detector.ts';
import { byCount, bySentence } from '../look-alike.ts';
import { areTimestamps, cutTo, timeUnit, unitsFor } from '../time-units.ts';

export const tsTrunc: Detector = {
  id: 'ts_trunc',
  kind: 'cell',
  row_kind: 'changed',
  unit: 'cells',
  works_on: 'value',
  title: (params) => `Timestamps cut to ${timeUnit(params.unit).named}`,
  docs: 'The candidate holds the timestamp cut (not rounded) to a coarser unit: a Java Date, a DATETIME(0), an epoch in milliseconds, a target type with fewer digits.',
  canonicalParams: (params) => params,
  parameter_space: 'small',
  trigger: 'value',
  applies: areTimestamps,
  suggest: (reference, candidate, column) =>
    unitsFor(column).map(
      (unit) => sql`CASE WHEN ${candidate} = ${cutTo(reference, unit, column)} THEN ${value(unit.id)} END`,
    ),
  readParams: (suggestion) => ({ unit: suggestion }),
  predict: (reference, params, column) => cutTo(reference, timeUnit(params.unit), column),
  bits: () => 6,
  look_alikes: [
    byCount('ts_round', 'Rounding'),
    bySentence(
      'tz_fixed',
      ({ params, counts }) =>
        `the remainder below ${timeUnit(params.unit).named} is exactly zero in all ${counts.explained} cells, which no constant shift does`,
    ),
  ],
  advice: (params, { candidate }) => ({
    likely_cause: 'a timestamp type or a library with a coarser unit on the candidate’s way',
    where: `the writer’s timestamp type and every conversion before it (look for ${timeUnit(params.unit).named})`,
    check_sql: [
      sql`SELECT count(*) AS with_finer_digits FROM ${candidate.table} WHERE ${candidate.column} <> ${timeUnit(params.unit).cut(candidate.column)}`,
    ],
  }),
  examples: [
    {
      says: 'microseconds cut to milliseconds; values that have none are not at risk',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'at', type: 'TIMESTAMP' },
      ],
      key: ['id'],
      reference: Array.from({ length: 12 }, (_, i) => [
        `${i}`,
        i % 4 === 0 ? '2026-11-20 06:00:00.5' : `2026-11-20 06:12:4${i % 10}.18390${i % 10}`,
      ]),
      candidate: Array.from({ length: 12 }, (_, i) => [
        `${i}`,
        i % 4 === 0 ? '2026-11-20 06:00:00.5' : `2026-11-20 06:12:4${i % 10}.183`,
      ]),
      finding: { params: { unit: 'ms' }, certainty: 'explained', explained: 9 },
    },
    {
      says: 'a timestamp that became a date',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'at', type: 'TIMESTAMP', candidate: { name: 'at', type: 'DATE' } },
      ],
      key: ['id'],
      reference: Array.from({ length: 8 }, (_, i) => [`${i}`, `2026-11-1${i} 06:12:44`]),
      candidate: Array.from({ length: 8 }, (_, i) => [`${i}`, `2026-11-1${i}`]),
      finding: { params: { unit: 'day' }, certainty: 'explained', explained: 8 },
    },
    {
      says: 'rounded, not cut',
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
      finding: null,
    },
  ],
};
