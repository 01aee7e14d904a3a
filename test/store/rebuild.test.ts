import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Catalog, EMPTY_RECORD, openCatalog } from '../../src/store/catalog.ts';
import { nodeFiles } from '../../src/store/files.ts';
import { type LoggedSignals, setCatalogAside } from '../../src/store/rebuild.ts';
import type { SlotRecord } from '../../src/store/slot-record.ts';
import { compared, found, gone, look, NOW, TABLES, taken } from './landing-samples.ts';
import { freshFolders } from './temp-folder.ts';

const freshFolder = freshFolders();

/** Everything that is claimed, as the log would tell it. */
function logged(catalog: Catalog): LoggedSignals[] {
  const signals: LoggedSignals[] = [];
  for (;;) {
    const segment = catalog.claimOwnSegment(NOW, 2);
    if (segment === null) return signals;
    const landings = segment.landings.map((landing) => ({
      ...landing,
      superseded_by: null,
      gone_at_ms: null,
      inputs: catalog.inputsOf(landing.id),
    }));
    const comparisons = segment.comparisons.map(({ landings: _, ...comparison }) => comparison);
    signals.push({ segment_id: segment.id, landings, comparisons });
  }
}

function tablesOf(catalog: Catalog): unknown {
  const names = ['landing', 'landing_input', 'pair', 'comparison', 'newest_landing', 'comparison_tally'];
  const positions = new Set(['position', 'id_head']);
  return catalog.tables(new Set(names)).map(({ name, columns, rows }) => ({
    name,
    rows: rows
      .map((row) =>
        JSON.stringify(row.filter((_, i) => name === 'landing_input' || !positions.has(columns[i]?.name ?? ''))),
      )
      .sort(),
  }));
}

describe('a catalog built again', () => {
  test('from the signal log and the next look has the landings, comparisons and pairs of the lost one', () => {
    const lost = openCatalog(':memory:');
    const lease = taken(lost);
    const inputs = [{ table_role: 'delta', table: 'd', partition_key: 'ds=1', landing_id: null }] as const;
    const first = [found('production', 'a', { inputs }), found('shadow', 'a')];
    lost.commitLook(look({ found: first }), lease, NOW);
    lost.commitComparisons([compared(lost, { outcome: 'mismatch' })], [], lease, NOW);
    const second = [found('shadow', 'b'), found('shadow', 'x', { partition_key: 'ds=2026-11-18', run_kind: 'seeded' })];
    lost.commitLook(look({ found: second }), lease, NOW);
    lost.commitComparisons([compared(lost, { compared_at_ms: NOW + 1 })], [], lease, NOW);
    const missing = compared(lost, {
      partition_key: 'ds=2026-11-18',
      trigger: 'deadline',
      outcome: 'mismatch',
      compared_at_ms: NOW + 2,
    });
    lost.commitComparisons([missing], [], lease, NOW);
    const signals = logged(lost);
    expect(signals.length).toBeGreaterThan(2);

    const again = openCatalog(':memory:');
    const restored = signals.map((one) => again.restoreSignals(one));
    expect(restored.reduce((sum, one) => sum + one.landings, 0)).toBe(4);
    expect(restored.reduce((sum, one) => sum + one.comparisons, 0)).toBe(3);
    for (const one of signals) expect(again.restoreSignals(one)).toEqual({ landings: 0, comparisons: 0 });
    expect(again.claimOwnSegment(NOW, 99)).toBeNull();
    const newest = taken(again);
    const standing = [found('production', 'a', { inputs }), ...second];
    expect(again.commitLook(look({ found: standing }), newest, NOW + 9)).toBe(0);
    expect(again.pairsOf('orders', 9).map(({ state }) => state)).toEqual(['compared', 'pending']);
    // The deadline is told again, under the id that it had.
    expect(again.commitComparisons([missing], [], newest, NOW)).toBe(0);
    expect(tablesOf(again)).toEqual(tablesOf(lost));
    expect(again.jobSummaries()).toEqual(lost.jobSummaries());
  });

  test('numbers landings on, and lets what is gone be gone', () => {
    const lost = openCatalog(':memory:');
    const lease = taken(lost);
    for (const files of ['a', 'b']) lost.commitLook(look({ found: [found('shadow', files)] }), lease, NOW);
    const again = openCatalog(':memory:');
    for (const one of logged(lost).reverse()) again.restoreSignals(one);
    again.commitLook(look({ found: [found('shadow', 'c')] }), taken(again), NOW);
    again.commitLook(look({ gone: [gone('shadow')] }), taken(again, 'more'), NOW);
    const landings = again.landingsOf('orders', TABLES.shadow, 'ds=2026-11-19');
    expect(landings.map(({ sequence, files_hash }) => `${sequence}${files_hash}`)).toEqual(['1a', '2b', '3c']);
    expect(landings.map(({ superseded_by }) => superseded_by)).toEqual([landings[1]?.id, landings[2]?.id, null]);
  });

  test('from its reports knows the events, the issues and what is undecided, each once, and goes on counting slots', () => {
    const plain = { job: 'orders', partition_key: 'ds=1', pairing: 'migration', report_path: 'r', logged_at_ms: NOW };
    const undecided = {
      ...plain,
      comparison_id: 'e2',
      outcome: 'inconclusive',
      inconclusive_reason: 'not_landed',
    } as const;
    const entry = {
      comparison_id: 'e2',
      job: 'orders',
      partition_key: 'ds=1',
      pairing: 'migration',
      logged_at: '2026-11-20T05:00:00.000Z',
      builds: { production: null, shadow: null },
      reference_side: null,
    };
    const what = {
      cause: 'ts_trunc',
      title: 'Cut',
      site: 's',
      shape: 's',
      state: 'new',
      explained: 3,
      unit: 'cells',
    } as const;
    const whose = { owner: null, link: null, seen_at_ms: NOW };
    const first: SlotRecord = {
      ...EMPTY_RECORD,
      events: [{ ...plain, comparison_id: 'e1', outcome: 'mismatch', inconclusive_reason: null }, undecided],
      occurrences: [{ issue_id: 'i1', comparison_id: 'e1', ...what, ...whose }],
      quarantine: [{ log: 'l', place: 'p', reason: 'r' }],
      undecided: [{ entry, reason: 'not_landed' }],
      summary: '{}',
    };
    const catalog = openCatalog(':memory:');
    const slot = { id: '2026-11-20T05', committed_at_ms: NOW };
    expect([catalog.restoreSlot(slot, first), catalog.restoreSlot(slot, first)]).toEqual([true, false]);
    expect(catalog.analysedEvents(['e1', 'e2', 'e3'])).toEqual(new Set(['e1', 'e2']));
    expect(catalog.occurrencesOf('i1', 9)).toMatchObject([{ explained: 3 }]);
    expect(catalog.undecidedEntries()).toBe(1);
    const decided = { ...undecided, outcome: 'match', inconclusive_reason: null } as const;
    const second = { ...EMPTY_RECORD, events: [decided], summary: '{}' };
    expect(catalog.restoreSlot({ id: '2026-11-20T05-3', committed_at_ms: NOW + 5 }, second)).toBe(true);
    expect(catalog.event('e2')).toMatchObject({ outcome: 'match', slot_id: '2026-11-20T05-3' });
    expect(catalog.undecidedEntries()).toBe(0);
    expect(catalog.reportedSlots(9).map(({ id }) => id)).toEqual(['2026-11-20T05-3', '2026-11-20T05']);
    catalog.recordSegments([
      {
        id: 's',
        log: 'l',
        path: '/l',
        kind: 'parquet',
        from_offset: null,
        to_offset: null,
        hour: '2026-11-20T05',
        file: null,
      },
    ]);
    expect(catalog.claimSlot('2026-11-20T05', taken(catalog))?.id).toBe('2026-11-20T05-4');
    expect(() => catalog.restoreSlot({ id: 'index', committed_at_ms: NOW }, second)).toThrow(TypeError);
  });

  test('an entry that stayed undecided is tried by the next run', () => {
    const entry = {
      comparison_id: 'e1',
      job: 'j',
      partition_key: 'ds=1',
      pairing: 'migration',
      logged_at: 'x',
      reference_side: null,
    };
    const event = {
      comparison_id: 'e1',
      job: 'j',
      partition_key: 'ds=1',
      pairing: 'migration',
      report_path: 'r',
      logged_at_ms: 1,
    };
    const reason = 'not_landed' as const;
    const catalog = openCatalog(':memory:');
    const record: SlotRecord = {
      ...EMPTY_RECORD,
      events: [{ ...event, outcome: 'inconclusive', inconclusive_reason: reason }],
      undecided: [{ entry: { ...entry, builds: { production: null, shadow: null } }, reason }],
      summary: '{}',
    };
    catalog.restoreSlot({ id: '2026-11-20T05', committed_at_ms: NOW }, record);
    expect(catalog.newestOwedHour(taken(catalog))).toBe('2026-11-20T05');
  });
});

