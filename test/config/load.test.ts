import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { loadConfig } from '../../src/config/load.ts';
import { OperatingError, type Trouble } from '../../src/core/operating-error.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Sql } from '../../src/sql/sql.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-config-'));
  return () => rm(folder, { recursive: true });
});

async function write(text: string, name = 'shadowcheck.yaml'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function load(text: string) {
  return loadConfig(await write(text));
}

async function troublesOf(text: string): Promise<readonly Trouble[]> {
  const error = await load(text).then(
    () => Promise.reject(new Error('loaded')),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OperatingError)) throw error;
  expect(error.exitCode).toBe(2);
  return error.troubles;
}

/** `3:5 message | hint` per trouble. */
async function told(text: string): Promise<string[]> {
  return (await troublesOf(text)).map(({ place, message, hint }) => {
    const [line, column] = place?.match(/\d+/g) ?? ['-', '-'];
    return `${line}:${column} ${message}${hint === undefined ? '' : ` | ${hint}`}`;
  });
}

const SOURCES = 'version: 1\nsources: { w: { kind: folder, root: ./w } }\n';
const job = (rules: string) =>
  `${SOURCES}ingestion_jobs:\n  j:\n    production: { source: w, table: p }\n    shadow: { source: w, table: s }\n${rules}`;

/** The example of the design, its placeholders filled, and `{job}` in quotes, as YAML wants it inside braces. */
const EXAMPLE = `version: 1
store: ./shadowcheck
report_url: https://reports.example.com/shadowcheck
privacy: { examples: mask_sensitive, token_key_file: ./token.key }
sources:
  warehouse: { kind: folder, root: ./warehouse, landed: { marker: _SUCCESS } }
mismatch_logs: [ ./shadowcheck/logs/mismatch, /data/other-detector/mismatches ]
landings: [ ./landings/*.jsonl ]
defaults: { checksum: fast, examples: 20, sensitive: [email, phone], due: 2h, grace: 1h }
discover:
  - { source: warehouse, production: "production/{job}", shadow: "shadow/{job}", key_from: keys.csv }
ingestion_jobs:
  orders:
    owner: commerce-data
    tags: [critical]
    category: daily_cdc
    priority: 1
    production: { source: warehouse, table: production/orders, delta: production/orders_delta, full_dump: production/orders_dump }
    shadow:     { source: warehouse, table: shadow/orders, delta: shadow/orders_delta }
    systems: { production: legacy, shadow: next }
    partition: [ds]
    key: [order_id]
    ignore: [ingested_at]
    tolerance: { total: { abs: 0.005 } }
    normalise: { note: trim }
    columns: { customer: customer_id }
    provenance: { updated_at: updated_at, op: _op }
    pairings: { release: { shadow: { source: warehouse, table: candidate/orders } } }
  click_format:
    production: { source: warehouse, table: clicks_shadowlog, where: "format = 'hive_text'" }
    shadow:     { source: warehouse, table: clicks_shadowlog, where: "format = 'next'" }
    key: [row_id]
    sample: 5%
schedules: { analyze: hourly, compare: every 5m, catch_up: { window: 7d } }
known_issues: [ ./known-issues.yaml ]
gates: { release: ./release.yaml }
`;

