import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUILT, buildSampleData } from '../../sample-data/build.ts';
import type { Expected } from '../../sample-data/build-expected.ts';
import { cleanPairs } from '../../sample-data/build-jobs.ts';
import { ANNOUNCED_TABLES, PATIENT_JOBS } from '../../sample-data/feed-plan.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadPolicy } from '../../src/gate/policy.ts';
import { selectJobs } from '../../src/gate/select.ts';

const SAMPLE = join(import.meta.dirname, '../../sample-data');
const expected: Expected = JSON.parse(await readFile(join(SAMPLE, 'expected.json'), 'utf8'));

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Only what the script builds: what was written by hand and what an analysis left there stay out. */
async function builtFiles(folder: string): Promise<string[]> {
  return (await filesBelow(folder)).filter((file) =>
    BUILT.some((name) => file === name || file.startsWith(`${name}/`)),
  );
}

describe('the sample', () => {
  const zone = process.env.TZ;
  let rebuilt: string;

  beforeAll(async () => {
    rebuilt = await mkdtemp(join(tmpdir(), 'shadowcheck-sample-'));
    // Half an hour off UTC, so that a local time anywhere in the build shows in the bytes.
    process.env.TZ = 'Asia/Kolkata';
    await buildSampleData(rebuilt);
  });

  afterAll(async () => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    await rm(rebuilt, { recursive: true });
  });

  test('is rebuilt byte for byte, in another time zone too', async () => {
    expect(new Date(0).getTimezoneOffset()).toBe(-330);
    const files = await builtFiles(rebuilt);
    expect(files.length).toBeGreaterThan(200);
    expect(await builtFiles(SAMPLE)).toEqual(files);
    const changed: string[] = [];
    for (const file of files) {
      if (!(await readFile(join(rebuilt, file))).equals(await readFile(join(SAMPLE, file)))) changed.push(file);
    }
    expect(changed).toEqual([]);
  });

  test('stays under 3 MB', async () => {
    const sizes = await Promise.all(
      (await builtFiles(SAMPLE)).map(async (file) => (await stat(join(SAMPLE, file))).size),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3_000_000);
  });

  test('building again into the same folder leaves nothing of the build before', async () => {
    const before = await filesBelow(rebuilt);
    await buildSampleData(rebuilt);
    expect(await filesBelow(rebuilt)).toEqual(before);
  });
});

describe('what is planted', () => {
  test('covers at least ten causes, two compound faults and every kind of inconclusive that it claims', () => {
    const causes = new Set(expected.entries.flatMap(({ findings }) => findings.map(({ cause }) => cause)));
    expect([...causes].sort()).toEqual([
      'case',
      'col_const',
      'dec_round',
      'dup_exact',
      'extra_rows',
      'missing_rows',
      'null_fill',
      'schema_drift',
      'to_null',
      'trim',
      'ts_trunc',
      'tz_fixed',
    ]);
    expect(expected.entries.filter(({ findings }) => findings.length > 1)).toHaveLength(2);
    const reasons = expected.entries
      .map(({ inconclusive_reason }) => inconclusive_reason)
      .filter((reason) => reason !== null);
    expect(reasons.sort()).toEqual(['not_landed', 'shadow_missing', 'shadow_unreadable']);
    expect(expected.counts).toEqual({
      analysed: 22,
      match: 1,
      match_agreed: 1,
      mismatch: 17,
      inconclusive: 3,
      quarantined: 3,
    });
  });

  test('counts add up to the rows of each side', () => {
    for (const { row_count, rows } of expected.entries) {
      if (row_count === null || rows === null) continue;
      const paired = rows.equal + rows.agreed + rows.changed;
      expect(paired + rows.only_in_production).toBe(row_count.production);
      expect(paired + rows.only_in_shadow).toBe(row_count.shadow);
    }
  });
});

describe('the files written by hand', () => {
  test('shadowcheck.yaml names the jobs, keys, ignored columns and tolerances that were planned', async () => {
    const config = await loadConfig(join(SAMPLE, 'shadowcheck.yaml'));
    const planned = new Map(cleanPairs().flatMap(({ job, table }) => (job.name === table ? [[job.name, job]] : [])));
    expect([...config.jobs.keys()].sort()).toEqual([...planned.keys()].sort());
    for (const [name, job] of planned) {
      const spec = config.jobs.get(name)?.spec;
      expect(spec?.key).toEqual(job.key);
      expect(spec?.ignore).toEqual(job.ignore);
      expect(spec?.tolerance.map(({ column, abs }) => [column, abs])).toEqual([...job.tolerance]);
    }
    expect(config.catch_up.mode).toBe('all');
  });

  test('live.yaml holds the same jobs over the live folders, with builds, and raises no alarm over a week long past', async () => {
    const live = await loadConfig(join(SAMPLE, 'live.yaml'));
    const still = await loadConfig(join(SAMPLE, 'shadowcheck.yaml'));
    const rules = (config: typeof live) =>
      [...config.jobs.values()].map(({ name, spec, partition, owner, grace_ms }) => ({
        name,
        spec,
        partition,
        owner,
        grace_ms,
      }));
    expect(rules(live)).toEqual(rules(still));
    expect(live.store).not.toBe(still.store);
    for (const { name, sides } of live.jobs.values()) {
      expect(sides.production.root).toBe(join(SAMPLE, 'live/warehouse/production', name));
      expect([sides.production.build, sides.shadow.build]).toEqual(['legacy-4.19', 'next-2026.47']);
      expect(sides.shadow.landed.is_told).toBe(ANNOUNCED_TABLES.includes(name));
    }
    expect(Object.values(live.alarms)).toEqual([null, null, null]);
    const patient = [...live.jobs.values()].filter(({ grace_ms }) => grace_ms > 365 * 86_400_000);
    expect(patient.map(({ name }) => name)).toEqual(PATIENT_JOBS);
  });

  test('known-issues.yaml holds the issues that expected.json calls known', async () => {
    const { known_issues } = await loadConfig(join(SAMPLE, 'shadowcheck.yaml'));
    const known = new Set(expected.issues.map(({ known }) => known).filter((id) => id !== null));
    expect(known_issues.map(({ id }) => id).sort()).toEqual([...known].sort());
  });

  test('release.yaml is a policy over the two critical jobs', async () => {
    const policy = await loadPolicy(join(SAMPLE, 'release.yaml'));
    const jobs = selectJobs(policy, await loadConfig(join(SAMPLE, 'shadowcheck.yaml')));
    expect(jobs.map(({ name }) => name)).toEqual(['orders', 'payments']);
  });
});
