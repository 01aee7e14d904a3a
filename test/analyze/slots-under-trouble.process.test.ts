/** A slot's trouble is its own; what is undecided stays owed; nothing is counted twice. Real store, real children. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeMismatches } from '../../jobs/analyze-mismatches.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { at, HOUR_MS, type Place, place, START } from './place.ts';

const SAME = 'id,name\n1,a\n';
const OTHER = 'id,name\n1,b\n';

/** Day 1 matches by now, day 2 has not landed in shadow, day 3 differs. */
async function threeDays(here: Place): Promise<void> {
  for (const [day, shadow, marker] of [
    ['1', SAME, true],
    ['2', OTHER, false],
    ['3', OTHER, true],
  ] as const) {
    await here.land('production', day, SAME);
    await here.land('shadow', day, shadow, marker);
  }
}

describe('what could not be decided', () => {
  test('is looked at again by every run, and is one event with one result once it landed', async () => {
    const here = await place();
    await threeDays(here);
    await here.log('05', '1', '2');
    const first = await here.run();
    expect(first.slots).toMatchObject([{ slot: '2026-11-20T05', counts: { analysed: 2, inconclusive: 1 } }]);
    expect(first.undecided).toBe(1);

    const second = await here.run(1);
    expect(second).toMatchObject({ slots: [], undecided: 1, troubles: [] });
    expect(here.reports()).toEqual(['2026-11-20T05/report.json']);

    await writeFile(join(here.folder, 'shadow', 'ds=2', '_SUCCESS'), '');
    await here.log('06', '3');
    const third = await here.run(2);
    expect(third.undecided).toBe(0);
    expect(third.slots).toMatchObject([
      { slot: '2026-11-20T06', counts: { analysed: 2, mismatch: 2 }, pairs: [{ partition_key: 'ds=2' }, {}] },
    ]);
    const catalog = here.catalog();
    expect(catalog.eventsOf('t', 'ds=2', 9)).toMatchObject([
      { outcome: 'mismatch', inconclusive_reason: null, slot_id: '2026-11-20T06' },
    ]);
    const id = catalog.eventsOf('t', 'ds=2', 9)[0]?.comparison_id;
    expect(catalog.eventsOf('t', 'ds=2', 9)[0]?.report_path).toBe(`reports/2026-11-20T06/${id}.html`);
    expect(await here.run(3)).toMatchObject({ slots: [], undecided: 0 });
  });

  test('is decided in a newer slot, also where the log that comes with it is of an older hour', async () => {
    const here = await place();
    await threeDays(here);
    await here.log('05', '2');
    await here.run();
    await writeFile(join(here.folder, 'shadow', 'ds=2', '_SUCCESS'), '');
    await here.log('03', '1');
    const { slots } = await here.run(1);
    expect(slots.map(({ slot, pairs }) => [slot, pairs.map(({ partition_key }) => partition_key)])).toEqual([
      ['2026-11-20T03', ['ds=1']],
      ['2026-11-20T13', ['ds=2']],
    ]);
  });

  test('with another reason is told again, and stays owed', async () => {
    const here = await place();
    await threeDays(here);
    await here.log('05', '2');
    await here.run();
    await rm(join(here.folder, 'shadow', 'ds=2'), { recursive: true });
    const { slots, undecided } = await here.run(1);
    expect(slots).toMatchObject([{ pairs: [{ inconclusive_reason: 'shadow_missing' }] }]);
    expect(undecided).toBe(1);
    expect(here.catalog().eventsOf('t', 'ds=2', 9)).toMatchObject([{ inconclusive_reason: 'shadow_missing' }]);
    expect(await here.run(2)).toMatchObject({ slots: [], undecided: 1 });
  });

  test('expires after the catch-up window, with a record, and not before the last look', async () => {
    const here = await place('{ window: 2h }');
    await threeDays(here);
    await here.log('05', '2');
    await here.run();
    expect((await here.run(2)).undecided).toBe(1);
    expect((await here.run(3)).undecided).toBe(0);
    const actions = here
      .catalog()
      .tables()
      .find(({ name }) => name === 'action');
    const verb = actions?.columns.findIndex(({ name }) => name === 'verb') ?? -1;
    expect([...(actions?.rows ?? [])].map((row) => row[verb])).toEqual(['expire']);
  });

  test('is said on the terminal when there is nothing else', async () => {
    const here = await place();
    await threeDays(here);
    await here.log('05', '2');
    await here.run();
    const { code, stdout } = await shadowcheck(here.folder, 'analyze');
    expect(code).toBe(0);
    expect(stdout).toContain('nothing to analyse');
    expect(stdout).toContain('1 entry stays undecided');
  });
});

