import { describe, expect, test } from 'vitest';
import { expressionTrouble, mappedColumns } from '../../src/analyze/filter-trouble.ts';
import { type ColumnPlan, planColumns, toleratedOf } from '../../src/compare/column-plan.ts';
import { sideQuery } from '../../src/compare/side-query.ts';
import { OperatingError, type Trouble } from '../../src/core/operating-error.ts';
import { mapSides, SIDES, type Sided } from '../../src/core/side.ts';
import { PLAIN_SPEC, type Spec } from '../../src/core/spec.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ident, sql, trustedExpression } from '../../src/sql/sql.ts';
import { withEngine } from '../diff/small-tables.ts';

/** Both sides from SQL, planned by a spec; `cells` runs SQL over the rows of a side's query. */
async function planned<T>(
  tables: Sided<string>,
  spec: Partial<Spec>,
  look: (
    plan: ColumnPlan,
    cells: (form: (plan: ColumnPlan) => Sided<ReturnType<typeof sql>> | null) => Promise<Sided<unknown[]>>,
  ) => Promise<T> | T,
): Promise<T> {
  return withEngine(async (engine) => {
    const sides = {
      production: await open(engine, 'production', tables.production),
      shadow: await open(engine, 'shadow', tables.shadow),
    };
    const whole = { ...PLAIN_SPEC, ...spec };
    const plan = planColumns(await mappedColumns(engine, sides, whole), whole);
    return look(plan, async (form) => {
      const found: { production: unknown[]; shadow: unknown[] } = { production: [], shadow: [] };
      for (const side of SIDES) {
        const rows = sideQuery(side, sides[side], plan, { where: null, sample: null });
        const { rows: cells } = await engine.run(
          sql`SELECT ${form(plan)?.[side] ?? sql`NULL`} FROM (${rows}) ORDER BY "row"`,
        );
        found[side] = cells.map(([cell]) => cell);
      }
      return found;
    });
  });
}

async function open(engine: Engine, side: string, select: string) {
  const name = ident(`${side}_table`);
  await engine.run(sql`CREATE TEMP TABLE ${name} AS FROM ${trustedExpression(select)}`);
  const columns = (await engine.describe(sql`FROM ${name}`)).map((column) => ({
    ...column,
    expression: ident(column.name),
  }));
  return { columns, from: name, file: sql`0`, row: sql`rowid` };
}

async function troublesOf(tables: Sided<string>, spec: Partial<Spec>): Promise<readonly Trouble[]> {
  try {
    await planned(tables, spec, () => undefined);
    return [];
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    return error.troubles;
  }
}

async function codes(tables: Sided<string>, spec: Partial<Spec>): Promise<readonly string[]> {
  return (await troublesOf(tables, spec)).map(({ code, subject, place }) => `${code} ${subject} ${place}`);
}

const ALL = { column: null, type: null };
const same = (select: string): Sided<string> => ({ production: select, shadow: select });
const distance = (given: Partial<{ abs: number; rel: number; time_us: number }>) => ({
  abs: 0,
  rel: 0,
  time_us: 0,
  ...given,
});

