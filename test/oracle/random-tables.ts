/** Pairs of small tables: any types, any key, duplicates and NULLs, and a shadow that faults of several kinds have touched. */
import fc from 'fast-check';
import type { Sided } from '../../src/core/side.ts';
import { NORMALISATIONS, type NormaliseRule, type Spec, type Tolerance } from '../../src/core/spec.ts';
import { cellOf, nearCells } from './cells.ts';
import {
  anyType,
  type Cell,
  type ColumnType,
  INTEGERS,
  isHashable,
  quotedName,
  scalarType,
  WIDE_INTEGERS,
} from './column-type.ts';

export interface WrittenColumn {
  readonly name: string;
  /** What its cells are. */
  readonly type: ColumnType;
  /** What they are cast to when the file is written; one that does not fit becomes NULL. */
  readonly written_as: ColumnType;
}

/** How a side is written; nothing of it may change what equal means. */
export interface Layout {
  /** Of COPY, each with a comma before it. */
  readonly options: string;
  /** How often each row stands in a file. */
  readonly copies: number;
}
const PLAIN_LAYOUT: Layout = { options: '', copies: 1 };
export const PLAIN_LAYOUTS: Sided<Layout> = { production: PLAIN_LAYOUT, shadow: PLAIN_LAYOUT };

export interface WrittenTable {
  readonly columns: readonly WrittenColumn[];
  readonly rows: readonly (readonly Cell[])[];
  /** The number of the row with which each further file begins. */
  readonly cuts: readonly number[];
}

export interface RandomPair {
  readonly production: WrittenTable;
  readonly shadow: WrittenTable;
  readonly spec: Partial<Spec>;
  /** As a pair too large to be kept whole. */
  readonly large: boolean;
  /** With too little memory to hold the hashes of all rows, where it is large and has no key. */
  readonly cramped: boolean;
  readonly layouts: Sided<Layout>;
}

/** What a family of cases holds: the plain ones are those that every part of the product must already get right. */
export interface Scope {
  readonly retyped: boolean;
  readonly rules: boolean;
  readonly columns_change: boolean;
}

const NAMES = ['id', 'name', 'a"b', ' ', '__proto__', 'v0', 'row', 'größe', "o'clock", 'select', 'h', 'x.y'] as const;

/** One value of what fast-check may draw. */
type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T;

export function randomPair(scope: Scope): fc.Arbitrary<RandomPair> {
  return fc.gen().map((generate) => {
    const same = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> => arbitrary;
    return drawPair((arbitrary) => generate(same, arbitrary) as never, scope);
  });
}

function chance(draw: Draw, percent: number): boolean {
  return draw(fc.nat({ max: 99 })) >= 100 - percent;
}

function drawPair(draw: Draw, scope: Scope): RandomPair {
  // Of eight columns and more the large path reads those that differ only.
  const width = draw(fc.constantFrom(1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 8, 10));
  const names = draw(fc.shuffledSubarray([...NAMES], { minLength: width, maxLength: width }));
  const keyWidth = Math.min(draw(fc.constantFrom(0, 1, 1, 1, 2)), width);
  const types = names.map((_, i) => draw(i < keyWidth ? scalarType.filter(isHashable) : anyType));
  const hasSerialKey = keyWidth > 0 && chance(draw, 50);
  if (hasSerialKey) types[0] = draw(fc.constantFrom(...INTEGERS));
  const pools = types.map((type, i) => drawPool(draw, type, i < keyWidth ? 6 : 4));
  const height = draw(fc.integer({ min: 0, max: 14 }));
  const drawRow = (i: number): readonly Cell[] =>
    pools.map((pool, column) =>
      column === 0 && hasSerialKey && !chance(draw, 10) ? BigInt(i) : draw(fc.constantFrom(...pool)),
    );
  const rows = Array.from({ length: height }, (_, i) => drawRow(i));
  const key = names.slice(0, keyWidth);
  const isLenient = scope.rules && chance(draw, 30);
  const faulty = drawFaults(draw, { types, pools, rows, faults: isLenient ? SMALL_FAULTS : FAULTS, drawRow });
  const columns = names.map((name, i) => ({ name, type: types[i] as ColumnType }));
  const plain = columns.map((column) => ({ ...column, written_as: column.type }));
  const production: WrittenTable = { columns: plain, rows, cuts: drawCuts(draw, rows.length) };
  const base: WrittenTable = { columns: plain, rows: faulty, cuts: drawCuts(draw, faulty.length) };
  const retyped = scope.retyped && chance(draw, 50) ? drawRetyped(draw, base) : base;
  const { shadow, spec } = scope.columns_change ? drawColumnChange(draw, retyped, key) : { shadow: retyped, spec: {} };
  // A rule for a column that is ignored is refused; one that an expression makes may be of a type that the rule does not fit.
  const compared = plain.filter(({ name }) => spec.ignore?.includes(name) !== true);
  const sql = scope.rules ? drawSql(draw, compared, shadow) : {};
  const ruled = compared.filter(({ name }) => sql.expressions?.some(({ column }) => column === name) !== true);
  const rules = isLenient ? LENIENT : scope.rules && chance(draw, 70) ? drawRules(draw, ruled, key) : {};
  const checksum = scope.rules && chance(draw, 10) ? 'strong' : 'fast';
  const whole: Partial<Spec> = { key, checksum, ...spec, ...rules, ...sql };
  const [large, cramped] = [chance(draw, 50), chance(draw, 50)];
  return { production, shadow, spec: whole, large, cramped, layouts: PLAIN_LAYOUTS };
}

