/** A table of 200 columns as Parquet files; 1 % of the shadow's rows differ in three columns. */
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { ident, integer, join, type Sql, sql } from '../../src/sql/sql.ts';
import { cachedFile } from './cached-file.ts';
import type { ExpectedRows } from './lineitem.ts';
import { drawn } from './lineitem-rows.ts';

const COLUMNS = 199;
/** Prime: multiplying by it permutes any smaller number of rows. */
const STRIDE = 2_654_435_761;
const CHANGED = sql`${drawn('changed', 100)} = 0`;

export const WIDE_SPEC: Spec = { ...PLAIN_SPEC, key: ['id'] };

export async function wideTable(rows: number): Promise<{ readonly production: string; readonly shadow: string }> {
  const size_bytes = rows * 600;
  return {
    production: await cachedFile(`wide-${rows}-production`, () => wideRows(rows, sql`i`, sql``), size_bytes),
    shadow: await cachedFile(
      `wide-${rows}-shadow`,
      () =>
        wideRows(
          rows,
          sql`i * ${integer(STRIDE)} % ${integer(rows)}`,
          sql`REPLACE (
            CASE WHEN ${CHANGED} THEN column_15 + 1 ELSE column_15 END AS column_15,
            CASE WHEN ${CHANGED} THEN concat(column_79, ' ') ELSE column_79 END AS column_79,
            CASE WHEN ${CHANGED} THEN column_150 - 1 ELSE column_150 END AS column_150)`,
        ),
      size_bytes,
    ),
  };
}

export async function expectedWideRows(rows: number): Promise<ExpectedRows> {
  const engine = await openDuckdb({ files: [], spill: null, threads: 2, memory_bytes: null });
  const answer = await engine.run(sql`SELECT count(*) FILTER (${CHANGED}) FROM range(${integer(rows)}) AS t(n)`);
  await engine.close();
  return { changed: Number(answer.rows[0]?.[0]), agreed: 0, only_in_production: 0, only_in_shadow: 0 };
}

function wideRows(rows: number, number: Sql, replaced: Sql): Sql {
  const columns = Array.from({ length: COLUMNS }, (_, i) => sql`${columnAt(i)} AS ${ident(`column_${i}`)}`);
  return sql`
    SELECT * EXCLUDE (n) ${replaced}
    FROM (SELECT n, n AS id, ${join(columns)} FROM (SELECT ${number} AS n FROM range(${integer(rows)}) AS t(i)))`;
}

/** Six types in turn. */
function columnAt(i: number): Sql {
  const draw = (below: number): Sql => drawn(`column ${i}`, below);
  switch (i % 6) {
    case 0:
      return sql`DATE '2020-01-01' + CAST(${draw(2000)} AS INTEGER)`;
    case 1:
      return sql`concat('text ', ${draw(5000)})`;
    case 2:
      return sql`CAST(${draw(100_000)} * 0.01 AS DECIMAL(12, 2))`;
    case 3:
      return sql`CAST(${draw(1000)} AS INTEGER)`;
    case 4:
      return sql`CASE WHEN ${draw(20)} > 0 THEN ${draw(10_000)} / 7 END`;
    default:
      return sql`${draw(2)} = 0`;
  }
}
