/** The JSON Schemas of what we print, written from the zod schemas. */
import { z } from 'zod';
import { pairReportSchema } from './pair-report.ts';
import { slotReportSchema } from './slot-report.ts';

/** As a reader sees it: fields may be added by later versions, so none beyond the known is forbidden. */
const OPEN = { io: 'input' } as const;

/** Of `diff --json`, and of each pair in a run's report. */
export function pairReportJsonSchema(): object {
  return { ...z.toJSONSchema(pairReportSchema, OPEN), title: 'shadowcheck pair report, version 0.1' };
}

/** Of `reports/<slot>/report.json`. */
export function slotReportJsonSchema(): object {
  return { ...z.toJSONSchema(slotReportSchema, OPEN), title: 'shadowcheck slot report, version 0.1' };
}

/** Path from the root of the project → text. */
export function referenceFiles(): Record<string, string> {
  const text = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`;
  return {
    'docs/reference/pair-report.schema.json': text(pairReportJsonSchema()),
    'docs/reference/slot-report.schema.json': text(slotReportJsonSchema()),
  };
}