describe('a slot that cannot be worked off', () => {
  test('holds up no other, is tried three times, and is told ever after', async () => {
    const here = await place();
    await threeDays(here);
    await here.log('05', '1');
    await here.log('06', '3');
    // A folder where the report belongs: nothing can be read or published there.
    await mkdir(join(here.folder, 'store', 'reports', '2026-11-20T05', 'report.json'), { recursive: true });
    const first = await here.run();
    expect(first.slots.map(({ slot }) => slot)).toEqual(['2026-11-20T06']);
    expect(first.troubles).toMatchObject([{ exitCode: 4, code: 'slot_not_analysed' }]);
    expect((await here.run(1)).troubles).toMatchObject([{ code: 'slot_not_analysed' }]);
    for (const hour of [2, 3]) {
      expect((await here.run(hour)).troubles).toMatchObject([
        { exitCode: 4, code: 'slot_failed', troubles: [{ subject: '2026-11-20T05' }] },
      ]);
    }
    expect(here.catalog().failedSlots()).toMatchObject([{ id: '2026-11-20T05', state: 'failed', failed_tries: 3 }]);
    const index = readFileSync(join(here.folder, 'store', 'reports', 'index.html'), 'utf8');
    expect(index).toContain('Runs that failed or cannot be read');
    expect((await shadowcheck(here.folder, 'analyze')).code).toBe(4);
  });
});

describe('a damaged report.json', () => {
  test('of a committed slot stops nothing, and show says what it is', async () => {
    const here = await place();
    await threeDays(here);
    await here.log('05', '3');
    await here.run();
    const path = join(here.folder, 'store', 'reports', '2026-11-20T05', 'report.json');
    await writeFile(path, '{"version":"0.1","slot":');
    await here.log('06', '1');
    const { slots, troubles } = await here.run(1);
    expect(slots).toHaveLength(1);
    expect(troubles).toEqual([]);
    const { code, stderr } = await shadowcheck(here.folder, 'show', '2026-11-20T05');
    expect(code).toBe(3);
    expect(stderr).toContain('[report_unreadable]');
  });

  test('of a slot that was committed before summaries were kept is listed as unreadable', async () => {
    const here = await place();
    await threeDays(here);
    await here.log('05', '3');
    await here.log('06', '1');
    await here.run();
    const { DatabaseSync } = await import('node:sqlite');
    const sqlite = new DatabaseSync(join(here.folder, 'store', 'catalog.db'));
    sqlite.exec('DELETE FROM slot_summary');
    sqlite.close();
    await writeFile(join(here.folder, 'store', 'reports', '2026-11-20T05', 'report.json'), '{}');
    const { troubles } = await here.run(1);
    expect(troubles).toMatchObject([{ exitCode: 3, code: 'report_unreadable' }]);
    const index = readFileSync(join(here.folder, 'store', 'reports', 'index.html'), 'utf8');
    expect(index).toContain('unreadable');
    expect(index).toContain('2026-11-20T06/index.html');
  });

  test('of an open slot is put aside, and the slot is analysed again', async () => {
    const here = await place();
    await threeDays(here);
    await here.log('05', '3');
    const folder = join(here.folder, 'store', 'reports', '2026-11-20T05');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'report.json'), 'half of a rep');
    const { slots } = await here.run();
    expect(slots).toMatchObject([{ counts: { analysed: 1, mismatch: 1 } }]);
    const aside = readdirSync(folder).filter((name) => name.startsWith('report.json.damaged-'));
    expect(aside.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['half of a rep']);
  });
});