describe('agreed forms of a plan', () => {
  test('the exact form knows no rule, and the agreed form starts from it', async () => {
    const tables = { production: "SELECT ' 7' AS x", shadow: 'SELECT 7 AS x' };
    await planned(tables, { normalise: [{ ...ALL, rule: 'trim' }] }, async (plan, cells) => {
      expect(plan.columns[0]).toMatchObject({ agreed_rules: ['trim'], converted: true, mapped: null });
      expect(await cells(({ columns }) => columns[0]?.canonical ?? null)).toEqual({
        production: [' 7'],
        shadow: ['7'],
      });
      expect(await cells(({ columns }) => columns[0]?.agreed ?? null)).toEqual({ production: ['7'], shadow: ['7'] });
    });
    await planned(same("SELECT 'a' AS x, 1 AS n"), { normalise: [{ ...ALL, rule: 'trim' }] }, (plan) => {
      expect(plan.columns.map(({ converted, agreed }) => [converted, agreed === null])).toEqual([
        [false, false],
        [false, true],
      ]);
    });
  });

  test('each rule holds for what it names and for what it fits, in one order whatever order it is given in', async () => {
    const rules = [
      { column: 'a', type: null, rule: 'ignore_case' },
      { ...ALL, rule: 'unicode' },
      { column: null, type: 'text', rule: 'trim' },
      { ...ALL, rule: 'trim' },
    ] as const;
    await planned(same("SELECT 'x' AS a, 'y' AS b, 1 AS c, [1] AS d"), { normalise: rules }, (plan) => {
      expect(plan.columns.map(({ agreed_rules }) => agreed_rules)).toEqual([
        ['unicode', 'trim', 'ignore_case'],
        ['unicode', 'trim'],
        [],
        [],
      ]);
    });
  });

  test('a column of the key has agreed forms and no tolerance; the same keys are sampled on both sides', async () => {
    const tables = { production: "SELECT ' a' AS k, 1 AS n", shadow: "SELECT 'A' AS k, 1 AS n" };
    const spec: Partial<Spec> = {
      key: ['k'],
      normalise: [
        { ...ALL, rule: 'trim' },
        { ...ALL, rule: 'ignore_case' },
      ],
      tolerance: [{ ...ALL, ...distance({ abs: 1 }) }],
    };
    await planned(tables, spec, async (plan, cells) => {
      expect(plan.columns.map(({ tolerance }) => tolerance)).toEqual([null, distance({ abs: 1 })]);
      expect(await cells(({ columns }) => columns[0]?.agreed ?? null)).toEqual({ production: ['a'], shadow: ['a'] });
    });
    const many = (key: string) => `SELECT ${key} AS k FROM range(1000) AS r(i)`;
    await withEngine(async (engine) => {
      const sides = {
        production: await open(engine, 'p', many("i || ' '")),
        shadow: await open(engine, 's', many('i || chr(9)')),
      };
      const plan = planColumns(
        mapSides(sides, ({ columns }) => columns),
        { ...PLAIN_SPEC, ...spec, tolerance: [] },
      );
      const sampled = async (side: 'production' | 'shadow') => {
        const rows = sideQuery(side, sides[side], plan, { where: null, sample: 0.2 });
        return (await engine.run(sql`SELECT trim(v0, chr(9) || ' ') FROM (${rows}) ORDER BY 1`)).rows;
      };
      const kept = await sampled('production');
      expect(kept.length).toBeGreaterThan(100);
      expect(await sampled('shadow')).toEqual(kept);
    });
  });

  test('numbers in text have a tolerance by their agreed form, numbers by their value', async () => {
    const tables = {
      production: "SELECT '1.50' AS x, 1.5::DOUBLE AS y",
      shadow: 'SELECT 1.51::DECIMAL(9,2) AS x, 1.5 AS y',
    };
    const spec: Partial<Spec> = {
      normalise: [{ ...ALL, rule: 'number_text' }],
      tolerance: [{ ...ALL, ...distance({ abs: 0.01 }) }],
    };
    await planned(tables, spec, (plan) => {
      const [x, y] = plan.columns.map(toleratedOf);
      expect([x?.types.shadow, y?.types.shadow]).toEqual(['VARCHAR', 'DECIMAL(2,1)']);
    });
  });
});

