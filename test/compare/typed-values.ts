/** Values of random types with their SQL, and whether two of them are equal by docs/comparison.md: a naive oracle in plain JavaScript. */
import fc from 'fast-check';
import { ident, join, type Sql, sql, trustedExpression, value } from '../../src/sql/sql.ts';

export type TypeModel =
  | { readonly kind: 'scalar'; readonly name: string }
  | { readonly kind: 'list'; readonly item: TypeModel; readonly size: number | null }
  | { readonly kind: 'struct'; readonly fields: readonly FieldModel[] }
  | { readonly kind: 'map'; readonly key: TypeModel; readonly value: TypeModel }
  | { readonly kind: 'union'; readonly members: readonly FieldModel[] };

export interface FieldModel {
  readonly name: string;
  readonly type: TypeModel;
}

/** A scalar is text that the engine casts; a struct and a union hold one value for each field and for the tag's member. */
export type ValueModel =
  | null
  | string
  | { readonly items: readonly ValueModel[] }
  | { readonly entries: readonly (readonly [ValueModel, ValueModel])[] }
  | { readonly tag: number; readonly member: ValueModel };

const HOSTILE_NAMES = ['a', 'b', 'a b', '"', "'", 'c, d', ')', 'é', 'with', 'integer', '__proto__', 'x.y', '1', '/~'];

/** Texts of values per type, few enough to meet, and next to each other. */
const POOLS: Readonly<Record<string, readonly string[]>> = {
  TINYINT: ['0', '1', '-1', '127'],
  SMALLINT: ['0', '1', '-1', '127', '30'],
  INTEGER: ['0', '1', '-1', '127', '16777217', '16777216'],
  BIGINT: ['0', '1', '-1', '9007199254740993', '9007199254740992', '16777217'],
  UBIGINT: ['0', '1', '18446744073709551615', '9007199254740993'],
  HUGEINT: ['0', '1', '-1', '18446744073709551615', '-18446744073709551616', '170141183460469231731687303715884105727'],
  UHUGEINT: ['0', '1', '18446744073709551615', '340282366920938463463374607431768211455'],
  BIGNUM: ['0', '1', '-1', '18446744073709551615', '340282366920938463463374607431768211456'],
  'DECIMAL(4,2)': ['0.00', '1.00', '-1.00', '0.10', '1.50', '-0.01'],
  'DECIMAL(18,1)': ['0.0', '1.0', '-1.0', '0.1', '1.5', '9007199254740993.0'],
  'DECIMAL(38,10)': ['0', '1', '-1', '0.1', '1.5', '-0.01', '9007199254740993', '0.1000000015'],
  FLOAT: ['0', '-0.0', '1', '-1', '0.1', '1.5', '16777216', 'nan', '-nan', 'inf', '-inf'],
  DOUBLE: [
    '0',
    '-0.0',
    '1',
    '-1',
    '0.1',
    '0.10000000149011612',
    '1.5',
    '9007199254740992',
    '16777217',
    'nan',
    '-nan',
    'inf',
    '-inf',
    '1e300',
    '1.8446744073709552e19',
  ],
  VARCHAR: [
    '',
    'a',
    'a ',
    'A',
    'NULL',
    'null',
    "'",
    '"',
    '[',
    ', ',
    '\\',
    '{',
    'é',
    'e\u0301',
    '\u{1F600}',
    '1',
    '\u0001',
    'a\nb',
    ': ',
  ],
  "ENUM('a', 'A', '', ''', b')": ['a', 'A', '', "', b"],
  "ENUM('A', 'a')": ['a', 'A'],
  BOOLEAN: ['true', 'false'],
  DATE: ['1970-01-01', '2026-11-20', '0044-03-15 (BC)', 'infinity', '-infinity'],
  TIMESTAMP: ['1970-01-01 00:00:00', '2026-11-20 00:00:00', '2026-11-20 00:00:00.000001', 'infinity', '-infinity'],
  'TIMESTAMP WITH TIME ZONE': [
    '1970-01-01 00:00:00+00',
    '2026-11-20 01:00:00+01',
    '2026-11-20 00:00:00.000001+00',
    'infinity',
  ],
  TIMESTAMP_S: ['1970-01-01 00:00:00', '2026-11-20 00:00:00'],
  TIMESTAMP_MS: ['1970-01-01 00:00:00', '2026-11-20 00:00:00.001', '2026-11-20 00:00:00'],
  TIMESTAMP_NS: [
    '1970-01-01 00:00:00',
    '2026-11-20 00:00:00',
    '2026-11-20 00:00:00.000000001',
    '2026-11-20 00:00:00.000001',
    'infinity',
  ],
  TIME: ['00:00:00', '10:00:00', '10:00:00.000001'],
  'TIME WITH TIME ZONE': ['00:00:00+00', '10:00:00+00', '11:00:00+01', '10:00:00.000001+00'],
  INTERVAL: ['1 month', '30 days', '24 hours', '1 day', '0 days', '1 month 1 day'],
  UUID: [
    '91111111-1111-1111-1111-111111111111',
    '92222222-2222-2222-1222-222222222222',
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ],
  BLOB: ['', 'a', '\\x00', '\\xFF', '\\x00\\x00', 'a\\x01'],
  BIT: ['1', '01', '101', '0101', '00000000'],
};

