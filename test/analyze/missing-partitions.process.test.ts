/**
 * A partition that was missing at its deadline: still missing it is a mismatch, landed since it is compared, or closed where
 * our own detection told it, which compares that landing itself.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PairReport } from '../../src/report/pair-report.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { type Place, place } from './place.ts';

const THREE = 'id,name\n1,a\n2,b\n3,c\n';

function missing(side: 'production' | 'shadow', more: object = {}): object {
  return {
    job: 't',
    partition_key: 'ds=1',
    logged_at: '2026-11-20T05:30:00Z',
    outcome: 'mismatch',
    kinds: [`${side}_missing`],
    [`${side}_due_at`]: '2026-11-20T04:00:00Z',
    ...more,
  };
}

async function onePair(here: Place, hoursLater = 0): Promise<PairReport> {
  const { slots } = await here.run(hoursLater);
  const pairs = slots.flatMap((slot) => slot.pairs);
  expect(pairs).toHaveLength(1);
  return pairs[0] as PairReport;
}

test('one that is still missing is a mismatch with its cause, and is decided once', async () => {
  const here = await place();
  await here.land('production', '1', THREE);
  await here.log('05', missing('shadow'));
  const report = await onePair(here);
  expect(report).toMatchObject({
    outcome: 'mismatch',
    inconclusive_reason: null,
    kinds: ['shadow_missing'],
    production: { row_count: 3, file_count: 1 },
    shadow: { row_count: null, file_count: 0, due_at: '2026-11-20T04:00:00.000Z' },
    rows: null,
    unexplained_rows: 0,
    accounting: { rows_read: { production: 3, shadow: null }, rows_compared: { production: null, shadow: null } },
    findings: [
      {
        cause: 'partition_missing',
        title: 'Partition missing',
        params: { of: 'candidate' },
        certainty: 'explained',
        row_kind: 'only_in_production',
        unit: 'rows',
        counts: { differing: 3, explained: 3, residual: 0 },
        text: 'Partition missing: shadow has nothing at the place of this partition, and its deadline has passed; production holds 3 rows.',
        issue: { state: 'new' },
      },
    ],
  });
  expect(await here.run(1)).toMatchObject({ slots: [], undecided: 0 });
  const { stdout } = await shadowcheck(here.folder, 'show', report.comparison_id ?? '');
  expect(stdout).toContain('The shadow partition is missing after its deadline; production holds 3 rows.');
  expect(stdout).toContain('shadow not landed, due 2026-11-20 04:00 UTC');
});

test('of the reference reads from the reference, and a condition counts', async () => {
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
    production: { source: here, table: production, where: "nonsense = 1" }
    shadow: { source: here, table: shadow, where: "id >= '2'" }
    partition: [ds]
    key: [id]
`,
  );
  await here.land('shadow', '1', THREE);
  await here.log('05', missing('production'));
  expect(await onePair(here)).toMatchObject({
    outcome: 'mismatch',
    kinds: ['production_missing'],
    production: { row_count: null },
    shadow: { row_count: 2 },
    findings: [
      {
        title: 'Partition missing in production',
        params: { of: 'reference' },
        row_kind: 'only_in_shadow',
        counts: { explained: 2 },
      },
    ],
  });
});

test('one that has landed meanwhile is compared as usual', async () => {
  const here = await place();
  await here.land('production', '1', THREE);
  await here.land('shadow', '1', THREE);
  await here.log('05', missing('shadow'));
  expect(await onePair(here)).toMatchObject({
    outcome: 'match',
    kinds: [],
    logged_kinds: ['shadow_missing'],
    findings: [],
    notes: [{ code: 'landed_since', text: 'shadow was missing when this was logged, and has landed since' }],
  });
});

test('one that is half there is inconclusive, and a mismatch once nothing is there', async () => {
  const here = await place();
  await here.land('production', '1', THREE);
  await here.land('shadow', '1', THREE, false);
  await here.log('05', missing('shadow'));
  expect(await onePair(here)).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'not_landed', kinds: [] });
  await rm(join(here.folder, 'shadow'), { recursive: true });
  expect(await onePair(here, 1)).toMatchObject({ outcome: 'mismatch', kinds: ['shadow_missing'] });
  expect((await here.run(2)).undecided).toBe(0);
});

test('without the kind it stays inconclusive: nobody has said that its deadline passed', async () => {
  const here = await place();
  await here.land('production', '1', THREE);
  await here.log('05', missing('shadow', { kinds: ['checksum'] }));
  expect(await onePair(here)).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'shadow_missing' });
});

test('with nothing on the other side either, nothing is decided', async () => {
  const here = await place();
  await here.log('05', missing('shadow'));
  expect(await onePair(here)).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'production_missing' });
  const both = await place();
  await both.log('05', missing('shadow', { kinds: ['shadow_missing', 'production_missing'] }));
  expect(await onePair(both)).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'shadow_missing' });
});

test('whose other side cannot be read is inconclusive, not a mismatch of unknown size', async () => {
  const here = await place();
  await mkdir(join(here.folder, 'production', 'ds=1'), { recursive: true });
  await writeFile(join(here.folder, 'production', 'ds=1', 'part.parquet'), 'no parquet at all');
  await writeFile(join(here.folder, 'production', 'ds=1', '_SUCCESS'), '');
  await here.log('05', missing('shadow'));
  expect(await onePair(here)).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'production_unreadable' });
});

describe('an entry of our own log', () => {
  const LANDED_SINCE = {
    outcome: 'inconclusive',
    inconclusive_reason: 'superseded',
    detail: 'shadow: it has landed since; the comparison of that landing is owed',
    logged_kinds: ['shadow_missing'],
    findings: [],
    notes: [],
    versions: { duckdb: '' },
  };

  /** Production landed and was found, shadow did not come. */
  async function toldMissing(here: Place): Promise<string> {
    await here.land('production', '1', THREE);
    const production_landing_id = await here.found('production', 'ds=1', { build: '2304' });
    await here.log('05', missing('shadow', { production_landing_id }));
    return production_landing_id;
  }

  test('is closed as superseded where the partition has landed since, and is not looked at again', async () => {
    const here = await place('all', '    builds: { production: "2304", shadow: "2310" }\n');
    const landing_id = await toldMissing(here);
    await here.land('shadow', '1', 'id,name\n1,a\n2,other\n3,c\n');
    expect(await onePair(here)).toMatchObject({
      ...LANDED_SINCE,
      production: { landing_id },
      shadow: { landing_id: null, row_count: null },
    });
    expect(await here.run(1)).toMatchObject({ slots: [], undecided: 0 });
    expect(here.catalog().eventsOf('t', 'ds=1', 9)).toMatchObject([{ inconclusive_reason: 'superseded' }]);
  });

  test('is closed without a work item where the catalog knows the landing, wherever it lies', async () => {
    const here = await place();
    await toldMissing(here);
    await here.land('other', '1', THREE);
    await here.found('other', 'ds=1', { table: 'here/shadow' });
    expect(await onePair(here)).toMatchObject({ ...LANDED_SINCE, seconds: null });
    expect((await here.run(1)).undecided).toBe(0);
  });

  test('of a missing production partition is closed alike', async () => {
    const here = await place();
    await here.land('shadow', '1', THREE);
    const shadow_landing_id = await here.found('shadow', 'ds=1');
    await here.log('05', missing('production', { shadow_landing_id }));
    await here.land('production', '1', THREE);
    expect(await onePair(here)).toMatchObject({
      inconclusive_reason: 'superseded',
      detail: 'production: it has landed since; the comparison of that landing is owed',
    });
  });

  test('is a mismatch while nothing is there, also where a landing of before has gone', async () => {
    const here = await place();
    await here.land('shadow', '1', THREE);
    await here.found('shadow', 'ds=1');
    await rm(join(here.folder, 'shadow'), { recursive: true });
    here.gone('shadow', 'ds=1');
    await toldMissing(here);
    expect(await onePair(here)).toMatchObject({ outcome: 'mismatch', kinds: ['shadow_missing'] });
  });

  test('that was left undecided before is closed once the partition has landed', async () => {
    const here = await place();
    await toldMissing(here);
    await here.land('shadow', '1', THREE, false);
    expect(await onePair(here)).toMatchObject({ outcome: 'inconclusive', inconclusive_reason: 'not_landed' });
    await here.land('shadow', '1', THREE);
    expect(await onePair(here, 1)).toMatchObject(LANDED_SINCE);
    expect((await here.run(2)).undecided).toBe(0);
  });
});
