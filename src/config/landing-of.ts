import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { type PartitionKey, parsePartitionKey, printPartitionKey } from '../core/partition-key.ts';
import { mapSides, type Sided } from '../core/side.ts';
import type { IngestionJob } from './config.ts';

export interface RequestLocations {
  readonly key: PartitionKey;
  /** The key in canonical spelling. */
  readonly partition_key: string;
  /** Table folders, absolute; `partition/` finds the partition's own folder below them. */
  readonly table_folders: Sided<string>;
}

/**
 * Where a job's partition of this key is to be looked for. Throws `OperatingError` `partition_key_invalid`, exit code 2,
 * for text that is no key, or not one of this job's columns in their order.
 */
export function requestLocations(job: IngestionJob, partition_key: string): RequestLocations {
  const key = parsePartitionKey(partition_key);
  const columns = key?.levels.map(({ column }) => column) ?? [];
  const declared = job.partition;
  // A job that declares no columns takes keys as they come: its folders show the columns themselves.
  const fits =
    declared.length === 0 || (columns.length === declared.length && columns.every((c, i) => c === declared[i]));
  if (key === null || !fits) {
    const form = declared.map((column) => `${column}=…`).join('/');
    throw new OperatingError(EXIT_CODES.usage, {
      code: 'partition_key_invalid',
      subject: job.name,
      place: JSON.stringify(partition_key),
      message: key === null ? 'this is no partition key' : `the partitions of this job have the form ${form}`,
      hint: form === '' ? 'a key has the form ds=2026-11-20' : `write ${form}`,
    });
  }
  return {
    key,
    partition_key: printPartitionKey(key),
    table_folders: mapSides(job.sides, (side) => side.root),
  };
}
