import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agreedForm, printAgreed, printTime } from '../../src/compare/agreed-forms.ts';
import type { Sided } from '../../src/core/side.ts';
import { NORMALISATIONS, type Normalisation } from '../../src/core/spec.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ident, type Sql, type SqlValue, sql, trustedExpression, value } from '../../src/sql/sql.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
});
afterAll(() => engine.close());

/** Texts as values of a type, then whatever `form` makes of them, in their order. */
async function formed(texts: readonly string[], cast: string, form: Sql): Promise<readonly unknown[]> {
  const rows = sql`SELECT row_number() OVER () AS n, t FROM (SELECT unnest(${value([...texts] as SqlValue)}) AS t)`;
  const typed = trustedExpression(cast);
  const { rows: found } = await engine.run(
    sql`SELECT ${form} FROM (SELECT n, ${typed} AS v0 FROM (${rows})) ORDER BY n`,
  );
  return found.map(([cell]) => cell);
}

interface Asked {
  readonly rules: readonly Normalisation[];
  readonly types: Sided<string>;
  /** SQL over the text `t` that gives a value of each side's type. */
  readonly casts?: Sided<string>;
}

/** Of each pair, whether it agrees after the rules. */
async function agree(asked: Asked, pairs: readonly (readonly [string, string])[]): Promise<readonly boolean[]> {
  const form = agreedForm(ident('v0'), asked.types, asked.rules);
  if (form === null) throw new Error('no rule holds');
  const casts = asked.casts ?? {
    production: `CAST(t AS ${asked.types.production})`,
    shadow: `CAST(t AS ${asked.types.shadow})`,
  };
  const left = await formed(
    pairs.map(([one]) => one),
    casts.production,
    form.production,
  );
  const right = await formed(
    pairs.map(([, other]) => other),
    casts.shadow,
    form.shadow,
  );
  return left.map((one, i) => one === right[i]);
}

const TEXT: Sided<string> = { production: 'VARCHAR', shadow: 'VARCHAR' };

describe('text', () => {
  test.each([
    ['trim', ' a\t', 'a', true],
    ['trim', '\u00a0a', 'a', true],
    ['trim', 'a b', 'ab', false],
    ['ignore_case', 'ÄÖx', 'äöX', true],
    ['ignore_case', 'a ', 'A', false],
    ['unicode', 'e\u0301', '\u00e9', true],
    ['unicode', 'e', '\u00e9', false],
  ] as const)('%s: %j and %j', async (rule, one, other, expected) => {
    expect(await agree({ rules: [rule], types: TEXT }, [[one, other]])).toEqual([expected]);
  });

  test('rules of text hold between text and what the other side types', async () => {
    const types = { production: 'VARCHAR', shadow: 'UUID' };
    const upper = '9F2C1F36-0C57-4A9B-8B49-5E3E7F1C2A10';
    expect(await agree({ rules: ['ignore_case', 'trim'], types }, [[` ${upper}`, upper]])).toEqual([true]);
    const number = { production: 'VARCHAR', shadow: 'INTEGER' };
    expect(
      await agree({ rules: ['trim'], types: number }, [
        [' 7', '7'],
        [' 7', '8'],
      ]),
    ).toEqual([true, false]);
  });

  test.each([
    ['DOUBLE', ' 1.50', '1.5', true],
    ['DOUBLE', '\t1e2\n', '100', true],
    ['DOUBLE', ' 0.10000000000000001\u00a0', '0.1', true],
    ['DOUBLE', ' 1.51', '1.5', false],
    ['DOUBLE', '1 .5', '1.5', false],
    ['FLOAT', ' NaN ', 'nan', true],
    ['DECIMAL(18,3)', ' 1.50', '1.5', true],
    ['DECIMAL(18,3)', ' 1.5001', '1.5', false],
    ['BIGINT', '+07 ', '7', true],
    ['BIGINT', ' 7.5', '7', false],
    ['TIMESTAMP', ' 2024-01-01T00:00:00Z', '2024-01-01 00:00:00', true],
    ['BOOLEAN', ' TRUE', 'true', true],
    ['UUID', ' 9F2C1F36-0C57-4A9B-8B49-5E3E7F1C2A10', '9f2c1f36-0c57-4a9b-8b49-5e3e7f1c2a10', true],
  ] as const)(
    'trimmed text is read as a %s as if no white space had stood there: %j and %s',
    async (type, text, other, expected) => {
      const forward = { production: 'VARCHAR', shadow: type };
      const backward = { production: type, shadow: 'VARCHAR' };
      expect(await agree({ rules: ['trim'], types: forward }, [[text, other]])).toEqual([expected]);
      expect(await agree({ rules: ['trim'], types: backward }, [[other, text]])).toEqual([expected]);
      if (type !== 'DOUBLE' && type !== 'FLOAT' && !type.startsWith('DECIMAL') && type !== 'BIGINT') return;
      expect(await agree({ rules: ['trim', 'number_text'], types: forward }, [[text, other]])).toEqual([expected]);
    },
  );

  test('several rules are applied one after the other', async () => {
    const rules = NORMALISATIONS.filter((rule) => ['unicode', 'trim', 'ignore_case', 'number_text'].includes(rule));
    expect(
      await agree({ rules, types: TEXT }, [
        [' E\u0301\n', '\u00e9'],
        [' 1.50', '1.5E0 '],
      ]),
    ).toEqual([true, true]);
  });
});

