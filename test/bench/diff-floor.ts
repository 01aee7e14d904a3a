/** `diff` on two matching files against the floor: one scan of both sides, `sum(hash(all columns))`, the same threads. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyzePair } from '../../src/analyze/analyze-pair.ts';
import { PLAIN_SPEC } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { ident, join as joinSql, sql, value } from '../../src/sql/sql.ts';
import { lineitem } from './lineitem.ts';
import type { Measured } from './main.ts';
import { median, timed } from './median.ts';
import { requestFor } from './request.ts';

const ROWS = 5_000_000;
const ROUNDS = 7;
const ALLOWED = 1.5;

export async function diffAtTheFloor(): Promise<readonly Measured[]> {
  const paths = await lineitem(ROWS);
  const spill = await mkdtemp(join(tmpdir(), 'shadowcheck-bench-'));
  const request = requestFor(paths, { ...PLAIN_SPEC, key: ['l_orderkey', 'l_linenumber'] }, spill);
  const floor = async (): Promise<void> => {
    const engine = await openDuckdb({ files: Object.values(paths), spill: null, threads: 2, memory_bytes: null });
    const columns = await engine.describe(sql`SELECT * FROM read_parquet(${value([paths.production])})`);
    const all = joinSql(columns.map(({ name }) => ident(name)));
    for (const path of Object.values(paths))
      await engine.run(sql`SELECT sum(hash(${all})) FROM read_parquet(${value([path])})`);
    await engine.close();
  };
  const diff = async (): Promise<void> => {
    const report = await analyzePair(request, { openEngine: openDuckdb, now_ms: () => performance.now() });
    if (report.outcome !== 'match') throw new Error(`the pair must match, and is ${report.outcome}`);
  };
  await floor();
  await diff();
  const floors: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const atFloor = await timed(floor);
    floors.push(atFloor);
    ratios.push((await timed(diff)) / atFloor);
  }
  await rm(spill, { recursive: true, force: true });
  const ratio = median(ratios);
  return [
    {
      work: `diff, matching, ${ROWS / 1e6} M rows × 16 columns, 2 threads`,
      figure: `${ratio.toFixed(2)} × floor (${median(floors).toFixed(0)} ms)`,
      allowed: `${ALLOWED} ×`,
      holds: ratio <= ALLOWED,
    },
  ];
}
