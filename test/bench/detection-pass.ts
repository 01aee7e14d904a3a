/** One pass of the detection, measured: `node detection-pass.ts <config> [<milliseconds later>]` prints seconds, resident memory and counts as JSON. */
import { hostname } from 'node:os';
import { compareLandedPartitions } from '../../jobs/compare-landed-partitions.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openLog } from '../../src/service/log.ts';
import { isAlive } from '../../src/service/process.ts';

const startedAt = performance.now();
/** The clock may be put forward: what lies there is then as old as in a service that has run for days. */
const later_ms = Number(process.argv[3] ?? 0);
const config = await loadConfig(process.argv[2] as string);
const { detected } = await compareLandedPartitions.run(config, {
  log: openLog('error', {}),
  now: () => new Date(Date.now() + later_ms),
  holder: { host: hostname(), pid: process.pid },
  isAlive,
  onProgress: () => {},
  signal: new AbortController().signal,
});
const resident_mb = Math.round(process.resourceUsage().maxRSS / 1024);
const compared = Object.values(detected.outcomes).reduce((sum, count) => sum + count, 0);
const seconds = (performance.now() - startedAt) / 1000;
console.log(JSON.stringify({ seconds, resident_mb, landings: detected.landings, compared }));