describe('the example of the design', () => {
  beforeEach(async () => {
    await write('- { id: K1, title: cut, match: { any_of: { cause: ts_trunc } }, action: block }', 'known-issues.yaml');
    await write('job,key\n', 'keys.csv');
    await write('', 'release.yaml');
  });

  test('is accepted, with absolute paths, durations in milliseconds and defaults filled in', async () => {
    const config = await load(EXAMPLE);
    expect(config).toMatchObject({
      path: join(folder, 'shadowcheck.yaml'),
      folder,
      store: join(folder, 'shadowcheck'),
      report_url: 'https://reports.example.com/shadowcheck',
      mismatch_logs: [join(folder, 'shadowcheck/logs/mismatch'), '/data/other-detector/mismatches'],
      landings: [join(folder, 'landings/*.jsonl')],
      defaults: {
        checksum: 'fast',
        examples: 20,
        sensitive: ['email', 'phone'],
        due_ms: 7_200_000,
        grace_ms: 3_600_000,
      },
      discover: [{ source: 'warehouse', production: 'production/{job}', key_from: join(folder, 'keys.csv') }],
      schedules: { analyze: { every_ms: 3_600_000 }, compare: { every_ms: 300_000 } },
      catch_up: { mode: 'window', window_ms: 7 * 86_400_000 },
      known_issues: [
        { id: 'K1', match: { any_of: [{ cause: 'ts_trunc', params: {}, type_pair: null }], signatures: [] } },
      ],
      privacy: { mode: 'mask_sensitive', token_key_file: join(folder, 'token.key') },
      limits: { workers: availableParallelism(), item_timeout_ms: 600_000, item_memory_bytes: 2e9, examples: 20 },
    });
    expect(config.gates.release).toBe(join(folder, 'release.yaml'));
    expect([...config.sources]).toEqual([
      [
        'warehouse',
        {
          name: 'warehouse',
          kind: 'folder',
          root: join(folder, 'warehouse'),
          landed: { marker: '_SUCCESS', is_manifest: false, quiet_ms: null, is_told: false },
          format: null,
        },
      ],
    ]);
    expect(config.notes.map((note) => note.split(' ')[0])).toEqual(['report_url', 'delta', 'provenance']);
    expect(config.files).toEqual(
      ['shadowcheck.yaml', 'known-issues.yaml', 'release.yaml', 'keys.csv'].map((name) => join(folder, name)),
    );
  });

  test('its jobs carry their whole spec', async () => {
    const { jobs } = await load(EXAMPLE);
    expect([...jobs.keys()]).toEqual(['orders', 'click_format']);
    const root = join(folder, 'warehouse');
    const landed = { marker: '_SUCCESS', is_manifest: false, quiet_ms: null, is_told: false };
    expect(jobs.get('orders')).toEqual({
      name: 'orders',
      discovered: false,
      compared: true,
      owner: 'commerce-data',
      tags: ['critical'],
      category: 'daily_cdc',
      priority: 1,
      stage: null,
      sides: {
        production: {
          source: 'warehouse',
          table: 'production/orders',
          root: join(root, 'production/orders'),
          system: 'legacy',
          build: null,
          levels: null,
          where: null,
          format: null,
          landed,
          delta: join(root, 'production/orders_delta'),
          full_dump: join(root, 'production/orders_dump'),
        },
        shadow: {
          source: 'warehouse',
          table: 'shadow/orders',
          root: join(root, 'shadow/orders'),
          system: 'next',
          build: null,
          levels: null,
          where: null,
          format: null,
          landed,
          delta: join(root, 'shadow/orders_delta'),
          full_dump: null,
        },
      },
      partition: ['ds'],
      spec: {
        key: ['order_id'],
        infer_key: false,
        columns: null,
        ignore: ['ingested_at'],
        renamed: [{ production: 'customer', shadow: 'customer_id' }],
        tolerance: [{ column: 'total', type: null, abs: 0.005, rel: 0, time_us: 0 }],
        normalise: [{ column: 'note', type: null, rule: 'trim' }],
        expressions: [],
        where: { production: null, shadow: null },
        sample: null,
        checksum: 'fast',
      },
      sensitive: ['email', 'phone'],
      reference_side: 'production',
      examples: 20,
      due_ms: 7_200_000,
      grace_ms: 3_600_000,
      provenance: { updated_at: 'updated_at', op: '_op', path: null },
      pairings: {
        release: expect.objectContaining({
          shadow: expect.objectContaining({ root: join(root, 'candidate/orders'), system: 'next' }),
          production: expect.objectContaining({ root: join(root, 'production/orders') }),
        }),
      },
    });
    expect(jobs.get('click_format')?.spec).toMatchObject({
      sample: 0.05,
      where: { production: "format = 'hive_text'", shadow: "format = 'next'" },
    });
  });
});