/** The values that a column is drawn from: few, so that rows repeat and keys collide. */
function drawPool(draw: Draw, type: ColumnType, most: number): readonly Cell[] {
  const pool = draw(fc.array(cellOf(type), { minLength: 1, maxLength: most }));
  const near = nearCells(type, pool[0] ?? null);
  if (near.length > 0 && chance(draw, 40)) pool.push(draw(fc.constantFrom(...near)));
  if (chance(draw, 40)) pool.push(null);
  return pool;
}

interface Drawn {
  readonly types: readonly ColumnType[];
  readonly pools: readonly (readonly Cell[])[];
  readonly rows: readonly (readonly Cell[])[];
  readonly faults: readonly Fault[];
  readonly drawRow: (i: number) => readonly Cell[];
}

const FAULTS = ['cell', 'cell', 'near', 'near', 'null', 'drop', 'add', 'double', 'shuffle', 'swap', 'column'] as const;

type Fault = (typeof FAULTS)[number];
/** What rules may forgive, and rules that forgive much of it. */
const SMALL_FAULTS: readonly Fault[] = ['near', 'near', 'column', 'shuffle'];
const LENIENT: Partial<Spec> = {
  tolerance: [{ column: null, type: null, abs: 1, rel: 0.25, time_us: 3_600_000_000 }],
  normalise: NORMALISATIONS.map((rule) => ({ column: null, type: null, rule })),
};

/** The rows as a copy holds them after none to four faults, several at once. */
function drawFaults(draw: Draw, drawn: Drawn): readonly (readonly Cell[])[] {
  let rows = [...drawn.rows];
  const faults = draw(fc.array(fc.constantFrom(...drawn.faults), { maxLength: 4 }));
  const { types, pools } = drawn;
  for (const fault of faults) {
    if (rows.length === 0 && fault !== 'add') continue;
    const at = draw(fc.nat({ max: Math.max(rows.length - 1, 0) }));
    const column = draw(fc.nat({ max: types.length - 1 }));
    const row = rows[at] ?? [];
    const changed = (cell: Cell) => rows.with(at, row.with(column, cell));
    if (fault === 'cell') rows = changed(draw(fc.constantFrom(...(pools[column] as readonly Cell[]))));
    else if (fault === 'near') {
      const near = nearCells(types[column] as ColumnType, row[column] ?? null);
      if (near.length > 0) rows = changed(draw(fc.constantFrom(...near)));
    } else if (fault === 'null') rows = changed(null);
    else if (fault === 'drop') rows = rows.toSpliced(at, 1);
    else if (fault === 'add') rows = rows.toSpliced(at, 0, drawn.drawRow(draw(fc.nat({ max: 20 }))));
    else if (fault === 'double') rows = [...rows, row];
    else if (fault === 'shuffle') rows = draw(fc.shuffledSubarray(rows, { minLength: rows.length }));
    else if (fault === 'swap') {
      const other = draw(fc.nat({ max: rows.length - 1 }));
      const [mine, theirs] = [row[column] ?? null, rows[other]?.[column] ?? null];
      rows = changed(theirs);
      rows = rows.with(other, (rows[other] as readonly Cell[]).with(column, mine));
    } else {
      const way = draw(fc.nat({ max: 9 }));
      rows = rows.map((cells) => {
        const near = nearCells(types[column] as ColumnType, cells[column] ?? null);
        return near.length === 0 ? cells : cells.with(column, near[way % near.length] as Cell);
      });
    }
  }
  return rows;
}

