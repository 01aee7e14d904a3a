import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/core/finding.ts';
import { type Diagnosis, diagnose } from '../../src/diagnose/diagnose.ts';
import { ident, join, printSql, sql, value } from '../../src/sql/sql.ts';
import { type Cells, type PlantedTables, withPlantedTables } from './planted-tables.ts';

const INTEGER = { production: 'INTEGER', shadow: 'INTEGER' };
const VARCHAR = { production: 'VARCHAR', shadow: 'VARCHAR' };
const TIMESTAMP = { production: 'TIMESTAMP', shadow: 'TIMESTAMP' };

function diagnosed(tables: PlantedTables): Promise<Diagnosis> {
  return withPlantedTables(tables, (input) => diagnose(input));
}

function short({ cause, certainty, counts }: Finding): readonly [string, string, bigint, bigint] {
  return [cause, certainty, counts.explained, counts.residual];
}

const rowsOf = (length: number, row: (i: number) => Cells): Cells[] => Array.from({ length }, (_, i) => row(i));
const minute = (i: number): string =>
  `2026-11-20 ${String(i % 24).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`;

describe('several causes', () => {
  test('two causes in one column are told one after the other, and what is left as unknown', async () => {
    const tables = {
      columns: [
        { name: 'id', types: INTEGER },
        { name: 'at', types: TIMESTAMP },
      ],
      key: ['id'],
      rows: {
        production: rowsOf(300, (i) => [`${i}`, `${minute(i)}:11.${100_000 + i * 7}`]),
        shadow: rowsOf(300, (i) => {
          if (i < 100) return [`${i}`, null];
          return [`${i}`, i < 297 ? `${minute(i)}:11` : `2020-01-01 00:00:0${i % 7}.77`];
        }),
      },
    };
    const { findings, unexplained_rows } = await diagnosed(tables);
    expect(findings.map(short)).toEqual([
      ['ts_trunc', 'explained', 197n, 103n],
      ['to_null', 'explained', 100n, 3n],
      ['unknown', 'unknown', 0n, 3n],
    ]);
    expect(unexplained_rows).toBe(3n);
  });

  test('a row is covered only where all its differing cells are', async () => {
    const tables = {
      columns: [
        { name: 'id', types: INTEGER },
        { name: 'name', types: VARCHAR },
        { name: 'note', types: VARCHAR },
      ],
      key: ['id'],
      rows: {
        production: rowsOf(40, (i) => [`${i}`, `Name ${i}`, `n${i}`]),
        shadow: rowsOf(40, (i) => [`${i}`, `NAME ${i}`, i < 3 ? `other ${i * 31}` : `n${i}`]),
      },
    };
    const diagnosis = await withPlantedTables(tables, async (input) => {
      const found = await diagnose(input);
      return { ...found, causes: await found.causesOf([0n, 7n]) };
    });
    expect(diagnosis.findings.map(short)).toEqual([
      ['case', 'explained', 40n, 0n],
      ['unknown', 'unknown', 0n, 3n],
    ]);
    expect(diagnosis.unexplained_rows).toBe(3n);
    expect([...diagnosis.causes]).toEqual([
      ['0', 'case'],
      ['7', 'case'],
    ]);
  });

  test('rows come first, then the schema, then the columns', async () => {
    const tables = {
      columns: [
        { name: 'id', types: INTEGER },
        { name: 'name', types: VARCHAR },
      ],
      key: ['id'],
      rows: {
        production: rowsOf(30, (i) => [`${i}`, `Name ${i}`]),
        shadow: [
          ...rowsOf(25, (i) => [`${i}`, i < 22 ? `name ${i}` : `Name ${i}`]),
          ['23', 'Name 23'],
          ['77', 'x'],
          ['21', 'y'],
        ],
      },
      only: {
        production: [],
        shadow: [{ name: 'extra', type: 'INTEGER', cells: rowsOf(28, () => []).map(() => '1') }],
      },
    };
    const { findings, unexplained_rows } = await diagnosed(tables);
    expect(findings.map(({ cause }) => cause)).toEqual([
      'dup_exact',
      'dup_versions',
      'extra_rows',
      'missing_rows',
      'schema_drift',
      'case',
    ]);
    expect(findings.map(({ counts }) => counts.explained)).toEqual([1n, 1n, 1n, 5n, 1n, 22n]);
    expect(unexplained_rows).toBe(0n);
  });
});

