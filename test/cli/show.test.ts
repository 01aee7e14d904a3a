/** `show` on what was compared and is in no report: matches, and what waits for its analysis. */
import { expect, test } from 'vitest';
import { type Place, place } from '../analyze/place.ts';
import { shadowcheck } from './captured-terminal.ts';

const SAME = 'id,name\n1,a\n';

async function landed(
  run_kind: 'seeded' | null,
): Promise<{ here: Place; landing_ids: { production: string; shadow: string } }> {
  const here = await place();
  await here.land('production', '1', SAME);
  await here.land('shadow', '1', SAME);
  const production = await here.found('production', 'ds=1');
  return { here, landing_ids: { production, shadow: await here.found('shadow', 'ds=1', { run_kind }) } };
}

test('a partition that matched is shown with its comparisons, by partition and by comparison', async () => {
  const { here, landing_ids } = await landed(null);
  here.compared(landing_ids);
  here.compared(landing_ids, {
    comparison_id: 'earlier',
    outcome: 'mismatch',
    kinds: ['checksum'],
    compared_at_ms: Date.UTC(2026, 10, 20, 12),
  });
  const { code, stdout } = await shadowcheck(here.folder, 'show', 't/ds=1');
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toEqual([
    'compared 2026-11-20 13:00 UTC  match  matched',
    'compared 2026-11-20 12:00 UTC  mismatch  earlier',
  ]);
  expect((await shadowcheck(here.folder, 'show', 'matched')).stdout).toBe(
    't/ds=1  compared 2026-11-20 13:00 UTC  match  matched\n',
  );
  expect((await shadowcheck(here.folder, 'show', 'earlier')).stdout).toContain('not analysed yet');
  const json = JSON.parse((await shadowcheck(here.folder, 'show', 't/ds=1', '--json')).stdout) as object;
  expect(json).toMatchObject({
    job: 't',
    events: [],
    last: null,
    comparisons: [{ comparison_id: 'matched', landing_ids, compared_at: '2026-11-20T13:00:00.000Z' }, {}],
  });
});

test('the match of a copy is said to prove nothing', async () => {
  const { here, landing_ids } = await landed('seeded');
  here.compared(landing_ids);
  expect((await shadowcheck(here.folder, 'show', 't/ds=1')).stdout).toContain(
    'match, which proves nothing: a side was copied from the other system  matched',
  );
});

test('a partition that nobody ever compared is not found', async () => {
  const { here } = await landed(null);
  const { code, stderr } = await shadowcheck(here.folder, 'show', 't/ds=1');
  expect(code).toBe(2);
  expect(stderr).toContain('it was never compared');
});
