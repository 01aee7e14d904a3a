/** Two tables made by SQL, compared and diffed as small or as large sides whatever they hold, with memory as wanted. */
import { planColumns } from '../../src/compare/column-plan.ts';
import { compareSides } from '../../src/compare/compare.ts';
import { KEPT_ROWS_MAX } from '../../src/compare/kept-rows.ts';
import { sideQuery } from '../../src/compare/side-query.ts';
import { mapSides, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { type DiffResult, diffRows } from '../../src/diff/diff.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ident, sql, trustedExpression } from '../../src/sql/sql.ts';

export interface Size {
  readonly large: boolean;
  /** The engine's, as it is told; null for none. */
  readonly memory_bytes: bigint | null;
}

/** Rows are read once for the buckets, and again in parts of a few rows. */
export const LARGE_IN_PARTS: Size = { large: true, memory_bytes: 6_000n };

/** `tables`: a SELECT for each side. */
export async function diffQueries(
  engine: Engine,
  tables: Sided<string>,
  spec: Partial<Spec>,
  { large, memory_bytes }: Size,
): Promise<DiffResult> {
  const columns = {
    production: await load(engine, 'production', tables),
    shadow: await load(engine, 'shadow', tables),
  };
  const plan = planColumns(
    mapSides(columns, (list) => list.map((column) => ({ ...column, expression: ident(column.name) }))),
    { ...PLAIN_SPEC, ...spec },
  );
  const queries = mapSides(columns, (_, side) =>
    sideQuery(side, { from: ident(`${side}_table`), file: sql`0`, row: sql`rowid` }, plan, {
      where: null,
      sample: null,
    }),
  );
  const rows = large ? KEPT_ROWS_MAX + 1n : 0n;
  const options = { row_counts: { production: rows, shadow: rows }, memory_bytes };
  const read = await compareSides(engine, plan, queries, options, (_, work) => work());
  const limits = { examples: 20, memory_bytes };
  return diffRows(engine, plan, read.rows, read.comparison, limits);
}

async function load(engine: Engine, side: 'production' | 'shadow', tables: Sided<string>) {
  const target = ident(`${side}_table`);
  await engine.run(sql`CREATE OR REPLACE TEMP TABLE ${target} AS SELECT * FROM ${trustedExpression(tables[side])}`);
  const described = await engine.describe(sql`SELECT * FROM ${target}`);
  return described.map(({ name, type }) => ({ name, type }));
}