describe('counting', () => {
  test('values that a tolerance forgives are not at risk', async () => {
    const tables = {
      columns: [
        { name: 'id', types: INTEGER },
        {
          name: 'total',
          types: { production: 'DECIMAL(12,6)', shadow: 'DECIMAL(12,6)' },
          tolerance: { abs: 0.3, rel: 0 },
        },
      ],
      key: ['id'],
      rows: {
        production: rowsOf(40, (i) => [`${i}`, i % 2 === 0 ? `${i}.45` : `${i}.2`]),
        shadow: rowsOf(40, (i) => [`${i}`, i % 2 === 0 ? `${i}` : `${i}.2`]),
      },
    };
    const { findings } = await diagnosed(tables);
    expect(
      findings.map(({ cause, certainty, counts }) => [cause, certainty, counts.at_risk, counts.contradictions]),
    ).toEqual([['dec_round', 'explained', 20n, 0n]]);
  });

  test('beyond the sample all rows are counted, once the cause is named', async () => {
    const size = 60_000;
    const tables = {
      columns: [
        { name: 'id', types: INTEGER },
        { name: 'name', types: VARCHAR },
      ],
      key: ['id'],
      rows: {
        production: [...rowsOf(size, (i) => [`${i}`, `Name ${i}`]), ['-1', 'Gone']],
        shadow: rowsOf(size, (i) => [`${i}`, i % 100 === 7 ? `Name ${i}` : `name ${i}`]),
      },
    };
    const { findings } = await diagnosed(tables);
    expect(findings.map(({ cause }) => cause)).toEqual(['missing_rows', 'case']);
    expect(findings[1]?.counts).toEqual({
      differing: 59_400n,
      explained: 59_400n,
      at_risk: 60_000n,
      contradictions: 600n,
      inherited: 0n,
      residual: 0n,
    });
    expect(findings[1]?.counter_examples.map(({ key }) => key[0]?.value)).toEqual(['7', '107', '207']);
  });

  test('nanoseconds cut to microseconds', async () => {
    const tables = {
      columns: [
        { name: 'id', types: INTEGER },
        { name: 'at', types: { production: 'TIMESTAMP_NS', shadow: 'TIMESTAMP' } },
      ],
      key: ['id'],
      rows: {
        production: rowsOf(20, (i) => [`${i}`, `${i % 2 === 0 ? 1969 : 2026}-11-20 10:00:00.123456${100 + i}`]),
        shadow: rowsOf(20, (i) => [`${i}`, `${i % 2 === 0 ? 1969 : 2026}-11-20 10:00:00.123456`]),
      },
    };
    const { findings } = await diagnosed(tables);
    expect(findings.map(({ params }) => params)).toEqual([{ unit: 'us' }]);
    expect(findings.map(short)).toEqual([['ts_trunc', 'explained', 20n, 0n]]);
  });

  test('a cast that loses more than the cause does is not explained by it', async () => {
    const tables = {
      columns: [
        { name: 'id', types: INTEGER },
        { name: 'rate', types: { production: 'DOUBLE', shadow: 'DECIMAL(10,2)' } },
      ],
      key: ['id'],
      rows: {
        production: rowsOf(20, (i) => [`${i}`, `${i}.1284`]),
        shadow: rowsOf(20, (i) => [`${i}`, `${i}.13`]),
      },
    };
    const { findings } = await diagnosed(tables);
    expect(findings.map(({ params }) => params)).toEqual([{ decimals: 2 }]);
  });

  test('typed values are recognised where the candidate spells them out as text', async () => {
    const tables = {
      columns: [
        { name: 'id', types: INTEGER },
        { name: 'at', types: { production: 'TIMESTAMP', shadow: 'VARCHAR' } },
        { name: 'rate', types: { production: 'DECIMAL(12,6)', shadow: 'VARCHAR' } },
        { name: 'born', types: { production: 'DATE', shadow: 'VARCHAR' } },
      ],
      key: ['id'],
      rows: {
        production: rowsOf(20, (i) => [`${i}`, `2026-11-20 10:00:${10 + i}.5`, `${i}.129`, `2026-11-${10 + i}`]),
        shadow: rowsOf(20, (i) => [
          `${i}`,
          `2026-11-20T10:00:${10 + i}Z`,
          `${i}.12`,
          `2026-11-${9 + i}`.replace('-9', '-09'),
        ]),
      },
    };
    const { findings } = await diagnosed(tables);
    expect(findings.map(({ cause, certainty, params }) => [cause, certainty, params])).toEqual([
      ['ts_trunc', 'explained', { unit: 's' }],
      ['dec_trunc', 'explained', { decimals: 2 }],
      ['date_shift', 'explained', { days: -1 }],
    ]);
  });

  test('few cells are never more than alike, but for a fact without parameters', async () => {
    const tables = (change: (text: string) => string | null): PlantedTables => ({
      columns: [
        { name: 'id', types: INTEGER },
        { name: 'name', types: VARCHAR },
      ],
      key: ['id'],
      rows: {
        production: rowsOf(50, (i) => [`${i}`, i < 3 ? `Name ${i}` : null]),
        shadow: [...rowsOf(50, (i) => [`${i}`, i < 3 ? change(`Name ${i}`) : null]), ['99', 'x']],
      },
    });
    const folded = await diagnosed(tables((text) => text.toUpperCase()));
    const lost = await diagnosed(tables(() => null));
    expect(folded.findings.map(short).slice(1)).toEqual([['case', 'resembles', 3n, 0n]]);
    expect(lost.findings.map(short).slice(1)).toEqual([['to_null', 'explained', 3n, 0n]]);
  });
});

