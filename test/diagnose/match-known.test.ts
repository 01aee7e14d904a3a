import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/core/finding.ts';
import type { KnownIssue } from '../../src/diagnose/known-issue.ts';
import { matchKnown } from '../../src/diagnose/match-known.ts';

const FINDING: Finding = {
  cause: 'ts_trunc',
  title: 'Timestamps cut to milliseconds',
  params: { unit: 'ms' },
  certainty: 'explained',
  columns: ['created_at'],
  row_kind: 'changed',
  unit: 'cells',
  counts: { differing: 100n, explained: 100n, at_risk: 110n, contradictions: 10n, inherited: 0n, residual: 0n },
  text: '',
  type_pair: 'TIMESTAMP → TIMESTAMP',
  examples: [],
  counter_examples: [],
  look_alikes: [],
  advice: { likely_cause: '', where: '', check_sql: [] },
  signature: { version: 1, shape: 'shape', site: 'site', local: null, alternatives: ['other site', 'other shape'] },
};

function known(id: string, entry: Partial<KnownIssue> = {}): KnownIssue {
  return {
    id,
    title: id,
    match: { any_of: [], signatures: [] },
    only: null,
    action: 'block',
    accept_until: null,
    cap: null,
    owner: null,
    link: null,
    fixed_build: null,
    ...entry,
  };
}

const rule = (cause: string, params = {}, type_pair: string | null = null): KnownIssue['match'] => ({
  any_of: [{ cause, params, type_pair }],
  signatures: [],
});
const signed = (...signatures: string[]): KnownIssue['match'] => ({ any_of: [], signatures });

describe('what matches', () => {
  test('a rule by cause, by the parameters it names, and by the type pair', () => {
    const entries = [
      known('other cause', { match: rule('ts_round') }),
      known('other unit', { match: rule('ts_trunc', { unit: 's' }) }),
      known('no such parameter', { match: rule('ts_trunc', { toString: 's' }) }),
      known('other types', { match: rule('ts_trunc', {}, 'DATE → DATE') }),
      known('this', { match: rule('ts_trunc', { unit: 'ms' }, 'TIMESTAMP → TIMESTAMP') }),
    ];
    expect(matchKnown(FINDING, 'orders', entries, null)?.id).toBe('this');
    expect(matchKnown(FINDING, 'orders', entries.slice(0, 4), null)).toBeNull();
  });

  test('a rule goes before the site, that before the shape, that before an alternative', () => {
    const entries = [
      known('alternative', { match: signed('other site') }),
      known('shape', { match: signed('shape') }),
      known('site', { match: signed('x', 'site') }),
      known('rule', { match: rule('ts_trunc') }),
    ];
    const found = [4, 3, 2, 1].map((length) => matchKnown(FINDING, null, entries.slice(0, length), null)?.id);
    expect(found).toEqual(['rule', 'site', 'shape', 'alternative']);
  });

  test('only where the entry says: job and column', () => {
    const only = (job: string | null, column: string | null): KnownIssue[] => [
      known('a', { match: rule('ts_trunc'), only: { job, column } }),
    ];
    expect(matchKnown(FINDING, 'orders', only('orders', 'created_at'), null)?.id).toBe('a');
    expect(matchKnown(FINDING, 'users', only('orders', null), null)).toBeNull();
    expect(matchKnown(FINDING, null, only('orders', null), null)).toBeNull();
    expect(matchKnown(FINDING, 'orders', only(null, 'updated_at'), null)).toBeNull();
  });

  test('what nobody can explain matches by a rule only: its signature is the same everywhere', () => {
    const unknown: Finding = { ...FINDING, cause: 'unknown', certainty: 'unknown' };
    expect(matchKnown(unknown, 'orders', [known('a', { match: signed('site', 'shape') })], null)).toBeNull();
    expect(matchKnown(unknown, 'orders', [known('a', { match: rule('unknown', {}) })], null)?.id).toBe('a');
  });
});

describe('an acceptance lapses', () => {
  const accepted = (entry: Partial<KnownIssue>): KnownIssue =>
    known('a', { match: rule('ts_trunc', { unit: 'ms' }), action: 'accept', ...entry });
  const outcome = (entry: Partial<KnownIssue>, today: string | null): readonly unknown[] => {
    const hit = matchKnown(FINDING, 'orders', [accepted(entry)], today);
    return [hit?.action, hit?.lapsed];
  };

  test('after its date, and holds through its last day', () => {
    expect(outcome({ accept_until: '2026-11-21' }, '2026-11-21')).toEqual(['accept', null]);
    expect(outcome({ accept_until: '2026-11-21' }, '2026-11-22')).toEqual(['block', 'expired']);
    expect(outcome({ accept_until: '2026-11-21' }, null)).toEqual(['accept', null]);
  });

  test('beyond its cap of rows, or of the share of what is at risk', () => {
    expect(outcome({ cap: { rows: 100, share: null } }, null)).toEqual(['accept', null]);
    expect(outcome({ cap: { rows: 99, share: null } }, null)).toEqual(['block', 'over_cap']);
    expect(outcome({ cap: { rows: null, share: 0.95 } }, null)).toEqual(['accept', null]);
    expect(outcome({ cap: { rows: null, share: 0.5 } }, null)).toEqual(['block', 'over_cap']);
  });

  test('another entry whose acceptance still holds goes before it', () => {
    const entries = [accepted({ accept_until: '2020-01-01' }), known('b', { match: rule('ts_trunc') })];
    expect(matchKnown(FINDING, 'orders', entries, '2026-11-21')?.id).toBe('b');
  });
});
