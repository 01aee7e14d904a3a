/** The report of an open slot that an earlier try has published already. */

import { type SlotReport, slotReportSchema } from '../report/slot-report.ts';
import type { FilePort } from '../store/files.ts';

/**
 * Null where none was published. One that is damaged, or of a version that this one cannot read, is put aside beside its
 * place, never deleted, and counts as none: the slot is not committed, so it can be analysed again.
 */
export async function publishedReport(
  path: string,
  slot_id: string,
  now: Date,
  files: FilePort,
): Promise<{ readonly report: SlotReport | null; readonly put_aside: string | null }> {
  const bytes = await files.read(path);
  if (bytes === null) return { report: null, put_aside: null };
  const report = parsed(Buffer.from(bytes).toString('utf8'));
  if (report?.slot === slot_id) return { report, put_aside: null };
  const put_aside = `${path}.damaged-${now.toISOString().replaceAll(':', '')}`;
  await files.setAside(path, put_aside);
  return { report: null, put_aside };
}

function parsed(text: string): SlotReport | null {
  try {
    return slotReportSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