/** A number that is not zero ends in a digit that counts; zero has none. */
interface ExactNumber {
  readonly negative: boolean;
  readonly digits: string;
  readonly power: number;
}

const exactNumber: fc.Arbitrary<ExactNumber> = fc
  .record({
    negative: fc.boolean(),
    digits: fc.oneof(fc.constant(''), fc.bigInt({ min: 1n, max: 10n ** 40n }).map(String), fc.nat(30).map(String)),
    power: fc.integer({ min: -25, max: 25 }),
  })
  .map(({ negative, digits, power }) => {
    const kept = digits.replace(/0+$/, '');
    return kept === ''
      ? { negative: false, digits: '', power: 0 }
      : { negative, digits: kept, power: power + digits.length - kept.length };
  });

/** One of the ways to write a number: zeros where they do not count, the point anywhere, an exponent that makes up for it. */
function written({ negative, digits, power }: ExactNumber, seed: number, json: boolean): string {
  const sign = negative ? '-' : !json && seed % 3 === 0 ? '+' : '';
  if (digits === '') return `${seed % 2 === 0 ? sign : '-'}${['0', '0.0', '0e5', '0.00E-3'][seed % 4]}`;
  const more = seed % 4;
  const all = digits + '0'.repeat(more);
  const point = 1 + (seed % all.length);
  const exponent = power - more + (all.length - point);
  const zeros = json ? '' : '0'.repeat(seed % 2);
  const fraction = all.slice(point);
  const mantissa = `${zeros}${all.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
  const plain =
    exponent === 0 && seed % 2 === 0
      ? ''
      : `${seed % 2 === 0 ? 'e' : 'E'}${exponent >= 0 && seed % 5 === 0 ? '+' : ''}${exponent}`;
  return `${sign}${mantissa}${plain}`;
}

function sameNumber(one: ExactNumber, other: ExactNumber): boolean {
  return one.negative === other.negative && one.digits === other.digits && one.power === other.power;
}

/** A number and one that is the same, or another by one digit or its sign. */
const twoNumbers = fc.tuple(exactNumber, fc.constantFrom('same', 'digit', 'sign', 'power')).map(([one, change]) => {
  const { negative, digits, power } = one;
  if (change === 'same' || digits === '') return [one, one] as const;
  if (change === 'digit') return [one, { negative, digits: `${digits}1`, power: power - 1 }] as const;
  return [one, change === 'sign' ? { ...one, negative: !negative } : { ...one, power: power + 1 }] as const;
});

describe('number_text', () => {
  test('two texts agree iff they are the same number, whatever its notation and however many digits it has', async () => {
    const asked: Asked = { rules: ['number_text'], types: TEXT };
    const cases = fc.array(fc.tuple(twoNumbers, fc.nat(60), fc.nat(60)), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(cases, async (list) => {
        const pairs = list.map(([[one, other], a, b]) => [written(one, a, false), written(other, b, false)] as const);
        expect(await agree(asked, pairs)).toEqual(list.map(([[one, other]]) => sameNumber(one, other)));
      }),
      { numRuns: 15 },
    );
  });

  test('text against a number agrees iff it spells that number, and no digit is lost by way of a double', async () => {
    const judged = async (shadow: string, pairs: readonly (readonly [string, string])[]) =>
      agree({ rules: ['number_text'], types: { production: 'VARCHAR', shadow } }, pairs);
    expect(
      await judged('DOUBLE', [
        ['1e2', '100'],
        ['+0.10', '0.1'],
        ['9007199254740993', '9007199254740992'],
        ['0.1000000000000000055', '0.1'],
        ['-0', '0'],
        ['100000000000000000000', '1e20'],
      ]),
    ).toEqual([true, true, false, false, true, true]);
    expect(
      await judged('DECIMAL(20,2)', [
        ['1.5e0', '1.5'],
        ['1.501', '1.5'],
      ]),
    ).toEqual([true, false]);
    expect(await judged('HUGEINT', [['9007199254740993.0', '9007199254740993']])).toEqual([true]);
  });

  test('text that is no number stays as it is', async () => {
    const texts = ['1e', '.', '-', '', '1,5', '1 ', '0x1F', '1_000', 'nan', '1e9999999999'];
    const form = agreedForm(ident('v0'), TEXT, ['number_text']);
    expect(await formed(texts, 't', form?.production ?? sql`v0`)).toEqual(texts);
  });
});

type Doc =
  | { readonly kind: 'number'; readonly number: ExactNumber }
  | { readonly kind: 'word'; readonly word: 'true' | 'false' | 'null' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Doc[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Doc])[] };

/** What means something in paths, in lines, in numbers and in SQL, beside what people write. */
const hostileText = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.string({
    unit: fc.constantFrom('.', '[', ']', '=', '#', '%', '2', 'E', '"', '\\', '\n', "'", '$', 'a', 'A', '-'),
    maxLength: 5,
  }),
);

const { doc } = fc.letrec<{ doc: Doc }>((tie) => ({
  doc: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Doc>(
      { kind: 'word', word: 'true' },
      { kind: 'word', word: 'null' },
      { kind: 'word', word: 'false' },
    ),
    exactNumber.map((number): Doc => ({ kind: 'number', number })),
    hostileText.map((given): Doc => ({ kind: 'text', text: given })),
    fc.array(tie('doc'), { maxLength: 3 }).map((items): Doc => ({ kind: 'list', items })),
    fc
      .uniqueArray(fc.tuple(hostileText, tie('doc')), { maxLength: 4, selector: ([name]) => name })
      .map((members): Doc => ({ kind: 'object', members })),
  ),
}));

const text = (given: string): Doc => ({ kind: 'text', text: given });

function object(...members: readonly (readonly [string, Doc])[]): Doc {
  return { kind: 'object', members };
}

/** As `numberForm` writes it. */
function numberText({ negative, digits, power }: ExactNumber): string {
  return digits === '' ? '0' : `${negative ? '-' : ''}${digits}${power === 0 ? '' : `e${power}`}`;
}

/** The oracle: one text for two documents iff they are the same. */
function canonical(given: Doc): string {
  switch (given.kind) {
    case 'number':
      return JSON.stringify(given.number);
    case 'list':
      return `[${given.items.map(canonical).join()}]`;
    case 'object':
      return `{${given.members
        .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
        .toSorted()
        .join()}}`;
    default:
      return JSON.stringify(given);
  }
}

/** One of the ways to write a document. */
function rendered(given: Doc, seed: number): string {
  const space = ['', ' ', '\n\t'][seed % 3] ?? '';
  const quoted = (text: string): string =>
    seed % 2 === 0
      ? JSON.stringify(text)
      : `"${[...text].map((char) => (char < '\u0080' ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : JSON.stringify(char).slice(1, -1))).join('')}"`;
  const inside = (parts: readonly string[]): string => space + parts.join(`${space},${space}`) + space;
  switch (given.kind) {
    case 'number':
      return written(given.number, seed, true);
    case 'word':
      return given.word;
    case 'text':
      return quoted(given.text);
    case 'list':
      return `[${inside(given.items.map((item, i) => rendered(item, seed + i)))}]`;
    default: {
      const members = given.members.map(
        ([name, member], i) => `${quoted(name)}${space}:${rendered(member, seed + 2 * i)}`,
      );
      return `{${inside(seed % 5 < 2 ? members.toReversed() : members)}}`;
    }
  }
}

describe('json_canonical', () => {
  const isRead = (given: Doc): boolean => !/\\ud[89a-f]/i.test(JSON.stringify(given));

  test('two documents agree iff they are the same but for key order, white space, escapes and notation', async () => {
    const two = fc.oneof(
      fc.tuple(doc, doc),
      doc.map((one) => [one, one] as const),
      fc.tuple(doc, doc).map(
        ([one, other]) =>
          [
            { kind: 'list', items: [one, other] },
            { kind: 'list', items: [other, one] },
          ] as [Doc, Doc],
      ),
      // What reads as another path, where paths are not kept apart from names.
      fc
        .tuple(hostileText, hostileText, doc)
        .map(([a, b, one]): [Doc, Doc] => [object([a, object([b, one])]), object([a, object()], [`${a}.${b}`, one])]),
      fc
        .tuple(hostileText, doc)
        .map(([a, one]): [Doc, Doc] => [
          object([a, { kind: 'list', items: [one] }]),
          object([a, { kind: 'list', items: [] }], [`${a}[0]`, one]),
        ]),
      hostileText.map((a): [Doc, Doc] => [
        object([a, text('b')], ['c', text('d')]),
        object([`${a}="b"\n$.c`, text('d')]),
      ]),
      fc
        .constantFrom(['.', '%2E'], ['[', '%5B'], ['\n', '%0A'], ['#', '%23'])
        .map(([plain, escaped]): [Doc, Doc] => [object([`a${plain}`, text('')]), object([`a${escaped}`, text('')])]),
      exactNumber.map((number): [Doc, Doc] => [
        object(['a', { kind: 'number', number }]),
        object(['a', text(`#${numberText(number)}`)]),
      ]),
    );
    const cases = fc.array(fc.tuple(two, fc.nat(60), fc.nat(60)), { minLength: 1, maxLength: 60 });
    const asked: Asked = { rules: ['json_canonical'], types: { production: 'JSON', shadow: 'VARCHAR' } };
    await fc.assert(
      fc.asyncProperty(cases, async (all) => {
        const list = all.filter(([[one, other]]) => isRead(one) && isRead(other));
        const pairs = list.map(([[one, other], a, b]) => [rendered(one, a), rendered(other, b)] as const);
        const expected = list.map(([[one, other]]) => canonical(one) === canonical(other));
        expect(await agree({ ...asked, casts: { production: 'CAST(t AS JSON)', shadow: 't' } }, pairs)).toEqual(
          expected,
        );
      }),
      { numRuns: 30 },
    );
  });

  test('exact digits count', async () => {
    const pairs = [
      ['[9007199254740993]', '[9007199254740992]'],
      ['{"a":0.1000000000000000055}', '{"a":0.1}'],
      ['[1.0]', '[1]'],
      ['[1e2]', '[100.00]'],
      ['["1"]', '[1]'],
    ] as const;
    expect(await agree({ rules: ['json_canonical'], types: TEXT }, pairs)).toEqual([false, false, true, true, false]);
  });

  test('what is no JSON, has a key twice, or is no object or list in a column of text stays as it is', async () => {
    const texts = ['nope', '{"a":1', '[1,]', '{"a":1,"a":2}', '{"a":{"b":1},"a":{"c":1}}', '1.0', '"a"', ' ', 'NaN'];
    const form = agreedForm(ident('v0'), TEXT, ['json_canonical']);
    expect(await formed(texts, 't', form?.production ?? sql`v0`)).toEqual(texts);
  });

  test('case and Unicode form of keys may be agreed too', async () => {
    const pairs = [
      ['{"A":1,"b":2}', '{"B":2,"a":1}'],
      ['{"e\u0301":1,"f":2}', '{"\u00e9":1,"f":2}'],
    ] as const;
    expect(await agree({ rules: ['json_canonical', 'unicode', 'ignore_case'], types: TEXT }, pairs)).toEqual([
      true,
      true,
    ]);
  });

  test('a nested value agrees with its JSON', async () => {
    const asked: Asked = {
      rules: ['json_canonical'],
      types: { production: 'STRUCT(a INTEGER, b DOUBLE[])', shadow: 'JSON' },
      casts: { production: 'CAST(CAST(t AS JSON) AS STRUCT(a INTEGER, b DOUBLE[]))', shadow: 'CAST(t AS JSON)' },
    };
    const pairs = [
      ['{"a":1,"b":[1.0]}', '{ "b": [1], "a": 1 }'],
      ['{"a":1,"b":[1.0]}', '{"a":1,"b":[2]}'],
    ] as const;
    expect(await agree(asked, pairs)).toEqual([true, false]);
  });
});

