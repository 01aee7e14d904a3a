import type { PairReport, ReportExample } from './pair-report.ts';

/**
 * The cause of one cell of an example, null where none is known of it. A row's cause is that of one of its cells; another
 * cell has it only if that finding is about its column too, or has the one cause that explains every difference of its column.
 */
export function causeOfCell(report: PairReport, example: ReportExample, column: string): string | null {
  const own = report.findings.find(
    ({ cause, columns, unit }) => cause === example.cause && (unit === 'rows' || columns.includes(column)),
  );
  if (own !== undefined) return own.cause;
  const ofColumn = report.findings.filter(({ columns, unit }) => unit === 'cells' && columns.includes(column));
  const [only] = ofColumn;
  return ofColumn.length === 1 && only?.certainty === 'explained' && only.counts.residual === 0 ? only.cause : null;
}
