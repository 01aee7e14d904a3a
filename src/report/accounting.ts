/** What was read, left out and compared on each side: the figures of a report that have to add up. */
import { mapSides, SIDES, type Side, type Sided } from '../core/side.ts';
import type { PairReport } from './pair-report.ts';

export type Accounting = PairReport['accounting'];

/** Counts of one side, each null where it was not counted. */
export interface RowsOfSide {
  /** Of its files. */
  readonly read: number | null;
  /** After the condition. */
  readonly row_count: number | null;
  /** After sampling. */
  readonly compared: number | null;
}

/** `cut` is what of it was not looked at, in words. */
export function accountingOf(sides: Sided<RowsOfSide>, cut: string | null): Accounting {
  const less = (more: number | null, rest: number | null): number | null =>
    more === null || rest === null ? null : more - rest;
  return {
    rows_read: mapSides(sides, ({ read }) => read),
    rows_filtered: mapSides(sides, ({ read, row_count }) => less(read, row_count)),
    rows_sampled_out: mapSides(sides, ({ row_count, compared }) => less(row_count, compared)),
    rows_compared: mapSides(sides, ({ compared }) => compared),
    cut,
  };
}

/** What does not add up, in words; none where everything does, or was not counted. */
export function sumTroubles({ accounting, rows }: Pick<PairReport, 'accounting' | 'rows'>): readonly string[] {
  return SIDES.flatMap((side) => [
    ...troublesOfReading(accounting, side),
    ...troublesOfRows({ accounting, rows }, side),
  ]);
}

function troublesOfReading(accounting: Accounting, side: Side): readonly string[] {
  const [read, filtered, sampled, compared] = [
    accounting.rows_read[side],
    accounting.rows_filtered[side],
    accounting.rows_sampled_out[side],
    accounting.rows_compared[side],
  ];
  if (read === null || filtered === null || sampled === null || compared === null) return [];
  const isWhole = read - filtered - sampled === compared && filtered >= 0 && sampled >= 0;
  return isWhole ? [] : [`${side}: ${read} rows read, ${filtered} and ${sampled} left out, ${compared} compared`];
}

function troublesOfRows({ accounting, rows }: Pick<PairReport, 'accounting' | 'rows'>, side: Side): readonly string[] {
  const compared = accounting.rows_compared[side];
  if (rows === null || compared === null) return [];
  const sum = rows.equal + rows.agreed + rows.changed + rows[`only_in_${side}`];
  return sum === compared ? [] : [`${side}: ${sum} rows counted of ${compared} that were compared`];
}
