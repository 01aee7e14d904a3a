import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/gate/judge.ts';
import type { GatePolicy, Waiver } from '../../src/gate/policy.ts';
import { printVerdict } from '../../src/gate/print-verdict.ts';
import type { PairReport, ReportFinding } from '../../src/report/pair-report.ts';

const NOW = new Date('2026-11-21T10:00:00Z');

const POLICY: GatePolicy = {
  version: 1,
  name: 'release',
  path: 'release.yaml',
  jobs: null,
  partitions: { kind: 'all' },
  rules: [
    { id: 'no_unknown_mismatch', kind: 'no_unknown_mismatch', level: 'fail' },
    { id: 'no_inconclusive', kind: 'no_inconclusive', level: 'fail' },
  ],
  waivers: [],
  minima: { partition_count_min: 1, row_count_min: 1 },
  mentions: [],
};

const WAIVER: Waiver = {
  issue: null,
  cause: 'ts_trunc',
  job: null,
  owner: 'ann',
  expires: '2026-11-21',
  reason: 'known to the reader',
};

const side = (rows: number | null): PairReport['production'] => ({
  location: '/w/p',
  system: 'legacy',
  build: null,
  row_count: rows,
  checksum: null,
  file_count: 1,
  size_bytes: 1,
  integrity: 'unverified',
  landing_id: null,
  run_kind: null,
  landed_at: null,
  landed_at_from: null,
  due_at: null,
  latency_seconds: null,
});

function pair(given: Partial<PairReport> = {}, rows: number | null = 100): PairReport {
  return {
    version: '0.1',
    comparison_id: 'c',
    outcome: 'match',
    inconclusive_reason: null,
    detail: null,
    kinds: [],
    job: 'orders',
    owner: null,
    pairing: 'migration',
    partition_key: 'ds=2026-11-20',
    logged_at: null,
    logged_kinds: [],
    spec: 's',
    reference_side: 'production',
    production: side(rows),
    shadow: side(rows),
    key: { columns: ['id'], source: 'given', evidence: null },
    rules: {
      columns: null,
      ignore: [],
      tolerance: [],
      normalise: [],
      expressions: [],
      where: { production: null, shadow: null },
      sample: null,
    },
    schema: { only_in_production: [], only_in_shadow: [], retyped: [], renamed: [], reordered: false },
    rows: null,
    differing_columns: null,
    columns: [],
    findings: [],
    unexplained_rows: null,
    examples: [],
    accounting: {
      rows_read: { production: rows, shadow: rows },
      rows_filtered: { production: 0, shadow: 0 },
      rows_sampled_out: { production: 0, shadow: 0 },
      rows_compared: { production: rows, shadow: rows },
      cut: null,
    },
    certainty: null,
    notes: [],
    masked_columns: [],
    sql: {},
    command: null,
    seconds: null,
    versions: { shadowcheck: '0', duckdb: '0' },
    ...given,
  };
}

function finding(
  cause: string,
  issue: Partial<ReportFinding['issue']> = {},
  given: Partial<ReportFinding> = {},
): ReportFinding {
  return {
    cause,
    title: `title of ${cause}`,
    params: {},
    certainty: 'explained',
    columns: ['c'],
    row_kind: 'changed',
    unit: 'cells',
    type_pair: null,
    counts: { differing: 1, explained: 1, at_risk: 1, contradictions: 0, inherited: 0, residual: 0 },
    text: '',
    slices: [],
    examples: [],
    counter_examples: [],
    look_alikes: [],
    advice: { likely_cause: '', where: '', check_sql: [] },
    signature: { version: 1, shape: 's', site: 's', local: null, alternatives: [] },
    issue: {
      id: `id-${cause}`,
      state: 'new',
      title: null,
      owner: null,
      link: null,
      action: null,
      first_seen: null,
      ...issue,
    },
    ...given,
  };
}

const mismatch = (findings: ReportFinding[], given: Partial<PairReport> = {}) =>
  pair({ outcome: 'mismatch', kinds: ['checksum'], findings, unexplained_rows: 0, ...given });
const known = (action: ReportFinding['issue']['action'], state: ReportFinding['issue']['state'] = 'known') =>
  finding('ts_trunc', { state, action, owner: 'bob', title: 'cut' });

