/** The rules of a comparison on a command line: what each option says, what is refused, and that a report's command says it again. */
import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandOf } from '../../src/analyze/command.ts';
import type { AnalysisRequest } from '../../src/analyze/request.ts';
import { command as diff } from '../../src/cli/commands/diff.ts';
import { type DiffOptions, requestOf } from '../../src/cli/diff-request.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { TYPE_FAMILIES } from '../../src/compare/rule-target.ts';
import { OperatingError } from '../../src/core/operating-error.ts';
import { NORMALISATIONS, PLAIN_SPEC, type RuleTarget, type Spec } from '../../src/core/spec.ts';

const TERMINAL: Terminal = {
  print: () => {},
  tell: () => {},
  progress: () => {},
  color: false,
  width: 100,
  env: {},
  cwd: import.meta.dirname,
};

/** What `diff` would be asked, of this very folder. */
async function request(...options: readonly string[]): Promise<AnalysisRequest> {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  diff.define(command, () => Promise.resolve(), TERMINAL);
  command.parse(['.', '.', ...options], { from: 'user' });
  return requestOf('.', '.', command.opts<DiffOptions>(), '/nowhere', TERMINAL);
}

async function spec(...options: readonly string[]): Promise<Spec> {
  return (await request(...options)).spec;
}

async function refused(...options: readonly string[]): Promise<readonly string[]> {
  const error = await request(...options).then(
    () => Promise.reject(new Error('accepted')),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OperatingError)) throw error;
  return error.troubles.map(({ subject, message, hint }) => `${subject} ${message} (${hint})`);
}

