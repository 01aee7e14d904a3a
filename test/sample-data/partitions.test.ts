/** Reads the committed partitions back: the files themselves must differ by what expected.json says, and by nothing else. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import type { Expected, ExpectedEntry } from '../../sample-data/build-expected.ts';
import { type CleanPair, cleanPairs } from '../../sample-data/build-jobs.ts';
import { withDuckdb } from '../../sample-data/build-warehouse.ts';

const SAMPLE = join(import.meta.dirname, '../../sample-data');
const expected: Expected = JSON.parse(await readFile(join(SAMPLE, 'expected.json'), 'utf8'));
const entries = new Map(expected.entries.map((entry) => [`${entry.job}/${entry.partition_key}`, entry]));

/** One partition as text, so that the three formats meet. */
async function loadSide(
  connection: DuckDBConnection,
  pair: CleanPair,
  side: 'production' | 'shadow',
): Promise<string[]> {
  const folder = join(SAMPLE, 'warehouse', side, pair.table, pair.partitionKey);
  const { format } = pair.table === pair.job.name ? pair.job[side] : { format: 'parquet' };
  const types = pair.production.columns.map(({ name, type }) => `'${name}': '${type}'`).join(', ');
  const reader = {
    parquet: `read_parquet('${folder}/*.parquet', hive_partitioning = false)`,
    csv: `read_csv('${folder}/*.csv', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
           allow_quoted_nulls = false, hive_partitioning = false, columns = {${types}})`,
    jsonl: `read_json('${folder}/*.jsonl', format = 'newline_delimited', hive_partitioning = false, columns = {${types}})`,
  }[format];
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${side} AS SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ${reader}`);
  const described = await connection.runAndReadAll(`DESCRIBE ${side}`);
  return described.getRows().map(([name]) => String(name));
}

async function countOf(connection: DuckDBConnection, query: string): Promise<number> {
  return Number((await connection.runAndReadAll(`SELECT count(*) FROM (${query})`)).getRows()[0]?.[0]);
}

/** Rows of a side that have no equal row on the other, as a multiset. */
async function unpaired(connection: DuckDBConnection, columns: readonly string[]): Promise<[number, number]> {
  const list = columns.map((name) => `"${name}"`).join(', ');
  const except = (one: string, other: string) =>
    countOf(connection, `SELECT ${list} FROM ${one} EXCEPT ALL SELECT ${list} FROM ${other}`);
  return [await except('production', 'shadow'), await except('shadow', 'production')];
}

function owedBy(entry: ExpectedEntry | undefined): [number, number] {
  const rows = entry?.rows;
  if (!rows) return [0, 0];
  const paired = rows.agreed + rows.changed;
  return [paired + rows.only_in_production, paired + rows.only_in_shadow];
}

test('every pair of partitions on disk differs by the planted rows, and unplanted pairs by none', async () => {
  await withDuckdb(async (connection) => {
    let compared = 0;
    for (const pair of cleanPairs()) {
      const place = `${pair.table}/${pair.partitionKey}`;
      const entry = entries.get(place);
      if (entry?.outcome === 'inconclusive') continue;
      const names = await loadSide(connection, pair, 'production');
      const shadowNames = await loadSide(connection, pair, 'shadow');
      const common = names.filter((name) => shadowNames.includes(name) && !pair.job.ignore.includes(name));
      expect([place, ...(await unpaired(connection, common))]).toEqual([place, ...owedBy(entry)]);
      if (entry?.row_count) {
        const counts = [await countOf(connection, 'FROM production'), await countOf(connection, 'FROM shadow')];
        expect([place, ...counts]).toEqual([place, entry.row_count.production, entry.row_count.shadow]);
      }
      compared++;
    }
    expect(compared).toBe(cleanPairs().length - 3);
  });
});

test('the three undecidable shadows are one without marker, one cut off, one gone', async () => {
  const shadow = join(SAMPLE, 'warehouse/shadow');
  expect(await readdir(join(shadow, 'access_log/ds=2026-11-20'))).toEqual(['part-00000.parquet']);
  await expect(readdir(join(shadow, 'clicks_hourly/ds=2026-11-20/hour=09'))).rejects.toMatchObject({ code: 'ENOENT' });
  const cut = join(shadow, 'subscriptions/ds=2026-11-17');
  expect(await readdir(cut)).toEqual(['_SUCCESS', 'part-00000.parquet']);
  await withDuckdb(async (connection) => {
    await expect(connection.run(`FROM read_parquet('${cut}/part-00000.parquet')`)).rejects.toThrow(
      /magic bytes|footer/i,
    );
  });
});

test('the log holds the entries that are expected, three bad lines beside', async () => {
  const log = join(SAMPLE, 'mismatch-log');
  await withDuckdb(async (connection) => {
    const own = await connection.runAndReadAll(
      `SELECT job || '/' || partition_key, logged_at BETWEEN TIMESTAMP '2026-11-20' AND TIMESTAMP '2026-11-22'
       FROM read_parquet('${log}/*/*/*.parquet', hive_partitioning = false) ORDER BY logged_at`,
    );
    const owed = expected.entries.filter((entry) => entry.logged_by === 'shadowcheck');
    expect(own.getRows()).toEqual(owed.map(({ job, partition_key }) => [`${job}/${partition_key}`, true]));
  });
  const lines = (await readFile(join(log, 'ds=2026-11-20/hour=21/rowcheck.jsonl'), 'utf8')).trimEnd().split('\n');
  const usable = lines.filter((line) =>
    /^\{"job":"\w+","partition_key":"[^"]+","logged_at":"2026-11-20T21:[\d:]+Z"\}$/.test(line),
  );
  expect(usable).toHaveLength(expected.entries.filter((entry) => entry.logged_by === 'rowcheck').length);
  expect(lines.length - usable.length).toBe(expected.counts.quarantined);
});
