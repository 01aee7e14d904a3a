/** One pass of both scheduled jobs at a time that is not the machine's: `node pass.ts <config> <milliseconds since 1970>`. */
import { hostname } from 'node:os';
import { analyzeMismatches } from '../../jobs/analyze-mismatches.ts';
import { compareLandedPartitions } from '../../jobs/compare-landed-partitions.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openLog } from '../../src/service/log.ts';
import { isAlive } from '../../src/service/process.ts';
import type { JobEffects } from '../../src/service/scheduled-job.ts';

export async function pass(configPath: string, at_ms: number): Promise<void> {
  const config = await loadConfig(configPath);
  const start = performance.now();
  const effects: JobEffects = {
    log: openLog('error', {}),
    now: () => new Date(at_ms + (performance.now() - start)),
    holder: { host: hostname(), pid: process.pid },
    isAlive,
    onProgress: () => {},
    signal: new AbortController().signal,
  };
  const { detected } = await compareLandedPartitions.run(config, effects);
  const troubles = detected.troubles.filter(({ code }) => !['landing_of_unknown_job', 'landing_waits'].includes(code));
  if (troubles.length > 0) throw new Error(JSON.stringify(troubles));
  const analysed = await analyzeMismatches.run(config, effects);
  if (analysed.troubles[0] !== undefined) throw analysed.troubles[0];
}

if (import.meta.main) await pass(process.argv[2] as string, Number(process.argv[3]));