/** Types that a column may change into with values left comparable. */
const RELATED: readonly (readonly string[])[] = [
  [
    'TINYINT',
    'SMALLINT',
    'INTEGER',
    'BIGINT',
    'UBIGINT',
    'HUGEINT',
    'UHUGEINT',
    'BIGNUM',
    'DECIMAL(4,2)',
    'DECIMAL(18,1)',
    'DECIMAL(38,10)',
    'FLOAT',
    'DOUBLE',
  ],
  ['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS'],
  ['TIME', 'TIME WITH TIME ZONE'],
  ['VARCHAR', "ENUM('a', 'A', '', ''', b')", "ENUM('A', 'a')"],
];

const scalarType = fc.constantFrom(...Object.keys(POOLS)).map((name): TypeModel => ({ kind: 'scalar', name }));

/** The engine holds a month and thirty days to be one key. */
const keyType = scalarType.filter((type) => type.kind === 'scalar' && type.name !== 'INTERVAL');

const names = (count: number): fc.Arbitrary<readonly string[]> =>
  fc.shuffledSubarray(HOSTILE_NAMES, { minLength: count, maxLength: count });

export const typeModel: fc.Arbitrary<TypeModel> = fc.letrec<{ type: TypeModel }>((tie) => {
  const inner = tie('type');
  const fields = fc
    .array(inner, { minLength: 1, maxLength: 3 })
    .chain((types) => names(types.length).map((chosen) => types.map((type, i) => ({ name: chosen[i] ?? 'a', type }))));
  return {
    type: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      scalarType,
      fc.record({ kind: fc.constant('list' as const), item: inner, size: fc.constantFrom(null, null, 2) }),
      fc.record({ kind: fc.constant('struct' as const), fields }),
      fc.record({ kind: fc.constant('map' as const), key: keyType, value: inner }),
      fc.record({ kind: fc.constant('union' as const), members: fields }),
    ),
  };
}).type;

/** The same type, or one with fields in another order, one field less, other widths and resolutions, an array for a list. */
export function relatedType(type: TypeModel): fc.Arbitrary<TypeModel> {
  switch (type.kind) {
    case 'scalar': {
      const related = RELATED.find((group) => group.includes(type.name)) ?? [type.name];
      return fc.oneof(
        { weight: 3, arbitrary: fc.constant(type) },
        { weight: 2, arbitrary: fc.constantFrom(...related).map((name) => ({ kind: 'scalar' as const, name })) },
      );
    }
    case 'list':
      return fc.record({
        kind: fc.constant('list' as const),
        item: relatedType(type.item),
        size: fc.constantFrom(type.size, null),
      });
    case 'map':
      return fc.record({
        kind: fc.constant('map' as const),
        key: relatedType(type.key),
        value: relatedType(type.value),
      });
    case 'struct':
      return relatedFields(type.fields).map((fields) => ({ kind: 'struct', fields }));
    case 'union':
      return relatedFields(type.members).map((members) => ({ kind: 'union', members }));
  }
}