describe('what may be written in several ways', () => {
  const spec = async (rules: string) => (await load(job(`    key: [id]\n${rules}`))).jobs.get('j')?.spec;

  test('a tolerance for every numeric column, or for one', async () => {
    const one = (tolerance: string) => spec(`    tolerance: ${tolerance}\n`).then((given) => given?.tolerance);
    expect(await one('0.01')).toEqual([{ column: null, type: null, abs: 0.01, rel: 0, time_us: 0 }]);
    expect(await one('{ rel: 0.01 }')).toEqual([{ column: null, type: null, abs: 0, rel: 0.01, time_us: 0 }]);
    expect(await one('{ a: 1, b: { abs: 2, rel: 3 } }')).toEqual([
      { column: 'a', type: null, abs: 1, rel: 0, time_us: 0 },
      { column: 'b', type: null, abs: 2, rel: 3, time_us: 0 },
    ]);
  });

  test('a tolerance of time, and one for a type of values', async () => {
    const one = (tolerance: string) => spec(`    tolerance: ${tolerance}\n`).then((given) => given?.tolerance);
    expect(await one('{ time: 2s }')).toEqual([{ column: null, type: null, abs: 0, rel: 0, time_us: 2_000_000 }]);
    expect(await one('{ abs: 1, time: 1us }')).toEqual([{ column: null, type: null, abs: 1, rel: 0, time_us: 1 }]);
    expect(await one('{ type:float: 1e-9, type:timestamp: { time: 500ms }, time: { time: 1d } }')).toEqual([
      { column: null, type: 'float', abs: 1e-9, rel: 0, time_us: 0 },
      { column: null, type: 'timestamp', abs: 0, rel: 0, time_us: 500_000 },
      { column: 'time', type: null, abs: 0, rel: 0, time_us: 86_400_000_000 },
    ]);
  });

  test('a key that is inferred, given, or none at all; the checksum of a job, or of all', async () => {
    const of = async (rules: string) => {
      const given = (await load(job(rules))).jobs.get('j')?.spec;
      return [given?.key, given?.infer_key, given?.checksum];
    };
    expect(await of('')).toEqual([[], true, 'fast']);
    expect(await of('    key: none\n    tolerance: 1\n')).toEqual([[], false, 'fast']);
    expect(await of('    key: []\n')).toEqual([[], false, 'fast']);
    expect(await of('    key: [a]\n    checksum: strong\n')).toEqual([['a'], false, 'strong']);
    expect(await of('defaults: { checksum: strong }\n')).toEqual([[], true, 'strong']);
  });

  test('SQL in the place of a column, for both sides or for one', async () => {
    const given = await spec('    expressions: { a: upper(a), b: { shadow: "b || c" } }\n');
    expect(given?.expressions).toEqual([
      { column: 'a', production: 'upper(a)', shadow: 'upper(a)' },
      { column: 'b', production: null, shadow: 'b || c' },
    ]);
  });

  test('normalisation for every text column, or for one', async () => {
    const one = (normalise: string) => spec(`    normalise: ${normalise}\n`).then((given) => given?.normalise);
    expect(await one('trim')).toEqual([{ column: null, type: null, rule: 'trim' }]);
    expect(await one('[trim, ignore_case]')).toEqual([
      { column: null, type: null, rule: 'trim' },
      { column: null, type: null, rule: 'ignore_case' },
    ]);
    expect(await one('{ a: trim, b: [trim, ignore_case] }')).toEqual([
      { column: 'a', type: null, rule: 'trim' },
      { column: 'b', type: null, rule: 'trim' },
      { column: 'b', type: null, rule: 'ignore_case' },
    ]);
  });

  test('normalisation of a type of values, by any rule', async () => {
    const given = await spec('    normalise: { type:nested: unordered_lists, doc: [json_canonical, unicode] }\n');
    expect(given?.normalise).toEqual([
      { column: null, type: 'nested', rule: 'unordered_lists' },
      { column: 'doc', type: null, rule: 'json_canonical' },
      { column: 'doc', type: null, rule: 'unicode' },
    ]);
  });

  test('a share as percentage or number', async () => {
    expect((await spec('    sample: 12.5%\n'))?.sample).toBe(0.125);
    expect((await spec('    sample: 0.5\n'))?.sample).toBe(0.5);
  });

  test.each([
    ['csv', { kind: 'csv', delimiter: null, header: true, null_text: null, columns: [] }],
    [
      '{ kind: csv, delimiter: ";", header: false, null_text: "", columns: { a: int } }',
      { kind: 'csv', delimiter: ';', header: false, null_text: '', columns: [{ name: 'a', type: 'INT' }] },
    ],
    [
      '{ kind: hive_text, columns: { id: BIGINT, v: "decimal(10,2)" } }',
      {
        kind: 'hive_text',
        columns: [
          { name: 'id', type: 'BIGINT' },
          { name: 'v', type: 'DECIMAL(10,2)' },
        ],
      },
    ],
    [
      '{ kind: hive_text, columns: [{ name: "2", type: DATE }, { name: "1", type: "VARCHAR[]" }] }',
      {
        kind: 'hive_text',
        columns: [
          { name: '2', type: 'DATE' },
          { name: '1', type: 'VARCHAR[]' },
        ],
      },
    ],
  ])('the format %s', async (format, expected) => {
    const config = await load(`version: 1\nsources: { w: { kind: folder, root: /w, format: ${format} } }`);
    expect(config.sources.get('w')?.format).toEqual(expected);
  });

  test('anchors and merge keys are fine, and positions are told inside them', async () => {
    const base = `${SOURCES}ingestion_jobs:
  a: &base
    production: { source: w, table: p }
    shadow: { source: w, table: s }
    key: [id]
  b:
    <<: *base
`;
    expect((await load(`${base}    key: [other]\n`)).jobs.get('b')?.spec.key).toEqual(['other']);
    expect(await told(`${base}    ignore: [id]\n`)).toEqual([
      '10:14 ingestion_jobs.b.ignore[0]: "id" is a column of the key and cannot be ignored | leave it out of the key, or do not ignore it',
    ]);
  });

  test('in reverse shadow the reference is the side of the legacy system', async () => {
    const config = await load(job('    systems: { production: next, shadow: legacy }\n'));
    expect(config.jobs.get('j')).toMatchObject({ reference_side: 'shadow', sides: { production: { system: 'next' } } });
  });

  test('an empty set of jobs and every default', async () => {
    const config = await load('version: 1\n');
    expect(config.mismatch_logs).toEqual([join(folder, 'shadowcheck/logs/mismatch')]);
    expect(config).toMatchObject({ jobs: new Map(), known_issues: [], privacy: { mode: 'mask_sensitive' }, notes: [] });
    expect(config.gates.constructor).toBeUndefined();
  });
});

