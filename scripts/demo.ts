/** The demo: the hourly analysis over the sample data, from an empty store, so that it shows the same every time. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { main } from '../src/cli/main.ts';
import { packageRoot } from '../src/sql/query-file.ts';

const sampleData = join(packageRoot(), 'sample-data');
await rm(join(sampleData, 'shadowcheck'), { recursive: true, force: true });
console.log('Analysing the mismatch log of sample-data (what is planted where: sample-data/README.md) …\n');
const code = await main(['analyze', '--config', join(sampleData, 'shadowcheck.yaml')], process.env);
console.log(`\nOpen ${join(sampleData, 'shadowcheck', 'reports', 'index.html')}`);
process.exitCode = code;