function relatedFields(fields: readonly FieldModel[]): fc.Arbitrary<readonly FieldModel[]> {
  const changed = fc.tuple(
    ...fields.map(({ name, type }) => relatedType(type).map((other) => ({ name, type: other }))),
  );
  return fc.oneof(
    { weight: 2, arbitrary: changed },
    { weight: 1, arbitrary: changed.chain((list) => fc.shuffledSubarray(list, { minLength: 1 })) },
  );
}

export function anyValue(type: TypeModel): fc.Arbitrary<ValueModel> {
  const some = (): fc.Arbitrary<ValueModel> => {
    switch (type.kind) {
      case 'scalar':
        return fc.constantFrom(...(POOLS[type.name] ?? ['']));
      case 'list': {
        const length = type.size === null ? { maxLength: 3 } : { minLength: type.size, maxLength: type.size };
        return fc.array(anyValue(type.item), length).map((items) => ({ items }));
      }
      case 'struct':
        return fc.tuple(...type.fields.map((field) => anyValue(field.type))).map((items) => ({ items }));
      case 'map':
        return fc
          .array(fc.tuple(someOf(type.key), anyValue(type.value)), { maxLength: 3 })
          .map((entries) => ({ entries: distinctKeys(entries, type.key) }));
      case 'union':
        return fc
          .nat(type.members.length - 1)
          .chain((tag) => anyValue(type.members[tag]?.type ?? type).map((member) => ({ tag, member })));
    }
  };
  return fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 8, arbitrary: some() });
}

function someOf(type: TypeModel): fc.Arbitrary<ValueModel> {
  return anyValue(type).filter((one) => one !== null);
}

function distinctKeys(
  entries: readonly (readonly [ValueModel, ValueModel])[],
  type: TypeModel,
): readonly (readonly [ValueModel, ValueModel])[] {
  return entries.filter(([key], i) => !entries.slice(0, i).some(([other]) => areEqual(key, type, other, type)));
}

/** The value in the other type as far as it fits there, so that two values are often equal; a list may be cut, an entry turned. */
export function carried(from: ValueModel, type: TypeModel, to: TypeModel): fc.Arbitrary<ValueModel> {
  const afresh = { weight: 1, arbitrary: anyValue(to) };
  const often = (arbitrary: fc.Arbitrary<ValueModel>): fc.Arbitrary<ValueModel> =>
    fc.oneof(afresh, { weight: 12, arbitrary });
  if (from === null) return often(fc.constant(null));
  if (type.kind === 'scalar' && to.kind === 'scalar') {
    const same = (POOLS[to.name] ?? []).filter((text) => areEqual(from, type, text, to));
    return same.length === 0 ? anyValue(to) : often(fc.constantFrom(...same));
  }
  if (typeof from === 'string') return anyValue(to);
  if (type.kind === 'list' && to.kind === 'list' && 'items' in from) {
    if (to.size !== null && to.size !== from.items.length) return anyValue(to);
    return often(fc.tuple(...from.items.map((item) => carried(item, type.item, to.item))).map((items) => ({ items })));
  }
  if (type.kind === 'struct' && to.kind === 'struct' && 'items' in from) {
    const fields = to.fields.map((field) => {
      const at = type.fields.findIndex(({ name }) => name === field.name);
      const before = type.fields[at];
      return before === undefined
        ? fc.oneof(fc.constant(null), anyValue(field.type))
        : carried(from.items[at] ?? null, before.type, field.type);
    });
    return often(fc.tuple(...fields).map((items) => ({ items })));
  }
  if (type.kind === 'map' && to.kind === 'map' && 'entries' in from) {
    const entries = from.entries.map(([key, item]) =>
      fc.tuple(
        carried(key, type.key, to.key).filter((one) => one !== null),
        carried(item, type.value, to.value),
      ),
    );
    return often(
      fc
        .tuple(...entries)
        .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }))
        .map((list) => ({ entries: distinctKeys(list, to.key) })),
    );
  }
  if (type.kind === 'union' && to.kind === 'union' && 'tag' in from) {
    const before = type.members[from.tag];
    const tag = to.members.findIndex(({ name }) => name === before?.name);
    const member = to.members[tag];
    if (before === undefined || member === undefined) return anyValue(to);
    return often(carried(from.member, before.type, member.type).map((one) => ({ tag, member: one })));
  }
  return anyValue(to);
}

