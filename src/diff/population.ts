/** The rows that causes are held against: every row that differs, and of the others those that are kept. */
import { valueName } from '../compare/column-plan.ts';
import { keptRows } from '../compare/kept-rows.ts';
import { mapSides, mapSidesInOrder, type Side, type Sided } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, join, type Sql, sql } from '../sql/sql.ts';

export interface Population {
  /** With `file`, `row` and v<i> of the columns that were kept. */
  readonly queries: Sided<Sql>;
  readonly rows: Sided<bigint>;
}

/** Of one part that holds them all; `kept`: how many rows that are. */
export function populationOfOnePart(kept: Sided<bigint>): Population {
  return { queries: { production: keptRows('production'), shadow: keptRows('shadow') }, rows: kept };
}

/** Of several parts, of which only the last one's rows are kept; `columns`: numbers of the columns that were. */
export async function populationOfParts(engine: Engine, columns: readonly number[]): Promise<Population> {
  const queries = mapSides({ production: null, shadow: null }, (_, side) => rowsOfParts(side, columns));
  const rows = await mapSidesInOrder(queries, async (side) => {
    const { rows: counted } = await engine.run(query('compare/row-count', { side }));
    return BigInt(String(counted[0]?.[0]));
  });
  return { queries, rows };
}

function rowsOfParts(side: Side, columns: readonly number[]): Sql {
  const prefix = side === 'production' ? 'p' : 's';
  const values = (cell: (i: number) => Sql): Sql => (columns.length === 0 ? sql`0` : join(columns.map(cell)));
  return query('diff/population', {
    rows: ident(`${side}_rows`),
    only_in_side: ident(`only_in_${side}`),
    file: ident(`${side}_file`),
    row: ident(`${side}_row`),
    values: values(valueName),
    changed_values: values((i) => sql`c.${ident(`${prefix}${i}`)}`),
    one_sided_values: values((i) => sql`o.${valueName(i)}`),
  });
}
