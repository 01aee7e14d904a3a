import { describe, expect, test } from 'vitest';
import { residentBytes } from '../../src/service/resident-memory.ts';

describe('residentBytes', () => {
  test('agrees with what the process says of itself', async () => {
    const told = process.memoryUsage.rss();
    const seen = await residentBytes(process.pid);
    expect(seen).toBeGreaterThan(told * 0.7);
    expect(seen).toBeLessThan(told * 1.5);
  });

  test('is null for a process that does not exist', async () => {
    expect(await residentBytes(2 ** 30)).toBeNull();
  });
});
