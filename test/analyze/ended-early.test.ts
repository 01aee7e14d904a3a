/** A run that is ended: by its deadline, or because the service stops. Real store, real children. */
import { expect, test } from 'vitest';
import { place } from './place.ts';

const SAME = 'id,name\n1,a\n';
const OTHER = 'id,name\n1,b\n';

test('publishes nothing of the slot that was under way, and the next run analyses it once', async () => {
  const here = await place();
  for (const day of ['1', '2', '3']) {
    await here.land('production', day, SAME);
    await here.land('shadow', day, OTHER);
  }
  await here.log('05', '1', '2');
  await here.log('06', '3');
  const end = new AbortController();
  const run = await here.run(0, { signal: end.signal, onProgress: () => end.abort() });
  expect(run).toMatchObject({ slots: [], ended_early: true, troubles: [] });
  expect(here.reports()).toEqual([]);
  expect(here.catalog().openSlots()).toMatchObject([{ id: '2026-11-20T05', state: 'claimed', failed_tries: 0 }]);
  expect(here.catalog().unassignedSegments()).toHaveLength(1);
  const next = await here.run(1);
  expect(next).toMatchObject({
    ended_early: false,
    slots: [
      { slot: '2026-11-20T05', counts: { analysed: 2, mismatch: 2, inconclusive: 0 } },
      { slot: '2026-11-20T06', counts: { analysed: 1, mismatch: 1 } },
    ],
  });
  expect(await here.run(2)).toMatchObject({ slots: [] });
});

test('claims nothing where it was ended before it began', async () => {
  const here = await place();
  await here.land('production', '1', SAME);
  await here.land('shadow', '1', OTHER);
  await here.log('05', '1');
  expect(await here.run(0, { signal: AbortSignal.abort() })).toMatchObject({ slots: [], ended_early: true });
  expect(here.catalog().slots(9)).toEqual([]);
});
