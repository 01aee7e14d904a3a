// Written by scripts/write-registries.ts from the files beside it: run `npm run generate`, do not edit.
import type { Detector } from './detector.ts';
import { letterCase as caseDetector } from './detectors/case.ts';
import { colConst as colConstDetector } from './detectors/col_const.ts';
import { dateShift as dateShiftDetector } from './detectors/date_shift.ts';
import { decRound as decRoundDetector } from './detectors/dec_round.ts';
import { decTrunc as decTruncDetector } from './detectors/dec_trunc.ts';
import { dupExact as dupExactDetector } from './detectors/dup_exact.ts';
import { dupVersions as dupVersionsDetector } from './detectors/dup_versions.ts';
import { extraRows as extraRowsDetector } from './detectors/extra_rows.ts';
import { missingRows as missingRowsDetector } from './detectors/missing_rows.ts';
import { nullFill as nullFillDetector } from './detectors/null_fill.ts';
import { partitionMissing as partitionMissingDetector } from './detectors/partition_missing.ts';
import { schemaDrift as schemaDriftDetector } from './detectors/schema_drift.ts';
import { toNull as toNullDetector } from './detectors/to_null.ts';
import { trim as trimDetector } from './detectors/trim.ts';
import { tsRound as tsRoundDetector } from './detectors/ts_round.ts';
import { tsTrunc as tsTruncDetector } from './detectors/ts_trunc.ts';
import { tzFixed as tzFixedDetector } from './detectors/tz_fixed.ts';

export const detectors: readonly Detector[] = [
  caseDetector,
  colConstDetector,
  dateShiftDetector,
  decRoundDetector,
  decTruncDetector,
  dupExactDetector,
  dupVersionsDetector,
  extraRowsDetector,
  missingRowsDetector,
  nullFillDetector,
  partitionMissingDetector,
  schemaDriftDetector,
  toNullDetector,
  trimDetector,
  tsRoundDetector,
  tsTruncDetector,
  tzFixedDetector,
];
