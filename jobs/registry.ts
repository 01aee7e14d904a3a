// Written by scripts/write-registries.ts from the files beside it: run `npm run generate`, do not edit.
import type { ScheduledJob } from '../src/service/scheduled-job.ts';
import { analyzeMismatches as analyzeMismatchesJob } from './analyze-mismatches.ts';
import { compactLogs as compactLogsJob } from './compact-logs.ts';
import { compareLandedPartitions as compareLandedPartitionsJob } from './compare-landed-partitions.ts';

export const scheduledJobs: readonly ScheduledJob<unknown>[] = [
  analyzeMismatchesJob,
  compactLogsJob,
  compareLandedPartitionsJob,
];