describe('rules that fit nothing are told, all at once', () => {
  test('of columns and types, by the type that production has', async () => {
    const found = await codes(same("SELECT 1.5::DOUBLE AS n, 'a' AS t, DATE '2026-01-01' AS d, true AS b, [1] AS l"), {
      normalise: [
        { column: 'n', type: null, rule: 'trim' },
        { column: 'n', type: null, rule: 'number_text' },
        { column: 't', type: null, rule: 'unordered_lists' },
        { column: 'l', type: null, rule: 'unordered_lists' },
        { column: 'b', type: null, rule: 'json_canonical' },
        { column: 'nowhere', type: null, rule: 'trim' },
        { column: null, type: 'boolean', rule: 'ignore_case' },
      ],
      tolerance: [
        { column: 'n', type: null, ...distance({ time_us: 1 }) },
        { column: 't', type: null, ...distance({ abs: 1 }) },
        { column: 'd', type: null, ...distance({ rel: 1 }) },
        { column: 'b', type: null, ...distance({ abs: 1 }) },
        { column: null, type: 'blob', ...distance({ abs: 1 }) },
      ],
    });
    expect(found).toEqual([
      'unknown_column nowhere normalise',
      'rule_does_not_fit n tolerance',
      'rule_does_not_fit t tolerance',
      'rule_does_not_fit d tolerance',
      'rule_does_not_fit b tolerance',
      'rule_does_not_fit type:blob tolerance',
      'rule_does_not_fit n normalise',
      'rule_does_not_fit t normalise',
      'rule_does_not_fit b normalise',
      'rule_does_not_fit type:boolean normalise',
    ]);
  });

  test('the rule, both types of a retyped column, and what would fit are named', async () => {
    const tables = { production: "SELECT DATE '2026-01-01' AS d, 1 AS n", shadow: "SELECT 'x' AS d, true AS n" };
    const found = await troublesOf(tables, {
      tolerance: [{ column: 'd', type: null, abs: 1, rel: 1, time_us: 0 }],
      normalise: [{ column: 'n', type: null, rule: 'ignore_case' }],
    });
    expect(found).toMatchObject([
      {
        subject: 'd',
        place: 'tolerance',
        message: '`abs` and `rel` need numbers, and the column is DATE on production, VARCHAR on shadow',
        hint: 'for dates, times and timestamps there is `time` (--time-tol)',
      },
      {
        subject: 'n',
        place: 'normalise',
        message: '`ignore_case` needs text, and the column is INTEGER on production, BOOLEAN on shadow',
        hint: 'leave the rule out, or bring the values together by an expression (--expression)',
      },
    ]);
  });

  test('a shadow whose type drifted is no mistake in the rules, a tolerance on the key is', async () => {
    const tolerance = [{ column: 'n', type: null, ...distance({ abs: 1 }) }];
    const drifted = { production: 'SELECT 1 AS n', shadow: "SELECT 'one' AS n" };
    expect(await codes(drifted, { tolerance, normalise: [{ column: 'n', type: null, rule: 'number_text' }] })).toEqual(
      [],
    );
    expect(await codes(drifted, { tolerance })).toEqual([]);
    expect(await codes(drifted, { tolerance, key: ['n'] })).toEqual(['rule_contradicts n tolerance']);
  });
});

test('a rule names a renamed column as production does; under the name in shadow it would hold for nothing', async () => {
  const tables = { production: "SELECT 1 AS id, 'a' AS x, 'y' AS y", shadow: "SELECT 1 AS kid, 'a ' AS z, 'x' AS x" };
  const renamed = ['id=kid', 'x=z', 'y=x'].map((pair) => {
    const [production = '', shadow = ''] = pair.split('=');
    return { production, shadow };
  });
  const trim = ['z', 'x'].map((column) => ({ column, type: null, rule: 'trim' as const }));
  expect(await codes(tables, { renamed, key: ['kid'], normalise: trim })).toEqual([
    'unknown_column kid key',
    'unknown_column z normalise',
  ]);
});

test('rules that contradict each other are told, whatever the columns are', async () => {
  const tables = same('SELECT 1 AS id, 2 AS a, 3 AS b');
  const found = await codes(tables, {
    ignore: ['a'],
    tolerance: [{ column: 'a', type: null, ...distance({ abs: 1 }) }],
    expressions: [{ column: 'a', production: 'a + 1', shadow: 'a + 1' }],
    renamed: [
      { production: 'id', shadow: 'b' },
      { production: 'b', shadow: 'b' },
    ],
    sample: 0.5,
    infer_key: true,
  });
  expect(found).toEqual([
    'rule_contradicts the sample sample',
    'rule_contradicts a tolerance',
    'rule_contradicts a expressions',
    'rule_contradicts b renamed',
  ]);
});

