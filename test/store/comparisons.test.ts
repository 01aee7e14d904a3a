import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Catalog, openCatalog } from '../../src/store/catalog.ts';
import type { FileFingerprint } from '../../src/store/comparison-record.ts';
import type { Lease } from '../../src/store/leases.ts';
import { race } from './child.ts';
import { compared, found, look, NOW, TABLES, taken } from './landing-samples.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();

/** A catalog in which both sides of one partition have landed. */
function landed(path = ':memory:'): { catalog: Catalog; lease: Lease } {
  const catalog = openCatalog(path);
  const lease = taken(catalog);
  catalog.commitLook(look({ found: [found('production', 'a'), found('shadow', 'a')] }), lease, NOW);
  return { catalog, lease };
}

describe('a comparison', () => {
  test('keeps everything, with its landings, and counts once', () => {
    const { catalog, lease } = landed();
    const one = compared(catalog, {
      content_id: 'content',
      outcome: 'mismatch',
      kinds: ['row_count', 'schema'],
      row_counts: { production: 2 ** 53 - 1, shadow: null },
      differing_columns: ['__proto__', 'it\'s "x"\n'],
      agreed_rows: 3,
      stage: 'shadow',
      detail: '{"a":[1]}',
    });
    expect(catalog.commitComparisons([one, one], [], lease, NOW)).toBe(1);
    expect(catalog.commitComparisons([{ ...one, outcome: 'match' }], [], lease, NOW)).toBe(0);
    const pair = catalog.pairOf('orders', 'migration', 'ds=2026-11-19');
    expect(catalog.comparisonById(one.comparison_id)).toEqual({ ...one, landings: pair?.landings });
    expect(catalog.comparisonById('none')).toBeNull();
    expect(pair?.state).toBe('compared');
    expect(catalog.owedPairs(['orders'], 9)).toEqual([]);
    expect(catalog.healthFacts().comparisons).toEqual({ match: 0, match_agreed: 0, mismatch: 1, inconclusive: 0 });
  });

  test('of landings that were superseded meanwhile leaves the pair owed', () => {
    const { catalog, lease } = landed();
    const late = compared(catalog);
    catalog.commitLook(look({ found: [found('shadow', 'b')] }), lease, NOW);
    catalog.commitComparisons([late], [], lease, NOW);
    expect(catalog.owedPairs(['orders'], 9)).toHaveLength(1);
    expect(catalog.jobSummaries()[0]?.outcomes).toEqual({});
    catalog.commitComparisons([compared(catalog)], [], lease, NOW);
    expect(catalog.owedPairs(['orders'], 9)).toEqual([]);
    expect(catalog.comparisonsOf('orders', 'migration', 'ds=2026-11-19', 9)).toHaveLength(2);
  });

  test('that looks again is the newest whatever the clock says, and the job shows what it came to', () => {
    const { catalog, lease } = landed();
    const first = compared(catalog, { outcome: 'mismatch' });
    const again = compared(catalog, { trigger: 'request', rechecks: first.comparison_id, compared_at_ms: NOW - 99 });
    catalog.commitComparisons([first], [], lease, NOW);
    catalog.commitComparisons([again], [], lease, NOW);
    const known = catalog.comparisonsOf('orders', 'migration', 'ds=2026-11-19', 9);
    expect(known.map(({ comparison_id }) => comparison_id)).toEqual([again.comparison_id, first.comparison_id]);
    expect(catalog.comparisonsOf('orders', 'release', 'ds=2026-11-19', 9)).toEqual([]);
    expect(catalog.jobSummaries()).toMatchObject([
      { outcomes: { match: 1 }, seeded_matches: 0, pairs: { compared: 1 } },
    ]);
    expect(catalog.healthFacts()).toMatchObject({ last_comparison_ms: NOW, last_landing_ms: NOW });
  });

  test('that a copied landing makes worthless is counted as such, also where that is told later', () => {
    const { catalog, lease } = landed();
    catalog.commitComparisons([compared(catalog)], [], lease, NOW);
    expect(catalog.jobSummaries()[0]?.seeded_matches).toBe(0);
    catalog.commitLook(look({ found: [found('shadow', 'a', { run_kind: 'seeded' })] }), lease, NOW);
    expect(catalog.jobSummaries()).toMatchObject([{ outcomes: { match: 1 }, seeded_matches: 1 }]);
  });

  test('names the newest landing of a job', () => {
    const { catalog, lease } = landed();
    const partition_key = 'ds=2026-11-18';
    catalog.commitLook(
      look({ found: [found('shadow', 'c', { partition_key, landed_at_ms: NOW + 1 })] }),
      lease,
      NOW + 7,
    );
    catalog.commitLook(look({ found: [found('shadow', 'd', { landed_at_ms: NOW })] }), lease, NOW + 8);
    const newest_landing = { partition_key, table: TABLES.shadow, landed_at_ms: NOW + 1 };
    expect(catalog.jobSummaries()).toMatchObject([{ newest_landing }]);
    expect(catalog.healthFacts().last_landing_ms).toBe(NOW + 8);
  });
});

