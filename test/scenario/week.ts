/**
 * A week of two systems' landings under a clock that is not the machine's, with everything else real: files, DuckDB, SQLite,
 * child processes. Late and missing partners, repairs, backfills, downtime, jumps of the clock, kills.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { runVerify } from '../../src/service/run-verify.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { openCatalog } from '../../src/store/catalog.ts';
import { pass } from './pass.ts';
import { type ExpectedComparison, HOUR, inOrder, plannedWrites, World } from './week-world.ts';

const DAYS = 7;
const START = Date.UTC(2026, 9, 23);

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** A pass in a process of its own, killed at a random moment; how long it took where it had ended by itself before, else null. */
function killedPass(config: string, at_ms: number, after_ms: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const script = join(packageRoot(), 'test', 'scenario', 'pass.ts');
    const child = spawn(process.execPath, [script, config, String(at_ms)], { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), after_ms);
    child.on('error', reject);
    child.on('exit', (_, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL' ? null : performance.now() - start);
    });
  });
}

export async function simulateWeek(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-week-'));
  try {
    const world = new World(folder);
    const config = await world.begin();
    const writes = plannedWrites(START, DAYS, random);
    const end = START + (DAYS + 4) * 24 * HOUR;
    let next = 0;
    let kills = 0;
    let pass_ms = 1_300;
    let jumps = 0;
    for (let at = START + HOUR; at <= end; ) {
      for (; next < writes.length && (writes[next]?.at_ms ?? 0) <= at; next += 1)
        await world.write(writes[next] as never);
      const isKilled = random() < 0.12;
      if (isKilled) {
        const took_ms = await killedPass(config, at, random() * pass_ms);
        if (took_ms === null) kills += 1;
        else pass_ms = took_ms; // so that most kills hit, however fast the machine is
      }
      // The clock of the machine may be wrong for a pass, in either direction.
      const jump = !isKilled && random() < 0.06 ? (random() < 0.5 ? -2 * HOUR : 2 * HOUR) : 0;
      if (jump !== 0) jumps += 1;
      await pass(config, at + jump);
      world.looked(at + jump);
      const draw = random();
      at += draw < 0.03 ? Math.floor((9 + random() * 20) * HOUR) : Math.floor((0.8 + random() * 2.4) * HOUR);
    }
    await pass(config, end + HOUR);
    world.looked(end + HOUR);

    const catalog = openCatalog(join(folder, 'store', 'catalog.db'), { read_only: true });
    const slots = catalog.slots(10_000);
    const compared = allComparisons(catalog, world.expected());
    const unanalysed = catalog.unassignedSegments();
    catalog.close();
    expect(compared.toSorted(inOrder)).toEqual(world.expected());
    expect(slots.filter(({ state }) => state !== 'committed')).toEqual([]);
    expect(unanalysed).toEqual([]);
    const verified = await runVerify(await loadConfig(config), true, {
      now: () => new Date(end + HOUR),
      onJob: () => {},
    });
    expect(verified.losses).toEqual([]);
    expect(verified.troubles).toEqual([]);
    expect(verified.waiting).toBe(0);
    expect(verified.pairs).toBeGreaterThan(70);
    expect(kills, 'passes that were killed').toBeGreaterThan(0);
    expect(jumps, 'jumps of the clock').toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Everything that was ever compared of the partitions that the model knows. */
function allComparisons(
  catalog: ReturnType<typeof openCatalog>,
  expected: readonly ExpectedComparison[],
): ExpectedComparison[] {
  const partitions = new Set(expected.map(({ job, key }) => JSON.stringify([job, key])));
  return [...partitions].flatMap((place) => {
    const [job, key] = JSON.parse(place) as [string, string];
    return catalog.comparisonsOf(job, 'migration', key, 1_000).map(({ landings, outcome }) => ({
      job,
      key,
      production: landings.production?.sequence ?? null,
      shadow: landings.shadow?.sequence ?? null,
      outcome: outcome as ExpectedComparison['outcome'],
    }));
  });
}
