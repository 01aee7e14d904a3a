/**
 * One piece of work in a process of its own, so that its peak of resident memory is its own:
 * `node measured-process.ts <work as JSON>` prints what came of it as JSON. The time is that of the work, from opening an
 * engine to closing it; starting Node and loading the sources is left out for all alike.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ident, join as joinSql, type Sql, sql, value } from '../../src/sql/sql.ts';
import { compareRequest } from './compare-request.ts';
import type { MeasuredWork, WorkResult } from './measure-work.ts';
import { requestFor } from './request.ts';

type Found = Omit<WorkResult, 'ms' | 'peak_bytes'>;

/** The floor: one scan of both sides. */
async function scan({ paths }: MeasuredWork, engine: Engine): Promise<Found> {
  for (const path of [paths.production, paths.shadow]) {
    await engine.run(sql`SELECT sum(hash(*COLUMNS(*))) FROM ${table(path)}`);
  }
  return NOTHING_FOUND;
}

/** What a user would write: rows of one key side by side, and those kept that differ in any column. */
async function fullJoin({ paths, spec }: MeasuredWork, engine: Engine): Promise<Found> {
  const columns = await engine.describe(sql`SELECT * FROM ${table(paths.production)}`);
  const both = (name: string): readonly [Sql, Sql] => [ident('production', name), ident('shadow', name)];
  const equal = spec.key.map(both).map(([one, other]) => sql`${one} = ${other}`);
  const differing = columns.map(({ name }) => both(name)).map(([one, other]) => sql`${one} IS DISTINCT FROM ${other}`);
  const { rows } = await engine.run(sql`
    SELECT * FROM ${table(paths.production)} AS production FULL JOIN ${table(paths.shadow)} AS shadow ON ${joinSql(equal, ' AND ')}
    WHERE ${joinSql(differing, ' OR ')}`);
  return { ...NOTHING_FOUND, row_count: rows.length };
}

/** The other thing that a user would write. */
async function exceptAll({ paths }: MeasuredWork, engine: Engine): Promise<Found> {
  const [production, shadow] = [
    sql`SELECT * FROM ${table(paths.production)}`,
    sql`SELECT * FROM ${table(paths.shadow)}`,
  ];
  const { rows } = await engine.run(sql`
    (SELECT 'production', * FROM (${production} EXCEPT ALL ${shadow})) UNION ALL (SELECT 'shadow', * FROM (${shadow} EXCEPT ALL ${production}))`);
  return { ...NOTHING_FOUND, row_count: rows.length };
}

/** `diff`, all of it: from looking for the files to the printed report. */
async function loadDiff(): Promise<(work: MeasuredWork, spill: string) => Promise<Found>> {
  const { analyzePair } = await import('../../src/analyze/analyze-pair.ts');
  const { reportFormats } = await import('../../src/report/registry.ts');
  const text = reportFormats.find(({ id }) => id === 'text');
  if (text === undefined) throw new Error('no report format for a terminal');
  return async ({ paths, spec, threads, memory_bytes }, spill) => {
    const started: { readonly step: string; readonly at: number }[] = [];
    const begin = (step: string): void => {
      started.push({ step, at: performance.now() });
    };
    const limits = { threads, memory_bytes: memory_bytes === null ? null : BigInt(memory_bytes) };
    const report = await analyzePair(
      { ...requestFor(paths, spec, spill), ...limits },
      { openEngine: openDuckdb, now_ms: () => performance.now(), onStep: begin },
    );
    begin('reporting');
    const printed = text.pair(report, { back_href: null, history: null, color: false, width: 100 });
    if (printed.length === 0) throw new Error('an empty report');
    const end = performance.now();
    const { outcome, detail, rows } = report;
    const parts = started.map(({ step, at }, i) => ({ step, ms: (started[i + 1]?.at ?? end) - at }));
    return { row_count: null, parts, outcome: detail === null ? outcome : `${outcome}: ${detail}`, rows };
  };
}

/** What is done for every pair that landed: same or not, and no more. */
async function loadCompare(): Promise<(work: MeasuredWork, spill: string) => Promise<Found>> {
  const { compareBatch } = await import('../../src/detect/compare-pair.ts');
  return async ({ paths, spec, threads, memory_bytes }, spill) => {
    const requests = [compareRequest('pair', paths, spec)];
    const limits = { threads, memory_bytes: memory_bytes === null ? null : BigInt(memory_bytes) };
    const effects = { openEngine: openDuckdb, now_ms: () => performance.now() };
    const [result] = await compareBatch({ requests, spill, ...limits }, effects);
    return { ...NOTHING_FOUND, outcome: result?.outcome ?? null };
  };
}

const NOTHING_FOUND: Found = { row_count: null, parts: [], outcome: null, rows: null };

function table(path: string): Sql {
  return sql`read_parquet(${value([path])})`;
}

/** The work with everything loaded that it needs, ready to be timed. */
async function load({ kind }: MeasuredWork): Promise<(work: MeasuredWork, spill: string) => Promise<Found>> {
  if (kind === 'diff') return loadDiff();
  if (kind === 'compare') return loadCompare();
  return async (work, spill) => {
    // What a user would write has all the memory of the machine, and may spill.
    const { threads } = work;
    const engine = await openDuckdb({ files: Object.values(work.paths), spill, threads, memory_bytes: null });
    try {
      return await { scan, full_join: fullJoin, except_all: exceptAll }[kind](work, engine);
    } finally {
      await engine.close();
    }
  };
}

/** Of this process since it began, as the kernel keeps it. What `getrusage` tells may be the parent's, before `exec`. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('the kernel does not tell the peak of resident memory');
  return Number(kilobytes) * 1024;
}

const work = JSON.parse(process.argv[2] ?? '') as MeasuredWork;
const spill = await mkdtemp(join(tmpdir(), 'shadowcheck-bench-'));
try {
  const run = await load(work);
  const start = performance.now();
  const found = await run(work, spill);
  const ms = performance.now() - start;
  console.log(JSON.stringify({ ...found, ms, peak_bytes: peakBytes() } satisfies WorkResult));
} finally {
  await rm(spill, { recursive: true, force: true });
}
