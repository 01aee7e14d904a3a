/** The SQL that a comparison would run, by what it is for, without running it; only schemas are read. */
import { mkdir } from 'node:fs/promises';
import { planColumns } from '../compare/column-plan.ts';
import { hashedRows } from '../compare/kept-rows.ts';
import { sideQuery } from '../compare/side-query.ts';
import { mapSides, mapSidesInOrder, SIDES } from '../core/side.ts';
import type { OpenEngine } from '../engine/engine.ts';
import { pinLanding } from '../partition/pin.ts';
import { openSide, readablePaths } from '../partition/side-table.ts';
import { query } from '../sql/query-file.ts';
import { ident, printSql } from '../sql/sql.ts';
import { rowFilters } from './analyze-pair.ts';
import type { AnalysisRequest } from './request.ts';

export async function explainSql(
  request: AnalysisRequest,
  openEngine: OpenEngine,
): Promise<Readonly<Record<string, string>>> {
  const pinned = await mapSidesInOrder(request.landings, (landing) => pinLanding(landing));
  await mkdir(request.spill, { recursive: true, mode: 0o700 });
  const engine = await openEngine({
    files: SIDES.flatMap((side) => readablePaths(pinned[side], request.spill)),
    spill: request.spill,
    threads: request.threads,
    memory_bytes: request.memory_bytes,
  });
  try {
    const tables = await mapSidesInOrder(pinned, (landing) => openSide(engine, landing, request.spill));
    const plan = planColumns(
      mapSides(tables, ({ columns }) => columns),
      request.spec,
    );
    const filters = await rowFilters(engine, request);
    return Object.fromEntries(
      SIDES.flatMap((side) => {
        const rows = sideQuery(side, tables[side], plan, filters[side]);
        const buckets = query('compare/buckets', {
          target: ident(`${side}_bucket`),
          hashed: hashedRows(plan, side, rows),
        });
        return [
          [`${side}: rows`, printSql(rows)],
          [`${side}: fingerprint`, printSql(buckets)],
        ];
      }),
    );
  } finally {
    await engine.close();
  }
}
