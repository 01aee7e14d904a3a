import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseType, type TypeTree } from '../../src/compare/type-tree.ts';
import { sql } from '../../src/sql/sql.ts';
import { withEngine } from '../diff/small-tables.ts';
import { literal, type TypeModel, typeModel } from './typed-values.ts';

function modelOf(tree: TypeTree): TypeModel {
  const fields = (list: readonly { name: string | null; type: TypeTree }[]) =>
    list.map(({ name, type }) => ({ name: name ?? '', type: modelOf(type) }));
  switch (tree.kind) {
    case 'scalar':
      return { kind: 'scalar', name: tree.text };
    case 'list':
      return { kind: 'list', item: modelOf(tree.item), size: tree.size };
    case 'struct':
      return { kind: 'struct', fields: fields(tree.fields) };
    case 'map':
      return { kind: 'map', key: modelOf(tree.key), value: modelOf(tree.value) };
    case 'union':
      return { kind: 'union', members: fields(tree.members) };
  }
}

test('any type is read back out of the name that the engine gives it', async () => {
  await withEngine((engine) =>
    fc.assert(
      fc.asyncProperty(typeModel, async (type) => {
        const { rows } = await engine.run(sql`SELECT typeof(${literal(null, type)})`);
        expect(modelOf(parseType(String(rows[0]?.[0])))).toEqual(type);
      }),
      { numRuns: 150 },
    ),
  );
});

test('fields without names, zones, quotes and what is no type of ours', () => {
  expect(parseType('STRUCT(UTINYINT, TIMESTAMP WITH TIME ZONE)')).toMatchObject({
    fields: [
      { name: null, type: { text: 'UTINYINT' } },
      { name: null, type: { text: 'TIMESTAMP WITH TIME ZONE' } },
    ],
  });
  expect(parseType(`STRUCT("a ""b"", c)" ENUM('x, ''y'')', '('), t TIME WITH TIME ZONE)[]`)).toMatchObject({
    kind: 'list',
    item: { fields: [{ name: 'a "b", c)' }, { name: 't', type: { text: 'TIME WITH TIME ZONE' } }] },
  });
  for (const text of [
    'GEOMETRY',
    "GEOMETRY('OGC:CRS84')",
    '"NULL"',
    'INTEGER[',
    'STRUCT(',
    'STRUCT(a',
    'MAP(INTEGER)',
    '',
  ])
    expect(parseType(text)).toEqual({ kind: 'scalar', text });
});
