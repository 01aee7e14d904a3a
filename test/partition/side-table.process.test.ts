import { readFile, symlink } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineError } from '../../src/engine/engine.ts';
import { unitesExactly } from '../../src/partition/parquet-layout.ts';
import { pinLanding } from '../../src/partition/pin.ts';
import { type Sql, sql, value } from '../../src/sql/sql.ts';
import { inconclusiveOf, inSide, landingAt, openPlace, type Place, readAll, readSide } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.end());

describe('hostile path names', () => {
  const NAMES: readonly (readonly [name: string, decoy: string])[] = [
    ['a[1]', 'a1'],
    ['b*', 'bb'],
    ['c?', 'cc'],
    ['{d,e}', 'd'],
    ["it's", 'its'],
    ['"q"', 'q'],
    ['back\\[1]', 'back\\1'],
    ['back\\slash', 'backslash'],
    ['50%', '50'],
    ['new\nline\ttab', 'new'],
    ['\u202eltr', 'ltr'],
    ['-rf', 'rf'],
    ['~', 'home'],
    ['__proto__', 'constructor'],
    [`[1] * ? {a,b} ' " \\ % ${'x'.repeat(200)}`, 'other'],
  ];

  test.each(NAMES)('%j reads what it says, beside its decoy', async (name, decoy) => {
    // Names that start with _ or . count only when they are named themselves.
    await place.parquet(`hostile/t/${decoy}/a.parquet`, sql`SELECT 'wrong' AS v`);
    await place.parquet(`hostile/t/${name}/a.parquet`, sql`SELECT 'right' AS v`);
    await place.parquet(`hostile/t/${name}.parquet`, sql`SELECT 'right' AS v`);
    await place.parquet(`hostile/t/${decoy}.parquet`, sql`SELECT 'wrong' AS v`);
    for (const location of [`hostile/t/${name}`, `hostile/t/${name}/a.parquet`, `hostile/t/${name}.parquet`]) {
      expect((await readSide(place.path(location))).rows).toEqual([['right']]);
    }
    const csv = await place.write(`hostile/t/${name}.csv`, 'v\nright\n');
    expect((await readSide(csv)).rows).toEqual([['right']]);
  });

  test.each(['spill[1]*', "spill's"])('a spill folder %j does no harm', async (spill) => {
    const file = await place.parquet(`spilled-${spill.length}/back\\a[1].parquet`, sql`SELECT 1 AS v`);
    const parquet = await pinLanding(landingAt(file));
    const csv = await pinLanding(landingAt(await place.write('spilled/a[1].csv', 'v\n1\n')));
    expect((await inSide(parquet, readAll, spill)).rows).toEqual([[1]]);
    expect((await inSide(csv, readAll, spill)).rows).toEqual([['1']]);
  });

  test('a folder reached through a link is read', async () => {
    await place.parquet('real/a.parquet', sql`SELECT 'right' AS v`);
    await symlink(place.path('real'), place.path('link[1]'));
    expect((await readSide(place.path('link[1]'))).rows).toEqual([['right']]);
  });
});

