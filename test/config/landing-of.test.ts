import { expect, test } from 'vitest';
import type { IngestionJob } from '../../src/config/config.ts';
import { requestLocations } from '../../src/config/landing-of.ts';
import { PLAIN_SPEC } from '../../src/core/spec.ts';

const side = (root: string, system: 'legacy' | 'next') => ({
  source: 'w',
  table: root,
  root,
  system,
  build: null,
  levels: null,
  where: null,
  format: null,
  landed: { marker: null, is_manifest: false, quiet_ms: null, is_told: false },
  delta: null,
  full_dump: null,
});

const job = (partition: readonly string[]): IngestionJob => ({
  name: 'orders',
  discovered: false,
  compared: true,
  owner: null,
  tags: [],
  category: null,
  priority: null,
  stage: null,
  sides: { production: side('/w/p', 'legacy'), shadow: side('/w/s', 'next') },
  partition,
  spec: PLAIN_SPEC,
  sensitive: [],
  reference_side: 'production',
  examples: 20,
  due_ms: 0,
  grace_ms: 0,
  provenance: null,
  pairings: {},
});

test('the key in canonical spelling, and the table folders', () => {
  expect(requestLocations(job(['ds', 'region']), 'ds=2026%2D11-20/region=a b')).toEqual({
    key: {
      levels: [
        { column: 'ds', value: '2026-11-20' },
        { column: 'region', value: 'a b' },
      ],
    },
    partition_key: 'ds=2026-11-20/region=a b',
    table_folders: { production: '/w/p', shadow: '/w/s' },
  });
  expect(requestLocations(job([]), '').key.levels).toEqual([]);
  expect(requestLocations(job([]), 'ds=1').partition_key).toBe('ds=1');
});

test.each([
  ['no key at all', 'the first one', /no partition key/],
  ['an escape from the table', '../../etc', /no partition key/],
  ['another column', 'day=2026-11-20', /have the form ds=…\/hour=…/],
  ['another order', 'hour=05/ds=2026-11-20', /have the form/],
  ['a level too few', 'ds=2026-11-20', /have the form/],
  ['nothing', '', /have the form/],
])('%s is refused', (_, key, reason) => {
  expect(() => requestLocations(job(['ds', 'hour']), key)).toThrow(reason);
  expect(() => requestLocations(job(['ds', 'hour']), key)).toThrow(
    expect.objectContaining({ code: 'partition_key_invalid', exitCode: 2 }),
  );
});