describe('options', () => {
  test('a key is given, inferred, or none', async () => {
    expect(await spec()).toEqual({ ...PLAIN_SPEC, infer_key: true });
    expect(await spec('--key', 'a,b')).toEqual({ ...PLAIN_SPEC, key: ['a', 'b'] });
    expect(await spec('--no-key')).toEqual(PLAIN_SPEC);
    expect(await spec('--no-key', '--key', 'a')).toEqual({ ...PLAIN_SPEC, key: ['a'] });
    expect(await spec('--key', 'a', '--no-key')).toEqual(PLAIN_SPEC);
  });

  test('a list without a name, as an empty variable of a shell makes it, is no list that was left out', async () => {
    const found = await refused('--key', '', '--columns', ',', '--ignore', ' ', '--trim', '', '--limit', '');
    expect(found.map((line) => line.replace(/ \(.*/, ''))).toEqual([
      '--key names no column',
      '--columns names no column',
      '--ignore names no column',
      '--trim names no column',
      '--limit  is no whole number of at least 0',
    ]);
  });

  test('a tolerance of nothing takes a column out of a wider one', async () => {
    const none = { type: null, abs: 0, rel: 0, time_us: 0 };
    expect((await spec('--abs-tol', 'a=0', '--time-tol', 'b=0s')).tolerance).toEqual([
      { column: 'a', ...none },
      { column: 'b', ...none },
    ]);
  });

  test('a bare value is for all, with a name for a column, with a type for its values; one target has one tolerance', async () => {
    const { tolerance } = await spec(
      ...['--abs-tol', '0.01', '--rel-tol', 'price=1e-9', '--abs-tol', 'a=b=1', '--time-tol', 'seen=500ms'],
      ...['--time-tol', '2s', '--rel-tol', 'type:float=0.5'],
    );
    expect(tolerance).toEqual([
      { column: null, type: null, abs: 0.01, rel: 0, time_us: 2_000_000 },
      { column: 'a=b', type: null, abs: 1, rel: 0, time_us: 0 },
      { column: 'price', type: null, abs: 0, rel: 1e-9, time_us: 0 },
      { column: null, type: 'float', abs: 0, rel: 0.5, time_us: 0 },
      { column: 'seen', type: null, abs: 0, rel: 0, time_us: 500_000 },
    ]);
    const { normalise } = await spec(
      '--trim',
      '--ignore-case',
      'a,b',
      '--json-canonical',
      'type:text',
      '--unordered-lists',
    );
    expect(normalise).toEqual([
      { column: null, type: 'text', rule: 'json_canonical' },
      { column: null, type: null, rule: 'unordered_lists' },
      { column: null, type: null, rule: 'trim' },
      { column: 'a', type: null, rule: 'ignore_case' },
      { column: 'b', type: null, rule: 'ignore_case' },
    ]);
  });

  test('a rule without columns may stand before and after one with columns', async () => {
    const trim = async (...options: readonly string[]) =>
      (await spec(...options)).normalise.map(({ column, rule }) => `${rule} ${column}`);
    expect(await trim('--trim')).toEqual(['trim null']);
    expect(await trim('--trim', '--trim', 'a')).toEqual(['trim null', 'trim a']);
    // The rule for all holds for the column too.
    expect(await trim('--trim', 'a', '--trim')).toEqual(['trim null']);
  });

  test('an expression is for both sides or for one', async () => {
    const { expressions, checksum } = await spec(
      ...[
        '--expression',
        'a=b = 1',
        '--expression-shadow',
        'a=c',
        '--expression-production',
        'd=upper(d)',
        '--checksum',
        'strong',
      ],
    );
    expect(expressions).toEqual([
      { column: 'a', production: 'b = 1', shadow: 'c' },
      { column: 'd', production: 'upper(d)', shadow: null },
    ]);
    expect(checksum).toBe('strong');
  });

  test('all that cannot be read is told at once', async () => {
    const found = await refused(
      ...[
        '--abs-tol',
        'price',
        '--rel-tol',
        'x=-1',
        '--time-tol',
        '2',
        '--trim',
        'type:flaot',
        '--expression',
        'x',
        '--checksum',
        'md5',
      ],
      ...['--abs-tol', 'type:number=1'],
    );
    expect(found).toEqual(
      [
        '--abs-tol price is no tolerance (a number of at least 0, or column=…, or type:float=…)',
        '--abs-tol type:number names no type of values (type: and one of integer, decimal, float, text, date, timestamp, time, boolean, blob, nested, other)',
        '--rel-tol x=-1 is no tolerance (a number of at least 0, or column=…, or type:float=…)',
        '--time-tol 2 is no tolerance (a time such as 2s or 500ms, or column=…, or type:timestamp=…)',
        '--trim type:flaot names no type of values (type: and one of integer, decimal, float, text, date, timestamp, time, boolean, blob, nested, other)',
        '--expression x is no expression for a column (column=SQL, such as name=upper(name))',
        '--checksum md5 is no checksum (fast or strong)',
      ].toSorted((one, other) => found.indexOf(one) - found.indexOf(other)),
    );
  });
});

describe('the command in a report', () => {
  const name = fc
    .oneof(
      fc.constantFrom('a', 'b c', "d'e", 'f,g', '-h', '--trim', 'i=j', '$(k)'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }),
    )
    .filter((text) => text.trim() === text && !/[\0\\]/.test(text) && !text.startsWith('type:'));
  const target: fc.Arbitrary<RuleTarget> = fc.oneof(
    name.map((column) => ({ column, type: null })),
    fc.constantFrom(...TYPE_FAMILIES).map((type) => ({ column: null, type })),
    fc.constant({ column: null, type: null }),
  );
  const unique = <T extends RuleTarget>(rules: fc.Arbitrary<T>, id: (rule: T) => string) =>
    fc.uniqueArray(rules, { maxLength: 4, selector: (rule) => `${rule.column} ${rule.type} ${id(rule)}` });
  const sqlText = fc.constantFrom('upper(x)', "x || ' = '", '"a b" + 1');
  const asked: fc.Arbitrary<Spec> = fc.record({
    key: fc.uniqueArray(name, { maxLength: 2 }),
    infer_key: fc.boolean(),
    columns: fc.constantFrom(null, ['x', 'y,z']),
    ignore: fc.uniqueArray(name, { maxLength: 2 }),
    renamed: fc.constantFrom([], [{ production: 'a', shadow: 'b=c' }]),
    tolerance: unique(
      fc
        .tuple(
          target,
          fc.record({
            abs: fc.constantFrom(0, 1e-7, 0.01, 1e21),
            rel: fc.constantFrom(0, 0.5),
            time_us: fc.constantFrom(0, 1, 1500, 86_400_000_000),
          }),
        )
        .map(([aimed, distance]) => ({ ...aimed, ...distance })),
      () => '',
    ),
    normalise: unique(
      fc.tuple(target, fc.constantFrom(...NORMALISATIONS)).map(([aimed, rule]) => ({ ...aimed, rule })),
      ({ rule }) => rule,
    ),
    expressions: fc.uniqueArray(
      fc.record({
        column: name.filter((text) => !text.includes('=')),
        production: fc.option(sqlText),
        shadow: sqlText,
      }),
      { maxLength: 2, selector: ({ column }) => column },
    ),
    where: fc.constantFrom(
      { production: null, shadow: null },
      { production: 'a = 1', shadow: 'a = 1' },
      { production: "x = ' '", shadow: null },
    ),
    sample: fc.constantFrom(null, 0.05),
    checksum: fc.constantFrom('fast', 'strong'),
  });

  test('says the same rules again', async () => {
    const base = await request();
    await fc.assert(
      fc.asyncProperty(asked, async (given) => {
        const whole = { ...given, infer_key: given.key.length === 0 && given.infer_key };
        const [, , , , ...options] = words(commandOf({ ...base, spec: whole }) ?? '');
        const again = await spec(...options);
        const sets = ({ tolerance, normalise, ...rest }: Spec) => ({
          ...rest,
          tolerance: new Set(tolerance.map((rule) => JSON.stringify(rule))),
          normalise: new Set(normalise.map((rule) => JSON.stringify(rule))),
          expressions: new Set(rest.expressions.map((rule) => JSON.stringify(rule))),
        });
        const sorted = {
          ...whole,
          tolerance: whole.tolerance.map(({ column, type, ...distance }) => ({ column, type, ...distance })),
        };
        expect(sets(again)).toEqual(sets(sorted));
      }),
      { numRuns: 200 },
    );
  });

  test('is none where no option can say a rule', async () => {
    const base = await request();
    const of = (part: Partial<Spec>) => commandOf({ ...base, spec: { ...PLAIN_SPEC, ...part } });
    expect(of({ normalise: [{ column: 'type:x', type: null, rule: 'trim' }] })).toBeNull();
    expect(of({ expressions: [{ column: 'a=b', production: 'c', shadow: null }] })).toBeNull();
    expect(of({ renamed: [{ production: 'a=b', shadow: 'c' }] })).toBeNull();
  });

  /** As a POSIX shell takes them apart. */
  function words(line: string): string[] {
    return (line.match(/(?:[^\s'\\]|\\.|'[^']*')+/g) ?? []).map((word) => word.replaceAll(/'([^']*)'|\\(.)/g, '$1$2'));
  }
});
