/** `shadowcheck gate` over the sample, from the command line to the exit code and the files. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { pairName } from '../../src/gate/pair-name.ts';
import { type Verdict, verdictFileSchema } from '../../src/gate/verdict.ts';
import { type SlotReport, slotReportSchema } from '../../src/report/slot-report.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { copySampleData } from '../demo/sample-copy.ts';

let sample: Awaited<ReturnType<typeof copySampleData>>;
let release: Awaited<ReturnType<typeof judged>>;
beforeAll(async () => {
  sample = await copySampleData();
  release = await judged('--policy', 'release.yaml', '--output', 'out');
}, 60_000);
afterAll(() => sample.remove());

async function policy(name: string, text: string): Promise<string> {
  await writeFile(join(sample.folder, name), `version: 1\nname: release\n${text}`);
  return name;
}

async function judged(...argv: string[]): Promise<{ code: number; verdict: Verdict; report: SlotReport }> {
  const { code, stdout } = await shadowcheck(sample.folder, 'gate', '--json', ...argv);
  const { report, ...verdict } = JSON.parse(stdout) as { report: unknown };
  return { code, verdict: verdictFileSchema.parse(verdict), report: slotReportSchema.parse(report) };
}

async function published(name: string): Promise<z.ZodType> {
  const text = await readFile(join(packageRoot(), 'docs', 'reference', name), 'utf8');
  return z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]);
}

const CLEAN = 'jobs: access_log\npartitions: { list: [ds=2026-11-14, ds=2026-11-15] }\n';
const NOT_LANDED = 'jobs: access_log\npartitions: { list: [ds=2026-11-15, ds=2026-11-20] }\n';

describe('the release of the sample', () => {
  test('fails with 1, names what nobody accepted, and waives what is accepted', () => {
    const { code, verdict, report } = release;
    expect(code).toBe(1);
    expect(verdict.verdict).toBe('fail');
    expect(verdict.counts).toMatchObject({ pairs: 14, inconclusive: 0 });
    expect(report.pairs.map(pairName).sort()).toEqual(
      ['orders', 'payments'].flatMap((job) => [14, 15, 16, 17, 18, 19, 20].map((day) => `${job}/ds=2026-11-${day}`)),
    );
    const [rule] = verdict.rules;
    expect(rule).toMatchObject({ kind: 'no_unknown_mismatch', verdict: 'fail' });
    // Rows are missing there, beside the timestamps that ING-214 accepts.
    expect(rule?.pairs).toContain('orders/ds=2026-11-17');
    const open = new Set(rule?.pairs);
    expect(open.size + verdict.counts.waived_mismatch).toBe(verdict.counts.mismatch);
    const matching = report.pairs.filter(({ outcome }) => outcome !== 'mismatch').map(pairName);
    expect(matching.filter((name) => open.has(name))).toEqual([]);
    expect(verdict.waived).toContainEqual(expect.objectContaining({ by: 'known_issue', issue: 'ING-214' }));
    expect(verdict.waived).toContainEqual(
      expect.objectContaining({ by: 'waiver', cause: 'schema_drift', owner: 'commerce-data' }),
    );
    expect(verdict.text).toContain('mismatches that nobody has accepted: ');
  });

  test('fails also where its mismatches are left out of the rules', async () => {
    const text = 'jobs: orders\npartitions: { list: [ds=2026-11-17] }\nrules: [{ kind: no_inconclusive }]\n';
    const { code, verdict } = await judged('--policy', await policy('left-out.yaml', text));
    expect({ code, verdict: verdict.verdict }).toEqual({ code: 1, verdict: 'fail' });
  });

  test('passes where its mismatches merely warn, and says so', async () => {
    const rules = 'rules: [{ kind: no_unknown_mismatch, level: warn }]\n';
    const name = await policy('warn.yaml', `jobs: orders\npartitions: { list: [ds=2026-11-17] }\n${rules}`);
    const { code, stdout } = await shadowcheck(sample.folder, 'gate', '--policy', name);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^release: pass; .*1 mismatch only warned about$/);
  });

  test('fails where its mismatches are ignored: an ignored issue waives nothing', async () => {
    const known = join(sample.folder, 'ignored.yaml');
    await writeFile(
      known,
      `- id: IGN-1
  title: rows come late
  match: { any_of: [{ cause: missing_rows }, { cause: ts_trunc }] }
  action: ignore
  owner: commerce-data
  link: https://tracker.example.com/IGN-1
`,
    );
    const config = await readFile(join(sample.folder, 'shadowcheck.yaml'), 'utf8');
    const changed = config.replace('./known-issues.yaml', './ignored.yaml');
    expect(changed).not.toBe(config);
    await writeFile(join(sample.folder, 'ignoring.yaml'), changed);
    const name = await policy('ignored-release.yaml', 'jobs: orders\npartitions: { list: [ds=2026-11-17] }\n');
    const { code, verdict, report } = await judged('--policy', name, '--config', 'ignoring.yaml');
    expect(code).toBe(1);
    expect(verdict.waived).toEqual([]);
    expect(verdict.text).toContain('ignored as IGN-1, which waives nothing in a gate');
    // Known it is all the same: off the list of what is new.
    expect(report.issues.filter(({ id }) => id === 'IGN-1').map(({ state }) => state)).toEqual(['known']);
  });
});

test('clean partitions pass with 0', async () => {
  const name = await policy('clean.yaml', CLEAN);
  const { code, verdict } = await judged('--policy', name);
  expect(code).toBe(0);
  expect(verdict).toMatchObject({
    verdict: 'pass',
    text: '2 partitions decided, 960 rows compared',
    counts: { pairs: 2, match: 2, mismatch: 0, inconclusive: 0 },
    minima: { partition_count: 2, row_count: 960, empty_pairs: [] },
  });
  const quiet = await shadowcheck(sample.folder, 'gate', '--policy', name, '--quiet');
  expect(quiet).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('a partition that has not landed is inconclusive, with 3', async () => {
  const { code, verdict } = await judged('--policy', await policy('not-landed.yaml', NOT_LANDED));
  expect(code).toBe(3);
  expect(verdict).toMatchObject({ verdict: 'inconclusive', counts: { match: 1, inconclusive: 1 } });
  expect(verdict.text).toContain('access_log/ds=2026-11-20 (not_landed)');
});

test('a listed partition that is nowhere is inconclusive, with 3', async () => {
  const text = 'jobs: access_log\npartitions: { list: [ds=2026-11-15, ds=2031-01-01] }\n';
  const { code, verdict } = await judged('--policy', await policy('nowhere.yaml', text));
  expect(code).toBe(3);
  expect(verdict.text).toContain('access_log/ds=2031-01-01');
});

test('a policy that names what is not there is a usage error with line and column, and writes nothing', async () => {
  const text = `jobs: access_logs
waivers:
  - { cause: trim, job: order, owner: a, expires: 2026-12-31, reason: r }
`;
  const { code, stdout, stderr } = await shadowcheck(
    sample.folder,
    'gate',
    '--policy',
    await policy('wrong.yaml', text),
    '--output',
    'wrong',
  );
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('line 3, column 7');
  expect(stderr).toContain('line 5, column 25');
  await expect(readFile(join(sample.folder, 'wrong', 'verdict.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('what --output writes is valid against the published schemas, and is what --json prints', async () => {
  const { verdict, report } = release;
  const written = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(sample.folder, 'out', name), 'utf8'));
  const slot = (await written('gate.json')) as SlotReport;
  expect((await published('slot-report.schema.json')).safeParse(slot).error).toBeUndefined();
  const pairSchema = await published('pair-report.schema.json');
  expect(slot.pairs).toHaveLength(14);
  for (const pair of slot.pairs) expect(pairSchema.safeParse(pair).error, pairName(pair)).toBeUndefined();
  expect(pairSchema.safeParse({ ...slot.pairs[0], outcome: 'ok' }).success).toBe(false);
  expect(slot).toEqual(report);
  const file = await written('verdict.json');
  expect(verdictFileSchema.parse(file)).toEqual(file);
  expect(file).toEqual(verdict);
});

test('the same inputs give the same verdict and the same findings twice', async () => {
  const again = await judged('--policy', 'release.yaml');
  expect(withoutTime(again)).toEqual(withoutTime(release));
});

/** Without what tells one run from another: the clock, and the run's own name. */
function withoutTime(given: unknown): unknown {
  const TOLD_APART = ['judged_at', 'generated_at', 'first_seen', 'seconds', 'slot'];
  return JSON.parse(JSON.stringify(given, (name, value: unknown) => (TOLD_APART.includes(name) ? undefined : value)));
}
