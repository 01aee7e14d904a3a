import { expect, test } from 'vitest';
import { parseEntry } from '../../src/store/mismatch-entry.ts';

const REQUIRED = { job: 'orders', partition_key: 'ds=2026-11-20', logged_at: '2026-11-20T10:00:00Z' };

function idOfEntry(comparison_id: string): string {
  const parsed = parseEntry({ ...REQUIRED, comparison_id });
  if ('reason' in parsed) throw new Error(parsed.reason);
  return parsed.entry.comparison_id;
}

test('an id of another writer names files, so one that could lead out of a folder is hashed, always to the same', () => {
  for (const id of ['../../etc/passwd', 'a/b', '..', 'a b', 'c1\u0000', 'x'.repeat(65), '💥']) {
    expect(idOfEntry(id)).toMatch(/^[0-9a-f]{32}$/);
    expect(idOfEntry(id)).toBe(idOfEntry(id));
  }
  expect(idOfEntry('550e8400-e29b-41d4-a716-446655440000')).toBe('550e8400-e29b-41d4-a716-446655440000');
});
