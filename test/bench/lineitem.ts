/** A table like TPC-H's lineitem, 16 columns, as Parquet; the shadow holds the same rows in another order. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { integer, sql, value } from '../../src/sql/sql.ts';

const FOLDER = join(packageRoot(), '.bench');

export async function lineitem(rowCount: number): Promise<{ readonly production: string; readonly shadow: string }> {
  const paths = {
    production: join(FOLDER, `production-${rowCount}.parquet`),
    shadow: join(FOLDER, `shadow-${rowCount}.parquet`),
  };
  if (existsSync(paths.production) && existsSync(paths.shadow)) return paths;
  await mkdir(FOLDER, { recursive: true });
  const engine = await openDuckdb({ files: [], spill: FOLDER, threads: 2, memory_bytes: null });
  await engine.run(sql`
    COPY (
      SELECT i // 4 AS l_orderkey, hash(i * 3) % 200000 AS l_partkey, hash(i * 5) % 10000 AS l_suppkey,
        CAST(i % 4 AS INTEGER) AS l_linenumber, CAST(hash(i * 7) % 50 AS DECIMAL(15, 2)) AS l_quantity,
        CAST(hash(i * 11) % 10000000 / 100 AS DECIMAL(15, 2)) AS l_extendedprice,
        CAST(hash(i * 13) % 11 / 100 AS DECIMAL(15, 2)) AS l_discount, CAST(hash(i * 17) % 9 / 100 AS DECIMAL(15, 2)) AS l_tax,
        ['A', 'N', 'R'][1 + CAST(hash(i * 19) % 3 AS INTEGER)] AS l_returnflag,
        ['O', 'F'][1 + CAST(hash(i * 23) % 2 AS INTEGER)] AS l_linestatus,
        DATE '1992-01-01' + CAST(hash(i * 29) % 2500 AS INTEGER) AS l_shipdate,
        DATE '1992-01-01' + CAST(hash(i * 31) % 2500 AS INTEGER) AS l_commitdate,
        DATE '1992-01-01' + CAST(hash(i * 37) % 2500 AS INTEGER) AS l_receiptdate,
        ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'][1 + CAST(hash(i * 41) % 4 AS INTEGER)] AS l_shipinstruct,
        ['TRUCK', 'MAIL', 'SHIP', 'AIR', 'RAIL'][1 + CAST(hash(i * 43) % 5 AS INTEGER)] AS l_shipmode,
        'comment ' || CAST(hash(i * 47) AS VARCHAR) AS l_comment
      FROM range(${integer(rowCount)}) AS t(i)
    ) TO ${value(paths.production)} (FORMAT parquet, COMPRESSION zstd)`);
  await engine.run(sql`
    COPY (SELECT * FROM read_parquet(${value([paths.production])}) ORDER BY hash(l_orderkey), l_linenumber)
    TO ${value(paths.shadow)} (FORMAT parquet, COMPRESSION zstd)`);
  await engine.close();
  return paths;
}
