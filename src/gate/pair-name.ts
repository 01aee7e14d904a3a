import type { PairReport } from '../report/pair-report.ts';

/** `orders/ds=2026-11-20`: what a verdict calls a pair. */
export function pairName(pair: PairReport): string {
  const key = pair.partition_key === null || pair.partition_key === '' ? '' : `/${pair.partition_key}`;
  return `${pair.job ?? pair.production.location}${key}`;
}
