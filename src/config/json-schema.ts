import { z } from 'zod';
import { configFileSchema } from './schema.ts';

/** The JSON Schema (draft 2020-12) of `shadowcheck.yaml` as it is written, for editors. Rules between parts are not in it. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(configFileSchema, { io: 'input', target: 'draft-2020-12' });
  return { ...schema, title: 'shadowcheck.yaml' };
}
