/** Columns that stand in folder names (`ds=2026-11-20/…`) and not in the files. */
import { relative, sep } from 'node:path';
import { parsePartitionLevel } from '../core/partition-key.ts';
import { join, type Sql, sql, value } from '../sql/sql.ts';

export interface PartitionColumn {
  readonly name: string;
  /** By file number; null for Hive's null partition, or where this file has no such level. */
  readonly values: readonly (string | null)[];
}

/** The levels between `base` and each file, in first-seen order. Of two levels of one name in a path the deeper one counts. */
export function partitionColumns(base: string, paths: readonly string[]): PartitionColumn[] {
  const columns = new Map<string, (string | null)[]>();
  for (const [i, path] of paths.entries()) {
    for (const folder of relative(base, path).split(sep).slice(0, -1)) {
      const level = parsePartitionLevel(folder);
      if (level === null) continue;
      let values = columns.get(level.column);
      if (values === undefined) {
        values = paths.map(() => null);
        columns.set(level.column, values);
      }
      values[i] = level.value;
    }
  }
  return [...columns].map(([name, values]) => ({ name, values }));
}

/** The column as an expression over the file number. One constant where all files agree, which a scan skips by. */
export function partitionValue({ values }: PartitionColumn, file: Sql): Sql {
  const [first = null] = values;
  if (values.every((one) => one === first)) return sql`CAST(${value(first)} AS VARCHAR)`;
  const list = join(values.map((one) => sql`CAST(${value(one)} AS VARCHAR)`));
  return sql`[${list}][CAST(${file} AS BIGINT) + 1]`;
}
