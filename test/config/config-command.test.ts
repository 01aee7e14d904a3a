import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../../src/sql/query-file.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { type ConfigFolder, openConfigFolder } from './config-folder.ts';

let at: ConfigFolder;
beforeEach(async () => {
  at = await openConfigFolder();
});
afterEach(() => at.remove());

test('config check tells what was found, what is on one side only, and what is worth a second look', async () => {
  for (let i = 10; i < 40; i += 1) await at.make(`w/p/t${i}`, `w/s/t${i}`);
  await at.make('w/p/lonely\u001b[31m');
  await at.write(
    'shadowcheck.yaml',
    `version: 1
sources: { w: { kind: folder, root: ./w } }
discover: [{ source: w, production: "p/{job}", shadow: "s/{job}" }]
service: { listen: 0.0.0.0:1 }
mismatch_logs: [./*.jsonl]
ingestion_jobs: { written: { production: { source: w, table: x }, shadow: { source: w, table: y } } }
`,
  );
  const { code, stdout } = await shadowcheck(at.path, 'config', 'check');
  expect(code).toBe(0);
  const lines = stdout.replaceAll(at.path, '~').trimEnd().split('\n');
  expect(lines[0]).toBe(
    `~/shadowcheck.yaml: 31 jobs, 30 of them discovered (written, ${Array.from({ length: 19 }, (_, i) => `t${i + 10}`).join(', ')}, … see \`shadowcheck jobs\`)`,
  );
  expect(lines[1]).toMatch(/^1 table stands on one side only and is compared with nothing \(w\/p\/lonely/);
  expect(stdout).not.toContain('\u001b');
  expect(lines.slice(2)).toEqual([
    '0 known issues, 0 gates, store ~/shadowcheck',
    expect.stringMatching(/^note: mismatch_logs does not name the log of this store/),
    expect.stringMatching(/^note: service\.listen "0\.0\.0\.0" is reachable from other machines/),
    'note: discover[0]: 30 jobs are given no key, so it is inferred: t10, t11, t12, t13, t14, …',
    'note: ~/w/x does not exist yet',
    'note: ~/w/y does not exist yet',
  ]);
  const json = JSON.parse((await shadowcheck(at.path, 'config', 'check', '--json')).stdout);
  expect(json).toMatchObject({ discovered: 30, uncovered: [{ job: 'lonely\u001b[31m', side: 'production' }] });
  expect(json.jobs).toHaveLength(31);
});

test('config check says which folder of a pattern cannot be listed, and that is no error of the config', async () => {
  await at.make('w/p');
  await at.write(
    'shadowcheck.yaml',
    `version: 1
sources: { w: { kind: folder, root: ./w } }
discover: [{ source: w, production: "p/{job}", shadow: "s/{job}", key: [id] }]
`,
  );
  const { code, stdout } = await shadowcheck(at.path, 'config', 'check');
  expect(code).toBe(0);
  expect(stdout.replaceAll(at.path, '~')).toContain(
    'note: discover[0]: ~/w/s cannot be listed (ENOENT): no job comes from there\n',
  );
});

/** What `analyze` reads of the store's own logs, through a path or a pattern. */
test.each([
  ['./store/logs/mismatch', []],
  ['./store/logs/mism*', []],
  ['./store/logs/{mismatch,other}', []],
  ['./store/logs/mismatch/**/*.parquet', []],
  ['./store/logs/*', ['the signal log']],
  ['./store/logs', ['the signal log']],
  ['./store/logs/mismatch/ds=2026-11-20', ['does not name']],
  ['./store/logs/signal', ['does not name', 'the signal log']],
  ['./logs/*', ['does not name']],
])('notes of mismatch_logs: [%s]', async (location, expected) => {
  const config = await at.load(`version: 1
store: ./store
sources: { w: { kind: folder, root: ./w } }
mismatch_logs: [./other, "${location}"]
ingestion_jobs: { one: { production: { source: w, table: x }, shadow: { source: w, table: y } } }
`);
  expect(config.notes).toEqual(expected.map((text) => expect.stringContaining(text)));
});

test('what the guide shows of many jobs and of the service is a config', async () => {
  const guide = await readFile(join(packageRoot(), 'docs/guide.md'), 'utf8');
  const blocks = (language: string) =>
    [...guide.matchAll(RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text ?? '');
  const shown = blocks('yaml').filter((text) => /^(discover|schedules|defaults):/.test(text));
  expect(shown).toHaveLength(3);
  await at.write('keys.csv', blocks('csv')[0] ?? '');
  await at.make('w/production/payments', 'w/shadow/payments', 'w/billing/x', 'w/billing/x_shadow');
  const config = await at.load(
    ['version: 1', 'sources: { warehouse: { kind: folder, root: ./w } }', ...shown].join('\n'),
  );
  expect([...config.jobs.values()].map(({ name, spec }) => [name, spec.key])).toEqual([
    ['orders', []],
    ['payments', ['order_id', 'attempt']],
    ['x', ['id']],
  ]);
  const { service, schedules, alarms, catch_up } = await at.load('version: 1');
  expect(config).toMatchObject({ service: { ...service, hosts: ['checks.example.com'] }, schedules, alarms, catch_up });
});