const verdictOf = (evidence: PairReport[], policy: Partial<GatePolicy> = {}, jobs: string[] = []) =>
  judge({ ...POLICY, ...policy }, evidence, NOW, jobs);

describe('what passes', () => {
  test('matches, also within tolerance, with their counts', () => {
    const verdict = verdictOf([pair(), pair({ outcome: 'match_agreed', partition_key: 'ds=2026-11-21' })]);
    expect(verdict).toMatchObject({
      gate: 'release',
      verdict: 'pass',
      judged_at: '2026-11-21T10:00:00.000Z',
      counts: { pairs: 2, match: 1, match_agreed: 1, mismatch: 0, inconclusive: 0, waived_mismatch: 0 },
      minima: { verdict: 'pass', partition_count: 2, row_count: 200, jobs_without_evidence: [], short_pairs: [] },
      waived: [],
    });
    expect(verdict.rules.map(({ id, verdict: outcome, pairs }) => [id, outcome, pairs])).toEqual([
      ['no_unknown_mismatch', 'pass', []],
      ['no_inconclusive', 'pass', []],
    ]);
  });

  test('a mismatch of known issues that are accepted', () => {
    const verdict = verdictOf([mismatch([known('accept')])]);
    expect(verdict.verdict).toBe('pass');
    expect(verdict.counts).toMatchObject({ mismatch: 1, waived_mismatch: 1 });
    expect(verdict.waived).toEqual([
      {
        pair: 'orders/ds=2026-11-20',
        cause: 'ts_trunc',
        issue: 'id-ts_trunc',
        by: 'known_issue',
        owner: 'bob',
        reason: 'cut',
        expires: null,
      },
    ]);
  });

  test('a mismatch under a waiver, on its last day too', () => {
    const verdict = verdictOf([mismatch([finding('ts_trunc')])], { waivers: [WAIVER] });
    expect(verdict.verdict).toBe('pass');
    expect(verdict.waived).toMatchObject([
      { by: 'waiver', owner: 'ann', expires: '2026-11-21', reason: 'known to the reader' },
    ]);
  });

  test('a waiver of one issue, and of one job', () => {
    const byIssue = { ...WAIVER, cause: null, issue: 'id-ts_trunc' };
    expect(verdictOf([mismatch([finding('ts_trunc')])], { waivers: [byIssue] }).verdict).toBe('pass');
    expect(verdictOf([mismatch([finding('ts_trunc')])], { waivers: [{ ...WAIVER, job: 'orders' }] }).verdict).toBe(
      'pass',
    );
    expect(verdictOf([mismatch([finding('ts_trunc')])], { waivers: [{ ...WAIVER, job: 'users' }] }).verdict).toBe(
      'fail',
    );
  });

  test('a column on one side only that its own waived finding names', () => {
    const schema = { only_in_production: ['old'], only_in_shadow: ['new'], retyped: [], renamed: [], reordered: false };
    const renamed = finding('column_renamed', {}, { row_kind: 'schema', columns: ['old'], params: { shadow: 'new' } });
    const waivers = [{ ...WAIVER, cause: 'column_renamed' }];
    expect(verdictOf([mismatch([renamed], { schema })], { waivers }).verdict).toBe('pass');
  });
});