describe('columns', () => {
  test('a folder x=5 does not override a column x', async () => {
    const side = await readSide(
      (await place.parquet('levels/x=5/a.parquet', sql`SELECT 7 AS "X", 1 AS y`)).replace('/x=5/a.parquet', ''),
    );
    expect(side.names).toEqual(['X', 'y']);
    expect(side.rows).toEqual([[7, 1]]);
    expect(side.table.notes.map(({ code }) => code)).toEqual(['level_in_files']);
  });

  test('folder levels below the location become text columns, by file', async () => {
    const table = 'orders';
    await place.parquet(`${table}/ds=2026-11-20/hour=05/a.parquet`, sql`SELECT 1 AS id`);
    await place.parquet(`${table}/ds=2026-11-20/hour=__HIVE_DEFAULT_PARTITION__/a.parquet`, sql`SELECT 2 AS id`);
    await place.parquet(`${table}/ds=2026%2F11/it's/a.parquet`, sql`SELECT 3 AS id`);
    const side = await readSide(place.path(table));
    expect(side.names).toEqual(['id', 'ds', 'hour']);
    expect(side.types).toEqual(['INTEGER', 'VARCHAR', 'VARCHAR']);
    expect(side.rows).toEqual([
      [3, '2026/11', null],
      [1, '2026-11-20', '05'],
      [2, '2026-11-20', null],
    ]);
    const day = await readSide(place.path(table, 'ds=2026-11-20', 'hour=05'));
    expect(day.names).toEqual(['id']);
    const hours = await readSide(place.path(table, 'ds=*', 'hour=0?'));
    expect(hours.names).toEqual(['id', 'ds', 'hour']);
    expect(hours.rows).toEqual([[1, '2026-11-20', '05']]);
  });

  /** A file as other writers make it: the engine itself renames such columns already when it writes. */
  async function withNames(path: string, first: string, second: string): Promise<string> {
    const file = await place.parquet(path, sql`SELECT range AS aa, -range AS bb FROM range(3)`);
    const text = (await readFile(file)).toString('latin1');
    return place.write(path, Buffer.from(text.replaceAll('aa', first).replaceAll('bb', second), 'latin1'));
  }

  test('that differ by case only keep their own names', async () => {
    const side = await readSide(await withNames('case/a.parquet', 'id', 'ID'));
    expect(side.names).toEqual(['id', 'ID']);
    expect(side.rows[2]).toEqual([2n, -2n]);
    const json = await readSide(await place.write('case/a.jsonl', '{"id":1,"ID":"x","Id_1":true}\n'));
    expect(json.names).toEqual(['id', 'ID', 'Id_1']);
    expect(json.rows).toEqual([[1n, 'x', true]]);
  });

  test('of exactly one name are told apart', async () => {
    const side = await readSide(await withNames('twice/a.parquet', 'id', 'id'));
    expect(side.names).toEqual(['id', 'id_1']);
    expect(side.rows[2]).toEqual([2n, -2n]);
  });

  test('that differ by case only do not unite with a file of another schema', async () => {
    await withNames('case-union/a.parquet', 'id', 'ID');
    await place.parquet('case-union/b.parquet', sql`SELECT 1 AS "ID_1"`);
    expect((await inconclusiveOf(readSide(place.path('case-union')))).reason).toBe('schemas_do_not_unite');
  });

  test('called like the virtual columns are data, and places still count', async () => {
    const rows = sql`SELECT range + 100 AS file_row_number, 'x' AS "FILE_INDEX", range AS id FROM range(3)`;
    await place.parquet('virtual/a.parquet', rows);
    await place.parquet('virtual/b.parquet', rows);
    const side = await readSide(place.path('virtual'));
    expect(side.names).toEqual(['file_row_number', 'FILE_INDEX', 'id']);
    expect(side.rows.slice(0, 2)).toEqual([
      [100n, 'x', 0n],
      [101n, 'x', 1n],
    ]);
    expect(side.places.at(-1)).toEqual([1, 2]);
  });

  test('are found in a where by their own names', async () => {
    await place.parquet('where/ds=1/a.parquet', sql`SELECT range AS "file_index", range AS "order" FROM range(3)`);
    const pinned = await pinLanding(landingAt(place.path('where')));
    const rows = await inSide(pinned, async (engine, { from }) => {
      const result = await engine.run(sql`SELECT "order" FROM ${from} WHERE "file_index" = 2 AND "ds" = '1'`);
      return result.rows;
    });
    expect(rows).toEqual([[2n]]);
  });
});

