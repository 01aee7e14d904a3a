/** Two tables as Parquet files, made by SELECT statements, opened as `diff` opens them. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ColumnPlan, planColumns } from '../../src/compare/column-plan.ts';
import { sideQuery } from '../../src/compare/side-query.ts';
import { mapSides, mapSidesInOrder, type Side, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { pinLanding } from '../../src/partition/pin.ts';
import { openSide, type SideTable } from '../../src/partition/side-table.ts';
import { ident, type Sql, sql, trustedExpression, value } from '../../src/sql/sql.ts';

export interface OpenedPair {
  readonly engine: Engine;
  readonly tables: Sided<SideTable>;
  readonly plan: ColumnPlan;
  readonly rows: Sided<Sql>;
  readonly counts: Sided<bigint>;
  /** Rows with v0, v1, … and these expressions as x0, x1, … */
  readonly rowsOf: (side: Side, extra: readonly Sql[]) => Sql;
}

export async function withPair<T>(
  production: string,
  shadow: string,
  look: (pair: OpenedPair) => Promise<T>,
  spec: Partial<Spec> = {},
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-infer-'));
  const engine = await openDuckdb({ files: [], spill: folder, threads: 2, memory_bytes: null });
  try {
    const tables = await mapSidesInOrder({ production, shadow }, async (select, side) => {
      const location = join(folder, side);
      await mkdir(location);
      const path = value(join(location, 'rows.parquet'));
      await engine.run(sql`COPY ${trustedExpression(select)} TO ${path} (FORMAT parquet)`);
      const landed = { marker: null };
      return openSide(
        engine,
        await pinLanding({ side, location, system: null, build: null, landed, format: null }),
        folder,
      );
    });
    const plan = planColumns(
      mapSides(tables, ({ columns }) => columns),
      { ...PLAIN_SPEC, ...spec },
    );
    const rowsOf = (side: Side, extra: readonly Sql[] = []): Sql =>
      sideQuery(
        side,
        tables[side],
        plan,
        { where: null, sample: null },
        extra.map((expression, i) => ({ name: ident(`x${i}`), expression })),
      );
    return await look({
      engine,
      tables,
      plan,
      rows: mapSides(tables, (_, side) => rowsOf(side)),
      counts: mapSides(tables, ({ row_count_hint }) => row_count_hint),
      rowsOf,
    });
  } finally {
    await engine.close();
    await rm(folder, { recursive: true });
  }
}
