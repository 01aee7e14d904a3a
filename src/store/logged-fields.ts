/** Fields of records that others wrote: lenient in form, strict in meaning. What is wrong is told, never guessed at. */
import { z } from 'zod';
import { parsePartitionKey, printPartitionKey } from '../core/partition-key.ts';
import type { LoggedRecord } from './log-form.ts';
import { parseLoggedTime } from './logged-time.ts';

/** Longest text that any field may hold: a log tells of rows, it does not carry them. */
const TEXT_LENGTH_MAX = 1_000_000;
/** Longest name: a job, an id, a build. */
const NAME_LENGTH_MAX = 1_000;

export const name = z.string().min(1).max(NAME_LENGTH_MAX);
export const text = z.string().max(TEXT_LENGTH_MAX);
export const numberOrText = z.union([text, z.int().transform(String), z.bigint().transform(String)]);
export const time = z
  .union([z.string(), z.number(), z.bigint()], { error: 'expected an ISO time or milliseconds since 1970' })
  .transform((raw, context): Date => {
    const parsed = parseLoggedTime(raw);
    if (typeof parsed !== 'string') return parsed;
    context.addIssue({ code: 'custom', message: parsed });
    return z.NEVER;
  });
const NOT_A_COUNT = 'expected a whole number from 0; beyond 2^53 as text';
export const count = z.union(
  [
    z.int().nonnegative().transform(BigInt),
    z.bigint().nonnegative(),
    z
      .string()
      .regex(/^\d{1,30}(\.0{1,10})?$/)
      .transform((digits) => BigInt(digits.split('.')[0] ?? digits)),
  ],
  { error: NOT_A_COUNT },
);
export const measure = z.union(
  [
    z.number(),
    z.bigint().transform(Number),
    z
      .string()
      .regex(/^\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,2})?$/i)
      .transform(Number),
  ],
  { error: 'expected a number' },
);
/** A list, or its JSON text: not every writer has lists. */
export const listed = <T extends z.ZodType>(element: T) =>
  z.preprocess((raw) => (typeof raw === 'string' ? parsedJson(raw) : raw), z.array(element).max(100_000));
export const optional = <T extends z.ZodType>(field: T) => field.nullish().transform((given) => given ?? null);

export const partitionKey = text.transform((raw, context): string => {
  const parsed = parsePartitionKey(raw);
  if (parsed !== null) return printPartitionKey(parsed);
  context.addIssue({ code: 'custom', message: 'expected column=value, with / between levels' });
  return z.NEVER;
});

function parsedJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}

const SHOWN_LENGTH_MAX = 60;

/** Every field that is wrong, with the value: `job: missing; logged_at: expected an ISO time, got "soon"`. */
export function reasonOf(error: z.ZodError, record: LoggedRecord): string {
  const reasons = error.issues.map((issue) => {
    const path = issue.path.filter((part) => typeof part === 'string');
    const given = path.reduce<unknown>((from, part) => (from as LoggedRecord | null | undefined)?.[part], record);
    const field = path.join('_');
    return given === undefined || given === null
      ? `${field}: missing`
      : `${field}: ${issue.message}, got ${shown(given)}`;
  });
  return [...new Set(reasons)].join('; ');
}

function shown(given: unknown): string {
  const printed = typeof given === 'bigint' ? String(given) : (JSON.stringify(given) ?? typeof given);
  return printed.length > SHOWN_LENGTH_MAX
    ? `${printed.slice(0, SHOWN_LENGTH_MAX)}… (${printed.length} characters)`
    : printed;
}
