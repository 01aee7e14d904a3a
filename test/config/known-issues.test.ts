import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { loadKnownIssues } from '../../src/config/known-issues.ts';
import type { OperatingError } from '../../src/core/operating-error.ts';
import { detectors } from '../../src/diagnose/registry.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-known-'));
  return () => rm(folder, { recursive: true });
});

async function write(text: string, name = 'known.yaml'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function told(...paths: string[]): Promise<string[]> {
  const error: OperatingError = await loadKnownIssues(paths).then(
    () => Promise.reject(new Error('loaded')),
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ name: 'OperatingError', exitCode: 2 });
  return error.troubles.map(
    ({ place, message, hint }) => `${place} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
  );
}

test('an entry with everything, and one with the least', async () => {
  const path = await write(`version: 1
known_issues:
  - id: TS-1
    title: Timestamps cut to milliseconds
    match:
      any_of:
        - { cause: ts_trunc, params: { unit: ms }, type_pair: TIMESTAMP → TIMESTAMP }
        - { cause: ts_round }
      signatures: [0123abcd]
    only: { job: orders, column: created_at }
    action: accept
    accept_until: 2026-12-31
    cap: { rows: 100, share: 1% }
    owner: commerce-data
    link: https://issues.example.com/1
    fixed_build: 4.2.0
  - { id: B, title: b, match: { any_of: { cause: null_fill } }, action: block }
`);
  expect(await loadKnownIssues([path])).toEqual([
    {
      id: 'TS-1',
      title: 'Timestamps cut to milliseconds',
      match: {
        any_of: [
          { cause: 'ts_trunc', params: { unit: 'ms' }, type_pair: 'TIMESTAMP → TIMESTAMP' },
          { cause: 'ts_round', params: {}, type_pair: null },
        ],
        signatures: ['0123abcd'],
      },
      only: { job: 'orders', column: 'created_at' },
      action: 'accept',
      accept_until: '2026-12-31',
      cap: { rows: 100, share: 0.01 },
      owner: 'commerce-data',
      link: 'https://issues.example.com/1',
      fixed_build: '4.2.0',
    },
    {
      id: 'B',
      title: 'b',
      match: { any_of: [{ cause: 'null_fill', params: {}, type_pair: null }], signatures: [] },
      only: null,
      action: 'block',
      accept_until: null,
      cap: null,
      owner: null,
      link: null,
      fixed_build: null,
    },
  ]);
});

test('several files, a plain list, an empty file', async () => {
  const one = await write('- { id: A, title: a, match: { signatures: [x] }, action: hold }', 'one.yaml');
  const empty = await write('# nothing known\n', 'empty.yaml');
  const other = await write('- { id: B, title: b, match: { signatures: [x] }, action: hold }', 'other.yaml');
  expect((await loadKnownIssues([one, empty, other])).map(({ id }) => id)).toEqual(['A', 'B']);
});

test('accept needs an end, a cap and an owner; all problems of all files come at once', async () => {
  const one = await write(
    `- { id: A, title: a, match: { any_of: { cause: trim } }, action: accept }
- { id: B, title: b, match: {}, action: ignor }
- { id: C, title: c, match: {}, action: ignore, link: "javascript:alert(1)", accept_until: 2026-02-30 }
- { id: D, title: d, match: {}, action: block, cap: {} }
- { id: E, match: { any_of: { cuase: trim } }, action: block }
`,
    'a.yaml',
  );
  const other = await write('- { id: A, title: a, match: { signatures: [x] }, action: hold }', 'b.yaml');
  const why = 'what is accepted needs an end, a cap and somebody who owns it';
  expect(await told(one, other, join(folder, 'c.yaml'))).toEqual([
    `line 1, column 66 [0].action: accept without accept_until | ${why}`,
    `line 1, column 66 [0].action: accept without cap | ${why}`,
    `line 1, column 66 [0].action: accept without owner | ${why}`,
    'line 2, column 41 [1].action: expected one of block, hold, accept, ignore, got "ignor" | did you mean "ignore"?',
    'line 3, column 55 [2].link: expected an http or https address, got "javascript:alert(1)"',
    'line 3, column 92 [2].accept_until: expected a date such as 2026-12-31, got "2026-02-30"',
    'line 4, column 22 [3].match: matches nothing | name a cause below `any_of`, or `signatures`',
    'line 4, column 48 [3].cap: expected rows, share or both',
    'line 5, column 3 [4].title is missing',
    'line 5, column 21 [4].match.any_of.cause is missing',
    'line 5, column 31 unknown key "cuase" in [4].match.any_of | did you mean "cause"?',
    `line 1, column 9 [0].id: "A" is an id twice | the first is at line 1, column 9 of ${one}`,
    'undefined there is no such file',
  ]);
});

test('what is ignored needs somebody who owns it and a place to read about it', async () => {
  const path = await write(`- { id: A, title: a, match: { signatures: [x] }, action: ignore }
- { id: B, title: b, match: { signatures: [x] }, action: ignore, owner: o }
- { id: C, title: c, match: { signatures: [x] }, action: ignore, link: https://issues.example.com/1 }
`);
  const why = 'what is ignored is only kept off the list of new issues, and needs owner and link; no gate passes by it';
  expect(await told(path)).toEqual([
    `line 1, column 58 [0].action: ignore without owner | ${why}`,
    `line 1, column 58 [0].action: ignore without link | ${why}`,
    `line 2, column 58 [1].action: ignore without link | ${why}`,
    `line 3, column 58 [2].action: ignore without owner | ${why}`,
  ]);
});

test('an ignored issue with owner and link is loaded', async () => {
  const path = await write(
    '- { id: A, title: a, match: { signatures: [x] }, action: ignore, owner: o, link: https://issues.example.com/1 }',
  );
  expect(await loadKnownIssues([path])).toMatchObject([{ id: 'A', action: 'ignore', owner: 'o' }]);
});

test('a cause that no finding can have is an error, with the one that was meant', async () => {
  const path = await write(`version: 1
known_issues:
  - id: A
    title: a
    match:
      any_of:
        - { cause: ts_trunc }
        - { params: {}, cause: ts_trunk }
    action: block
  - { id: B, title: b, match: { any_of: { cause: constructor } }, action: hold }
  - { id: C, match: { any_of: [{ cause: tirm }] }, action: hold }
`);
  const [first, second, ...rest] = await told(path);
  expect(first).toBe(
    'line 8, column 32 known_issues[0].match.any_of[1].cause: there is no cause "ts_trunk" | did you mean "ts_trunc"?',
  );
  expect(second).toMatch(
    /^line 10, column 50 known_issues\[1\]\.match\.any_of\.cause: there is no cause "constructor"/,
  );
  expect(rest).toEqual([
    'line 11, column 5 known_issues[2].title is missing',
    'line 11, column 41 known_issues[2].match.any_of[0].cause: there is no cause "tirm" | did you mean "trim"?',
  ]);
});

test('every cause of the registry can be known, and so can what nobody can explain', async () => {
  const causes = [...detectors.map(({ id }) => id), 'unknown'];
  const path = await write(
    causes
      .map((cause) => `- { id: K-${cause}, title: t, match: { any_of: { cause: ${cause} } }, action: block }`)
      .join('\n'),
  );
  const issues = await loadKnownIssues([path]);
  expect(issues.map(({ match }) => match.any_of[0]?.cause)).toEqual(causes);
});