/** The type's name as the engine writes it, near enough for its parser. */
export function typeText(type: TypeModel): string {
  const fields = (list: readonly FieldModel[]): string =>
    list.map((field) => `"${field.name.replaceAll('"', '""')}" ${typeText(field.type)}`).join(', ');
  switch (type.kind) {
    case 'scalar':
      return type.name;
    case 'list':
      return `${typeText(type.item)}[${type.size ?? ''}]`;
    case 'struct':
      return `STRUCT(${fields(type.fields)})`;
    case 'map':
      return `MAP(${typeText(type.key)}, ${typeText(type.value)})`;
    case 'union':
      return `UNION(${fields(type.members)})`;
  }
}

/** The value as SQL of its type. */
export function literal(model: ValueModel, type: TypeModel): Sql {
  return sql`CAST(${uncast(model, type)} AS ${typeSql(type)})`;
}

function uncast(model: ValueModel, type: TypeModel): Sql {
  if (model === null) return sql`NULL`;
  if (typeof model === 'string') return value(model);
  if (type.kind === 'list' && 'items' in model)
    return sql`[${join(model.items.map((item) => literal(item, type.item)))}]`;
  if (type.kind === 'struct' && 'items' in model) {
    const fields = type.fields.map(
      (field, i) => sql`${ident(field.name)} := ${literal(model.items[i] ?? null, field.type)}`,
    );
    return sql`struct_pack(${join(fields)})`;
  }
  if (type.kind === 'map' && 'entries' in model) {
    const keys = model.entries.map(([key]) => literal(key, type.key));
    const values = model.entries.map(([, item]) => literal(item, type.value));
    return sql`map([${join(keys)}], [${join(values)}])`;
  }
  if (type.kind === 'union' && 'tag' in model) {
    const member = type.members[model.tag];
    return sql`union_value(${ident(member?.name ?? '')} := ${literal(model.member, member?.type ?? type)})`;
  }
  throw new Error('a value that is not of its type');
}

function typeSql(type: TypeModel): Sql {
  const [text] = trustedExpression(typeText(type)).chunks;
  const bare = typeof text === 'string' ? text.slice(1, -2) : '';
  return sql(Object.assign([bare], { raw: [bare] }) as unknown as TemplateStringsArray);
}

