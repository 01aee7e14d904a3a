/**
 * The producer's manifest: JSON in the folder of a partition that lists its files, and what the producer knows of them.
 * It is written last, so that a partition with a manifest and all of its files is whole.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { TABLE_ROLES } from '../core/landing.ts';
import { messageOf } from '../core/operating-error.ts';
import { optional } from '../store/logged-fields.ts';
import { readBounded } from './bounded-file.ts';
import { firstIssue, saidFields } from './said-of-landing.ts';

/** Some 200 bytes a file, 1 KB with fingerprints: enough for 60,000 files, and no more than a process can parse at once. */
export const MANIFEST_BYTES_MAX = 64 * 1024 * 1024;

const count = z.int().nonnegative();

/** A sum may pass 2^53: then it is text of digits. */
const sum = z
  .union([z.string().regex(/^\d{1,38}$/, 'expected digits'), count])
  .transform((given): bigint => BigInt(given));

const relativePath = z
  .string()
  .min(1)
  .refine(
    (path) => !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'expected a path relative to the folder of the partition, without . and ..',
  );

const fingerprintSchema = z.object({
  /** What the sums were made of; sums of another form than a comparison needs do not count. */
  form: z.string().min(1),
  row_count: count.transform((given): bigint => BigInt(given)),
  low_sum: sum,
  high_sum: sum,
});

const fileSchema = z.object({
  file: relativePath,
  size_bytes: count,
  row_count: optional(count),
  sha256: optional(z.string().regex(/^[0-9a-f]{64}$/i, 'expected 64 hexadecimal digits')),
  fingerprints: z
    .array(fingerprintSchema)
    .nullish()
    .transform((given) => given ?? []),
});

const inputSchema = z.object({
  table_role: z.enum(TABLE_ROLES),
  table: z.string().min(1),
  partition_key: z.string(),
  landing_id: optional(z.string().min(1)),
});

/** Unknown properties are let be: producers may say more than we read. */
export const manifestSchema = z.object({
  version: z.literal(1),
  ...saidFields,
  inputs: z
    .array(inputSchema)
    .nullish()
    .transform((given) => given ?? []),
  files: z.array(fileSchema).refine(areDistinct, 'a file is listed twice'),
});

export type Manifest = z.output<typeof manifestSchema>;
export type ManifestFile = Manifest['files'][number];

export type ManifestRead = { readonly manifest: Manifest; readonly mtime_ms: number } | { readonly wrong: string };

/** The manifest of this name in a partition's folder; null where there is none, and `wrong` where it says nothing usable. */
export function readManifest(folder: string, name: string): ManifestRead | null {
  try {
    const found = readBounded(join(folder, name), MANIFEST_BYTES_MAX);
    if (found === null) return null;
    const content: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(found.bytes));
    const read = manifestSchema.safeParse(content);
    return read.success ? { manifest: read.data, mtime_ms: found.mtime_ms } : { wrong: firstIssue(read.error) };
  } catch (error) {
    // The text of a parser's error quotes what stands in the file.
    return { wrong: error instanceof SyntaxError ? 'it is no JSON' : messageOf(error) };
  }
}

/** As producers write it, for `docs/reference/manifest.schema.json`. */
export function manifestJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(manifestSchema, { io: 'input' }), title: 'manifest of a partition, version 1' };
}

function areDistinct(files: readonly { readonly file: string }[]): boolean {
  return new Set(files.map(({ file }) => file)).size === files.length;
}
