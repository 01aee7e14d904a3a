import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OperatingError } from '../../src/core/operating-error.ts';
import { printPartitionKey } from '../../src/core/partition-key.ts';
import { lookAtTable, type TableLook, type WatchedTable } from '../../src/partition/look-at-table.ts';
import { listPartitions } from '../../src/partition/table.ts';
import { AT_ONCE, DAY_MS, MARKED, openWatchedPlace, watched } from './watched-place.ts';

interface Step {
  readonly what: 'write' | 'rewrite' | 'replace' | 'delete' | 'rename' | 'drop' | 'move';
  readonly folder: string;
  readonly other: string;
  readonly file: string;
}

const folder = fc.constantFrom('ds=1', 'ds=2/hour=05', 'ds=2', 'ds=a b/hour=1', 'ds=a%20b/hour=1');
const file = fc.constantFrom('a.parquet', 'b.parquet', 'deep/c.parquet', '_SUCCESS', '_temporary/d.parquet', 'x=1');
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('write', 'write', 'write', 'rewrite', 'rewrite', 'replace', 'delete', 'rename', 'drop', 'move'),
  folder,
  other: folder,
  file,
});

let written = 0;

/** One change as a producer makes it. One that cannot be made, because of what is there, changes nothing. */
function change(root: string, { what, folder: name, other, file: ending }: Step): void {
  const path = join(root, name, ending);
  // Always as long as before: only the times tell that it was written.
  written += 1;
  const content = String(written).padStart(8, '0');
  try {
    if (what === 'write') {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    } else if (what === 'rewrite') {
      if (existsSync(path)) writeFileSync(path, content, { flag: 'r+' });
    } else if (what === 'replace') {
      writeFileSync(`${path}.tmp`, content);
      renameSync(`${path}.tmp`, path);
    } else if (what === 'rename') renameSync(path, join(root, name, `${ending}.2`));
    else if (what === 'move') renameSync(join(root, name), join(root, other));
    else rmSync(what === 'delete' ? path : join(root, name), { recursive: true, force: true });
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toMatch(/^E(NOENT|NOTDIR|EXIST|ISDIR|NOTEMPTY|INVAL)$/);
  }
}

/** What stands, by what all looks so far told. */
function remember(standing: Map<string, string>, { landed, not_landed, gone }: TableLook): void {
  for (const key of gone) standing.delete(printPartitionKey(key));
  for (const { key } of not_landed) standing.delete(printPartitionKey(key));
  for (const { key, folder: place, files_hash } of landed)
    standing.set(printPartitionKey(key), `${place} ${files_hash}`);
}

async function follow(table: WatchedTable, steps: readonly Step[], wait: () => Promise<number>): Promise<void> {
  const standing = new Map<string, string>();
  let stamp: string | null = null;
  for (const one of steps) {
    change(table.folder, one);
    const now_ms = await wait();
    const look = lookAtTable(table, stamp, now_ms);
    remember(standing, look);
    const anew = lookAtTable(table, null, now_ms);
    const expected = new Map<string, string>();
    remember(expected, anew);
    expect(new Map([...standing].sort())).toEqual(new Map([...expected].sort()));
    expect(look.partition_count).toBe(anew.partition_count);
    expect(look.not_landed).toEqual(anew.not_landed);
    expect(look.troubles).toEqual(anew.troubles);
    const there = keysOf(anew);
    expect(look.gone.map(printPartitionKey).filter((key) => there.includes(key))).toEqual([]);
    await agreesWithListing(table, anew);
    stamp = look.stamp;
  }
}

function keysOf({ landed, not_landed }: TableLook): string[] {
  return [...landed, ...not_landed].map(({ key }) => printPartitionKey(key));
}

/** The partitions are those that the other way of finding them finds, which knows no table without levels. */
async function agreesWithListing({ folder: root, columns }: WatchedTable, look: TableLook): Promise<void> {
  const seen = keysOf(look).filter((key) => key !== '');
  const listed = await listPartitions(root, columns.length === 0 ? null : columns).catch((error: unknown) => {
    if (!(error instanceof OperatingError)) throw error;
    return error.troubles.map(({ subject }) => subject);
  });
  const landed = look.landed.map(({ key }) => printPartitionKey(key));
  for (const one of listed) {
    if (typeof one === 'string') expect(landed).not.toContain(one);
    else expect(seen).toContain(printPartitionKey(one.key));
  }
  const ambiguous = look.troubles.filter(({ code }) => code === 'partition_ambiguous').map(({ subject }) => subject);
  if (listed.some((one) => typeof one === 'string')) expect(ambiguous).toEqual(listed);
  else expect([ambiguous, seen.length]).toEqual([[], listed.length]);
}

const table = fc.record({
  columns: fc.constantFrom([], ['ds'], ['ds', 'hour']),
  when: fc.constantFrom(AT_ONCE, MARKED),
});
const steps = fc.array(step, { minLength: 1, maxLength: 20 });

async function inOwnFolder(work: (root: string) => Promise<void>): Promise<void> {
  const place = openWatchedPlace();
  try {
    await work(place.root);
  } finally {
    place.end();
  }
}

test('looks right after each change see what a look without a stamp sees', async () => {
  await fc.assert(
    fc.asyncProperty(table, steps, (given, changes) =>
      inOwnFolder((root) => follow(watched(root, given), changes, async () => Date.now())),
    ),
    { numRuns: 200 },
  );
});

test('looks a day apart see what a look without a stamp sees', async () => {
  await fc.assert(
    fc.asyncProperty(table, steps, (given, changes) =>
      inOwnFolder((root) => {
        let later = Date.now();
        const wait = async () => {
          // The looks are a day apart only for the code; the kernel's clock has to tick in between.
          await sleep(11);
          later += DAY_MS;
          return later;
        };
        return follow(watched(root, given), changes, wait);
      }),
    ),
    { numRuns: 20 },
  );
});