/** Whether two values of two types are equal, by the table of docs/comparison.md. */
export function areEqual(one: ValueModel, type: TypeModel, other: ValueModel, otherType: TypeModel): boolean {
  if (one === null || other === null) return one === other;
  if (type.kind === 'scalar' && otherType.kind === 'scalar')
    return areScalarsEqual(String(one), type.name, String(other), otherType.name);
  if (typeof one === 'string' || typeof other === 'string') return false;
  if (type.kind === 'list' && otherType.kind === 'list' && 'items' in one && 'items' in other) {
    return (
      one.items.length === other.items.length &&
      one.items.every((item, i) => areEqual(item, type.item, other.items[i] ?? null, otherType.item))
    );
  }
  if (type.kind === 'struct' && otherType.kind === 'struct' && 'items' in one && 'items' in other) {
    const all = new Set([...type.fields, ...otherType.fields].map(({ name }) => name));
    return [...all].every((name) => {
      const [i, j] = [type, otherType].map(({ fields }) => fields.findIndex((field) => field.name === name));
      const [a, b] = [type.fields[i ?? -1], otherType.fields[j ?? -1]];
      const [x, y] = [one.items[i ?? -1] ?? null, other.items[j ?? -1] ?? null];
      return a === undefined || b === undefined ? x === null && y === null : areEqual(x, a.type, y, b.type);
    });
  }
  if (type.kind === 'map' && otherType.kind === 'map' && 'entries' in one && 'entries' in other) {
    return (
      one.entries.length === other.entries.length &&
      one.entries.every(([key, item]) =>
        other.entries.some(
          ([otherKey, otherItem]) =>
            areEqual(key, type.key, otherKey, otherType.key) && areEqual(item, type.value, otherItem, otherType.value),
        ),
      )
    );
  }
  if (type.kind === 'union' && otherType.kind === 'union' && 'tag' in one && 'tag' in other) {
    const [a, b] = [type.members[one.tag], otherType.members[other.tag]];
    return (
      a !== undefined && b !== undefined && a.name === b.name && areEqual(one.member, a.type, other.member, b.type)
    );
  }
  return false;
}

function areScalarsEqual(one: string, type: string, other: string, otherType: string): boolean {
  const group = RELATED.findIndex((list) => list.includes(type));
  if (group !== RELATED.findIndex((list) => list.includes(otherType))) return false;
  switch (group) {
    case 0:
      return areNumbersEqual(one, type, other, otherType);
    case 1:
      return instant(one) === instant(other);
    case 2:
      return (one.includes('+') ? one : `${one}+00`) === (other.includes('+') ? other : `${other}+00`);
    default:
      // Texts, and pools in which each value is written in one way.
      return one === other;
  }
}

const isFloat = (type: string): boolean => type === 'FLOAT' || type === 'DOUBLE';

function areNumbersEqual(one: string, type: string, other: string, otherType: string): boolean {
  if (isFloat(type) && isFloat(otherType)) {
    const [a, b] = [float(one, type), float(other, otherType)];
    return a === b || (Number.isNaN(a) && Number.isNaN(b));
  }
  if (!isFloat(type) && !isFloat(otherType)) return plain(one) === plain(other);
  if (isFloat(type)) return areNumbersEqual(other, otherType, one, type);
  const double = float(other, otherType);
  if (!Number.isFinite(double) || float(one, otherType) !== double) return false;
  // There and back: what the double prints as, in the exact type, is the exact number.
  const printed =
    otherType === 'FLOAT' && !Number.isInteger(double)
      ? other
      : Number.isInteger(double)
        ? String(BigInt(double))
        : String(double);
  return plain(printed) === plain(one);
}

function float(text: string, type: string): number {
  if (text.includes('nan')) return Number.NaN;
  if (text.includes('inf')) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return type === 'FLOAT' ? Math.fround(Number(text)) : Number(text);
}

/** Digits without zeros at the end of a fraction. */
function plain(text: string): string {
  const short = text.includes('.') ? text.replace(/\.?0*$/, '') : text;
  return short === '-0' ? '0' : short;
}

/** Nanoseconds since 1970, in UTC; what JavaScript cannot read, as it is. */
function instant(text: string): string {
  const found = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d)(?:\.(\d+))?([+]\d\d)?)?$/.exec(text);
  if (found === null) return text;
  const [, day, time = '00:00:00', fraction = '', zone = '+00'] = found;
  const seconds = Date.parse(`${day}T${time}Z`) / 1000 - Number(zone) * 3600;
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}