function drawCuts(draw: Draw, height: number): readonly number[] {
  if (height < 2 || !chance(draw, 20)) return [];
  return draw(fc.uniqueArray(fc.integer({ min: 1, max: height - 1 }), { maxLength: 2 })).toSorted((a, b) => a - b);
}

const TEXT: ColumnType = { kind: 'text' };
const DOUBLE: ColumnType = { kind: 'float', sql: 'DOUBLE' };
const timestamp = (sql: string, per_second: bigint): ColumnType => ({ kind: 'timestamp', sql, per_second });
const TIMESTAMPS = [
  timestamp('TIMESTAMP', 1_000_000n),
  timestamp('TIMESTAMP_NS', 1_000_000_000n),
  timestamp('TIMESTAMPTZ', 1_000_000n),
];

/** The types that a copy may give a column of this type. */
function otherTypes(type: ColumnType): readonly ColumnType[] {
  switch (type.kind) {
    case 'integer':
      // Written as doubles or as text already; and the engine refuses to cast some of the widest at all.
      if (WIDE_INTEGERS.includes(type)) return [];
      return [
        ...INTEGERS,
        { kind: 'decimal', width: 38, scale: 0 },
        { kind: 'decimal', width: 20, scale: 2 },
        DOUBLE,
        TEXT,
      ];
    case 'decimal':
      return [
        { kind: 'decimal', width: 38, scale: 10 },
        { kind: 'decimal', width: 18, scale: 0 },
        { kind: 'decimal', width: 20, scale: 4 },
        { kind: 'integer', sql: 'BIGINT', min: 0n, max: 0n },
        DOUBLE,
        { kind: 'float', sql: 'FLOAT' },
        TEXT,
      ];
    case 'float':
      return [
        DOUBLE,
        { kind: 'float', sql: 'FLOAT' },
        { kind: 'decimal', width: 38, scale: 10 },
        { kind: 'decimal', width: 38, scale: 20 },
        TEXT,
      ];
    case 'date':
      return [...TIMESTAMPS, TEXT];
    case 'timestamp':
      return [...TIMESTAMPS, { kind: 'date' }, TEXT];
    case 'time':
      return [{ kind: 'time', sql: 'TIME' }, { kind: 'time', sql: 'TIME_NS' }, TEXT];
    case 'boolean':
    case 'uuid':
    case 'json':
    case 'enum':
    case 'blob':
    case 'interval':
      return [TEXT];
    case 'text':
      return [{ kind: 'json' }, DOUBLE, { kind: 'integer', sql: 'INTEGER', min: 0n, max: 0n }, { kind: 'date' }];
    case 'list':
      return otherTypes(type.item)
        .filter(({ kind }) => kind !== 'text')
        .map((item) => ({ kind: 'list', item }));
    case 'struct':
      return [
        { kind: 'struct', fields: type.fields.toReversed() },
        { kind: 'struct', fields: [...type.fields, { name: 'more', type: TEXT }] },
        ...(type.fields.length === 1 ? [] : [{ kind: 'struct', fields: type.fields.slice(1) } as const]),
      ];
    case 'map':
      return otherTypes(type.value)
        .filter(({ kind }) => kind !== 'text')
        .map((value) => ({ ...type, value }));
    default:
      return [];
  }
}

function drawRetyped(draw: Draw, table: WrittenTable): WrittenTable {
  const columns = table.columns.map((column) => {
    const others = otherTypes(column.type);
    if (others.length === 0 || !chance(draw, 50)) return column;
    return { ...column, written_as: draw(fc.constantFrom(...others)) };
  });
  return { ...table, columns };
}

