/** The real pairs as tables of partitions, as text: each partition is paired by its key and compared, as `diff --by-partition` does it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pairPartitions } from '../../src/analyze/pair-partitions.ts';
import type { Landing } from '../../src/core/landing.ts';
import { parsePartitionKey } from '../../src/core/partition-key.ts';
import { mapSides, mapSidesInOrder, type Side, type Sided } from '../../src/core/side.ts';
import { sql, trustedExpression, value } from '../../src/sql/sql.ts';
import { analyzeHere } from './analyze-here.ts';
import { withEngineIn } from './parquet-writer.ts';
import { type PartitionCounts, realPairs, textFiles } from './real-pairs.ts';

const parted = realPairs.flatMap((pair) => {
  const { by_partition } = pair.expected;
  return by_partition === undefined ? [] : [{ ...pair, by_partition }];
});

describe.skipIf(parted.length === 0)('real pairs by partition', () => {
  test.each(parted)('$name: the partitions that differ are those of the independent program', async (pair) => {
    const place = await mkdtemp(join(tmpdir(), 'shadowcheck-parted-'));
    try {
      const { in_both, missing_in_shadow, content_mismatch, mismatching } = pair.by_partition;
      const pairs = await writeTables(pair, place);
      expect(pairs).toHaveLength(in_both + missing_in_shadow);
      // Of many partitions the first of those that differ are listed: the others are not looked at.
      const isListed = mismatching.length === content_mismatch;
      const names = new Set(mismatching.map(({ partition }) => partition));
      const found: PartitionCounts[] = [];
      for (const pair of pairs) if (isListed || names.has(pair.partition)) found.push(await countsOf(pair));
      expect(found.filter(({ only_production, only_shadow }) => only_production + only_shadow > 0)).toEqual(
        inOrder(mismatching),
      );
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  });
});

interface PartedPair {
  readonly partition: string | null;
  readonly landings: Sided<Landing>;
  readonly columns: readonly string[];
}

/** Both sides as a folder a partition, paired. Columns are those that stand on both sides. */
async function writeTables(pair: (typeof parted)[number], place: string): Promise<readonly PartedPair[]> {
  const files = textFiles(pair);
  const landings = mapSides(files, (_, side) => landingAt(side, join(place, side)));
  const level = trustedExpression(pair.by_partition.sql);
  const names = await withEngineIn(
    place,
    (engine) =>
      mapSidesInOrder(files, async (file, side) => {
        const from = sql`FROM read_parquet(${value(file)})`;
        const folder = value(landings[side].location);
        // A table without rows is a folder without partitions.
        await mkdir(landings[side].location);
        await engine.run(
          sql`COPY (SELECT *, ${level} AS part ${from}) TO ${folder} (FORMAT parquet, PARTITION_BY (part), OVERWRITE_OR_IGNORE)`,
        );
        return (await engine.describe(sql`SELECT * ${from}`)).map(({ name }) => name);
      }),
    Object.values(files),
  );
  const columns = names.production.filter((name) => names.shadow.includes(name));
  return (await pairPartitions(landings)).map(({ partition_key, landings }) => ({
    partition: parsePartitionKey(partition_key)?.levels[0]?.value ?? null,
    landings,
    columns,
  }));
}

function landingAt(side: Side, location: string): Landing {
  return { side, location, system: null, build: null, landed: { marker: null }, format: null };
}

async function countsOf({ partition, landings, columns }: PartedPair): Promise<PartitionCounts> {
  const places = mapSides(landings, ({ location }) => ({ path: location, format: null }));
  const { production, shadow, rows, ...report } = await analyzeHere(places, { columns });
  if (report.inconclusive_reason === 'shadow_missing') {
    // Nothing is compared where one side is not there; what stands on the other is read by itself.
    const alone = await analyzeHere({ production: places.production, shadow: places.production }, { columns });
    const count = alone.production.row_count ?? 0;
    return { partition, rows_production: count, rows_shadow: 0, only_production: count, only_shadow: 0 };
  }
  const { changed, only_in_production, only_in_shadow } = rows ?? {
    changed: 0,
    only_in_production: 0,
    only_in_shadow: 0,
  };
  return {
    partition,
    rows_production: production.row_count ?? 0,
    rows_shadow: shadow.row_count ?? 0,
    only_production: changed + only_in_production,
    only_shadow: changed + only_in_shadow,
  };
}

function inOrder(list: readonly PartitionCounts[]): readonly PartitionCounts[] {
  const name = ({ partition }: PartitionCounts): string => partition ?? HIVE_NULL;
  return list.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}

/** As the folder of rows without a value is called. */
const HIVE_NULL = '__HIVE_DEFAULT_PARTITION__';