describe('several files', () => {
  async function folder(name: string, ...files: readonly Sql[]) {
    for (const [i, rows] of files.entries()) await place.parquet(`${name}/${i}.parquet`, rows);
    return place.path(name);
  }

  test('with one schema are read without a note, whatever the order of their columns', async () => {
    const side = await readSide(await folder('one', sql`SELECT 1 AS a, 'x' AS b`, sql`SELECT 2 AS a, 'y' AS b`));
    expect(side.rows).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
    expect(side.table.notes).toEqual([]);
    const other = await readSide(await folder('order', sql`SELECT 1 AS a, 'x' AS b`, sql`SELECT 'y' AS b, 2 AS a`));
    expect(other.rows).toEqual(side.rows);
  });

  test('with more columns in a later one lose none of them', async () => {
    const side = await readSide(
      await folder('more', sql`SELECT 1 AS a`, sql`SELECT 2 AS a, 'y' AS b`, sql`SELECT 3::BIGINT AS "A"`),
    );
    expect(side.names).toEqual(['a', 'b']);
    expect(side.types).toEqual(['BIGINT', 'VARCHAR']);
    expect(side.rows).toEqual([
      [1n, null],
      [2n, 'y'],
      [3n, null],
    ]);
    expect(side.table.notes.map(({ code }) => code)).toEqual(['schemas_differ']);
  });

  test.each<[string, Sql, Sql]>([
    ['INTEGER and VARCHAR', sql`1`, sql`'x'`],
    ['INTEGER and STRUCT', sql`1`, sql`{'a': 1}`],
    ['BIGINT and DOUBLE', sql`9007199254740993::BIGINT`, sql`1.5::DOUBLE`],
    ['DECIMAL of two scales, which the engine would cut', sql`1.0000000001::DECIMAL(38,10)`, sql`1.00::DECIMAL(38,2)`],
    ['TIMESTAMP with and without zone', sql`TIMESTAMP '2026-01-01'`, sql`TIMESTAMPTZ '2026-01-01'`],
    ['BOOLEAN and INTEGER', sql`true`, sql`1`],
  ])('with %s in one column do not unite', async (name, one, other) => {
    const location = await folder(
      `types-${name.replaceAll(/\W/g, '')}`,
      sql`SELECT 1 AS id, ${one} AS v`,
      sql`SELECT 2 AS id, ${other} AS v`,
    );
    const error = await inconclusiveOf(readSide(location));
    expect(error.reason).toBe('schemas_do_not_unite');
    expect(error.message).toContain('column v is');
    expect(error.message).toContain('1.parquet');
  });

  test('thirty of them keep their numbers and the order of their rows', async () => {
    for (let i = 0; i < 30; i += 1) {
      const name = `thirty/${String(i).padStart(2, '0')}${i % 7 === 0 ? '[1]' : ''}.parquet`;
      await place.parquet(name, sql`SELECT ${value(i)}::INTEGER AS file_no, range AS row_no FROM range(3000)`);
    }
    const side = await readSide(place.path('thirty'));
    expect(side.rows).toHaveLength(90_000);
    expect(
      side.rows.every(([file, row], i) => side.places[i]?.[0] === file && side.places[i]?.[1] === Number(row)),
    ).toBe(true);
  });

  test('of text with thousands of rows keep the order of their rows', async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i},"${'\n'.repeat(i % 3)}"`);
    const side = await readSide(await place.write('long.csv', `id,v\n${lines.join('\n')}\n`));
    expect(side.rows.every(([id], i) => id === String(i) && side.places[i]?.[1] === i)).toBe(true);
    expect(side.rows).toHaveLength(50_000);
  });
});

test('no file under a marker is a table without columns and rows', async () => {
  await place.write('nothing/_SUCCESS', '');
  const side = await readSide(place.path('nothing'), null, '_SUCCESS');
  expect(side.names).toEqual([]);
  expect(side.rows).toEqual([]);
});

test('a footer that is no footer is unreadable', async () => {
  const file = await place.write(
    'junk/a.parquet',
    Buffer.concat([Buffer.from('PAR1junkjunkjunk'), Buffer.from([8, 0, 0, 0]), Buffer.from('PAR1')]),
  );
  expect((await inconclusiveOf(readSide(file))).reason).toMatch(/^shadow_(unreadable|corrupt)$/);
});

test('nothing but the files of the side can be read', async () => {
  const other = await place.parquet('secret/a.parquet', sql`SELECT 1 AS v`);
  const pinned = await pinLanding(landingAt(await place.parquet('open/a.parquet', sql`SELECT 1 AS v`)));
  const read = inSide(pinned, (engine) => engine.run(sql`SELECT * FROM read_parquet(${value([other])})`));
  await expect(read).rejects.toThrow(EngineError);
});

test('types unite only where no value changes', () => {
  const cases: [string[], string, boolean][] = [
    [['INTEGER', 'BIGINT'], 'BIGINT', true],
    [['UBIGINT', 'BIGINT'], 'HUGEINT', true],
    [['UHUGEINT', 'HUGEINT'], 'DOUBLE', false],
    [['FLOAT', 'DOUBLE'], 'DOUBLE', true],
    [['BIGINT', 'DECIMAL(4,2)'], 'DECIMAL(21,2)', true],
    [['DECIMAL(38,10)', 'DECIMAL(38,2)'], 'DECIMAL(38,2)', false],
    [['DATE', 'TIMESTAMP'], 'TIMESTAMP', true],
    [['TIMESTAMP', 'TIMESTAMP_NS'], 'TIMESTAMP_NS', true],
    [['TIMESTAMP', 'TIMESTAMP WITH TIME ZONE'], 'TIMESTAMP WITH TIME ZONE', false],
    [['VARCHAR', 'BLOB'], 'BLOB', false],
    [['JSON', 'VARCHAR'], 'JSON', false],
    [['"NULL"', 'VARCHAR'], 'VARCHAR', true],
    [['STRUCT(a INTEGER)', 'STRUCT(a INTEGER, b INTEGER)'], 'STRUCT(a INTEGER, b INTEGER)', false],
  ];
  for (const [types, united, expected] of cases)
    expect([types, unitesExactly(types, united)]).toEqual([types, expected]);
});
