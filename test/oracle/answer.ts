/** The report of the product in the words of the oracle, so that the two can be held against each other. */
import { mapSides, type Sided } from '../../src/core/side.ts';
import type { Spec } from '../../src/core/spec.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import type { OracleAnswer } from './oracle.ts';

export interface ComparableAnswer {
  readonly outcome: string;
  readonly detail: string | null;
  readonly schema: OracleAnswer['schema'];
  readonly rows: OracleAnswer['rows'];
  readonly columns: OracleAnswer['columns'];
  readonly duplicate_keys: OracleAnswer['duplicate_keys'] | null;
  readonly null_keys: OracleAnswer['null_keys'] | null;
}

export function answerOf(report: PairReport): ComparableAnswer {
  const { rows } = report;
  return {
    outcome: report.outcome,
    detail: report.detail,
    schema: { only_in_production: report.schema.only_in_production, only_in_shadow: report.schema.only_in_shadow },
    rows:
      rows === null
        ? null
        : {
            equal: rows.equal,
            agreed: rows.agreed,
            changed: rows.changed,
            only_in_production: rows.only_in_production,
            only_in_shadow: rows.only_in_shadow,
          },
    columns: report.columns
      .map(({ column, differing_rows, agreed_rows }) => ({ column, differing_rows, agreed_rows }))
      .filter(({ differing_rows, agreed_rows }) => differing_rows + agreed_rows > 0)
      .toSorted((a, b) => (a.column < b.column ? -1 : 1)),
    duplicate_keys: rows?.duplicate_keys ?? null,
    null_keys: rows?.null_keys ?? null,
  };
}

/** What the product must answer: of a match it does not count keys, as it had no need to look at them. */
export function expectedOf(answer: OracleAnswer, report: PairReport, spec: Partial<Spec>): ComparableAnswer {
  const { rows } = report;
  const isMapped = (name: string): boolean => spec.renamed?.some(({ production }) => production === name) === true;
  const isRenamed = report.schema.renamed.some(({ production }) => !isMapped(production));
  return {
    // A column that was renamed is a difference of schema, whatever its values are; one that was mapped is none.
    outcome: isRenamed ? 'mismatch' : answer.outcome,
    detail: null,
    schema: answer.schema,
    rows: answer.rows,
    columns: answer.columns.toSorted((a, b) => (a.column < b.column ? -1 : 1)),
    duplicate_keys: counted(
      rows,
      rows?.duplicate_keys,
      answer.duplicate_keys,
      (found, all) => found.groups <= all.groups && found.extra_rows <= all.extra_rows,
    ),
    null_keys: counted(rows, rows?.null_keys, answer.null_keys, (found, all) => found <= all),
  };
}

/** Keys that were counted among some rows may stand more often among all; those counted among all rows are all of them. */
function counted<T>(
  rows: PairReport['rows'],
  found: Sided<T> | null | undefined,
  all: Sided<T>,
  isPart: (found: T, all: T) => boolean,
): Sided<T> | null {
  if (found == null) return null;
  return mapSides(all, (wanted, side) =>
    rows?.keys_counted_over?.[side] === 'rows_that_may_differ' && isPart(found[side], wanted) ? found[side] : wanted,
  );
}
