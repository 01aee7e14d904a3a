/** An issue over its landings: new, gone, back again. Real store, real files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { type Place, place } from './place.ts';

const SAME = 'id,name\n1,a\n';
const OTHER = 'id,name\n1,b\n';

async function logged(here: Place, hour: string): Promise<void> {
  await here.log(hour, { job: 't', partition_key: 'ds=1', logged_at: `2026-11-20T${hour}:30:00Z` });
}

function index(here: Place): string {
  return readFileSync(join(here.folder, 'store', 'reports', 'index.html'), 'utf8');
}

test('bad, repaired, bad again: new, gone, regressed, and regressed until it is gone again', async () => {
  const here = await place();
  await here.land('production', '1', SAME);
  await here.land('shadow', '1', OTHER);
  await logged(here, '05');
  const first = await here.run();
  const [issue] = first.slots.flatMap(({ issues }) => issues);
  expect(issue?.state).toBe('new');
  const id = issue?.id ?? '';

  // Repaired, and said so by another look at the partition.
  await here.land('shadow', '1', SAME);
  await logged(here, '06');
  await here.run(1);
  expect(here.catalog().issueById(id)?.state).toBe('resolved');
  expect(index(here)).toContain('No issue is open.');
  expect(index(here)).toContain('Issues that are gone');
  expect((await shadowcheck(here.folder, 'show', id)).stdout).toMatch(
    /^resolved {2}[\s\S]*gone: matched since 2026-11-\d\d \d\d:\d\d UTC, or differing without it, in every partition/,
  );
  const slot = readFileSync(join(here.folder, 'store', 'reports', '2026-11-20T05', 'report.json'), 'utf8');
  expect(slot).toContain('"state": "new"');

  await here.land('shadow', '1', OTHER);
  await logged(here, '07');
  const again = await here.run(2);
  expect(again.slots).toMatchObject([{ issues: [{ id, state: 'regressed' }] }]);
  expect(again.slots[0]?.pairs[0]?.findings[0]?.issue.state).toBe('regressed');
  expect(here.catalog().issueById(id)?.state).toBe('regressed');
  expect(index(here)).toContain('1 issue open: 1 regressed.');
  expect((await shadowcheck(here.folder, 'show', id)).stdout).toContain('regressed: it was gone, and has come back');

  // Seen once more without having been gone: it is still the one that came back.
  await here.land('production', '2', SAME);
  await here.land('shadow', '2', OTHER);
  await here.log('08', '2');
  expect((await here.run(3)).slots).toMatchObject([{ issues: [{ id, state: 'regressed' }] }]);
});

test('one whose partition was superseded or undecided since is not gone', async () => {
  const here = await place();
  await here.land('production', '1', SAME);
  await here.land('shadow', '1', OTHER);
  await logged(here, '05');
  const [issue] = (await here.run()).slots.flatMap(({ issues }) => issues);
  const shadow_landing_id = await here.found('shadow', 'ds=1');
  await here.land('shadow', '1', `${OTHER}2,c\n`);
  await here.log('06', { job: 't', partition_key: 'ds=1', logged_at: '2026-11-20T06:30:00Z', shadow_landing_id });
  expect((await here.run(1)).slots).toMatchObject([{ pairs: [{ inconclusive_reason: 'superseded' }] }]);
  expect(here.catalog().issueById(issue?.id ?? '')?.state).toBe('new');
  expect(index(here)).toContain('1 issue open: 1 new.');
});

test('a comparison that matches makes it gone, and the page shows the partition as it is', async () => {
  const here = await place();
  await here.land('production', '1', SAME);
  await here.land('shadow', '1', OTHER);
  await logged(here, '05');
  await here.run();
  expect(index(here)).toContain('aria-label="t/ds=1: mismatch, new"');
  await here.land('shadow', '1', SAME);
  const landing_ids = {
    production: await here.found('production', 'ds=1'),
    shadow: await here.found('shadow', 'ds=1'),
  };
  here.compared(landing_ids);
  await here.run(2);
  const page = index(here);
  expect(page).toContain('No issue is open.');
  expect(page).toContain('aria-label="t/ds=1: match"');
  expect(page).toContain('gone: matched since 2026-11-20 13:00 UTC');
  expect(page).toContain('<dd>1<br><small>1 match</small>');
});
