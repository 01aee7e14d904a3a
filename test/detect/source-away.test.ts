/** A source whose folder is away has no tables to find: that this is no quiet hour is told wherever somebody looks. */
import { mkdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareLandedPartitions } from '../../jobs/compare-landed-partitions.ts';
import { discoverJobs } from '../../src/config/discover-jobs.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openLog } from '../../src/service/log.ts';
import { isAlive } from '../../src/service/process.ts';
import { judgeReadiness } from '../../src/service/readiness.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { type ConfigFolder, openConfigFolder } from '../config/config-folder.ts';
import { HEALTHY_VIEW } from '../service/healthy.ts';

let at: ConfigFolder;
beforeEach(async () => {
  at = await openConfigFolder();
  await at.make('here/p', 'here/s');
  await at.write(
    'shadowcheck.yaml',
    `version: 1
store: ./store
sources: { away: { kind: folder, root: ./away }, here: { kind: folder, root: ./here } }
discover: [{ source: away, production: "p/{job}", shadow: "s/{job}", key: [id] }]
ingestion_jobs: { written: { production: { source: here, table: p }, shadow: { source: here, table: s } } }
`,
  );
  await mkdir(join(at.path, 'store'));
});
afterEach(() => at.remove());

test('compare says that its folders cannot be listed; who asks for other jobs only is not told', async () => {
  const all = await shadowcheck(at.path, 'compare');
  expect([all.code, all.stderr.match(/\[[a-z_]+\]/g)]).toEqual([3, ['[source_unreadable]', '[source_unreadable]']]);
  expect(all.stderr).toContain(
    `${join(at.path, 'away/p')} (discover[0]): cannot be listed (ENOENT): no job comes from there`,
  );
  const one = await shadowcheck(at.path, 'compare', '--job', 'written');
  expect([one.code, one.stderr]).toEqual([0, '']);
  await at.make('away/p', 'away/s');
  const again = await shadowcheck(at.path, 'compare');
  expect([again.code, again.stderr]).toEqual([0, '']);
});

test('a pass of the service keeps the jobs that it knows, and tells the folders in its notes', async () => {
  await at.make('away/p/a', 'away/s/a');
  const known = await loadConfig(join(at.path, 'shadowcheck.yaml'));
  await rm(join(at.path, 'away'), { recursive: true });
  const config = await discoverJobs(known);
  expect([...config.jobs.keys()]).toEqual(['written', 'a']);
  const run = await compareLandedPartitions.run(config, {
    log: openLog('error', {}),
    now: () => new Date(),
    holder: { host: hostname(), pid: process.pid },
    isAlive,
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  const troubles = compareLandedPartitions.summaryOf?.(run).troubles ?? [];
  const { ready, notes } = judgeReadiness({
    ...HEALTHY_VIEW,
    run_troubles: new Map([[compareLandedPartitions.id, troubles]]),
  });
  expect(ready).toBe(true);
  expect(notes.map(({ code, subject, place }) => [code, subject.slice(at.path.length), place])).toEqual([
    ['source_unreadable', '/away/p', 'discover[0]'],
    ['source_unreadable', '/away/s', 'discover[0]'],
    ['path_not_found', '/away/p/a', undefined],
    ['path_not_found', '/away/s/a', undefined],
  ]);
});