describe('what fails', () => {
  const failing: readonly (readonly [string, PairReport, Partial<GatePolicy>, RegExp])[] = [
    ['a mismatch without any finding', mismatch([]), {}, /no cause found/],
    ['a new finding', mismatch([finding('ts_trunc')]), {}, /title of ts_trunc/],
    ['a known issue that blocks', mismatch([known('block')]), {}, /ts_trunc/],
    ['a known issue that holds', mismatch([known('hold')]), {}, /ts_trunc/],
    ['a known issue that is ignored', mismatch([known('ignore')]), {}, /ignored as id-ts_trunc.*waives nothing/],
    [
      'an ignored issue beside an accepted one',
      mismatch([known('accept'), finding('null_fill', { state: 'known', action: 'ignore' })]),
      {},
      /title of null_fill, ignored/,
    ],
    ['a known issue whose acceptance has ended', mismatch([known('accept', 'new')]), {}, /ts_trunc/],
    ['an accepted issue that came back', mismatch([known('accept', 'regressed')]), {}, /ts_trunc/],
    [
      'an expired waiver',
      mismatch([finding('ts_trunc')]),
      { waivers: [{ ...WAIVER, expires: '2026-11-20' }] },
      /expired on 2026-11-20/,
    ],
    [
      'a finding beside a waived one',
      mismatch([finding('ts_trunc'), finding('null_fill')]),
      { waivers: [WAIVER] },
      /null_fill/,
    ],
    [
      'rows that nothing explains, beside a waived finding',
      mismatch([finding('ts_trunc')], { unexplained_rows: 1 }),
      { waivers: [WAIVER] },
      /1 differing rows/,
    ],
    [
      'rows that nobody counted',
      mismatch([finding('ts_trunc')], { unexplained_rows: null }),
      { waivers: [WAIVER] },
      /uncounted/,
    ],
    [
      'NaN rows unexplained',
      mismatch([finding('ts_trunc')], { unexplained_rows: Number.NaN }),
      { waivers: [WAIVER] },
      /NaN/,
    ],
    [
      'a column on one side only, beside a waived finding',
      mismatch([finding('ts_trunc')], {
        schema: { only_in_production: [], only_in_shadow: ['extra'], retyped: [], renamed: [], reordered: false },
      }),
      { waivers: [WAIVER] },
      /column extra/,
    ],
    [
      'what only resembles the cause of a waiver',
      mismatch([finding('ts_trunc', {}, { certainty: 'resembles' })]),
      { waivers: [WAIVER] },
      /ts_trunc/,
    ],
    ['a missing partition', mismatch([], { kinds: ['shadow_missing'], unexplained_rows: null }), {}, /no cause/],
  ];

  test.each(failing)('%s', (_, evidence, policy, text) => {
    const verdict = verdictOf([evidence, pair({ partition_key: 'ds=1' })], policy);
    expect(verdict.verdict).toBe('fail');
    expect(verdict.rules[0]).toMatchObject({
      verdict: 'fail',
      pairs: ['orders/ds=2026-11-20'],
      text: expect.stringMatching(text),
    });
    expect(verdict.counts.waived_mismatch).toBe(0);
  });

  test('an ignored issue that has a waiver of its own is waived by that, with its owner and end', () => {
    const verdict = verdictOf([mismatch([known('ignore')])], { waivers: [WAIVER] });
    expect(verdict.verdict).toBe('pass');
    expect(verdict.waived).toMatchObject([{ by: 'waiver', owner: 'ann', expires: '2026-11-21' }]);
  });

  test.each([
    ['only inconclusive pairs are ruled on', [{ id: 'i', kind: 'no_inconclusive', level: 'fail' }]],
    ['inconclusive pairs merely warn', [{ id: 'i', kind: 'no_inconclusive', level: 'warn' }]],
    ['no rule is there', []],
  ] as const)('a mismatch where %s: what is left out of the rules counts in full', (_, rules) => {
    const verdict = verdictOf([pair(), mismatch([], { partition_key: 'ds=1' })], { rules });
    expect(verdict.verdict).toBe('fail');
    expect(verdict.rules).toContainEqual(
      expect.objectContaining({ id: 'no_unknown_mismatch', level: 'fail', verdict: 'fail', pairs: ['orders/ds=1'] }),
    );
    expect(verdict.text).toContain('orders/ds=1 (no cause found)');
  });

  test('a mismatch outweighs what is inconclusive', () => {
    const inconclusive = pair({ outcome: 'inconclusive', inconclusive_reason: 'deadline', partition_key: 'ds=1' });
    expect(verdictOf([mismatch([]), inconclusive]).verdict).toBe('fail');
  });

  test('a long list of pairs is cut in the sentence, not in the list', () => {
    const many = Array.from({ length: 9 }, (_, i) => mismatch([], { partition_key: `ds=${i}` }));
    const [rule] = verdictOf(many).rules;
    expect(rule?.pairs).toHaveLength(9);
    expect(rule?.text).toContain('and 4 more');
  });

  test('a hostile column name does not act on the terminal', () => {
    const schema = {
      only_in_production: ['\u001b[2Jx\npass'],
      only_in_shadow: [],
      retyped: [],
      renamed: [],
      reordered: false,
    };
    const printed = printVerdict(verdictOf([mismatch([known('accept')], { schema })]));
    expect(printed).toContain('␛[2Jx␊pass');
    expect(printed).not.toContain('\u001b');
  });

  test('the expired waivers are named', () => {
    const ended = { ...WAIVER, expires: '2026-11-20' };
    expect(verdictOf([pair()], { waivers: [WAIVER, ended] })).toMatchObject({
      verdict: 'pass',
      expired_waivers: [ended],
    });
  });
});

