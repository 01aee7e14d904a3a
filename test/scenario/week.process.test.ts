import { test } from 'vitest';
import { simulateWeek } from './week.ts';

test(
  'a week: every landing pair is compared once, every slot analysed once, nothing is lost',
  () => simulateWeek(12),
  600_000,
);
