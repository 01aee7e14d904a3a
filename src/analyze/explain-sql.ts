/** The SQL that a comparison would run, by what it is for, without running it; only schemas are read. */

import { bucketingOf, bucketSums } from '../compare/buckets.ts';
import { planColumns } from '../compare/column-plan.ts';
import { sideQuery } from '../compare/side-query.ts';
import { mapSides, mapSidesInOrder, SIDES, type Side } from '../core/side.ts';
import { type Engine, EngineError, type OpenEngine } from '../engine/engine.ts';
import { pinLanding } from '../partition/pin.ts';
import { openSide, readablePaths } from '../partition/side-table.ts';
import { printSql, type Sql } from '../sql/sql.ts';
import { mappedColumns } from './filter-trouble.ts';
import { rowFilters } from './pair-reading.ts';
import type { AnalysisRequest } from './request.ts';
import { makeSpillFolder } from './spill-folder.ts';
import { userSqlTrouble } from './user-sql.ts';

export async function explainSql(
  request: AnalysisRequest,
  openEngine: OpenEngine,
): Promise<Readonly<Record<string, string>>> {
  const pinned = await mapSidesInOrder(request.landings, (landing) => pinLanding(landing));
  await makeSpillFolder(request.spill);
  const engine = await openEngine({
    files: SIDES.flatMap((side) => readablePaths(pinned[side], request.spill)),
    spill: request.spill,
    threads: request.threads,
    memory_bytes: request.memory_bytes,
  });
  try {
    const tables = await mapSidesInOrder(pinned, (landing) => openSide(engine, landing, request.spill));
    const plan = planColumns(await mappedColumns(engine, tables, request.spec), request.spec);
    const filters = await rowFilters(engine, request.spec);
    const bucketing = bucketingOf(
      plan,
      mapSides(tables, ({ row_count_hint }) => row_count_hint),
    );
    const printed: Record<string, string> = {};
    for (const side of SIDES) {
      const rows = sideQuery(side, tables[side], plan, filters[side]);
      await requireBound(engine, rows, request.spec.where[side], side);
      printed[`${side}: rows`] = printSql(rows);
      printed[`${side}: fingerprint`] = printSql(bucketSums(plan, side, rows, bucketing));
    }
    return printed;
  } finally {
    await engine.close();
  }
}

/** A condition over columns that are not there is told here already, as the comparison would tell it. */
async function requireBound(engine: Engine, rows: Sql, where: string | null, side: Side): Promise<void> {
  try {
    await engine.describe(rows);
  } catch (error) {
    if (where === null || !(error instanceof EngineError)) throw error;
    throw userSqlTrouble(error, { code: 'expression_failed', text: where, place: side }) ?? error;
  }
}
