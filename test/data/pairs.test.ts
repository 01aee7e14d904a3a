/**
 * Real pairs of tables with counts that another program made. The pairs are not part of the package; where their folder
 * is absent these tests are skipped, and say so. `SHADOWCHECK_PAIRS` names another folder.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzePair } from '../../src/analyze/analyze-pair.ts';
import { PLAIN_SPEC } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { requestFor } from '../bench/request.ts';

const folder = process.env.SHADOWCHECK_PAIRS ?? join(packageRoot(), '..', 'shared', 'data', 'pairs');
const names = existsSync(folder)
  ? readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
  : [];

interface Counts {
  readonly rows_production: number;
  readonly rows_shadow: number;
  readonly bag: { readonly only_production: number; readonly only_shadow: number };
  readonly rows_identical?: number;
  readonly only_production?: number;
  readonly only_shadow?: number;
  readonly rows_changed?: number;
  readonly changed_columns?: Readonly<Record<string, number>>;
}

describe.skipIf(names.length === 0)('real pairs', () => {
  test.each(names)('%s: the counts are those of the independent program', async (name) => {
    const meta = JSON.parse(readFileSync(join(folder, name, 'meta.json'), 'utf8')) as {
      key: string[] | null;
      expected: { typed: Counts };
    };
    const key = meta.key === null || meta.key.includes('_row') ? [] : meta.key;
    const typed = meta.expected.typed;
    const spill = await mkdtemp(join(tmpdir(), 'shadowcheck-pairs-'));
    const paths = {
      production: join(folder, name, 'production.parquet'),
      shadow: join(folder, name, 'shadow.parquet'),
    };
    const report = await analyzePair(requestFor(paths, { ...PLAIN_SPEC, key }, spill), {
      openEngine: openDuckdb,
      now_ms: () => performance.now(),
    });
    await rm(spill, { recursive: true, force: true });
    const { rows } = report;
    const found = {
      rows_production: report.production.row_count,
      rows_shadow: report.shadow.row_count,
      only_production: rows?.only_in_production,
      only_shadow: rows?.only_in_shadow,
      rows_changed: rows?.changed,
      rows_identical: rows?.equal,
      changed_columns: Object.fromEntries(report.columns.map(({ column, differing_rows }) => [column, differing_rows])),
    };
    const isKeyed = key.length > 0;
    expect(found).toEqual({
      rows_production: typed.rows_production,
      rows_shadow: typed.rows_shadow,
      only_production: isKeyed ? typed.only_production : typed.bag.only_production,
      only_shadow: isKeyed ? typed.only_shadow : typed.bag.only_shadow,
      rows_changed: isKeyed ? typed.rows_changed : 0,
      rows_identical: isKeyed ? typed.rows_identical : typed.rows_production - typed.bag.only_production,
      changed_columns: isKeyed ? typed.changed_columns : {},
    });
  });
});
