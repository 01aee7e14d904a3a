/** `kill -9` at random moments of `analyze`, then one undisturbed run: the same reports and log rows as a run never killed, none twice. */
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { listFiles } from '../../src/partition/files.ts';
import type { SlotReport } from '../../src/report/slot-report.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { sql, value } from '../../src/sql/sql.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import { copySampleData } from '../demo/sample-copy.ts';

const KILLS = 10;
/** A run may end before its moment has come; then another moment is drawn. */
const TRIES = 60;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** Numbers from 0 to 1 out of the seed, so that a failing schedule can be drawn again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** Runs `analyze` as a process of its own; kills it after `killAfterMs`, if it still runs. */
function analyze(
  folder: string,
  killAfterMs: number | null,
): Promise<{ killed: boolean; milliseconds: number; code: number | null }> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [join(packageRoot(), 'bin', 'shadowcheck.js'), 'analyze', '--quiet'], {
      cwd: folder,
      stdio: 'ignore',
    });
    const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ killed: signal === 'SIGKILL', milliseconds: performance.now() - start, code });
    });
  });
}

/** What must be the same: without times that were measured, and without the folder that the copy lies in. */
async function stateOf(
  folder: string,
): Promise<{ slots: unknown[]; debug: unknown[]; ids: string[]; undecided: number }> {
  const store = join(folder, 'shadowcheck');
  const slots: SlotReport[] = [];
  for (const name of (await readdir(join(store, 'reports'), { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  )) {
    const text = await readFile(join(store, 'reports', name.name, 'report.json'), 'utf8');
    slots.push(JSON.parse(text.replaceAll(folder, 'FOLDER')) as SlotReport);
  }
  const files = await listFiles(join(store, 'logs', 'debug'));
  const engine = await openDuckdb({ files, spill: null, threads: 1, memory_bytes: null });
  const { rows } = await engine.run(sql`SELECT * EXCLUDE (logged_at) FROM read_parquet(${value(files)}) ORDER BY ALL`);
  await engine.close();
  const catalog = openCatalog(join(store, 'catalog.db'));
  const undecided = catalog.undecidedEntries();
  catalog.close();
  return {
    undecided,
    slots: slots
      .sort((a, b) => (a.slot < b.slot ? -1 : 1))
      .map((slot) => ({ ...slot, generated_at: '', pairs: slot.pairs.map((pair) => ({ ...pair, seconds: null })) })),
    debug: JSON.parse(
      JSON.stringify(rows, (_, cell: unknown) => (typeof cell === 'bigint' ? `${cell}` : cell)).replaceAll(
        folder,
        'FOLDER',
      ),
    ) as unknown[],
    ids: slots.flatMap(({ pairs }) => pairs.map(({ comparison_id }) => comparison_id ?? '')),
  };
}

async function prepared(): Promise<Awaited<ReturnType<typeof copySampleData>>> {
  const copy = await copySampleData();
  await mkdir(join(copy.folder, 'shadowcheck'));
  // Tokens are keyed; with one key in both copies equal values have equal tokens.
  await writeFile(join(copy.folder, 'shadowcheck', 'token.key'), `${'5a'.repeat(32)}\n`, { mode: 0o600 });
  return copy;
}

describe('analyze under kill -9', () => {
  test('loses nothing and doubles nothing', async () => {
    const undisturbed = await prepared();
    const full = await analyze(undisturbed.folder, null);
    expect(full.code).toBe(0);
    const expected = await stateOf(undisturbed.folder);

    const disturbed = await prepared();
    const random = randomFrom(SEED);
    let kills = 0;
    for (let i = 0; i < TRIES && kills < KILLS; i += 1) {
      const { killed } = await analyze(disturbed.folder, random() * full.milliseconds);
      if (killed) kills += 1;
    }
    expect(kills, `SEED=${SEED}`).toBe(KILLS);
    expect((await analyze(disturbed.folder, null)).code).toBe(0);
    const state = await stateOf(disturbed.folder);
    expect(state.slots, `SEED=${SEED}`).toEqual(expected.slots);
    expect(state.debug, `SEED=${SEED}`).toEqual(expected.debug);
    expect(expected.undecided).toBeGreaterThan(0);
    expect(state.undecided).toBe(expected.undecided);
    expect(new Set(state.ids).size).toBe(state.ids.length);
    const leftOvers = (await readdir(join(disturbed.folder, 'shadowcheck'), { recursive: true })).filter((name) =>
      /\.tmp-/.test(name),
    );
    expect(leftOvers).toEqual([]);
    await undisturbed.remove();
    await disturbed.remove();
  }, 180_000);
});
