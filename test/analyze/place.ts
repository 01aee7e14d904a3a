/** A store with a config, a log and two tables in a fresh folder: what analyses are tried on. Real files, real catalog. */
import { readdirSync } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { analyzeMismatches } from '../../jobs/analyze-mismatches.ts';
import { loadConfig } from '../../src/config/load.ts';
import { filesHashOfPinned } from '../../src/partition/files-hash.ts';
import { pinLanding } from '../../src/partition/pin.ts';
import { openLog } from '../../src/service/log.ts';
import type { JobEffects } from '../../src/service/scheduled-job.ts';
import { type Catalog, openCatalog } from '../../src/store/catalog.ts';
import type { ComparisonRecord } from '../../src/store/comparison-record.ts';
import type { FoundLanding } from '../../src/store/landing-record.ts';
import { freshFolders } from '../store/temp-folder.ts';

const freshFolder = freshFolders();
const open: Catalog[] = [];
afterEach(() => {
  for (const catalog of open.splice(0)) catalog.close();
});

export const HOUR_MS = 3_600_000;
export const START = Date.UTC(2026, 10, 20, 12);

export interface Place {
  readonly folder: string;
  /** Appends entries `t/ds=<day>`, or whole lines, to the log of an hour of 2026-11-20. */
  log(hour: string, ...entries: readonly (string | object)[]): Promise<void>;
  land(side: string, day: string, text: string, marker?: boolean): Promise<void>;
  run(hoursLater?: number, more?: Partial<JobEffects>): ReturnType<typeof analyzeMismatches.run>;
  catalog(): Catalog;
  reports(): string[];
  /** Records what stands at `<table>/<partition>` as a landing, as a look at the table would; returns its id. */
  found(table: string, partition: string, changes?: Partial<FoundLanding>): Promise<string>;
  /** Records that nothing stands at `<table>/<partition>` any more. */
  gone(table: string, partition: string): void;
  /** Records a match of `t/ds=1`, as a comparison of these landings would. */
  compared(landing_ids: ComparisonRecord['landing_ids'], changes?: Partial<ComparisonRecord>): void;
}

const UNKNOWN_LANDING = {
  job: 't',
  table_role: 'target',
  system: null,
  build: null,
  run_kind: null,
  partition_start_ms: null,
  partition_end_ms: null,
  due_at_ms: null,
  landed_at_ms: START,
  landed_at_from: 'marker',
  row_count: null,
  cpu_seconds: null,
  storage_bytes: null,
  integrity: 'unverified',
  inputs: [],
} as const;

const NONE = { production: null, shadow: null };
const MATCH = {
  comparison_id: 'matched',
  content_id: null,
  job: 't',
  pairing: 'migration',
  table_role: 'target',
  partition_key: 'ds=1',
  spec: 's',
  trigger: 'landing',
  rechecks: null,
  outcome: 'match',
  inconclusive_reason: null,
  kinds: [],
  row_counts: { production: 1, shadow: 1 },
  checksums: NONE,
  integrity: NONE,
  differing_columns: null,
  agreed_rows: null,
  fingerprint_source: 'read',
  reference_side: 'production',
  stage: null,
  detail: null,
  compared_at_ms: START + HOUR_MS,
  seconds: 0,
} as const;

export async function place(catchUp = 'all', job = ''): Promise<Place> {
  const folder = join(freshFolder(), 'here');
  await mkdir(join(folder, 'store'), { recursive: true });
  await writeFile(
    join(folder, 'shadowcheck.yaml'),
    `version: 1
store: ./store
sources: { here: { kind: folder, root: ., landed: { marker: _SUCCESS } } }
mismatch_logs: [./log]
ingestion_jobs:
  t:
    production: { source: here, table: production }
    shadow: { source: here, table: shadow }
    partition: [ds]
    key: [id]
${job}schedules: { catch_up: ${catchUp} }
`,
  );
  return at(folder);
}

export function at(folder: string): Place {
  return {
    folder,
    async log(hour, ...entries) {
      const inHour = join(folder, 'log', 'ds=2026-11-20', `hour=${hour}`);
      await mkdir(inHour, { recursive: true });
      const lines = entries.map((entry) =>
        typeof entry === 'string'
          ? { job: 't', partition_key: `ds=${entry}`, logged_at: `2026-11-20T${hour}:30:00Z` }
          : entry,
      );
      await appendFile(join(inHour, 'log.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    },
    async land(side, day, text, marker = true) {
      const partition = join(folder, side, `ds=${day}`);
      await mkdir(partition, { recursive: true });
      await writeFile(join(partition, 'part.csv'), text);
      if (marker) await writeFile(join(partition, '_SUCCESS'), '');
    },
    async run(hoursLater = 0, more = {}) {
      return analyzeMismatches.run(await loadConfig(join(folder, 'shadowcheck.yaml')), {
        log: openLog('silent', {}),
        now: () => new Date(START + hoursLater * HOUR_MS),
        holder: { host: 'here', pid: process.pid },
        isAlive: () => false,
        onProgress: () => {},
        signal: new AbortController().signal,
        ...more,
      });
    },
    catalog() {
      const catalog = openCatalog(join(folder, 'store', 'catalog.db'));
      open.push(catalog);
      return catalog;
    },
    async found(table, partition, changes = {}) {
      const location = join(folder, table, partition);
      const landed = { marker: '_SUCCESS' };
      const pinned = await pinLanding({ side: 'shadow', location, system: null, build: null, landed, format: null });
      const catalog = openCatalog(join(folder, 'store', 'catalog.db'));
      const lease = catalog.takeLease('look', 'test 1', START, HOUR_MS);
      if (lease === null) throw new Error('somebody else looks');
      const found: FoundLanding = {
        ...UNKNOWN_LANDING,
        table: `here/${table}`,
        partition_key: partition,
        location,
        files_hash: filesHashOfPinned(pinned),
        file_count: pinned.files.length,
        size_bytes: Number(pinned.size_bytes),
        ...changes,
      };
      catalog.commitLook({ found: [found], gone: [], pairs: [], stamps: [], told: [] }, lease, START);
      catalog.releaseLease(lease);
      const landing = catalog.currentLanding('t', found.table, found.partition_key);
      catalog.close();
      if (landing === null) throw new Error('the landing was not recorded');
      return landing.id;
    },
    gone(table, partition) {
      const catalog = openCatalog(join(folder, 'store', 'catalog.db'));
      const lease = catalog.takeLease('look', 'test 1', START, HOUR_MS);
      if (lease === null) throw new Error('somebody else looks');
      const gone = [{ job: 't', table: `here/${table}`, partition_key: partition }];
      catalog.commitLook({ found: [], gone, pairs: [], stamps: [], told: [] }, lease, START);
      catalog.releaseLease(lease);
      catalog.close();
    },
    compared(landing_ids, changes = {}) {
      const catalog = openCatalog(join(folder, 'store', 'catalog.db'));
      const lease = catalog.takeLease('compare', 'test 1', START, HOUR_MS);
      if (lease === null) throw new Error('somebody else compares');
      catalog.commitComparisons([{ ...MATCH, landing_ids, ...changes }], [], lease, START);
      catalog.releaseLease(lease);
      catalog.close();
    },
    reports: () =>
      readdirSync(join(folder, 'store'), { recursive: true })
        .map(String)
        .map((name) => name.replace(/^reports\//, ''))
        .filter((name) => name.endsWith('report.json'))
        .sort(),
  };
}
