import { mkdir } from 'node:fs/promises';
import { relative } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OperatingError } from '../../src/core/operating-error.ts';
import { type PartitionKey, parsePartitionKey, printPartitionKey } from '../../src/core/partition-key.ts';
import { findPartition, listPartitions } from '../../src/partition/table.ts';
import { openPlace, type Place } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.end());

async function table(name: string, folders: readonly string[]): Promise<string> {
  for (const folder of folders) await mkdir(place.path(name, folder), { recursive: true });
  return place.path(name);
}

function key(text: string): PartitionKey {
  const parsed = parsePartitionKey(text);
  if (parsed === null) throw new Error(`${text} is no key`);
  return parsed;
}

async function listed(folder: string, columns: readonly string[] | null): Promise<string[]> {
  const partitions = await listPartitions(folder, columns);
  for (const { folder: own, key: itsKey } of partitions) expect(await findPartition(folder, itsKey)).toBe(own);
  return partitions.map((partition) => printPartitionKey(partition.key));
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof OperatingError ? `${error.code} ${error.exitCode}` : String(error);
}

describe('partitions of a table', () => {
  test('are listed by their levels, discovered or given, in the order of their keys', async () => {
    const folders = [
      'ds=2026-11-20/hour=05',
      'ds=2026-11-20/hour=04',
      'ds=2026-11-19/hour=23',
      '_tmp/ds=1',
      '.hid=1',
      'other',
    ];
    const orders = await table('orders', folders);
    const hours = ['ds=2026-11-19/hour=23', 'ds=2026-11-20/hour=04', 'ds=2026-11-20/hour=05'];
    expect(await listed(orders, null)).toEqual(hours);
    expect(await listed(orders, ['ds', 'hour'])).toEqual(hours);
    expect(await listed(orders, ['ds'])).toEqual(['ds=2026-11-19', 'ds=2026-11-20']);
    expect(await listed(orders, ['dt'])).toEqual([]);
    expect(await listed(orders, [])).toEqual(['']);
  });

  test('are found whatever the spelling of their folder', async () => {
    const spelled = await table('spelled', [
      'ds=2026%2D11-20',
      'city=a%2Fb',
      'city=__HIVE_DEFAULT_PARTITION__',
      'city=100%',
      'ts=05:30',
    ]);
    for (const [text, folder] of [
      ['ds=2026-11-20', 'ds=2026%2D11-20'],
      ['city=a%2Fb', 'city=a%2Fb'],
      ['city=__HIVE_DEFAULT_PARTITION__', 'city=__HIVE_DEFAULT_PARTITION__'],
      ['city=100%25', 'city=100%'],
      ['ts=05%3A30', 'ts=05:30'],
    ] as const) {
      expect(relative(spelled, (await findPartition(spelled, key(text))) ?? '')).toBe(folder);
    }
    expect(await findPartition(spelled, key('ds=2026-11-21'))).toBeNull();
    expect(await findPartition(place.path('no-table'), key('ds=1'))).toBeNull();
    expect(await findPartition(spelled, key(''))).toBe(spelled);
  });

  test('that stand in two folders are refused, both named', async () => {
    const twice = await table('twice', ['ds=a b', 'ds=a%20b', 'ds=c']);
    expect(await codeOf(findPartition(twice, key('ds=a b')))).toBe('partition_ambiguous 3');
    expect(await codeOf(listPartitions(twice, null))).toBe('partition_ambiguous 3');
    expect(await findPartition(twice, key('ds=c'))).toBe(place.path('twice', 'ds=c'));
    await expect(findPartition(twice, key('ds=a b'))).rejects.toThrow(place.path('twice', 'ds=a%20b'));
  });

  test('of a missing table: path_not_found, exit 2', async () => {
    expect(await codeOf(listPartitions(place.path('no-table'), null))).toBe('path_not_found 2');
  });

  test('survive any value in their folder names', async () => {
    const values = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), {
      minLength: 1,
      maxLength: 4,
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(values, async (all) => {
        const keys = all.map((value): PartitionKey => ({ levels: [{ column: 'c', value }] }));
        run += 1;
        const folder = await table(`any-${run}`, keys.map(printPartitionKey));
        const found = await listPartitions(folder, ['c']);
        expect(new Set(found.map((one) => one.key.levels[0]?.value))).toEqual(new Set(all));
        for (const one of keys) expect(await findPartition(folder, one)).toBe(`${folder}/${printPartitionKey(one)}`);
      }),
      { numRuns: 40 },
    );
  });
});
