/** An analysis is about the landings that its entry names, of the tables of its pairing. Real store, real files. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PairReport } from '../../src/report/pair-report.ts';
import { type Place, place } from './place.ts';

const SAME = 'id,name\n1,a\n';
const OTHER = 'id,name\n1,b\n';
const DUE = Date.UTC(2026, 10, 20, 4);

async function differing(here: Place): Promise<void> {
  await here.land('production', '1', SAME);
  await here.land('shadow', '1', OTHER);
}

function entry(more: object): object {
  return { job: 't', partition_key: 'ds=1', logged_at: '2026-11-20T05:30:00Z', ...more };
}

async function onePair(here: Place, hoursLater = 0): Promise<PairReport> {
  const { slots } = await here.run(hoursLater);
  const pairs = slots.flatMap((slot) => slot.pairs);
  expect(pairs).toHaveLength(1);
  return pairs[0] as PairReport;
}

describe('facts of a report', () => {
  test('are those of the landing that the entry names, whatever the log says of it', async () => {
    const here = await place();
    await differing(here);
    const production_landing_id = await here.found('production', 'ds=1', {
      system: 'next',
      build: '2311',
      run_kind: 'backfill',
      landed_at_ms: DUE + 4_200_000,
      landed_at_from: 'mtime',
      due_at_ms: DUE,
    });
    await here.log('05', entry({ production_landing_id, production_build: '9', production_run_kind: 'seeded' }));
    const report = await onePair(here);
    expect(report.production).toMatchObject({
      landing_id: production_landing_id,
      system: 'next',
      build: '2311',
      run_kind: 'backfill',
      landed_at: '2026-11-20T05:10:00.000Z',
      landed_at_from: 'mtime',
      due_at: '2026-11-20T04:00:00.000Z',
      latency_seconds: 4200,
    });
    expect(report.shadow).toMatchObject({ landing_id: null, system: 'next', build: null, landed_at: null });
    expect(report.outcome).toBe('mismatch');
  });

  test('are those of the log where the catalog does not know the landing, and those of the config else', async () => {
    const here = await place('all', '    builds: { production: "2304", shadow: "2310" }\n');
    await differing(here);
    await here.log(
      '05',
      entry({
        production_landing_id: 'of another detector',
        production_system: 'next',
        production_run_kind: 'seeded',
        production_landed_at: '2026-11-20T05:00:00Z',
        production_due_at: '2026-11-20T05:30:00Z',
        production_build: 'b1',
        shadow_run_kind: 'no kind of ours',
      }),
    );
    const report = await onePair(here);
    expect(report.production).toMatchObject({
      landing_id: 'of another detector',
      system: 'next',
      build: 'b1',
      run_kind: 'seeded',
      landed_at: '2026-11-20T05:00:00.000Z',
      latency_seconds: -1800,
    });
    expect(report.shadow).toMatchObject({ landing_id: null, system: 'next', build: '2310', run_kind: null });
  });

  test('are not those of a landing of another partition or table that the log names', async () => {
    const here = await place();
    await differing(here);
    await here.land('production', '2', SAME);
    const production_landing_id = await here.found('production', 'ds=2', { build: 'of ds=2' });
    const shadow_landing_id = await here.found('production', 'ds=1', { build: 'of production' });
    await here.log('05', entry({ production_landing_id, shadow_landing_id }));
    const report = await onePair(here);
    expect(report.production).toMatchObject({ build: null, landed_at: null });
    expect(report.shadow).toMatchObject({ build: null, landed_at: null });
    expect(report.shadow.location).toContain('/shadow/');
  });
});

describe('a landing that another took the place of', () => {
  test('closes its entry as superseded where its files are others by now, and is not looked at again', async () => {
    const here = await place();
    await differing(here);
    const shadow_landing_id = await here.found('shadow', 'ds=1');
    await here.log('05', entry({ shadow_landing_id }));
    await here.land('shadow', '1', `${SAME}2,c\n`);
    expect(await onePair(here)).toMatchObject({
      outcome: 'inconclusive',
      inconclusive_reason: 'superseded',
      versions: { duckdb: '' },
      shadow: { landing_id: shadow_landing_id },
    });
    expect(await here.run(1)).toMatchObject({ slots: [], undecided: 0 });
    expect(here.catalog().eventsOf('t', 'ds=1', 9)).toMatchObject([{ inconclusive_reason: 'superseded' }]);
  });

  test('closes it without a work item where the catalog knows the newer one, even if it is gone by now', async () => {
    const here = await place();
    await differing(here);
    const production_landing_id = await here.found('production', 'ds=1');
    await here.land('production', '1', `${SAME}2,c\n`);
    expect(await here.found('production', 'ds=1')).not.toBe(production_landing_id);
    await rm(join(here.folder, 'production', 'ds=1'), { recursive: true });
    await here.log('05', entry({ production_landing_id }));
    expect(await onePair(here)).toMatchObject({
      inconclusive_reason: 'superseded',
      detail: 'production: another landing took the place of landing 1 of this partition',
      seconds: null,
    });
    expect((await here.run(1)).undecided).toBe(0);
  });

  test('also where the entry was left undecided before', async () => {
    const here = await place();
    await differing(here);
    const shadow_landing_id = await here.found('shadow', 'ds=1');
    await rm(join(here.folder, 'production', 'ds=1', '_SUCCESS'));
    await here.log('05', entry({ shadow_landing_id }));
    expect(await onePair(here)).toMatchObject({ inconclusive_reason: 'not_landed' });
    await here.land('shadow', '1', `${SAME}2,c\n`);
    await here.land('production', '1', SAME);
    expect(await onePair(here, 1)).toMatchObject({
      inconclusive_reason: 'superseded',
      shadow: { landing_id: shadow_landing_id },
    });
    expect((await here.run(2)).undecided).toBe(0);
  });

  test('is another one than it was where its files are the same', async () => {
    const here = await place();
    await differing(here);
    const shadow_landing_id = await here.found('shadow', 'ds=1');
    await here.log('05', entry({ shadow_landing_id }));
    expect(await onePair(here)).toMatchObject({ outcome: 'mismatch', shadow: { landing_id: shadow_landing_id } });
  });
});

describe('an entry of a pairing', () => {
  const RELEASE = `    pairings:
      release: { shadow: { source: here, table: candidate, where: "id < '3'" } }
`;

  test('is analysed over the tables and conditions of that pairing, not those of the migration', async () => {
    const here = await place('all', RELEASE);
    await differing(here);
    await here.land('candidate', '1', 'id,name\n1,a\n2,b\n3,c\n');
    const shadow_landing_id = await here.found('candidate', 'ds=1', { build: '2400' });
    await here.log('05', entry({ pairing: 'release', shadow_landing_id }), entry({}));
    const { slots } = await here.run();
    const pairs = slots.flatMap((slot) => slot.pairs);
    expect(
      pairs.map(({ pairing, rows, shadow }) => [pairing, rows?.changed, rows?.only_in_shadow, shadow.build]),
    ).toEqual(
      expect.arrayContaining([
        ['release', 0, 1, '2400'],
        ['migration', 1, 0, null],
      ]),
    );
    const release = pairs.find(({ pairing }) => pairing === 'release');
    expect(release?.shadow).toMatchObject({ location: join(here.folder, 'candidate', 'ds=1'), row_count: 2 });
    expect(release?.rules.where).toEqual({ production: null, shadow: "id < '3'" });
  });

  test('that the job does not have is quarantined with the reason, without what the log says', async () => {
    const here = await place('all', RELEASE);
    await differing(here);
    await here.log('05', entry({ pairing: 'noise' }), entry({ pairing: '__proto__' }), entry({ pairing: 'toString' }));
    const { slots } = await here.run();
    expect(slots).toMatchObject([{ counts: { analysed: 0, quarantined: 3 } }]);
    expect(new Set(slots[0]?.quarantine.map(({ reason }) => reason))).toEqual(
      new Set(['job t has no such pairing in the config']),
    );
  });
});

describe('a side that names its partitions differently', () => {
  async function mapped(): Promise<Place> {
    const here = await place();
    const path = join(here.folder, 'shadowcheck.yaml');
    await writeFile(
      path,
      `version: 1
store: ./store
sources: { here: { kind: folder, root: . } }
mismatch_logs: [./log]
ingestion_jobs:
  t:
    production: { source: here, table: production }
    shadow: { source: here, table: shadow, partition: [{ column: dt, time_format: YYYYMMDD }] }
    partition: [ds]
    key: [id]
`,
    );
    return here;
  }

  test('is looked at under its own name', async () => {
    const here = await mapped();
    await here.land('production', '2026-11-20', SAME);
    await mkdir(join(here.folder, 'shadow', 'dt=20261120'), { recursive: true });
    await writeFile(join(here.folder, 'shadow', 'dt=20261120', 'part.csv'), OTHER);
    await here.log('05', entry({ partition_key: 'ds=2026-11-20' }));
    expect(await onePair(here)).toMatchObject({
      outcome: 'mismatch',
      partition_key: 'ds=2026-11-20',
      shadow: { location: join(here.folder, 'shadow', 'dt=20261120') },
    });
  });

  test('and cannot name one is unreadable on that side', async () => {
    const here = await mapped();
    await here.land('production', 'no day', SAME);
    await here.log('05', entry({ partition_key: 'ds=no day' }));
    const report = await onePair(here);
    expect(report.inconclusive_reason).toBe('shadow_unreadable');
    expect(report.detail).toContain('the partition has no name on this side');
  });
});