describe('problems', () => {
  test('all of them at once, in the order of the file, with line and column, and what was meant', async () => {
    expect(
      await told(`version: 1
reprot_url: https://x
privacy: { examples: mask_al }
sources:
  warehouse: { kind: folder, root: ./w, landed: { marker: _SUCCESS, quiet_time: 5m } }
ingestion_jobs:
  orders:
    production: { source: warehose, table: production/orders }
    shadow: { source: warehouse, table: shadow/orders }
    kee: [a]
    tolerance: 0.1
    due: 2 hours
  users:
    production: { source: warehouse }
    shadow: shadow/users
    key: id
known_issues: [nope.yaml]
limits: { workers: 0, item_memory: lots }
gates: { r: r.yaml }
schedules: { catch_up: { windo: 7d } }
`),
    ).toEqual([
      '2:1 unknown key "reprot_url" | did you mean "report_url"?',
      '3:22 privacy.examples: expected one of raw, mask_sensitive, mask_all, got "mask_al" | did you mean "mask_all"?',
      '5:41 sources.warehouse.landed: expected exactly one of marker, manifest, quiet_time',
      '8:27 ingestion_jobs.orders.production.source: there is no source "warehose" | did you mean "warehouse"?',
      '10:5 unknown key "kee" in ingestion_jobs.orders | did you mean "key"?',
      '12:10 ingestion_jobs.orders.due: expected a duration such as 30m, 2h or 7d, got "2 hours"',
      '14:5 ingestion_jobs.users.production.table is missing',
      '15:13 ingestion_jobs.users.shadow: expected a mapping, got "shadow/users"',
      '16:10 ingestion_jobs.users.key: expected a list such as [order_id], or none, got "id"',
      '17:16 known_issues[0]: there is no file "nope.yaml" | paths are relative to the config file',
      '18:20 limits.workers: expected at least 1, got 0',
      '18:36 limits.item_memory: expected a size such as 512MB or 2GB, got "lots"',
      '19:13 gates.r: there is no file "r.yaml" | paths are relative to the config file',
      '20:14 schedules.catch_up.window is missing | expected a duration such as 30m, 2h or 7d',
      '20:26 unknown key "windo" in schedules.catch_up | did you mean "window"?',
    ]);
  });

  test('two jobs of one name', async () => {
    const twice = job('  j:\n    production: { source: w, table: p }\n    shadow: { source: w, table: s }\n');
    expect(await told(twice)).toEqual([
      '7:3 "j" stands here twice; the first is at line 4, column 3 | the second would silently replace the first; rename or remove one',
    ]);
  });

  test.each([
    ['    key: [id, id]\n', '7:15 ingestion_jobs.j.key[1]: "id" is named twice'],
    [
      '    key: [id]\n    ignore: [id]\n',
      '8:14 ingestion_jobs.j.ignore[0]: "id" is a column of the key and cannot be ignored | leave it out of the key, or do not ignore it',
    ],
    [
      '    key: [id]\n    tolerance: { id: 1 }\n',
      '8:22 ingestion_jobs.j.tolerance.id: "id" is a column of the key: keys are equal or they are not | leave it out of the key, or bring keys together by a rule (trim, an expression)',
    ],
    [
      '    key: [id]\n    ignore: [n]\n    tolerance: { n: 1 }\n',
      '9:21 ingestion_jobs.j.tolerance.n: "n" is ignored and has a tolerance | remove one of the two',
    ],
    ['    key: [id]\n    tolerance: 0\n', '8:16 ingestion_jobs.j.tolerance: a tolerance of 0 is none, got 0'],
    [
      '    key: [id]\n    tolerance: { n: {} }\n',
      '8:18 ingestion_jobs.j.tolerance.n: expected abs, rel or time, one or several',
    ],
    [
      '    key: [id]\n    tolerance: { n: { abs: -1 } }\n',
      '8:28 ingestion_jobs.j.tolerance.n.abs: expected a number, 0 or more, got -1',
    ],
    [
      '    key: [id]\n    tolerance: { n: { abss: 1 } }\n',
      '8:23 unknown key "abss" in ingestion_jobs.j.tolerance.n | did you mean "abs"?',
    ],
    [
      '    sample: 5%\n',
      '7:13 ingestion_jobs.j.sample: the sample needs a key that is given: the same keys are taken on both sides | add `key: [...]`',
    ],
    [
      '    key: [id]\n    sample: 0%\n',
      '8:13 ingestion_jobs.j.sample: expected a share such as 5% or 0.05, above 0 and at most 100%, got "0%"',
    ],
    [
      '    columns: { a: x, b: x }\n',
      '7:25 ingestion_jobs.j.columns.b: "b" cannot be mapped to "x": "a" is mapped to "x" of the shadow already | remove one of the two',
    ],
    [
      '    normalise: { note: trimm }\n',
      '7:24 ingestion_jobs.j.normalise.note: expected one of json_canonical, unordered_lists, unicode, trim, ignore_case, number_text, got "trimm" | did you mean "trim"?',
    ],
    [
      '    tolerance: { seen: { time: 2 } }\n',
      '7:32 ingestion_jobs.j.tolerance.seen.time: expected a time above 0 such as 2s, 500ms, 1us or 1d, got 2',
    ],
    [
      '    tolerance: { seen: { time: 0s } }\n',
      '7:32 ingestion_jobs.j.tolerance.seen.time: expected a time above 0 such as 2s, 500ms, 1us or 1d, got "0s"',
    ],
    [
      '    tolerance: { type:flaot: 1 }\n',
      '7:30 ingestion_jobs.j.tolerance."type:flaot": no type "flaot" of values | the types are integer, decimal, float, text, date, timestamp, time, boolean, blob, nested, other',
    ],
    [
      '    ignore: [n]\n    expressions: { n: upper(n) }\n',
      '8:23 ingestion_jobs.j.expressions.n: "n" is ignored and has an expression | remove one of the two',
    ],
    ['    expressions: { n: {} }\n', '7:20 ingestion_jobs.j.expressions.n: expected production, shadow or both'],
    [
      '    checksum: string\n',
      '7:15 ingestion_jobs.j.checksum: expected one of fast, strong, got "string" | did you mean "strong"?',
    ],
    ['    key: [1]\n', '7:11 ingestion_jobs.j.key[0]: expected text, got 1'],
    [
      '    pairings: { noise: { shadow: { source: ww, table: n } } }\n',
      '7:44 ingestion_jobs.j.pairings.noise.shadow.source: there is no source "ww" | did you mean "w"?',
    ],
    [
      '    landed: { marker: ../x }\n',
      '7:23 ingestion_jobs.j.landed.marker: expected a file name, without folders, got "../x"',
    ],
  ])('%j', async (rules, expected) => {
    expect(await told(job(rules))).toEqual([expected]);
  });

  test('a tolerance of 0 takes a column out of a wider one; a column may be called abs', async () => {
    const rules = '    key: [id]\n    tolerance: { type:float: 1, price: 0, total: { abs: 0 }, abs: { rel: 0.5 } }\n';
    expect((await load(job(rules))).jobs.get('j')?.spec.tolerance).toEqual([
      { column: null, type: 'float', abs: 1, rel: 0, time_us: 0 },
      { column: 'price', type: null, abs: 0, rel: 0, time_us: 0 },
      { column: 'total', type: null, abs: 0, rel: 0, time_us: 0 },
      { column: 'abs', type: null, abs: 0, rel: 0.5, time_us: 0 },
    ]);
  });

  test('abs and rel beside the name of a column are no columns', async () => {
    expect((await told(job('    key: [id]\n    tolerance: { abs: 1, rell: 2 }\n')))[0]).toContain(
      '"abs" stands beside names of columns',
    );
  });

  test.each(['../p', '/p', 'a/../../p'])('a table stays below its source: %s', async (table) => {
    const [only, ...more] = await told(job('').replace('table: p', `table: ${table}`));
    expect(more).toEqual([]);
    expect(only).toContain('expected a folder below the root of the source');
  });

  test.each(['ENUM', 'BIGINT) FROM x', 'INTEGER; DROP', 'STRUCT(a INT)', 'BIGINT, x INTEGER', ''])(
    'a column type is a closed list: %j',
    async (type) => {
      const text = `version: 1\nsources: { w: { kind: folder, root: /w, format: { kind: jsonl, columns: { a: ${JSON.stringify(type)} } } } }`;
      expect((await told(text))[0]).toContain('sources.w.format.columns.a: expected a column type such as BIGINT');
    },
  );

  test('columns named by numbers would change their order', async () => {
    const text =
      'version: 1\nsources: { w: { kind: folder, root: /w, format: { kind: hive_text, columns: { b: INT, "1": INT } } } }';
    expect((await told(text))[0]).toContain('lose their order');
  });

  test.each(['javascript:alert(1)', 'file:///etc/passwd', 'reports'])('a link is http or https: %s', async (link) => {
    expect((await told(`version: 1\nreport_url: ${JSON.stringify(link)}`))[0]).toContain(
      'expected an http or https address',
    );
  });

  test('another version, an empty file, a list', async () => {
    expect(await told('version: 2')).toEqual(['1:10 version: expected 1, got 2']);
    expect(await told('')).toEqual(['-:- expected a mapping, got nothing']);
    expect(await told('- a')).toEqual(['1:1 expected a mapping, got a list']);
  });

  test('a hostile name stands quoted in the message, without its control characters', async () => {
    const [only] = await told('version: 1\nsources: { "a\\u001b[31m\\nb": { kind: folder } }');
    expect(only).not.toMatch(/\p{Cc}/u);
    expect(only).toContain('\\u001b');
  });
});