describe('never a pass for nothing', () => {
  const vacuous: readonly (readonly [string, PairReport[], Partial<GatePolicy>, string[]])[] = [
    ['no evidence', [], {}, []],
    ['one inconclusive pair', [pair({ outcome: 'inconclusive', inconclusive_reason: 'not_landed' })], {}, []],
    [
      'inconclusive beside matches',
      [pair(), pair({ outcome: 'inconclusive', inconclusive_reason: 'foreign_build', partition_key: 'ds=1' })],
      {},
      [],
    ],
    ['no evidence, and none asked for', [], { minima: { partition_count_min: 0, row_count_min: 0 } }, []],
    [
      'only inconclusive pairs where nothing is asked for and they merely warn',
      [pair({ outcome: 'inconclusive', inconclusive_reason: 'deadline' })],
      {
        rules: [{ id: 'i', kind: 'no_inconclusive', level: 'warn' }],
        minima: { partition_count_min: 0, row_count_min: 0 },
      },
      [],
    ],
    [
      'an inconclusive pair where only mismatches are ruled on',
      [pair(), pair({ outcome: 'inconclusive', inconclusive_reason: 'deadline', partition_key: 'ds=1' })],
      { rules: [{ id: 'm', kind: 'no_unknown_mismatch', level: 'fail' }] },
      [],
    ],
    ['too few partitions', [pair()], { minima: { partition_count_min: 2, row_count_min: 1 } }, []],
    ['the same partition twice', [pair(), pair()], { minima: { partition_count_min: 2, row_count_min: 1 } }, []],
    ['an empty partition', [pair({}, 0)], {}, []],
    ['an empty partition among others', [pair(), pair({ partition_key: 'ds=1' }, 0)], {}, []],
    ['rows that nobody counted', [pair({}, null)], {}, []],
    ['a NaN count of rows', [pair({}, Number.NaN)], {}, []],
    ['too few rows', [pair({}, 99)], { minima: { partition_count_min: 1, row_count_min: 100 } }, []],
    [
      'a match of which a part was not read',
      [pair({ accounting: { ...pair().accounting, cut: 'row limit' } })],
      {},
      [],
    ],
    ['a job without evidence', [pair()], {}, ['orders', 'users']],
    [
      'an empty sample',
      [
        pair({
          rules: { ...pair().rules, sample: 0.05 },
          accounting: { ...pair().accounting, rows_compared: { production: null, shadow: null } },
        }),
      ],
      {},
      [],
    ],
    [
      'only inconclusive pairs where they merely warn',
      [pair({ outcome: 'inconclusive', inconclusive_reason: 'deadline' })],
      {
        rules: [
          { id: 'm', kind: 'no_unknown_mismatch', level: 'fail' },
          { id: 'i', kind: 'no_inconclusive', level: 'warn' },
        ],
      },
      [],
    ],
  ];

  test.each(vacuous)('%s', (_, evidence, policy, jobs) => {
    expect(verdictOf(evidence, policy, jobs).verdict).toBe('inconclusive');
  });

  test('a warning decides nothing, and is told', () => {
    const rules: GatePolicy['rules'] = [
      { id: 'm', kind: 'no_unknown_mismatch', level: 'fail' },
      { id: 'i', kind: 'no_inconclusive', level: 'warn' },
    ];
    const verdict = verdictOf(
      [pair(), pair({ outcome: 'inconclusive', inconclusive_reason: 'deadline', partition_key: 'ds=1' })],
      { rules },
    );
    expect(verdict.verdict).toBe('pass');
    expect(verdict.rules[1]).toMatchObject({
      verdict: 'inconclusive',
      level: 'warn',
      pairs: ['orders/ds=1'],
      text: expect.stringContaining('deadline'),
    });
    expect(verdict.text).toContain('1 inconclusive pair only warned about');
    expect(printVerdict(verdict).split('\n')[0]).toContain('1 inconclusive pair only warned about');
  });

  test('a pass in spite of mismatches that merely warn says how many there are', () => {
    const rules: GatePolicy['rules'] = [{ id: 'm', kind: 'no_unknown_mismatch', level: 'warn' }];
    const evidence = [
      pair(),
      mismatch([], { partition_key: 'ds=1' }),
      mismatch([finding('null_fill')], { partition_key: 'ds=2' }),
      mismatch([finding('ts_trunc')], { partition_key: 'ds=3' }),
    ];
    const verdict = verdictOf(evidence, { rules, waivers: [WAIVER] });
    expect(verdict.verdict).toBe('pass');
    expect(verdict.text).toContain('2 mismatches only warned about');
    expect(printVerdict(verdict).split('\n')[0]).toContain('2 mismatches only warned about');
  });

  test('nothing is called only warned about that another rule fails for, or that a waiver covers', () => {
    const rules: GatePolicy['rules'] = [
      { id: 'soft', kind: 'no_unknown_mismatch', level: 'warn' },
      { id: 'hard', kind: 'no_unknown_mismatch', level: 'fail' },
    ];
    expect(verdictOf([mismatch([])], { rules }).text).not.toContain('warned');
    expect(verdictOf([mismatch([finding('ts_trunc')])], { rules, waivers: [WAIVER] }).text).not.toContain('warned');
    expect(verdictOf([pair()], { rules }).text).not.toContain('warned');
  });

  test('a pair that is empty on both sides passes only where no row is asked for, and is told', () => {
    const minima = { partition_count_min: 1, row_count_min: 0 };
    const verdict = verdictOf([pair(), pair({ partition_key: 'ds=1' }, 0)], { minima });
    expect(verdict.verdict).toBe('pass');
    expect(verdict.minima).toMatchObject({ empty_pairs: ['orders/ds=1'], short_pairs: [] });
    expect(verdict.text).toContain('empty on both sides: orders/ds=1');
    expect(printVerdict(verdict)).toContain('empty on both sides: orders/ds=1');
    expect(verdictOf([pair()], { minima }).text).not.toContain('empty');
  });

  test('a pair of which a filter left no row on either side is empty too', () => {
    const filtered = pair({
      accounting: { ...pair().accounting, rows_compared: { production: 0, shadow: 0 } },
    });
    const verdict = verdictOf([filtered], { minima: { partition_count_min: 1, row_count_min: 0 } });
    expect(verdict.text).toContain('empty on both sides: orders/ds=2026-11-20');
  });

  test('a sample that was agreed on is no cut', () => {
    const sampled = pair({
      rules: { ...pair().rules, sample: 0.05 },
      accounting: { ...pair().accounting, cut: 'sample of 5 % of the keys' },
    });
    expect(verdictOf([sampled]).verdict).toBe('pass');
  });

  test('against an oracle: a pass has only decided pairs, all of them matches or wholly waived, and enough of them', () => {
    const evidence = fc.array(
      fc.record({
        outcome: fc.constantFrom('match', 'match_agreed', 'mismatch', 'inconclusive'),
        day: fc.integer({ min: 1, max: 4 }),
        rows: fc.constantFrom(0, 1, 50, null),
        causes: fc.array(fc.constantFrom('ts_trunc', 'null_fill', 'accepted'), { maxLength: 3 }),
        unexplained: fc.constantFrom(0, 0, 0, 3, null),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(evidence, fc.integer({ min: 0, max: 3 }), (given, partition_count_min) => {
        const pairs = given.map(({ outcome, day, rows, causes, unexplained }) =>
          pair(
            {
              outcome: outcome as PairReport['outcome'],
              partition_key: `ds=${day}`,
              unexplained_rows: unexplained,
              findings: causes.map((cause) => (cause === 'accepted' ? known('accept') : finding(cause))),
            },
            rows,
          ),
        );
        const isFine = (one: (typeof given)[number]) =>
          one.outcome !== 'mismatch' ||
          (one.causes.length > 0 && !one.causes.includes('null_fill') && one.unexplained === 0);
        const enough =
          new Set(given.map(({ day }) => day)).size >= Math.max(1, partition_count_min) &&
          given.every(({ rows }) => (rows ?? 0) >= 1);
        const decided = given.every(({ outcome }) => outcome !== 'inconclusive');
        const expected = !given.every(isFine) ? 'fail' : decided && enough ? 'pass' : 'inconclusive';
        expect(verdictOf(pairs, { waivers: [WAIVER], minima: { partition_count_min, row_count_min: 1 } }).verdict).toBe(
          expected,
        );
      }),
      { numRuns: 300 },
    );
  });
});
