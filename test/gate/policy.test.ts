import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { OperatingError } from '../../src/core/operating-error.ts';
import { parsePartitionKey, printPartitionKey } from '../../src/core/partition-key.ts';
import { detectors } from '../../src/diagnose/registry.ts';
import { loadPolicy } from '../../src/gate/policy.ts';
import { selectJobs, selectPartitions } from '../../src/gate/select.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-policy-'));
  return () => rm(folder, { recursive: true });
});

async function load(text: string) {
  const path = join(folder, 'release.yaml');
  await writeFile(path, `version: 1\nname: release\n${text}`);
  return loadPolicy(path);
}

async function told(work: Promise<unknown>): Promise<string[]> {
  const error: OperatingError = await work.then(
    () => Promise.reject(new Error('accepted')),
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ name: 'OperatingError', exitCode: 2 });
  return error.troubles.map(
    ({ place, message, hint }) => `${place} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
  );
}

describe('a policy', () => {
  test('with everything', async () => {
    const policy = await load(`jobs: { names: orders, tags: [critical] }
partitions: { from: 2026-11-01, to: 2026-11-20 }
rules:
  - { id: strict, kind: no_unknown_mismatch }
  - { kind: no_inconclusive, level: warn }
waivers:
  - { cause: ts_trunc, job: orders, owner: ann, expires: 2026-12-31, reason: cut on purpose }
minima: { partition_count_min: 3 }
`);
    expect(policy).toEqual({
      version: 1,
      name: 'release',
      path: join(folder, 'release.yaml'),
      jobs: [{ names: ['orders'], tags: ['critical'], category: null, priority: null }],
      partitions: { kind: 'range', start: new Date('2026-11-01T00:00:00Z'), end: new Date('2026-11-21T00:00:00Z') },
      rules: [
        { id: 'strict', kind: 'no_unknown_mismatch', level: 'fail' },
        { id: 'no_inconclusive', kind: 'no_inconclusive', level: 'warn' },
      ],
      waivers: [
        {
          issue: null,
          cause: 'ts_trunc',
          job: 'orders',
          owner: 'ann',
          expires: '2026-12-31',
          reason: 'cut on purpose',
        },
      ],
      minima: { partition_count_min: 3, row_count_min: 1 },
      mentions: [
        { of: 'names', value: 'orders', place: 'line 3, column 16' },
        { of: 'tags', value: 'critical', place: 'line 3, column 31' },
        { of: 'names', value: 'orders', place: 'line 9, column 29' },
      ],
    });
  });

  test('a kind of rule that is left out is there and can fail; only what is written as a warning warns', async () => {
    const rulesOf = async (text: string) => (await load(text)).rules.map(({ id, kind, level }) => [id, kind, level]);
    expect(await rulesOf('rules: [{ kind: no_inconclusive }]')).toEqual([
      ['no_inconclusive', 'no_inconclusive', 'fail'],
      ['no_unknown_mismatch', 'no_unknown_mismatch', 'fail'],
    ]);
    expect(await rulesOf('rules: [{ id: soft, kind: no_inconclusive, level: warn }]')).toEqual([
      ['soft', 'no_inconclusive', 'warn'],
      ['no_unknown_mismatch', 'no_unknown_mismatch', 'fail'],
    ]);
    expect(await rulesOf('rules: [{ kind: no_unknown_mismatch, level: warn }]')).toEqual([
      ['no_unknown_mismatch', 'no_unknown_mismatch', 'warn'],
      ['no_inconclusive', 'no_inconclusive', 'fail'],
    ]);
  });

  test('a waiver of a cause that no detector names is an error, beside all others', async () => {
    expect(
      await told(
        load(`waivers:
  - { cause: ts_trunk, owner: a, expires: 2026-12-31, reason: r }
  - cause: TS_TRUNC
    owner: a
    expires: soon
    reason: r
  - { issue: ts_trunk, owner: a, expires: 2026-12-31, reason: r }
minma: {}
`),
      ),
    ).toEqual([
      'line 4, column 14 waivers[0].cause: there is no cause "ts_trunk" | did you mean "ts_trunc"?',
      'line 5, column 12 waivers[1].cause: there is no cause "TS_TRUNC" | did you mean "ts_trunc"?',
      'line 7, column 14 waivers[1].expires: expected a date such as 2026-12-31, got "soon"',
      'line 10, column 1 unknown key "minma" | did you mean "minima"?',
    ]);
  });

  test('every cause of the registry can be waived', async () => {
    const waivers = detectors.map(({ id }) => `  - { cause: ${id}, owner: a, expires: 2026-12-31, reason: r }`);
    const policy = await load(`waivers:\n${waivers.join('\n')}\n`);
    expect(policy.waivers.map(({ cause }) => cause)).toEqual(detectors.map(({ id }) => id));
  });

  test('with nothing said: every job and partition, both rules, one partition and one row', async () => {
    expect(await load('')).toMatchObject({
      jobs: null,
      partitions: { kind: 'all' },
      rules: [
        { id: 'no_unknown_mismatch', level: 'fail' },
        { id: 'no_inconclusive', level: 'fail' },
      ],
      waivers: [],
      minima: { partition_count_min: 1, row_count_min: 1 },
    });
  });

  test('a waiver without owner, end or reason is an error, and so is one of anything', async () => {
    expect(
      await told(
        load(`waivers:
  - { cause: ts_trunc }
  - { owner: a, expires: 2026-12-31, reason: r }
  - { cause: unknown, owner: a, expires: 2026-12-31, reason: r }
  - { cause: trim, issue: i, owner: a, expires: soon, reason: r }
`),
      ),
    ).toEqual([
      'line 4, column 5 waivers[0].owner is missing',
      'line 4, column 5 waivers[0].expires is missing | expected a date such as 2026-12-31',
      'line 4, column 5 waivers[0].reason is missing',
      'line 5, column 5 waivers[1]: expected either issue or cause',
      'line 6, column 14 waivers[2].cause: a waiver of the cause "unknown" would let anything pass | waive an issue by its id',
      'line 7, column 5 waivers[3]: expected either issue or cause',
      'line 7, column 49 waivers[3].expires: expected a date such as 2026-12-31, got "soon"',
    ]);
  });

  test.each([
    ['rules: []', 'rules: expected at least one rule'],
    [
      'rules: [{ kind: no_inconclusive, level: warn }, { kind: no_unknown_mismatch, level: warn }]',
      'rules: no rule can fail',
    ],
    [
      'rules: [{ id: no_unknown_mismatch, kind: no_inconclusive }]',
      'rules[0].id: "no_unknown_mismatch" is the name of another kind of rule',
    ],
    [
      'rules: [{ kind: no_inconclusive }, { kind: no_inconclusive }]',
      'rules[1]: "no_inconclusive" is the id of an earlier rule',
    ],
    [
      'rules: [{ kind: no_mismatch }]',
      'rules[0].kind: expected one of no_unknown_mismatch, no_inconclusive, got "no_mismatch"',
    ],
    [
      'minima: { partition_count_min: 0 }',
      'minima.partition_count_min: expected at least 1: nothing looked at is no pass, got 0',
    ],
    [
      'partitions: { last: 3, from: 2026-11-20 }',
      'partitions: expected one way to name them: list, last, or from and to',
    ],
    ['partitions: {}', 'partitions: expected one way to name them: list, last, or from and to'],
    ['partitions: { from: 2026-11-20, to: 2026-11-19 }', 'partitions.to: ends before it begins'],
    ['partitions: { list: [yesterday] }', 'partitions.list[0]: expected a key such as ds=2026-11-20, got "yesterday"'],
    [
      'partitions: { from: 2026-02-30 }',
      'partitions.from: expected a date such as 2026-11-20 or 2026-11-20T05, got "2026-02-30"',
    ],
    ['jobs: {}', 'jobs: expected names, tags, category or priority'],
    ['minma: {}', 'unknown key "minma"'],
  ])('%s', async (text, message) => {
    const [only, ...more] = await told(load(text));
    expect(more).toEqual([]);
    expect(only).toContain(message);
  });

  test('no file', async () => {
    await expect(loadPolicy(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'policy_missing', exitCode: 2 });
  });
});

describe('the jobs of a policy', () => {
  let config: Config;
  beforeEach(async () => {
    const path = join(folder, 'shadowcheck.yaml');
    const sides = 'production: { source: w, table: p }, shadow: { source: w, table: s }';
    await writeFile(
      path,
      `version: 1
sources: { w: { kind: folder, root: . } }
ingestion_jobs:
  orders: { ${sides}, tags: [critical, money], category: cdc, priority: 1 }
  users: { ${sides}, tags: [critical], priority: 2 }
  clicks: { ${sides}, category: log }
`,
    );
    config = await loadConfig(path);
  });
  const select = async (text: string) => selectJobs(await load(text), config).map((job) => job.name);

  test.each([
    ['', ['orders', 'users', 'clicks']],
    ['jobs: clicks', ['clicks']],
    ['jobs: [users, orders]', ['orders', 'users']],
    ['jobs: { tags: critical }', ['orders', 'users']],
    ['jobs: { tags: [critical], priority: 2 }', ['users']],
    ['jobs: { category: [log, cdc] }', ['orders', 'clicks']],
    ['jobs: [{ priority: [1, 2] }, { names: [clicks] }]', ['orders', 'users', 'clicks']],
  ])('%s', async (text, names) => {
    expect(await select(text)).toEqual(names);
  });

  test('names that no job has are errors, all at once', async () => {
    expect(
      await told(
        select(`jobs: { names: [ordres], tags: [critcal], category: dump, priority: 9 }
waivers:
  - { cause: trim, job: users, owner: o, expires: 2026-12-31, reason: r }
  - { cause: trim, owner: o, job: user, expires: 2026-12-31, reason: r }`),
      ),
    ).toEqual([
      'line 3, column 17 there is no job named "ordres" | did you mean "orders"?',
      'line 3, column 33 there is no job with the tag "critcal" | did you mean "critical"?',
      'line 3, column 53 there is no job of the category "dump" | possible here: "cdc", "log"',
      expect.stringContaining('line 3, column 69 there is no job of the priority 9'),
      'line 6, column 35 there is no job named "user" | did you mean "users"?',
    ]);
  });

  test.each([
    ['jobs: ordres', 'line 3, column 7'],
    ['jobs: [users, ordres]', 'line 3, column 15'],
    ['jobs:\n  - { tags: [critical] }\n  - names:\n      - ordres\n', 'line 6, column 9'],
    ['waivers:\n  - { issue: x, owner: o, expires: 2026-12-31, reason: r, job: ordres }', 'line 4, column 64'],
  ])('a name that no job has is told where it stands: %j', async (text, place) => {
    expect(await told(select(text))).toEqual([`${place} there is no job named "ordres" | did you mean "orders"?`]);
  });

  test('conditions that no job meets together', async () => {
    expect(await told(select('jobs: { names: [clicks], tags: [money] }'))).toEqual([
      expect.stringContaining('no job meets these conditions'),
    ]);
  });
});

describe('the partitions of a policy', () => {
  const keys = ['ds=2026-11-20', 'ds=2026-11-18', 'ds=2026-11-19', 'ds=2026-11-20/hour=05', 'region=eu'].map((text) => {
    const key = parsePartitionKey(text);
    if (key === null) throw new Error(text);
    return key;
  });
  const select = async (text: string) => {
    const { selected, missing } = selectPartitions((await load(text)).partitions, keys);
    return [selected.map(printPartitionKey), missing];
  };

  test('all, oldest first', async () => {
    expect(await select('')).toEqual([
      ['region=eu', 'ds=2026-11-18', 'ds=2026-11-19', 'ds=2026-11-20', 'ds=2026-11-20/hour=05'],
      [],
    ]);
  });

  test('the last ones', async () => {
    expect(await select('partitions: { last: 2 }')).toEqual([['ds=2026-11-20', 'ds=2026-11-20/hour=05'], []]);
  });

  test('a list, with what is not there', async () => {
    expect(await select('partitions: { list: [ds=2026%2D11-19, ds=2026-01-01] }')).toEqual([
      ['ds=2026-11-19'],
      ['ds=2026-01-01'],
    ]);
  });

  test('a range with both of its days; what tells no time is never left out', async () => {
    expect(await select('partitions: { from: 2026-11-18, to: 2026-11-19 }')).toEqual([
      ['region=eu', 'ds=2026-11-18', 'ds=2026-11-19'],
      [],
    ]);
    expect(await select('partitions: { from: 2026-11-20T06 }')).toEqual([['region=eu', 'ds=2026-11-20'], []]);
  });
});
