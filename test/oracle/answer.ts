/** The report of the product in the words of the oracle, so that the two can be held against each other. */
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
    duplicate_keys: rows?.duplicate_keys == null ? null : answer.duplicate_keys,
    null_keys: rows?.null_keys == null ? null : answer.null_keys,
  };
}
