/** The debug log's rows: one per example cell of an analysed mismatch, out of the published report, so that a repeat writes the same. */
import { causeOfCell } from '../report/cell-cause.ts';
import type { PairReport } from '../report/pair-report.ts';
import type { SlotReport } from '../report/slot-report.ts';
import type { DebugRow } from '../store/debug-log.ts';

export function debugRowsOf(report: SlotReport): readonly DebugRow[] {
  const loggedAt = new Date(report.generated_at);
  return report.pairs.flatMap((pair) => pair.examples.flatMap((example) => rowsOf(pair, example, loggedAt)));
}

function rowsOf(pair: PairReport, example: PairReport['examples'][number], loggedAt: Date): readonly DebugRow[] {
  const key = JSON.stringify(example.key);
  return example.cells.map((cell) => {
    const cause = causeOfCell(pair, example, cell.column);
    const finding = pair.findings.find(
      (found) => found.cause === cause && (found.unit === 'rows' || found.columns.includes(cell.column)),
    );
    return {
      comparison_id: pair.comparison_id ?? '',
      issue_id: finding?.issue.id ?? null,
      cause,
      key,
      column: cell.column,
      production: cell.production,
      shadow: cell.shadow,
      production_file: example.production?.file ?? null,
      production_row: example.production === null ? null : BigInt(example.production.row),
      shadow_file: example.shadow?.file ?? null,
      shadow_row: example.shadow === null ? null : BigInt(example.shadow.row),
      logged_at: loggedAt,
    };
  });
}
