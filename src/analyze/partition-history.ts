import type { HistoryEntry } from '../report/format.ts';
import type { PairReport } from '../report/pair-report.ts';
import type { SlotReport } from '../report/slot-report.ts';
import type { Catalog } from '../store/catalog.ts';

const PARTITIONS_MAX = 20;
/** Events that are looked through for the last partitions; a partition may have several. */
const EVENTS_MAX = 200;

/**
 * The partition of a pair among the last ones of its job and pairing that were analysed, oldest first, each with what was found last:
 * by this run, or by an earlier one. Partitions that no log ever named are not in it.
 */
export function partitionHistory(pair: PairReport, report: SlotReport, catalog: Catalog): readonly HistoryEntry[] {
  const entries = new Map<string, HistoryEntry>();
  for (const event of catalog.eventsOf(pair.job ?? '', null, EVENTS_MAX).toReversed()) {
    const { partition_key, outcome, slot_id, comparison_id, pairing } = event;
    if (pairing !== pair.pairing) continue;
    entries.set(partition_key, { partition_key, outcome, href: `../${slot_id}/${comparison_id}.html` });
  }
  for (const { job, pairing, partition_key, outcome, comparison_id } of report.pairs) {
    if (job !== pair.job || pairing !== pair.pairing || partition_key === null) continue;
    entries.set(partition_key, { partition_key, outcome, href: `${comparison_id}.html` });
  }
  const ordered = [...entries.values()].sort((a, b) => (a.partition_key < b.partition_key ? -1 : 1));
  const at = ordered.findIndex(({ partition_key }) => partition_key === pair.partition_key);
  const start = Math.max(0, Math.min(at - PARTITIONS_MAX / 2, ordered.length - PARTITIONS_MAX));
  return ordered.slice(start, start + PARTITIONS_MAX);
}
