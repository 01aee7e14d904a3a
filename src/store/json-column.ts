import { z } from 'zod';

/** A column of JSON text, as the value that it holds. */
export function jsonColumn<T>(schema: z.ZodType<T>) {
  return z.string().transform((text, context): T => {
    const parsed = schema.safeParse(parsedOrNull(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: 'not the JSON that is written there' });
    return z.NEVER;
  });
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