describe('expressions', () => {
  const both = (column: string, text: string) => ({ column, production: text, shadow: text });

  test('the same SQL over a column that both have is a rule: what it forgives is no exact equality', async () => {
    const tables = { production: "SELECT 'Ab' AS x", shadow: "SELECT 'aB' AS x" };
    await planned(tables, { expressions: [both('x', 'lower("x")')] }, async (plan, cells) => {
      expect(plan.columns[0]).toMatchObject({ agreed_rules: ['expression'], converted: false });
      expect(await cells(({ columns }) => columns[0]?.canonical ?? null)).toEqual({
        production: ['Ab'],
        shadow: ['aB'],
      });
      expect(await cells(({ columns }) => columns[0]?.agreed ?? null)).toEqual({ production: ['ab'], shadow: ['ab'] });
    });
  });

  test('what it makes is compared by its own types, under the other rules and the tolerance', async () => {
    const tables = { production: "SELECT '1.50 EUR' AS x", shadow: "SELECT '1.51 EUR' AS x" };
    const expressions = [both('x', "CAST(split_part(x, ' ', 1) AS DOUBLE)")];
    await planned(tables, { expressions, tolerance: [{ ...ALL, ...distance({ abs: 0.01 }) }] }, async (plan, cells) => {
      expect(plan.columns[0]).toMatchObject({
        types: same('VARCHAR'),
        tolerance: distance({ abs: 0.01 }),
        tolerated: 'agreed',
      });
      expect(await cells(({ columns }) => columns[0]?.agreed ?? null)).toEqual({
        production: ['15e-1'],
        shadow: ['151e-2'],
      });
    });
    const times = { production: "SELECT '2026-01-01 00:00:00' AS x", shadow: "SELECT '2026-01-01 00:00:01' AS x" };
    await planned(
      times,
      { expressions: [both('x', 'CAST(x AS TIMESTAMP)')], tolerance: [{ ...ALL, ...distance({ time_us: 1 }) }] },
      async (plan, cells) => {
        expect(plan.columns[0]?.tolerance).toEqual(distance({ time_us: 1 }));
        const { production, shadow } = await cells(({ columns }) => columns[0]?.agreed ?? null);
        expect(Number(shadow[0]) - Number(production[0])).toBe(1e9);
      },
    );
  });

  test('other SQL takes the place of the column, or makes it, and is compared exactly', async () => {
    const tables = {
      production: "SELECT 1 AS id, 'Ann Lee' AS name",
      shadow: "SELECT 1 AS id, 'Ann' AS f, 'Lee' AS l",
    };
    const expressions = [{ column: 'name', production: null, shadow: "f || ' ' || l" }];
    await planned(tables, { expressions, ignore: ['f', 'l'] }, async (plan, cells) => {
      expect(plan.schema).toMatchObject({ only_in_production: [], only_in_shadow: [], retyped: [], reordered: false });
      expect(plan.columns[1]).toMatchObject({ name: 'name', mapped: null, agreed: null, agreed_rules: ['expression'] });
      expect(await cells(({ columns }) => columns[1]?.canonical ?? null)).toEqual({
        production: ['Ann Lee'],
        shadow: ['Ann Lee'],
      });
    });
    const typed = { production: "SELECT '7' AS x, 1 AS y, 2 AS z", shadow: 'SELECT 7 AS x, 2 AS y, 1 AS z' };
    const cast = [{ column: 'x', production: 'CAST(x AS INTEGER)', shadow: null }, both('y', 'y + z')];
    await planned(typed, { expressions: cast }, async (plan, cells) => {
      expect(plan.schema.retyped).toEqual([]);
      expect(plan.columns.map(({ mapped }) => mapped)).toEqual([null, null, null]);
      expect(await cells(({ columns }) => columns[1]?.canonical ?? null)).toEqual({ production: [3], shadow: [3] });
    });
  });

  test('one that makes what nothing is compared with is told', async () => {
    const asked = codes(same("SELECT 1 AS id, 'a' AS x"), {
      expressions: [{ column: 'z', production: 'id + 1', shadow: null }],
    });
    expect(await asked).toEqual(['unknown_column z expressions']);
  });

  test('all that do not fit the columns, or are none, are told at once: column, side, SQL, and what there is', async () => {
    const tables = {
      production: "SELECT 1 AS id, 'a' AS name, 'b' AS y",
      shadow: "SELECT 1 AS id, 'a' AS nam, 'b' AS y",
    };
    const found = await troublesOf(tables, {
      renamed: [{ production: 'name', shadow: 'nam' }],
      expressions: [
        both('id', 'id + no'),
        both('name', 'upper(name)'),
        { column: 'y', production: 'sum(id)', shadow: 'abs(y, y)' },
      ],
    });
    expect(found).toMatchObject([
      {
        code: 'expression_failed',
        subject: 'column "id" on production',
        place: 'expression `id + no`',
        message: expect.stringContaining('Referenced column "no" not found'),
        hint: 'the columns of production are id (INTEGER), name (VARCHAR), y (VARCHAR)',
      },
      { code: 'expression_failed', subject: 'column "id" on shadow', place: 'expression `id + no`' },
      {
        code: 'expression_failed',
        subject: 'column "name" on shadow',
        place: 'expression `upper(name)`',
        message: expect.stringContaining('Referenced column "name" not found'),
        hint: 'did you mean "nam"? The columns of shadow are id (INTEGER), nam (VARCHAR), y (VARCHAR)',
      },
      {
        code: 'expression_refused',
        subject: 'column "y" on production',
        place: 'expression `sum(id)`, character 1',
        message: expect.stringContaining('aggregate'),
        hint: expect.stringContaining('over columns, constants and pure functions'),
      },
      {
        code: 'expression_failed',
        subject: 'column "y" on shadow',
        place: 'expression `abs(y, y)`',
        message: expect.stringContaining('abs(VARCHAR, VARCHAR)'),
        hint: 'the columns of shadow are id (INTEGER), nam (VARCHAR), y (VARCHAR)',
      },
    ]);
    expect(found).toHaveLength(5);
  });

  test('a mapped name of the shadow is where its expression goes', async () => {
    const tables = { production: "SELECT 'a' AS x", shadow: "SELECT 'A' AS y" };
    const spec: Partial<Spec> = {
      renamed: [{ production: 'x', shadow: 'y' }],
      expressions: [{ column: 'x', production: null, shadow: 'lower(y)' }],
    };
    await planned(tables, spec, async (plan, cells) => {
      expect(plan.columns.map(({ name, shadow_name }) => [name, shadow_name])).toEqual([['x', 'y']]);
      expect(await cells(({ columns }) => columns[0]?.canonical ?? null)).toEqual({ production: ['a'], shadow: ['a'] });
    });
  });

  test('one that fails on a value is told as its own trouble, without the value; damaged data and other errors are not', async () => {
    await withEngine(async (engine) => {
      const sides = {
        production: await open(engine, 'production', "SELECT '1' AS x"),
        shadow: await open(engine, 'shadow', "SELECT 'secret' AS x"),
      };
      const spec: Spec = { ...PLAIN_SPEC, expressions: [both('x', 'CAST(x AS INTEGER)')] };
      const plan = planColumns(await mappedColumns(engine, sides, spec), spec);
      const filters = { production: { where: null, sample: null }, shadow: { where: null, sample: null } };
      const trouble = await expressionTrouble(engine, { spec, tables: sides, plan, filters });
      expect(trouble?.troubles).toMatchObject([
        {
          code: 'expression_failed',
          subject: 'column "x" on shadow',
          place: 'expression `CAST(x AS INTEGER)`',
          hint: 'TRY_CAST gives NULL where a value cannot be converted',
        },
      ]);
      expect(JSON.stringify(trouble?.troubles)).not.toContain('secret');
      const nothing = { columns: [], from: ident('gone') };
      const gone = { production: nothing, shadow: nothing };
      expect(await expressionTrouble(engine, { spec, tables: gone, plan, filters })).toBeNull();
      const without = { ...filters, shadow: { where: trustedExpression("x <> 'secret'"), sample: null } };
      expect(await expressionTrouble(engine, { spec, tables: sides, plan, filters: without })).toBeNull();
    });
  });
});
