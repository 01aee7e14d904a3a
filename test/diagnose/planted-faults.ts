/** Faults as plain changes of text, with what they leave alone. They share no code with the detectors. */
import fc from 'fast-check';
import type { Params } from '../../src/diagnose/detector.ts';

export type Cell = string | null;

export interface Fault {
  readonly cause: string;
  readonly type: string;
  readonly params: Params;
  readonly values: fc.Arbitrary<Cell>;
  /** What the fault makes of a value. */
  readonly change: (cell: Cell) => Cell;
  /** Shares of the cells at risk that it may hit. */
  readonly rates: readonly number[];
}

const MICROSECOND = 1n;
const UNITS: Readonly<Record<string, bigint>> = {
  ms: 1_000n * MICROSECOND,
  s: 1_000_000n,
  min: 60_000_000n,
  h: 3_600_000_000n,
  day: 86_400_000_000n,
};

/** Between 1900 and 2100, so that times before the epoch take part. */
const times = fc.bigInt(-2_208_988_800_000_000n, 4_102_444_800_000_000n);

export function timeText(microseconds: bigint): string {
  const millisecond = floorDiv(microseconds, 1000n);
  const iso = new Date(Number(millisecond)).toISOString().slice(0, -1).replace('T', ' ');
  return `${iso}${String(microseconds - millisecond * 1000n).padStart(3, '0')}`;
}

function timeOf(text: string): bigint {
  return BigInt(Date.parse(`${text.slice(0, 23).replace(' ', 'T')}Z`)) * 1000n + BigInt(text.slice(23));
}