describe('fingerprints of files', () => {
  const file = (name: string, more: Partial<FileFingerprint> = {}): FileFingerprint => ({
    file: name,
    identity: 'i1',
    form: 'f1',
    row_count: 5n,
    low_sum: 2n ** 62n + 1n,
    high_sum: -(2n ** 64n) - 1n,
    strong: null,
    is_told: false,
    ...more,
  });

  test('keep every digit, and take the place of those of the same file and form', () => {
    const { catalog, lease } = landed();
    const at = { job: 'orders', table: TABLES.shadow, partition_key: 'ds=2026-11-19' };
    const commit = (...files: FileFingerprint[]) => catalog.commitComparisons([], [{ ...at, files }], lease, NOW);
    commit(file('b'), file('a'), file('a', { form: 'f2', is_told: true }));
    commit(file('b', { identity: 'i2', strong: '1-2' }));
    expect(catalog.fingerprintsOf(at.job, at.table, at.partition_key)).toEqual([
      file('a'),
      file('a', { form: 'f2', is_told: true }),
      file('b', { identity: 'i2', strong: '1-2' }),
    ]);
    expect(catalog.fingerprintsOf(at.job, TABLES.production, at.partition_key)).toEqual([]);
  });
});

describe('segments of our own logs', () => {
  test('hold each row once, and a claim outlives the process that made it', () => {
    const path = join(freshFolder(), 'catalog.db');
    const { catalog, lease } = landed(path);
    const one = compared(catalog, { outcome: 'mismatch' });
    catalog.commitComparisons([one], [], lease, NOW);
    const first = catalog.claimOwnSegment(NOW + 1, 2);
    const second = catalog.claimOwnSegment(NOW + 2, 2);
    expect(first?.comparisons.map(({ comparison_id }) => comparison_id)).toEqual([one.comparison_id]);
    expect(first?.comparisons[0]?.landings.shadow?.files_hash).toBe('a');
    expect([first, second].flatMap((segment) => segment?.landings ?? [])).toHaveLength(2);
    expect(catalog.claimOwnSegment(NOW + 3, 2)).toBeNull();
    catalog.close();
    const after = openCatalog(path);
    expect(after.claimedSegments()).toEqual([first, second]);
    after.markSegmentPublished(first?.id ?? '');
    expect(after.claimedSegments()).toEqual([second]);
    expect(after.claimOwnSegment(NOW + 4, 2)).toBeNull();
  });

  test('are told apart by what they hold', () => {
    const ids = ['a', 'b', 'a'].map((files) => {
      const catalog = openCatalog(':memory:');
      catalog.commitLook(look({ found: [found('shadow', files)] }), taken(catalog), NOW);
      return catalog.claimOwnSegment(NOW, 9)?.id;
    });
    expect(ids[0]).toBe(ids[2]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('claimed by racing processes have every row once', async () => {
    const path = join(freshFolder(), 'catalog.db');
    const { catalog, lease } = landed(path);
    const partitions = Array.from({ length: 300 }, (_, i) => `x=${i}`);
    const rows = partitions.flatMap((partition_key) => [
      found('production', 'a', { partition_key }),
      found('shadow', 'a', { partition_key }),
    ]);
    catalog.commitLook(look({ found: rows }), lease, NOW);
    catalog.commitComparisons(
      partitions.map((partition_key) => compared(catalog, { partition_key })),
      [],
      lease,
      NOW,
    );
    const claimed = (await race('claim-own.ts', [[path], [path], [path]])) as string[][];
    expect(claimed.flat()).toHaveLength(300 + 602);
    expect(new Set(claimed.flat()).size).toBe(300 + 602);
    expect(catalog.claimOwnSegment(NOW, 9)).toBeNull();
  }, 30_000);
});