describe('schema', () => {
  const rows = rowsOf(40, (i) => [`${i}`]);
  const shapes = rowsOf(40, (i) => [`v${(i * 13) % 7}`]).map(([cell]) => cell ?? null);
  const renamed = (shadow: Cells, key: readonly string[]): PlantedTables => ({
    columns: [{ name: 'id', types: INTEGER }],
    key,
    rows: { production: rows, shadow: rows },
    only: {
      production: [{ name: 'a', type: 'VARCHAR', cells: shapes }],
      shadow: [
        { name: 'empty', type: 'VARCHAR', cells: shapes.map(() => null) },
        { name: 'b', type: 'VARCHAR', cells: shadow },
      ],
    },
  });

  test('a renamed column is told by its content, without a key too', async () => {
    for (const key of [['id'], []]) {
      const { findings } = await diagnosed(renamed(shapes, key));
      expect(findings.map(({ params, columns, certainty }) => [params.change, columns, certainty])).toEqual([
        ['renamed', ['a', 'b'], 'explained'],
        ['added', ['empty'], 'explained'],
      ]);
    }
  });

  test('where some values differ it is only alike; where most do it is another column', async () => {
    const nearly = await diagnosed(renamed(shapes.with(3, 'other'), ['id']));
    expect(nearly.findings.map(({ params, certainty }) => [params.change, certainty])[0]).toEqual([
      'renamed',
      'resembles',
    ]);
    const other = await diagnosed(renamed(shapes.toReversed(), ['id']));
    expect(other.findings.map(({ params }) => params.change)).toEqual(['dropped', 'added', 'added']);
  });

  test('two columns of one value each are not taken for one column', async () => {
    const tables = renamed(shapes, ['id']);
    const only = {
      production: [{ name: 'a', type: 'VARCHAR', cells: shapes.map(() => null) }],
      shadow: [{ name: 'b', type: 'VARCHAR', cells: shapes.map(() => null) }],
    };
    const { findings } = await diagnosed({ ...tables, only });
    expect(findings.map(({ params }) => params.change)).toEqual(['dropped', 'added']);
  });

  test('a retyped column whose cells nobody can explain points at its types', async () => {
    const { findings, unexplained_rows } = await diagnosed({
      columns: [
        { name: 'id', types: INTEGER },
        { name: 'n', types: { production: 'INTEGER', shadow: 'VARCHAR' } },
      ],
      key: ['id'],
      rows: {
        production: rowsOf(30, (i) => [`${i}`, `${i}`]),
        shadow: rowsOf(30, (i) => [`${i}`, `${(i * 7919) % 1000} pieces`]),
      },
    });
    expect(findings.map(({ cause, certainty, type_pair }) => [cause, certainty, type_pair])).toEqual([
      ['schema_drift', 'resembles', 'INTEGER → VARCHAR'],
      ['unknown', 'unknown', 'INTEGER → VARCHAR'],
    ]);
    expect(unexplained_rows).toBe(30n);
  });
});

describe('hostile names', () => {
  const names = ['"', '__proto__', 'v0', 'file', "it's; --", '$1 {{x}}'];
  const shadowNames = names.map((name) => `${name}\n2`);
  const tables: PlantedTables = {
    columns: [
      { name: 'row"', types: INTEGER },
      ...names.map((name, i) => ({ name, shadow_name: shadowNames[i] ?? '', types: VARCHAR })),
    ],
    key: ['row"', '__proto__'],
    rows: {
      production: [...rowsOf(20, (i) => [`${i}`, ...names.map(() => `Abc ${i}`)]), ['99', ...names.map(() => 'z')]],
      shadow: rowsOf(20, (i) => [`${i}`, ...names.map((name) => (name === '__proto__' ? `Abc ${i}` : `ABC ${i}`))]),
    },
  };

  test('columns keep their names in findings, and the SQL to paste finds the same rows', async () => {
    const { findings } = await diagnosed(tables);
    expect(findings.map(({ cause, columns }) => [cause, columns])).toEqual([
      ['missing_rows', []],
      ...names.filter((name) => name !== '__proto__').map((name) => ['case', [name]]),
    ]);
    expect(findings[1]?.examples[0]?.key.map(({ column }) => column)).toEqual(['row"', '__proto__']);

    // Straight to the engine, as somebody would who pastes it.
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    for (const side of ['production', 'shadow'] as const) {
      const columns = tables.columns.map(({ name, shadow_name }) => (side === 'shadow' ? (shadow_name ?? name) : name));
      const cells = columns.map((name, i) => sql`json_extract_string(r, ${value(`$[${i}]`)}) AS ${ident(name)}`);
      const rows = sql`SELECT unnest(CAST(${value(JSON.stringify(tables.rows[side]))} AS JSON[])) AS r`;
      await connection.run(printSql(sql`CREATE TABLE ${ident(side)} AS SELECT ${join(cells)} FROM (${rows})`));
    }
    for (const { counts, advice } of findings) {
      expect(advice.check_sql.length).toBeGreaterThan(0);
      const results = await Promise.all(advice.check_sql.map((check) => connection.runAndReadAll(check)));
      expect(BigInt(results[0]?.getRows().length ?? 0)).toBe(counts.explained);
    }
    connection.closeSync();
    instance.closeSync();
  });
});