function floorDiv(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

const onValue =
  (change: (text: string) => string) =>
  (cell: Cell): Cell =>
    cell === null ? null : change(cell);

const ANY_RATE = [1, 0.6, 0.3];

const nullable = (values: fc.Arbitrary<string>): fc.Arbitrary<Cell> => fc.option(values, { nil: null, freq: 12 });
const timeTexts = nullable(times.map(timeText));

const SCALE = 6;
function decimalText(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}
const decimalTexts = nullable(fc.bigInt(-99_999_999_999n, 99_999_999_999n).map(decimalText));

function onUnits(change: (units: bigint) => bigint): (cell: Cell) => Cell {
  return onValue((text) => decimalText(change(BigInt(text.replace('.', '')))));
}

const letters = nullable(
  fc
    .string({ unit: fc.constantFrom(...'abcdeXYZÀéЖж 0-'), minLength: 4, maxLength: 12 })
    .filter((text) => text.trim() === text),
);
const padded = nullable(
  fc
    .tuple(fc.nat(2), fc.string({ unit: fc.constantFrom(...'abcXYZ'), minLength: 2, maxLength: 9 }), fc.nat(2))
    .map(([before, text, after]) => ' '.repeat(before) + text + ' '.repeat(after)),
);
const numbers = nullable(fc.integer().map(String));

const zoneShift: fc.Arbitrary<Fault> = fc
  .integer({ min: -56, max: 56 })
  .filter((quarters) => quarters !== 0)
  .map((quarters) => ({
    cause: 'tz_fixed',
    type: 'TIMESTAMP',
    params: { offset_seconds: quarters * 900 },
    rates: ANY_RATE,
    values: timeTexts,
    change: onValue((text) => timeText(timeOf(text) + BigInt(quarters) * 900_000_000n)),
  }));

const dayShift: fc.Arbitrary<Fault> = fc
  .record({ days: fc.integer({ min: -40, max: 40 }).filter((days) => days !== 0), isDate: fc.boolean() })
  .map(({ days, isDate }) => ({
    cause: 'date_shift',
    type: isDate ? 'DATE' : 'TIMESTAMP',
    params: { days },
    rates: ANY_RATE,
    values: isDate ? nullable(times.map((time) => timeText(time).slice(0, 10))) : timeTexts,
    change: onValue((text) => {
      const moved = timeText(timeOf(isDate ? `${text} 00:00:00.000000` : text) + BigInt(days) * (UNITS.day ?? 0n));
      return isDate ? moved.slice(0, 10) : moved;
    }),
  }));

const cutTime: fc.Arbitrary<Fault> = fc.constantFrom('ms', 's', 'min', 'h', 'day').map((unit) => ({
  cause: 'ts_trunc',
  type: 'TIMESTAMP',
  params: { unit },
  rates: ANY_RATE,
  values: timeTexts,
  change: onValue((text) => timeText(floorDiv(timeOf(text), UNITS[unit] ?? 1n) * (UNITS[unit] ?? 1n))),
}));

const roundTime: fc.Arbitrary<Fault> = fc.constantFrom('ms', 's', 'min', 'h', 'day').map((unit) => {
  const step = UNITS[unit] ?? 1n;
  return {
    cause: 'ts_round',
    type: 'TIMESTAMP',
    params: { unit },
    rates: ANY_RATE,
    values: timeTexts,
    change: onValue((text) => timeText(floorDiv(timeOf(text) + step / 2n, step) * step)),
  };
});

const roundNumber: fc.Arbitrary<Fault> = fc.integer({ min: 0, max: 5 }).map((decimals) => {
  const step = 10n ** BigInt(SCALE - decimals);
  return {
    cause: 'dec_round',
    type: 'DECIMAL(12,6)',
    params: { decimals },
    rates: ANY_RATE,
    values: decimalTexts,
    change: onUnits((units) => {
      const size = units < 0n ? -units : units;
      const rounded = ((size + step / 2n) / step) * step;
      return units < 0n ? -rounded : rounded;
    }),
  };
});

const cutNumber: fc.Arbitrary<Fault> = fc.integer({ min: 0, max: 5 }).map((decimals) => {
  const step = 10n ** BigInt(SCALE - decimals);
  return {
    cause: 'dec_trunc',
    type: 'DECIMAL(12,6)',
    params: { decimals },
    rates: ANY_RATE,
    values: decimalTexts,
    change: onUnits((units) => (units / step) * step),
  };
});

/** Without ß and İ, whose other case is longer: no two systems agree on them. */
const foldCase: fc.Arbitrary<Fault> = fc.constantFrom('lower', 'upper').map((to) => ({
  cause: 'case',
  type: 'VARCHAR',
  params: { to },
  rates: ANY_RATE,
  values: letters,
  change: onValue((text) => (to === 'lower' ? text.toLowerCase() : text.toUpperCase())),
}));

const trimBlanks: fc.Arbitrary<Fault> = fc.constantFrom('both', 'leading', 'trailing').map((ends) => ({
  cause: 'trim',
  type: 'VARCHAR',
  params: { ends },
  rates: ANY_RATE,
  values: padded,
  change: onValue((text) => {
    const start = ends === 'trailing' ? text : text.replace(/^ +/, '');
    return ends === 'leading' ? start : start.replace(/ +$/, '');
  }),
}));

const loseValues: fc.Arbitrary<Fault> = fc.constantFrom('INTEGER', 'VARCHAR').map((type) => ({
  cause: 'to_null',
  type,
  params: {},
  values: type === 'INTEGER' ? numbers : letters,
  change: () => null,
  // In every row it would be a column that is NULL.
  rates: [0.9, 0.6, 0.3],
}));

const fillNulls: fc.Arbitrary<Fault> = fc.constantFrom('', '\\N', 'NULL', 'n/a').map((filled) => ({
  cause: 'null_fill',
  type: 'VARCHAR',
  params: { value: filled },
  rates: ANY_RATE,
  values: fc.option(fc.string({ unit: fc.constantFrom(...'abcd'), minLength: 5, maxLength: 9 }), {
    nil: null,
    freq: 3,
  }),
  change: (cell) => cell ?? filled,
}));

const oneConstant: fc.Arbitrary<Fault> = fc.constantFrom('US', '', null, "O'Neill").map((constant) => ({
  cause: 'col_const',
  type: 'VARCHAR',
  params: { value: constant },
  values: fc.constantFrom('US', 'DE', 'FR', null),
  change: () => constant,
  rates: [1],
}));

export const CELL_FAULTS: Readonly<Record<string, fc.Arbitrary<Fault>>> = {
  tz_fixed: zoneShift,
  date_shift: dayShift,
  ts_trunc: cutTime,
  ts_round: roundTime,
  dec_round: roundNumber,
  dec_trunc: cutNumber,
  case: foldCase,
  trim: trimBlanks,
  to_null: loseValues,
  null_fill: fillNulls,
  col_const: oneConstant,
};
