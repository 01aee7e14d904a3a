/**
 * Parquet files at the edge of the format, with the rows that another reader gives. The files are not part of the package;
 * where their folder is absent these tests are skipped, and say so. `SHADOWCHECK_PARQUET_EDGE` names another folder.
 */
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InconclusiveReason } from '../../src/core/outcome.ts';
import { pinLanding } from '../../src/partition/pin.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { join as joinSql, sql } from '../../src/sql/sql.ts';
import { inSide, landingAt } from '../partition/place.ts';
import { analyzeFiles } from './analyze-here.ts';

interface EdgeFile {
  readonly file: string;
  readonly rows?: number;
  /** Of the other reader's rows. */
  readonly expected?: string;
}

const folder = process.env.SHADOWCHECK_PARQUET_EDGE ?? join(packageRoot(), '..', 'shared', 'data', 'parquet-edge');
const files = existsSync(folder)
  ? (JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { files: EdgeFile[] }).files
  : [];

/** What is refused, and how it is told. By kind of file in docs/compatibility.md. */
const REFUSED: Readonly<Record<string, { readonly reason: InconclusiveReason; readonly detail: RegExp }>> = {
  'hadoop_lz4_compressed.parquet': { reason: 'unsupported_type', detail: /compressed with a codec/ },
  'non_hadoop_lz4_compressed.parquet': { reason: 'unsupported_type', detail: /compressed with a codec/ },
  'byte_stream_split_extended.gzip.parquet': { reason: 'unsupported_type', detail: /BYTE_STREAM_SPLIT/ },
  'map_no_value.parquet': { reason: 'unsupported_type', detail: /map without values/ },
  'large_string_map.brotli.parquet': { reason: 'out_of_memory', detail: /out of memory/ },
};

/** Lists that their schema says are never NULL: without a member they are empty. The other reader gives NULL. */
const EMPTY_LISTS: ReadonlySet<string> = new Set(['duckdb2557.parquet', 'adam_genotypes.parquet']);

/** One file holds two values of a gigabyte each in four kilobytes: without a limit it is a matter of the machine's memory. */
const MEMORY_BYTES = 1_000_000_000n;
const TIME_MAX_MS = 60_000;

const readable = files.filter(({ file }) => REFUSED[file] === undefined);

describe.skipIf(files.length === 0)('Parquet files at the edge of the format', () => {
  test.each(files)(
    '$file against a copy of itself matches, or is refused with its reason',
    async ({ file, rows }) => {
      const place = await mkdtemp(join(tmpdir(), 'shadowcheck-edge-'));
      const paths = { production: join(place, file), shadow: join(folder, file) };
      try {
        await copyFile(paths.shadow, paths.production);
        // With a condition the same bytes are no proof, so that they are read.
        const where = { production: 'true', shadow: 'true' };
        const report = await analyzeFiles(paths, { where }, MEMORY_BYTES);
        const { outcome, inconclusive_reason, detail, production, shadow } = report;
        const refused = REFUSED[file];
        if (refused === undefined) {
          expect({ outcome, detail }).toEqual({ outcome: 'match', detail: null });
          expect([production.row_count, shadow.row_count]).toEqual([rows, rows]);
        } else {
          expect({ outcome, inconclusive_reason }).toEqual({
            outcome: 'inconclusive',
            inconclusive_reason: refused.reason,
          });
          expect(detail).toMatch(refused.detail);
        }
      } finally {
        await rm(place, { recursive: true, force: true });
      }
    },
    TIME_MAX_MS,
  );

  test.each(readable)('$file is read whole', async ({ file, rows, expected }) => {
    const read = await readCells(join(folder, file));
    expect(read.length).toBe(rows);
    if (expected === undefined) return;
    const ours = `[${read.map((row) => `[${row.join()}]`).join()}]`;
    const other = readFileSync(join(folder, expected), 'utf8');
    const isChoice = EMPTY_LISTS.has(file);
    if (isChoice) expect(comparable(ours), 'no choice any more').not.toEqual(comparable(other));
    expect(comparable(ours, isChoice)).toEqual(comparable(other, isChoice));
  });

  test('integers of 64 bits keep every digit', async () => {
    const cells = (await readCells(join(folder, 'signs.parquet'))).flat();
    expect(cells).toEqual(
      expect.arrayContaining(['18446744073709551615', '9223372036854775807', '-9223372036854775808']),
    );
  });

  test('every refused file is one of them', () => {
    expect(Object.keys(REFUSED).filter((name) => !files.some(({ file }) => file === name))).toEqual([]);
  });
});

/** Every row as the engine makes JSON of its cells, in the order of the file. */
async function readCells(path: string): Promise<readonly (readonly string[])[]> {
  const rows = await inSide(await pinLanding(landingAt(path)), async (engine, table) => {
    const json = ({ type, expression }: (typeof table.columns)[number]) =>
      type === 'VARIANT'
        ? sql`CAST(CAST(${expression} AS JSON) AS VARCHAR)`
        : sql`CAST(to_json(${expression}) AS VARCHAR)`;
    const columns = joinSql(table.columns.map(json));
    return (await engine.run(sql`SELECT ${columns} FROM ${table.from} ORDER BY ${table.row}`)).rows;
  });
  return rows.map((row) => row.map((cell) => String(cell ?? 'null')));
}

/**
 * What two readers print differently, in one form: times are instants, bytes are characters, and a member that is null is
 * one that is not there. Numbers are doubles without a negative zero, since the other reader's are.
 */
function comparable(text: string, emptyIsNull = false): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (value === 0 || (emptyIsNull && Array.isArray(value) && value.length === 0)) return value === 0 ? 0 : null;
    if (typeof value === 'string')
      return /^[+]?\d{4,6}-\d\d-\d\d([T ]\d\d:|$)/.test(value) ? instant(value) : characters(value);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
  });
}

function instant(text: string): number {
  const [, year = '', rest = ''] = /^[+]?(\d+)(.*)$/.exec(text) ?? [];
  const time = rest.replace(' ', 'T').replace(/(Z|[+-]00(:00)?)?$/, 'Z');
  return Date.parse(`+${year.padStart(6, '0')}${time.includes('T') ? time : `${time.slice(0, -1)}T00:00:00Z`}`);
}

function characters(text: string): string {
  return text.replaceAll(/\\x([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