function drawColumnChange(
  draw: Draw,
  table: WrittenTable,
  key: readonly string[],
): { readonly shadow: WrittenTable; readonly spec: Partial<Spec> } {
  const change = draw(fc.constantFrom('none', 'none', 'reorder', 'drop', 'add', 'rename', 'map', 'ignore', 'choose'));
  const { columns, rows } = table;
  const at = draw(fc.nat({ max: columns.length - 1 }));
  const column = columns[at] as WrittenColumn;
  const pick = (order: readonly number[]): WrittenTable => ({
    ...table,
    columns: order.map((i) => columns[i] as WrittenColumn),
    rows: rows.map((cells) => order.map((i) => cells[i] ?? null)),
  });
  const all = columns.map((_, i) => i);
  const renamed = { ...table, columns: columns.with(at, { ...column, name: 'elsewhere' }) };
  switch (change) {
    case 'reorder':
      return { shadow: pick(draw(fc.shuffledSubarray(all, { minLength: all.length }))), spec: {} };
    case 'drop':
      return columns.length === 1 ? { shadow: table, spec: {} } : { shadow: pick(all.toSpliced(at, 1)), spec: {} };
    case 'add': {
      const added = { name: 'extra', type: TEXT, written_as: TEXT };
      return {
        shadow: { ...table, columns: [...columns, added], rows: rows.map((cells) => [...cells, 'x']) },
        spec: {},
      };
    }
    case 'rename':
      return { shadow: renamed, spec: {} };
    case 'map':
      return { shadow: renamed, spec: { renamed: [{ production: column.name, shadow: 'elsewhere' }] } };
    case 'ignore':
      return columns.length === 1 || key.includes(column.name)
        ? { shadow: table, spec: {} }
        : { shadow: table, spec: { ignore: [column.name] } };
    case 'choose':
      return { shadow: table, spec: { columns: [column.name] } };
    default:
      return { shadow: table, spec: {} };
  }
}

const NUMBER_KINDS: readonly string[] = ['integer', 'decimal', 'float'];
const TIME_KINDS: readonly string[] = ['timestamp', 'date', 'time'];

function drawRules(
  draw: Draw,
  columns: readonly { readonly name: string; readonly type: ColumnType }[],
  key: readonly string[],
): Partial<Spec> {
  const tolerance: Tolerance[] = [];
  const normalise: NormaliseRule[] = [];
  const numbers = () => ({
    abs: draw(fc.constantFrom(0, 0.5, 1, 0.01)),
    rel: draw(fc.constantFrom(0, 0, 0.25, 0.5)),
    time_us: 0,
  });
  const times = () => ({ abs: 0, rel: 0, time_us: draw(fc.constantFrom(0, 1, 1_000_000, 3_600_000_000)) });
  if (chance(draw, 30)) tolerance.push({ column: null, type: null, ...numbers(), time_us: times().time_us });
  if (chance(draw, 20))
    tolerance.push({
      column: null,
      type: draw(fc.constantFrom('integer', 'decimal', 'float')),
      ...numbers(),
      rel: 0.25,
    });
  if (chance(draw, 20))
    tolerance.push({
      column: null,
      type: draw(fc.constantFrom('timestamp', 'date', 'time')),
      ...times(),
      time_us: 1_000_000,
    });
  for (const { name, type } of columns) {
    if (key.includes(name) || !chance(draw, 40)) continue;
    if (NUMBER_KINDS.includes(type.kind) && !(type.kind === 'integer' && type.sql === 'BIGNUM'))
      tolerance.push({ column: name, type: null, ...numbers() });
    if (TIME_KINDS.includes(type.kind)) tolerance.push({ column: name, type: null, ...times() });
  }
  for (const rule of NORMALISATIONS) {
    const fitting = columns.filter(({ type }) =>
      rule === 'unordered_lists'
        ? type.kind === 'list'
        : rule === 'json_canonical'
          ? type.kind === 'json'
          : type.kind === 'text',
    );
    if (chance(draw, 25)) normalise.push({ column: null, type: null, rule });
    else if (fitting.length > 0 && chance(draw, 60))
      normalise.push({ column: draw(fc.constantFrom(...fitting)).name, type: null, rule });
  }
  return { tolerance, normalise };
}

/** Expressions in SQL, on columns that both sides have under one name. */
function drawSql(draw: Draw, columns: readonly WrittenColumn[], shadow: WrittenTable): Partial<Spec> {
  const common = columns.filter(({ name, type }) =>
    shadow.columns.some((other) => other.name === name && other.written_as === type),
  );
  const spec: { -readonly [name in keyof Spec]?: Spec[name] } = {};
  const texts = common.filter(({ type }) => type.kind === 'text');
  if (texts.length > 0 && chance(draw, 30)) {
    const { name } = draw(fc.constantFrom(...texts));
    const lower = `lower(${quotedName(name)})`;
    const length = `length(${quotedName(name)})`;
    const [production, shadowSql] = draw(
      fc.constantFrom([lower, lower], [lower, null], [null, `trim(${quotedName(name)})`], [length, length]),
    );
    spec.expressions = [{ column: name, production: production ?? null, shadow: shadowSql ?? null }];
  }
  return spec;
}