describe('what YAML could do and may not', () => {
  test('syntax: the first error, and what to do', async () => {
    const [trouble, ...more] = await troublesOf('version: 1\nstore: [a\nx: 1\n');
    expect(more).toEqual([]);
    expect(trouble).toMatchObject({
      code: 'config_syntax',
      place: expect.stringMatching(/^line 3/),
      hint: expect.stringContaining('quote'),
    });
  });

  test.each(['!!js/function "x"', '!!binary aGk=', '!custom x', '!!str x'])('a tag: %s', async (tagged) => {
    expect((await told(`version: 1\nstore: ${tagged}\n`)).join()).toContain('tags are not allowed');
  });

  test('__proto__ as a name, at any depth', async () => {
    for (const text of [
      'version: 1\ningestion_jobs: { __proto__: { production: { source: w, table: a }, shadow: { source: w, table: b } } }',
      'version: 1\n__proto__: { store: x }',
      job('    columns: { __proto__: x }\n'),
    ]) {
      expect((await told(text)).join()).toContain('"__proto__" cannot be a name here');
    }
    expect(Object.hasOwn(Object.prototype, 'store')).toBe(false);
  });

  test('aliases that unfold without end, stand in themselves, or have no anchor', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [i, name] of [...'bcdefgh'].entries()) {
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`);
    }
    expect((await told(`version: 1\n${bomb.join('\n')}`)).join()).toContain('alias');
    expect((await told('version: 1\nsources: &s { w: *s }')).join()).toContain('stands inside its own anchor');
    expect((await told('version: 1\nstore: *nowhere')).join()).toContain('the alias *nowhere has no anchor before it');
  });

  test('names that are no text, several documents, other encodings', async () => {
    expect((await told('version: 1\n? [a, b]\n: 1')).join()).toContain('a name must be text');
    expect((await told('version: 1\n---\nversion: 1')).join()).toContain('no YAML');
    const path = join(folder, 'latin1.yaml');
    await writeFile(path, Buffer.from([0x76, 0xe9, 0xff]));
    await expect(loadConfig(path)).rejects.toMatchObject({ code: 'config_unreadable', exitCode: 2 });
  });

  test('no file, a folder instead of a file', async () => {
    await expect(loadConfig(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'config_missing', exitCode: 2 });
    await expect(loadConfig(join(folder, 'none.yaml'))).rejects.toThrow(/shadowcheck init/);
    await expect(loadConfig(folder)).rejects.toMatchObject({ code: 'config_unreadable', exitCode: 2 });
  });
});

describe('the SQL in it', () => {
  let parse: (statement: Sql) => Promise<string>;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
    parse = async (statement) => String((await engine.run(statement)).rows[0]?.[0]);
    close = () => engine.close();
  });
  afterAll(() => close());

  test('is judged at its place when an engine is given', async () => {
    const text = job('')
      .replace('table: s', `table: s, where: "a = 1 AND random() > 0"`)
      .replace('table: p', 'table: p, where: "a ="');
    const path = await write(text);
    const error = await loadConfig(path, parse).catch((thrown) => thrown);
    expect(error.troubles.map(({ place, message }: Trouble) => `${place} ${message}`)).toEqual([
      expect.stringMatching(/^line 5, column \d+ ingestion_jobs.j.production.where: syntax error/),
      expect.stringMatching(
        /^line 6, column \d+ ingestion_jobs.j.shadow.where: the function random .* at character 11$/,
      ),
    ]);
    expect((await loadConfig(path)).jobs.size).toBe(1);
  });

  test('and so is SQL in the place of a column', async () => {
    const path = await write(job('    expressions: { a: "upper(", b: { shadow: "now()", production: "b" } }\n'));
    const error = await loadConfig(path, parse).catch((thrown) => thrown);
    expect(error.troubles.map(({ place, message }: Trouble) => `${place} ${message}`)).toEqual([
      expect.stringMatching(/^line 7, column \d+ ingestion_jobs.j.expressions.a: syntax error/),
      expect.stringMatching(
        /^line 7, column \d+ ingestion_jobs.j.expressions.b.shadow: the function now .* at character 1$/,
      ),
    ]);
  });
});

test('the JSON Schema names every key of the file', () => {
  const schema = configJsonSchema();
  expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  expect(schema.additionalProperties).toBe(false);
  expect(Object.keys(schema.properties as object)).toEqual(
    expect.arrayContaining(['version', 'store', 'sources', 'ingestion_jobs', 'known_issues', 'gates', 'limits']),
  );
  expect(JSON.stringify(schema)).toContain('"quiet_time"');
});
