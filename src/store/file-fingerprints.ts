/** Row counts and sums per file, so that a file that has not changed is not read again. */
import { z } from 'zod';
import { query } from '../sql/query-file.ts';
import type { FileFingerprint, PartitionFingerprints } from './comparison-record.ts';
import { type Database, placeholders } from './database.ts';

/** Beyond 2^53: text. */
const wholeNumber = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt);

const fingerprintRow = z.object({
  file: z.string(),
  identity: z.string(),
  form: z.string(),
  row_count: wholeNumber,
  low_sum: wholeNumber,
  high_sum: wholeNumber,
  strong: z.string().nullable(),
  is_told: z.literal([0, 1]).transform((told) => told === 1),
});

const NAMES = ['job', 'table', 'partition_key', ...Object.keys(fingerprintRow.shape)];

export function fingerprintsOf(
  database: Database,
  job: string,
  table: string,
  partition_key: string,
): FileFingerprint[] {
  return database.all(fingerprintRow, query('store/file-fingerprints', {}, { job, table, partition_key }));
}

/** For use inside a transaction. */
export function writeFingerprints(database: Database, partitions: readonly PartitionFingerprints[]): void {
  database.runEach(
    query('store/file-fingerprint-write', {}, placeholders(NAMES)),
    partitions.flatMap(({ job, table, partition_key, files }) =>
      files.map(({ row_count, low_sum, high_sum, ...file }) => ({
        ...file,
        job,
        table,
        partition_key,
        row_count: row_count.toString(),
        low_sum: low_sum.toString(),
        high_sum: high_sum.toString(),
      })),
    ),
  );
}
