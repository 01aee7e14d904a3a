import type { ReportFormat } from '../format.ts';
import { pairReportSchema } from '../pair-report.ts';
import { escapeUnseen } from '../render.ts';
import { slotReportSchema } from '../slot-report.ts';

/** Parsing puts the members into the schema's order, whoever made the value; nothing depends on a locale. */
export const jsonFormat: ReportFormat = {
  id: 'json',
  extension: 'json',
  title: 'JSON, as the published schemas describe it',
  pair: (report) => `${escapeUnseen(JSON.stringify(pairReportSchema.parse(report), null, 2))}\n`,
  slot: (report) => `${escapeUnseen(JSON.stringify(slotReportSchema.parse(report), null, 2))}\n`,
};
