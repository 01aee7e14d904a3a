import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRecords, parseCsv, sniffDelimiter } from '../../src/partition/csv-records.ts';
import { JsonColumnCollector, jsonCell } from '../../src/partition/json-columns.ts';
import { compactJson, jsonMembers } from '../../src/partition/json-lines.ts';
import { textLines } from '../../src/partition/text-lines.ts';
import { TextTrouble } from '../../src/partition/text-trouble.ts';

const COMMA = { delimiter: ',', null_text: '' };
const hostile = fc.string({
  unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '\\', '\0', 'é', '😀', '\u2028'),
  maxLength: 6,
});

/** Cuts bytes at the given places, as a stream may. */
async function* chunked(text: string, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((one, other) => one - other);
  for (const [i, from] of [0, ...places].entries()) yield bytes.subarray(from, places[i] ?? bytes.length);
}

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const batch of batches) items.push(...batch);
  return items;
}

const cuts = fc.array(fc.nat(), { maxLength: 6 });

describe('CSV', () => {
  test('what was quoted is read back, wherever the bytes are cut', async () => {
    const rows = fc.array(fc.array(fc.option(hostile), { minLength: 2, maxLength: 4 }), { maxLength: 5 });
    const end = fc.constantFrom('\n', '\r\n');
    await fc.assert(
      fc.asyncProperty(rows, end, fc.boolean(), cuts, async (table, lineEnd, ended, places) => {
        const cell = (value: string | null) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`);
        const text =
          table.map((row) => row.map(cell).join(',')).join(lineEnd) + (ended && table.length > 0 ? lineEnd : '');
        const records = await all(csvRecords(chunked(text, places), () => COMMA));
        expect(records.map(({ fields }) => fields)).toEqual(table);
      }),
    );
  });

  test('any text gives records or trouble, the same however it is cut', async () => {
    const outcome = async (text: string, places: number[]) => {
      try {
        return JSON.stringify(await all(csvRecords(chunked(text, places), () => COMMA)));
      } catch (error) {
        return error instanceof TextTrouble ? 'trouble' : String(error);
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r'), maxLength: 14 }),
        cuts,
        async (text, places) => {
          const whole = await outcome(text, []);
          expect(whole).toMatch(/^(\[|trouble)/);
          expect(await outcome(text, places)).toBe(whole);
        },
      ),
    );
  });

  test('no character is lost: the records print back to the text', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', ',', '\n', ' '), maxLength: 20 });
    fc.assert(
      fc.property(plain, (text) => {
        const { records } = parseCsv(text, { delimiter: ',', null_text: '\0' }, true);
        const printed = records.map(({ fields }) => fields.join(',')).join('\n');
        expect(text === printed || text === `${printed}\n`).toBe(true);
      }),
    );
  });

  test('lines are counted through quoted line ends', () => {
    const { records } = parseCsv('a\n"x\ny\nz"\nb', COMMA, true);
    expect(records.map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  test('the delimiter is the one that cuts evenly', () => {
    expect(sniffDelimiter('a,b;c\n1;2,5\n', true)).toBe(',');
    expect(sniffDelimiter('a;b\n1,5;2\n', true)).toBe(';');
    expect(sniffDelimiter('"a;b",c\n"1;2;3",4\n', true)).toBe(',');
    expect(sniffDelimiter('a\n1\n', true)).toBe(',');
    expect(sniffDelimiter('a\tb\tc\n1\t2\n', true)).toBe('\t');
  });
});

describe('lines', () => {
  test('are those between line feeds, wherever the bytes are cut', async () => {
    const unit = fc.constantFrom('a', '\n', 'é', '😀', '\u2028', '\u0085');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, maxLength: 20 }), cuts, async (text, places) => {
        const lines = await all(textLines(chunked(text, places)));
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(lines).toEqual(expected.map((line, i) => ({ text: line, number: i + 1 })));
      }),
    );
  });

  test('lose a byte order mark in front and a carriage return at their end', async () => {
    const lines = await all(textLines(chunked('\ufeffa\r\n\ufeffb\r\n', [1, 6])));
    expect(lines.map(({ text }) => text)).toEqual(['a', '\ufeffb']);
  });
});

describe('JSON', () => {
  const spaces = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 2 });

  // Held against what was written, not against JSON.parse: that of Node 24.21 gives a wrong name for `{"a":[],"\\n":[]}` once
  // it has parsed `{"a":[],"\\\\":[]}`.
  test('members are those that were written, with their texts', () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, fc.jsonValue(), { maxKeys: 5 }), spaces, (object, space) => {
        const written = Object.entries(object).map(([name, value]) => ({
          name,
          raw: JSON.stringify(value, null, space).replaceAll('\n', ' '),
        }));
        const members = written.map(
          ({ name, raw }) => `${space}${JSON.stringify(name)}${space}:${space}${raw}${space}`,
        );
        const text = `${space}{${members.join(',')}}${space}`.replaceAll('\n', ' ');
        expect(jsonMembers(text, 1)).toEqual(written);
      }),
    );
  });

  test('compact JSON is the same value, without white space, and stays as it is the second time', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const compact = compactJson(JSON.stringify(value, null, 2));
        expect(compact).toBe(JSON.stringify(value));
        expect(compactJson(compact)).toBe(compact);
      }),
    );
  });

  test('anything that JSON.parse refuses is refused, and so is what is no object', () => {
    const unit = fc.constantFrom('{', '}', '"', 'a', ':', ',', '1', '[', ']', ' ');
    const isObject = (text: string): boolean => {
      try {
        const value: unknown = JSON.parse(text);
        return typeof value === 'object' && value !== null && !Array.isArray(value);
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 10 }), (text) => {
        if (isObject(text)) expect(jsonMembers(text, 1)).toHaveLength(Object.keys(JSON.parse(text) as object).length);
        else expect(() => jsonMembers(text, 3)).toThrow('line 3');
      }),
    );
  });

  test('numbers are equal as cells exactly where they are equal as numbers', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '1', '9'), minLength: 1, maxLength: 4 });
    const number = fc
      .tuple(fc.constantFrom('', '-'), digits, fc.option(digits), fc.option(fc.integer({ min: -45, max: 45 })))
      .map(([sign, whole, fraction, power]) => {
        const head = `${sign}${whole.replace(/^0+(?=\d)/, '')}`;
        return `${head}${fraction === null ? '' : `.${fraction}`}${power === null ? '' : `e${power}`}`;
      });
    /** As digits times a power of ten far below every one above. */
    const exact = (raw: string): bigint => {
      const [mantissa = '', power = '0'] = raw.split('e');
      const [whole = '', fraction = ''] = mantissa.split('.');
      return BigInt(whole + fraction) * 10n ** BigInt(60 + Number(power) - fraction.length);
    };
    fc.assert(
      fc.property(number, number, (one, other) => {
        const collector = new JsonColumnCollector();
        for (const raw of [one, other]) collector.add([{ name: 'n', raw }], 1);
        const [column] = collector.columns();
        if (column === undefined) throw new Error('no column');
        const [first, second] = [one, other].map((raw) => jsonCell(raw, column.type, 1));
        // Plain cells of one decimal or integer type are told apart by the type's own value.
        const same = column.type.kind === 'number_text' ? first === second : exact(first ?? '') === exact(second ?? '');
        expect(same).toBe(exact(one) === exact(other));
        if (column.type.kind !== 'number_text') expect(exact(first ?? '')).toBe(exact(one));
        if (column.type.kind === 'decimal') {
          const [, whole = '', fraction = ''] = /^-?(\d+)(?:\.(\d+))?$/.exec(first ?? '') ?? [];
          expect(whole.replace(/^0/, '').length).toBeLessThanOrEqual(column.type.precision - column.type.scale);
          expect(fraction.length).toBeLessThanOrEqual(column.type.scale);
        }
      }),
      { numRuns: 500 },
    );
  });
});
