import { expect, test } from 'vitest';
import { formatOf } from '../../src/report/registry.ts';
import { sampleReport } from './sample-reports.ts';
