import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Expected, ExpectedEntry, ExpectedFinding } from '../../sample-data/build-expected.ts';
import type { PairReport } from '../../src/report/pair-report.ts';
import { type SlotReport, slotReportSchema } from '../../src/report/slot-report.ts';
import { type CommandResult, shadowcheck } from '../cli/captured-terminal.ts';
import { copySampleData } from './sample-copy.ts';

let sample: Awaited<ReturnType<typeof copySampleData>>;
let expected: Expected;
let first: CommandResult;
let slots: SlotReport[];

beforeAll(async () => {
  sample = await copySampleData();
  expected = JSON.parse(await readFile(join(sample.folder, 'expected.json'), 'utf8')) as Expected;
  first = await shadowcheck(sample.folder, 'analyze', '--json');
  slots = (JSON.parse(first.stdout) as { slots: unknown[] }).slots.map((slot) => slotReportSchema.parse(slot));
}, 60_000);

afterAll(() => sample.remove());

function pairOf(entry: ExpectedEntry): PairReport {
  const found = slots
    .flatMap(({ pairs }) => pairs)
    .filter((pair) => pair.job === entry.job && pair.partition_key === entry.partition_key);
  expect(found.length, `${entry.job}/${entry.partition_key} is analysed exactly once`).toBe(1);
  return found[0] as PairReport;
}

function findingsOf(pair: PairReport): ExpectedFinding[] {
  return pair.findings
    .map(({ cause, params, columns, certainty, counts, issue }) => ({
      cause,
      params: params as ExpectedFinding['params'],
      columns: [...columns].sort(),
      certainty,
      counts: { differing: counts.differing, explained: counts.explained },
      known: issue.state === 'known' ? issue.id : null,
    }))
    .sort((a, b) => `${a.cause}${a.columns}`.localeCompare(`${b.cause}${b.columns}`, 'en')) as ExpectedFinding[];
}

describe('the demo', () => {
  test('ends well, having analysed every usable line of the log once', () => {
    expect(first.code).toBe(0);
    const total = (name: keyof SlotReport['counts']): number =>
      slots.reduce((sum, { counts }) => sum + counts[name], 0);
    expect({
      analysed: total('analysed'),
      match: total('match'),
      match_agreed: total('match_agreed'),
      mismatch: total('mismatch'),
      inconclusive: total('inconclusive'),
      quarantined: total('quarantined'),
    }).toEqual(expected.counts);
  });

  test('finds for every partition the outcome, the counts and the cause that were planted, and nothing else', () => {
    for (const entry of expected.entries) {
      const pair = pairOf(entry);
      const where = `${entry.job}/${entry.partition_key}`;
      expect({ outcome: pair.outcome, reason: pair.inconclusive_reason }, where).toEqual({
        outcome: entry.outcome,
        reason: entry.inconclusive_reason,
      });
      if (entry.rows !== null) {
        expect(pair.rows, where).toMatchObject(entry.rows);
        expect({ production: pair.production.row_count, shadow: pair.shadow.row_count }, where).toEqual(
          entry.row_count,
        );
      }
      expect(
        pair.columns.map(({ column, differing_rows, agreed_rows }) => ({ column, differing_rows, agreed_rows })),
        where,
      ).toEqual(entry.columns);
      if (entry.schema !== null) {
        // The schemas alone tell two columns apart that the values show to be one.
        const { only_in_production, only_in_shadow, renamed } = pair.schema;
        const names = {
          only_in_production: [...only_in_production, ...renamed.map(({ production }) => production)],
          only_in_shadow: [...only_in_shadow, ...renamed.map(({ shadow }) => shadow)],
        };
        expect(names, where).toEqual(entry.schema);
      }
      const findings = entry.findings.map((finding) => ({ ...finding, columns: [...finding.columns].sort() }));
      expect(findingsOf(pair), where).toEqual(findings);
      if (entry.unexplained_rows !== null) expect(pair.unexplained_rows, where).toBe(entry.unexplained_rows);
    }
  });

  test('groups the findings into the expected issues across jobs and partitions', () => {
    const issues = new Map<string, { cause: string; partitions: string[] }>();
    for (const { issues: found } of slots) {
      for (const issue of found) {
        const before = issues.get(issue.id)?.partitions ?? [];
        issues.set(issue.id, { cause: issue.cause, partitions: [...before, ...issue.partitions].sort() });
      }
    }
    const printed = (list: Iterable<{ cause: string; partitions: readonly string[] }>): string[] =>
      [...list].map(({ cause, partitions }) => `${cause}: ${[...partitions].sort().join(', ')}`).sort();
    expect(printed(issues.values())).toEqual(printed(expected.issues));
  });

  test('shows no e-mail and no phone number of the data in any report, log or page', async () => {
    const { readdir } = await import('node:fs/promises');
    const users = await readFile(
      join(sample.folder, 'warehouse', 'shadow', 'users', 'ds=2026-11-19', await csvName()),
      'utf8',
    );
    const emails = [...users.matchAll(/[\w.+-]+@[\w.-]+\.[a-z]+/gi)].map(([email]) => email.toLowerCase());
    expect(emails.length).toBeGreaterThan(100);
    const store = join(sample.folder, 'shadowcheck');
    for (const name of await readdir(store, { recursive: true, withFileTypes: true })) {
      if (!name.isFile() || name.name === 'token.key') continue;
      const bytes = (await readFile(join(name.parentPath, name.name))).toString('latin1').toLowerCase();
      for (const email of emails) expect(bytes.includes(email), `${name.name} holds ${email}`).toBe(false);
    }
    async function csvName(): Promise<string> {
      const names = await readdir(join(sample.folder, 'warehouse', 'shadow', 'users', 'ds=2026-11-19'));
      return names.find((name) => name.endsWith('.csv')) ?? '';
    }
  });

  test('a second run has nothing left to do', async () => {
    const again = await shadowcheck(sample.folder, 'analyze');
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('nothing to analyse');
  });
});