describe('unordered_lists', () => {
  type Item = number | null | string;
  const sorted = (items: readonly Item[]): string =>
    JSON.stringify(items.map((item) => JSON.stringify(item)).toSorted());
  const json = (type: string): string => `CAST(CAST(t AS JSON) AS ${type})`;
  const asked = (production: string, shadow: string): Asked => ({
    rules: ['unordered_lists'],
    types: { production, shadow },
    casts: { production: json(production), shadow: json(shadow) },
  });
  const twoLists = <T extends Item>(item: fc.Arbitrary<T>) =>
    fc
      .array(item, { maxLength: 6 })
      .chain((list) =>
        fc.oneof(
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
          fc.tuple(fc.constant(list), fc.array(item, { maxLength: 6 })),
          fc.tuple(fc.constant([...list, ...list.slice(0, 1)]), fc.constant([...list, ...list.slice(1, 2)])),
        ),
      );

  test.each([
    ['INTEGER[]', 'BIGINT[]', fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constant(null))],
    ['INTEGER[]', 'DOUBLE[]', fc.integer({ min: -3, max: 12 })],
    ['VARCHAR[]', 'VARCHAR[]', fc.oneof(fc.constantFrom('a', 'A', 'a, b', '"', 'NULL', ''), fc.constant(null))],
  ] as const)('%s and %s agree iff they hold the same members, each as often', async (production, shadow, item) => {
    await fc.assert(
      fc.asyncProperty(fc.array(twoLists<Item>(item), { minLength: 1, maxLength: 40 }), async (lists) => {
        const pairs = lists.map(([one, other]) => [JSON.stringify(one), JSON.stringify(other)] as const);
        const expected = lists.map(([one, other]) => sorted(one) === sorted(other));
        expect(await agree(asked(production, shadow), pairs)).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  test('also of lists in lists, structs and maps, while values of different members do not mix', async () => {
    expect(
      await agree(asked('INTEGER[][]', 'INTEGER[][]'), [
        ['[[1,2],[3]]', '[[3],[2,1]]'],
        ['[[1,2],[3]]', '[[1],[2,3]]'],
      ]),
    ).toEqual([true, false]);
    const struct = 'STRUCT("a b" INTEGER[], c STRUCT(d VARCHAR[]))';
    const other = 'STRUCT(c STRUCT(d VARCHAR[]), "a b" BIGINT[])';
    expect(
      await agree(asked(struct, other), [
        ['{"a b":[1,2],"c":{"d":["x","y"]}}', '{"c":{"d":["y","x"]},"a b":[2,1]}'],
        ['{"a b":[1,2],"c":{"d":["x"]}}', '{"c":{"d":["x","x"]},"a b":[2,1]}'],
      ]),
    ).toEqual([true, false]);
    const map = 'MAP(VARCHAR, INTEGER[])';
    expect(
      await agree(asked(map, map), [
        ['{"k":[1,2],"l":[]}', '{"l":[],"k":[2,1]}'],
        ['{"k":[1]}', '{"l":[1]}'],
      ]),
    ).toEqual([true, false]);
  });

  test('0.0 and -0.0 are one member, NULL and an empty list are two values, an array is a list', async () => {
    const casts = { production: '[CAST(t AS DOUBLE), 1]', shadow: '[1, CAST(t AS DOUBLE)]' };
    expect(await agree({ ...asked('DOUBLE[]', 'DOUBLE[]'), casts }, [['0.0', '-0.0']])).toEqual([true]);
    expect(
      await agree(asked('INTEGER[]', 'INTEGER[]'), [
        ['null', '[]'],
        ['[null]', '[]'],
      ]),
    ).toEqual([false, false]);
    const array = { production: 'CAST([2, 1] AS INTEGER[2])', shadow: '[1, 2]' };
    expect(await agree({ ...asked('INTEGER[2]', 'INTEGER[]'), casts: array }, [['', '']])).toEqual([true]);
  });
});

test('what a column agrees by is told with its tolerance first', () => {
  const tolerance = { abs: 0.01, rel: 1e-9, time_us: 0 };
  expect(printAgreed({ tolerance, agreed_rules: ['expression', 'trim'] })).toBe(
    'tolerance abs 0.01, tolerance rel 1e-9, expression, trim',
  );
  expect(printAgreed({ tolerance: { abs: 0, rel: 0, time_us: 1_500_000 }, agreed_rules: [] })).toBe(
    'tolerance time 1500ms',
  );
  expect(printAgreed({ tolerance: null, agreed_rules: [] })).toBeNull();
  expect([1, 2000, 2_000_000, 86_400_000_000, 90_000_000].map(printTime)).toEqual(['1us', '2ms', '2s', '1d', '90s']);
});
