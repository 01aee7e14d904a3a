/**
 * The demo: from a warehouse that fills to reports, in three waves. Folder and store are emptied first, so that it shows
 * the same every time.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { feedWave } from '../sample-data/feed.ts';
import { WAVES } from '../sample-data/feed-plan.ts';
import { main } from '../src/cli/main.ts';
import { packageRoot } from '../src/sql/query-file.ts';

const STORY = {
  1: 'A week of two systems lands, with planted faults. Some partners are missing: two come late, two never.',
  2: 'The late partners come, a new build repairs one of the faults, and a backfill plants another.',
  3: 'The next build brings the repaired fault back.',
} as const;

const sampleData = join(packageRoot(), 'sample-data');
const config = join(sampleData, 'live.yaml');
const store = join(sampleData, 'shadowcheck-live');
const live = join(sampleData, 'live');
await rm(store, { recursive: true, force: true });
await rm(live, { recursive: true, force: true });

let code = 0;
for (const wave of WAVES) {
  console.log(`\n── Wave ${wave}: ${STORY[wave]}`);
  const landed = await feedWave(live, wave);
  console.log(`   ${landed.length} partitions written to ${live}\n`);
  // What differs is what the demo is about: only what keeps it from being told is a failure.
  const compared = await main(['compare', '--config', config], process.env);
  const analysed = await main(['analyze', '--config', config], process.env);
  if (compared === 2 || compared === 4) code = compared;
  if (analysed !== 0) code = analysed;
}
console.log(`\nWhat is planted where: ${join(sampleData, 'README.md')}`);
console.log(`Open ${join(store, 'reports', 'index.html')}`);
process.exitCode = code;