describe('what was told already', () => {
  test('is not told again when the store and its folder move: no report, nothing counted, no line quarantined twice', async () => {
    const here = await place();
    await threeDays(here);
    const bad = { job: 't', logged_at: '2026-11-20T05:00:00Z' };
    const nobody = { job: 'nobody', partition_key: 'ds=1', logged_at: '2026-11-20T05:00:00Z' };
    await here.log('05', '3', bad, nobody);
    const first = await here.run();
    expect(first.slots).toMatchObject([{ counts: { analysed: 1, quarantined: 2 } }]);
    const moved = at(`${here.folder}-moved`);
    await cp(here.folder, moved.folder, { recursive: true });
    await rename(here.folder, `${here.folder}-gone`);
    expect(await moved.run(1)).toMatchObject({ slots: [], troubles: [] });
    expect(moved.reports()).toEqual(['2026-11-20T05/report.json']);
    const tables = moved.catalog().tables();
    expect([...(tables.find(({ name }) => name === 'quarantine')?.rows ?? [])]).toHaveLength(2);
    expect([...(tables.find(({ name }) => name === 'analysed_event')?.rows ?? [])]).toHaveLength(1);
    await moved.log('05', '3');
    await moved.log('06', { ...nobody, logged_at: '2026-11-20T06:00:00Z' });
    const last = await moved.run(2);
    expect(last.slots).toMatchObject([{ slot: '2026-11-20T06', counts: { analysed: 0, quarantined: 1 } }]);
  });
});

describe('an issue', () => {
  test('is first seen with its oldest entry and last seen with its newest', async () => {
    const here = await place();
    await threeDays(here);
    await here.land('production', '4', SAME);
    await here.land('shadow', '4', OTHER);
    const logged_at = '2026-11-19T01:00:00.000Z';
    await here.log('05', '3', { job: 't', partition_key: 'ds=4', logged_at });
    const { slots } = await here.run();
    const dates = slots
      .flatMap(({ pairs }) => pairs)
      .flatMap(({ findings }) => findings.map(({ issue }) => issue.first_seen));
    expect(dates.length).toBeGreaterThan(1);
    expect(new Set(dates)).toEqual(new Set([logged_at]));
    expect(here.catalog().issues()).toMatchObject([
      { first_seen_ms: Date.parse(logged_at), last_seen_ms: Date.UTC(2026, 10, 20, 5, 30) },
    ]);
  });
});

describe('a run beside another one', () => {
  test('takes the report that the other published meanwhile, and writes its pages again', async () => {
    const here = await place();
    await threeDays(here);
    await here.log('05', '3');
    const other = at(`${here.folder}-other`);
    await cp(here.folder, other.folder, { recursive: true });
    await other.run();
    const theirs = readFileSync(join(other.folder, 'store', 'reports', '2026-11-20T05', 'report.json'), 'utf8');
    const folder = join(here.folder, 'store', 'reports', '2026-11-20T05');
    await mkdir(folder, { recursive: true });
    const report = theirs.replaceAll('"owner": null', '"owner": "somebody-else"');
    const publish = (): void => writeFileSync(join(folder, 'report.json'), report);
    const { slots } = await here.run(0, { onProgress: publish });
    expect(slots).toEqual([JSON.parse(report)]);
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe(report);
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).toContain('somebody-else');
  });

  test('publishes nothing once its lease is lost, and what it left is finished by the next run', async () => {
    const here = await place();
    await threeDays(here);
    await here.log('05', '3');
    const steal = (): void => {
      here.catalog().takeLease(analyzeMismatches.id, 'elsewhere 1', START + HOUR_MS, 1000);
    };
    await expect(here.run(0, { onProgress: steal })).rejects.toMatchObject({ exitCode: 4, code: 'lease_lost' });
    expect(here.reports()).toEqual([]);
    expect(here.catalog().openSlots()).toMatchObject([{ id: '2026-11-20T05', failed_tries: 0 }]);
    expect((await here.run(2)).slots).toMatchObject([{ slot: '2026-11-20T05', counts: { mismatch: 1 } }]);
  });
});
