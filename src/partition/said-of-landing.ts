/** What a producer may say of its landing, in a marker or in a manifest, whatever else stands there. */
import { z } from 'zod';
import { RUN_KINDS } from '../core/landing.ts';
import { optional } from '../store/logged-fields.ts';
import { parseLoggedTime } from '../store/logged-time.ts';

/** A text of one line that somebody will read in a report. */
const line = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}+$/u, 'expected one line');
const count = z.int().nonnegative();
const amount = z.number().nonnegative();

/** Milliseconds since 1970, from ISO text (without a zone: UTC) or such a number; as JSON has them, so that a schema of it can be published. */
const time = z.union([z.string(), z.number()]).transform((given, context): number => {
  const parsed = parseLoggedTime(given);
  if (typeof parsed !== 'string') return parsed.getTime();
  context.addIssue({ code: 'custom', message: parsed });
  return z.NEVER;
});

export const saidFields = {
  landed_at: optional(time),
  system: optional(z.enum(['legacy', 'next'])),
  build: optional(line),
  run_kind: optional(z.enum(RUN_KINDS)),
  cpu_seconds: optional(amount),
  storage_bytes: optional(amount),
  row_count: optional(count),
};

/** As read; the time in milliseconds since 1970. */
export type Said = z.output<z.ZodObject<typeof saidFields>>;

/** The first thing that is wrong, in one line: `files.3.file: expected …`. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'it is not of the expected form';
  const place = issue.path.map(String).join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}
