/** The cells of one compared column as SQL, by role, over the tables that `diff` leaves behind. */
import { type ComparedAs, comparedAs } from '../compare/compared-as.ts';
import { withinTolerance } from '../compare/tolerance.ts';
import { familyOf } from '../core/column.ts';
import type { ComparedColumn } from '../core/comparison.ts';
import type { ColumnDifference } from '../core/difference.ts';
import { otherSide, type Side } from '../core/side.ts';
import { ident, type Sql, sql } from '../sql/sql.ts';
import type { CellDetector, ColumnFacts, Params, Roles } from './detector.ts';

/** A cause with its parameters, as it is tried on a column. */
export interface Candidate {
  readonly detector: CellDetector;
  readonly params: Params;
}

/** Where a query finds the reference's and the candidate's value and their compared forms. */
export interface CellSql {
  readonly reference: Sql;
  readonly candidate: Sql;
  readonly reference_form: Sql;
  readonly candidate_form: Sql;
}

export interface ColumnCells {
  readonly column: ComparedColumn;
  readonly index: number;
  readonly facts: ColumnFacts;
  readonly roles: Roles<Side>;
  /** True in `changed_rows` where this column differs. */
  readonly differs: Sql;
  /** In `changed_rows`. */
  readonly changed: CellSql;
  /** The reference's value in the other tables and in its population, with its compared form. */
  readonly value: Sql;
  readonly form: Roles<(cell: Sql) => Sql>;
}

export function columnCells(
  column: ComparedColumn,
  index: number,
  difference: ColumnDifference,
  reference: Side,
): ColumnCells {
  const roles = { reference, candidate: otherSide(reference) };
  const form: ComparedAs = comparedAs(column.types.production, column.types.shadow);
  const forms = { reference: form[roles.reference], candidate: form[roles.candidate] };
  const cellOf = (side: Side): Sql => ident(`${side === 'production' ? 'p' : 's'}${index}`);
  const types = { reference: column.types[roles.reference], candidate: column.types[roles.candidate] };
  const { profile } = difference;
  return {
    column,
    index,
    facts: {
      types,
      families: { reference: familyOf(types.reference), candidate: familyOf(types.candidate) },
      profiles: profile === null ? null : { reference: profile[roles.reference], candidate: profile[roles.candidate] },
    },
    roles,
    differs: ident(`d${index}`),
    changed: {
      reference: cellOf(roles.reference),
      candidate: cellOf(roles.candidate),
      reference_form: forms.reference(cellOf(roles.reference)),
      candidate_form: forms.candidate(cellOf(roles.candidate)),
    },
    value: ident(`v${index}`),
    form: forms,
  };
}

/** What the cause predicts, in the compared form; NULL where the prediction cannot be made at all. */
export function predictedForm(
  { detector, params }: Candidate,
  cells: ColumnCells,
  at: Pick<CellSql, 'reference' | 'reference_form'>,
): Sql {
  const { facts, form } = cells;
  if (detector.works_on === 'compared') {
    return sql`TRY(cast_to_type(${detector.predict(at.reference_form, params, facts)}, ${at.reference_form}))`;
  }
  // Cast back to the type it came from, so that it is brought to the compared form by the same rule as the cell itself.
  return form.reference(sql`TRY(cast_to_type(${detector.predict(at.reference, params, facts)}, ${at.reference}))`);
}

/** The cause would have changed the value, beyond what the column's tolerance forgives. */
export function isAtRisk(predicted: Sql, referenceForm: Sql, cells: ColumnCells): Sql {
  const changed = sql`${predicted} IS DISTINCT FROM ${referenceForm}`;
  const { tolerance } = cells.column;
  if (tolerance === null) return changed;
  // The compared form may be text; as doubles both are numbers whatever it is.
  const before = sql`TRY_CAST(${referenceForm} AS DOUBLE)`;
  const after = sql`TRY_CAST(${predicted} AS DOUBLE)`;
  const within = withinTolerance(before, after, { production: 'DOUBLE', shadow: 'DOUBLE' }, tolerance);
  return sql`${changed} AND NOT (${within})`;
}

/** True in `changed_rows` where the cell differs and is what the cause predicts. Never NULL. */
export function isHit(candidate: Candidate, cells: ColumnCells): Sql {
  const predicted = predictedForm(candidate, cells, cells.changed);
  const { reference_form, candidate_form } = cells.changed;
  return sql`(${cells.differs} AND ${predicted} IS NOT DISTINCT FROM ${candidate_form} AND ${isAtRisk(predicted, reference_form, cells)})`;
}
