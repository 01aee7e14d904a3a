/** Sources and tables as they are written: where they lie, when they have landed, how their files are read. */
import { posix } from 'node:path';
import { z } from 'zod';
import { canonicalFormatOf } from '../partition/time-format.ts';
import { columnType, duration, name, path, sqlText, text } from './scalars.ts';

const oneOf = 'expected exactly one of marker, manifest, quiet_time';
const fileName = text.refine((given) => !/[/\0]/.test(given), 'expected a file name, without folders');
export const landedSchema = z.union(
  [
    z.enum(['told'], 'expected told, or a mapping with marker, manifest or quiet_time'),
    z
      .strictObject({
        marker: fileName.optional(),
        manifest: fileName.optional(),
        quiet_time: duration.refine((given) => given > 0, 'a quiet time of 0 is none').optional(),
      })
      .refine((given) => Object.keys(given).length === 1, oneOf),
  ],
  'expected told, or a mapping with marker, manifest or quiet_time',
);

/** `{ id: BIGINT }`, or a list where the order matters and names are numbers, which YAML maps do not keep in order. */
const typedColumns = z.union([
  z
    .record(text, columnType)
    .refine(
      (given) => !Object.keys(given).some((column) => /^\d+$/.test(column)),
      'columns named by numbers lose their order here: write a list of { name, type }',
    ),
  z.array(z.strictObject({ name: text, type: columnType })),
]);

export const formatSchema = z.union(
  [
    z.enum(['parquet', 'csv', 'jsonl'], 'expected parquet, csv, jsonl, or a mapping with kind'),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('parquet') }),
      z.strictObject({
        kind: z.literal('csv'),
        delimiter: text.optional(),
        header: z.boolean().default(true),
        null_text: z.string().optional(),
        columns: typedColumns.optional(),
      }),
      z.strictObject({ kind: z.literal('jsonl'), columns: typedColumns.optional() }),
      z.strictObject({ kind: z.literal('hive_text'), columns: typedColumns }),
    ]),
  ],
  'expected parquet, csv, jsonl, or a mapping with kind: parquet, csv, jsonl or hive_text',
);

export const sourceSchema = z.strictObject({
  kind: z.literal('folder'),
  root: path,
  landed: landedSchema.optional(),
  format: formatSchema.optional(),
});

/** Landings are known by `<source>/<table>`: with a slash in its name, two sources could have the same ones. */
export const sourceName = name.refine((given) => !given.includes('/'), 'the name of a source holds no /');

/** Tables stay below the root of their source: what a job names is what may be read. One folder has one spelling. */
export const table = path
  .refine(
    (given) => !given.startsWith('/') && !given.split('/').includes('..'),
    'expected a folder below the root of the source, without ..',
  )
  .transform((given) => posix.normalize(given).replace(/\/$/, ''));

/** `2310` would be fine as a number, and `1.10` would silently be the build `1.1`. */
export const buildName = z
  .string('expected text: put a build that looks like a number in quotes')
  .min(1, 'expected text, got an empty one')
  .max(200, 'expected at most 200 characters')
  .refine((given) => given.trim() === given && !/\p{Cc}/u.test(given), 'expected one line without blanks at its ends');

/** Other units could not be turned into a key and back. */
const timeFormat = text.refine(
  (given) => canonicalFormatOf(given) !== null,
  'expected YYYY, MM, DD and HH with separators, such as YYYYMMDD, YYYY_MM or HH',
);

const levelSchema = z.union(
  [text, z.strictObject({ column: text, time_format: timeFormat.optional() })],
  'expected the name of a column, or a mapping with column and time_format',
);

export const sideSchema = z.strictObject({
  source: text,
  table,
  build: buildName.optional(),
  partition: z.array(levelSchema).min(1, 'expected at least one column').optional(),
  where: sqlText.optional(),
  delta: table.optional(),
  full_dump: table.optional(),
  format: formatSchema.optional(),
  landed: landedSchema.optional(),
});

export type SideEntry = z.output<typeof sideSchema>;
export type SourceEntry = z.output<typeof sourceSchema>;
export type FormatEntry = z.output<typeof formatSchema>;
export type LandedEntry = z.output<typeof landedSchema>;