describe('a damaged catalog', () => {
  const now = new Date(NOW);

  test('is set aside whole and never lost, and its place is free for a new one', async () => {
    const folder = freshFolder();
    const path = join(folder, 'catalog.db');
    const damaged = openCatalog(path);
    damaged.tell([{ id: 't', job: 'j', partition_key: 'p', origin: 'http', told: '{}', told_at_ms: 1 }]);
    expect(existsSync(`${path}-wal`)).toBe(true);
    const aside = await setCatalogAside(path, now, nodeFiles);
    expect(aside).toBe(join(folder, 'catalog.db.damaged-20261120T050000Z'));
    expect(readdirSync(folder).filter((name) => !name.includes('damaged'))).toEqual([]);
    damaged.close();
    expect(openCatalog(path).openTellings(['j'])).toEqual([]);
    expect(openCatalog(aside ?? '').openTellings(['j'])).toHaveLength(1);
  });

  test('takes no name that is taken, and nothing is no catalog', async () => {
    const path = join(freshFolder(), 'catalog.db');
    expect(await setCatalogAside(path, now, nodeFiles)).toBeNull();
    for (const text of ['one', 'two']) {
      writeFileSync(path, text);
      await setCatalogAside(path, now, nodeFiles);
    }
    expect(existsSync(`${path}.damaged-20261120T050000Z`)).toBe(true);
    expect(existsSync(`${path}.damaged-20261120T050000Z-2`)).toBe(true);
  });

  test('of which only the write-ahead log is left does not have it played into the new one', async () => {
    const path = join(freshFolder(), 'catalog.db');
    writeFileSync(`${path}-wal`, 'left behind');
    await setCatalogAside(path, now, nodeFiles);
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(existsSync(`${path}.damaged-20261120T050000Z-wal`)).toBe(true);
  });
});
