/** Row differences to show: few, and chosen to differ from each other. They come out of the tables of the diff, not out of another scan. */
import type { ColumnPlan } from '../compare/column-plan.ts';
import { valueName } from '../compare/column-plan.ts';
import type { CellText, RowExample, RowKind } from '../core/difference.ts';
import type { Side } from '../core/side.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import type { PairCounts } from './row-pairs.ts';

/** An example with the number of its pair in `changed_rows`, so that its cause can be looked up; null for one-sided rows. */
export interface PickedExample extends RowExample {
  readonly pair: bigint | null;
}

/** At most `limit` examples, shared evenly by the kinds of row difference that occur; changed rows first. */
export async function pickExamples(
  engine: Engine,
  plan: ColumnPlan,
  counts: PairCounts,
  limit: number,
): Promise<readonly PickedExample[]> {
  const kinds = (['changed', 'only_in_production', 'only_in_shadow'] as const).filter((kind) => counts[kind] > 0n);
  if (kinds.length === 0 || limit < 1) return [];
  const share = Math.max(1, Math.floor(limit / kinds.length));
  const examples: PickedExample[] = [];
  for (const kind of kinds) {
    examples.push(
      ...(kind === 'changed' ? await pickChanged(engine, plan, share) : await pickOneSided(engine, plan, kind, share)),
    );
  }
  return examples.slice(0, limit);
}

async function pickChanged(engine: Engine, plan: ColumnPlan, limit: number): Promise<readonly PickedExample[]> {
  const flags = plan.columns.map((_, i) => ident(`d${i}`));
  const picked = await pick(engine, sql`changed_rows`, sql`pair`, sql`hash(${join(flags)})`, sql`pair`, limit);
  if (picked.length === 0) return [];
  const cells = plan.columns.flatMap((_, i) => [text(ident(`p${i}`)), text(ident(`s${i}`)), ident(`d${i}`)]);
  const { rows } = await engine.run(query('diff/changed-cells', { cells: join(cells), picked: join(picked) }));
  return rows.map((row) => {
    const cell = (i: number, part: number): EngineValue => row[5 + 3 * i + part] ?? null;
    return {
      kind: 'changed',
      pair: BigInt(String(row[0])),
      places: {
        production: { file: Number(row[1]), row: BigInt(String(row[2])) },
        shadow: { file: Number(row[3]), row: BigInt(String(row[4])) },
      },
      key: plan.key.map((i) => ({ column: plan.columns[i]?.name ?? '', value: cell(i, 0) as CellText })),
      cells: plan.columns.flatMap((column, i) =>
        cell(i, 2) === true
          ? [{ column: column.name, production: cell(i, 0) as CellText, shadow: cell(i, 1) as CellText }]
          : [],
      ),
    };
  });
}

async function pickOneSided(
  engine: Engine,
  plan: ColumnPlan,
  kind: Exclude<RowKind, 'changed'>,
  limit: number,
): Promise<readonly PickedExample[]> {
  const side: Side = kind === 'only_in_production' ? 'production' : 'shadow';
  const table = ident(kind);
  const picked = await pick(engine, table, sql`[CAST("file" AS BIGINT), "row"]`, sql`twin`, sql`"file", "row"`, limit);
  if (picked.length === 0) return [];
  const cells = plan.columns.map((_, i) => text(valueName(i)));
  const columns = cells.length === 0 ? sql`NULL` : join(cells);
  const { rows } = await engine.run(
    query('diff/one-sided-cells', { cells: columns, rows: table, picked: join(picked) }),
  );
  return rows.map((row) => {
    const cell = (i: number): CellText => (row[2 + i] ?? null) as CellText;
    const place = { file: Number(row[0]), row: BigInt(String(row[1])) };
    return {
      kind,
      pair: null,
      places: { production: side === 'production' ? place : null, shadow: side === 'shadow' ? place : null },
      key: plan.key.map((i) => ({ column: plan.columns[i]?.name ?? '', value: cell(i) })),
      cells: plan.columns.flatMap((column, i) =>
        plan.key.includes(i)
          ? []
          : [
              {
                column: column.name,
                production: side === 'production' ? cell(i) : null,
                shadow: side === 'shadow' ? cell(i) : null,
              },
            ],
      ),
    };
  });
}

/** Places of the picked rows as SQL: pair numbers, or `(file, row)` pairs. */
async function pick(
  engine: Engine,
  rows: Sql,
  place: Sql,
  pattern: Sql,
  order: Sql,
  limit: number,
): Promise<readonly Sql[]> {
  const picked = await engine.run(query('diff/pick', { rows, place, pattern, order }, { limit: BigInt(limit) }));
  return picked.rows.map(([found]) => {
    if (!Array.isArray(found)) return integer(BigInt(String(found)));
    const [file, row] = found;
    return sql`(${integer(BigInt(String(file)))}, ${integer(BigInt(String(row)))})`;
  });
}

function text(expression: Sql): Sql {
  return sql`CAST(${expression} AS VARCHAR)`;
}
