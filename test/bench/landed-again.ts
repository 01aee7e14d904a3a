/**
 * A landed pair of 20 files a side that is compared again, as the comparing job does it: with one file written again, with
 * the whole shadow landed again, and with nothing changed on the disk. The first two are held against comparing the pair
 * from nothing, in turns; the last one goes through a worker that runs already, and is held against the clock.
 */
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapSides, type Side, type Sided } from '../../src/core/side.ts';
import { compareBatch } from '../../src/detect/compare-pair.ts';
import type { CompareRequest, CompareResult } from '../../src/detect/compare-request.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { createComparePool } from '../../src/service/compare-pool.ts';
import { integer, sql, value } from '../../src/sql/sql.ts';
import { compareRequest, requireMatch, SIDE_NAMES } from './compare-request.ts';
import { milliseconds, THREADS } from './diff-works.ts';
import { LINEITEM_SPEC, lineitem } from './lineitem.ts';
import type { Measured } from './main.ts';
import { median, timed } from './median.ts';
import { millions, ROWS } from './sizes.ts';

const FILES = 20;
const ROUNDS = 5;
const TRIES = 25;
const ALLOWED = { one_file: 0.15, one_side: 0.6, nothing_ms: 20 };

export async function landedAgain(): Promise<readonly Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-bench-'));
  try {
    const places = mapSides(SIDE_NAMES, (name) => join(folder, name));
    await writeFiles(places);
    return [...(await measureLandings(places, folder)), await measureNothing(places, folder)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureLandings(places: Sided<string>, folder: string): Promise<readonly Measured[]> {
  const request = compareRequest('large', places, LINEITEM_SPEC);
  const compare = async (asked: CompareRequest): Promise<CompareResult> => {
    const batch = { requests: [asked], threads: THREADS, memory_bytes: null, spill: join(folder, 'spill') };
    const [result] = await compareBatch(batch, { openEngine: openDuckdb, now_ms: () => performance.now() });
    return requireMatch(result);
  };
  const times = { whole: [] as number[], one_file: [] as number[], one_side: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    let seen: CompareResult | undefined;
    times.whole.push(
      await timed(async () => {
        seen = await compare(request);
      }),
    );
    const known = mapSides(requireMatch(seen).sides, ({ fingerprints }) => fingerprints);
    await landAgain(places.shadow, round);
    times.one_file.push(await timed(() => compare({ ...request, known })));
    for (let file = 0; file < FILES; file += 1) await landAgain(places.shadow, file);
    times.one_side.push(await timed(() => compare({ ...request, known })));
  }
  const line = (work: string, name: 'one_file' | 'one_side'): Measured => {
    const ratio = median(times[name].map((ms, i) => ms / (times.whole[i] ?? Number.NaN)));
    return {
      work: `${work}, ${FILES} files and ${millions(ROWS)} rows a side`,
      ours: milliseconds(median(times[name])),
      figure: `${ratio.toFixed(3)} × the whole of ${milliseconds(median(times.whole))}`,
      allowed: `${ALLOWED[name]} ×`,
      holds: ratio <= ALLOWED[name],
    };
  };
  return [
    line(`one file of ${FILES} landed again`, 'one_file'),
    line('production unchanged, shadow landed again', 'one_side'),
  ];
}

async function measureNothing(places: Sided<string>, folder: string): Promise<Measured> {
  const request = compareRequest('large', places, LINEITEM_SPEC);
  const pool = createComparePool({ size: 1, timeout_ms: 600_000, memory_bytes: 8e9 });
  const compare = async (asked: CompareRequest, number: number): Promise<CompareResult> => {
    const spill = join(folder, `spill-${number}`);
    const [result] = await pool.run({ requests: [asked], threads: THREADS, memory_bytes: null, spill });
    return requireMatch(result);
  };
  try {
    const known = mapSides((await compare(request, 0)).sides, ({ fingerprints }) => fingerprints);
    const times: number[] = [];
    for (let number = 1; number <= TRIES; number += 1) {
      times.push(await timed(() => compare({ ...request, known }, number)));
    }
    const ms = median(times);
    return {
      work: `the same pair again, nothing changed on the disk, ${FILES} files and ${millions(ROWS)} rows a side`,
      ours: `${ms.toFixed(1)} ms`,
      figure: `${ms.toFixed(1)} ms`,
      allowed: `${ALLOWED.nothing_ms} ms`,
      holds: ms <= ALLOWED.nothing_ms,
    };
  } finally {
    await pool.close();
  }
}

/** The same bytes as another file, as a job that ran again leaves them. */
async function landAgain(place: string, file: number): Promise<void> {
  const path = pathOf(place, file);
  await copyFile(path, `${path}.again`);
  await rename(`${path}.again`, path);
}

/** Production's files hold ranges of the key, the shadow's hold rows from anywhere, as two systems write them. */
async function writeFiles(places: Sided<string>): Promise<void> {
  const sources = await lineitem(ROWS);
  const rows = Math.ceil(ROWS / FILES);
  const engine = await openDuckdb({
    files: Object.values(sources),
    spill: join(places.production, '..'),
    threads: THREADS,
    memory_bytes: null,
  });
  for (const side of ['production', 'shadow'] as const satisfies readonly Side[]) {
    await mkdir(places[side]);
    for (let file = 0; file < FILES; file += 1) {
      await engine.run(sql`
        COPY (
          SELECT * FROM read_parquet(${value([sources[side]])})
          WHERE file_row_number >= ${integer(file * rows)} AND file_row_number < ${integer((file + 1) * rows)}
        ) TO ${value(pathOf(places[side], file))} (FORMAT parquet, COMPRESSION zstd)`);
    }
  }
  await engine.close();
}

function pathOf(place: string, file: number): string {
  return join(place, `part-${file}.parquet`);
}
