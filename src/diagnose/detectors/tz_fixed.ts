import { sql } from '../../sql/sql.ts';
import type { Detector, Params } from '../detector.ts';
import { bySentence } from '../look-alike.ts';
import { numberParam } from '../params.ts';
import { DAY_SECONDS, shiftBetween, shiftedBy } from '../time-shift.ts';

const QUARTER_HOUR = 900;

/** Zones lie at most 14 hours from UTC, on quarter hours. Any other constant shift is no zone. */
function isZoneOffset(seconds: number): boolean {
  return seconds % QUARTER_HOUR === 0 && Math.abs(seconds) <= 14 * 3600;
}

function microsecondsOf(params: Params): bigint {
  return BigInt(Math.round(numberParam(params, 'offset_seconds') * 1e6));
}

/** `+05:30`, or seconds where it is no offset of a zone. */
function printShift(params: Params): string {
  const seconds = numberParam(params, 'offset_seconds');
  const sign = seconds < 0 ? '−' : '+';
  const size = Math.abs(seconds);
  if (!isZoneOffset(seconds)) return `${sign}${size} s`;
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${sign}${two(Math.floor(size / 3600))}:${two((size % 3600) / 60)}`;
}

export const tzFixed: Detector = {
  id: 'tz_fixed',
  kind: 'cell',
  row_kind: 'changed',
  unit: 'cells',
  works_on: 'value',
  title: (params) =>
    isZoneOffset(numberParam(params, 'offset_seconds'))
      ? `Timestamps moved by a time zone offset (${printShift(params)})`
      : `Timestamps moved by a constant (${printShift(params)})`,
  docs: 'Every timestamp is moved by the same span. A multiple of a quarter hour up to 14 hours is the offset of a time zone: the zone of a session, a connection or a virtual machine was taken for the column’s. Any other constant is told as a constant shift.',
  canonicalParams: (params) => params,
  parameter_space: 'open',
  trigger: 'any',
  applies: ({ families }) =>
    families.reference === 'timestamp' && (families.candidate === 'timestamp' || families.candidate === 'text'),
  suggest: (reference, candidate) => [sql`CAST(nullif(${shiftBetween(reference, candidate)}, 0) AS VARCHAR)`],
  readParams: (suggestion) => {
    const seconds = Number(suggestion) / 1e6;
    const isWholeDays = seconds % DAY_SECONDS === 0;
    return isWholeDays || !Number.isSafeInteger(Number(suggestion)) ? null : { offset_seconds: seconds };
  },
  predict: (reference, params, column) => shiftedBy(reference, microsecondsOf(params), column),
  bits: (params) => (isZoneOffset(numberParam(params, 'offset_seconds')) ? 12 : 40),
  look_alikes: [
    bySentence('date_shift', ({ params }) => `${printShift(params)} is no whole number of days`),
    bySentence('ts_trunc', ({ rival, counts }) =>
      rival === null || rival.explained === 0
        ? `the shift is the same in all ${counts.explained} cells, whatever the time of day`
        : `cutting predicts only ${rival.explained} of ${rival.of} differing cells`,
    ),
  ],
  advice: (params, { reference, candidate }) => {
    const isZone = isZoneOffset(numberParam(params, 'offset_seconds'));
    return {
      likely_cause: isZone
        ? 'the zone of a session, a connection or a virtual machine was taken for the zone of the column'
        : 'a clock or an epoch that differs between the two writers',
      where: isZone
        ? 'connection time zone, server time zone, converter configuration; see whether only columns of one timestamp type move'
        : 'where the candidate takes this time from: another clock, another event, another epoch',
      check_sql: [
        sql`SELECT min(${reference.column}), max(${reference.column}) FROM ${reference.table}`,
        sql`SELECT min(${candidate.column}), max(${candidate.column}) FROM ${candidate.table}`,
      ],
    };
  },
  examples: [
    {
      says: 'all times moved by five hours and a half',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'at', type: 'TIMESTAMP' },
      ],
      key: ['id'],
      reference: Array.from({ length: 10 }, (_, i) => [`${i}`, i === 3 ? null : `2026-11-20 0${i}:17:44.183902`]),
      candidate: [
        '2026-11-20 05:47:44.183902',
        '2026-11-20 06:47:44.183902',
        '2026-11-20 07:47:44.183902',
        null,
        '2026-11-20 09:47:44.183902',
        '2026-11-20 10:47:44.183902',
        '2026-11-20 11:47:44.183902',
        '2026-11-20 12:47:44.183902',
        '2026-11-20 13:47:44.183902',
        '2026-11-20 14:47:44.183902',
      ].map((at, i) => [`${i}`, at]),
      finding: { params: { offset_seconds: 19_800 }, certainty: 'explained', explained: 9 },
    },
    {
      says: 'a different shift in every row',
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'at', type: 'TIMESTAMP' },
      ],
      key: ['id'],
      reference: Array.from({ length: 10 }, (_, i) => [`${i}`, `2026-11-20 0${i}:00:00`]),
      candidate: Array.from({ length: 10 }, (_, i) => [`${i}`, `2026-11-20 0${i}:0${i}:3${(i * i) % 10}.${i}`]),
      finding: null,
    },
  ],
};
