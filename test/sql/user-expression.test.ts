import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OperatingError } from '../../src/core/operating-error.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ident, type Sql, sql, value } from '../../src/sql/sql.ts';
import { userExpression } from '../../src/sql/user-expression.ts';

let engine: Engine;
const parse = async (statement: Sql) => String((await engine.run(statement)).rows[0]?.[0]);

beforeAll(async () => {
  engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
  await engine.run(
    sql`CREATE TABLE t (a VARCHAR, b VARCHAR, n INTEGER, ts TIMESTAMP, j JSON, l INTEGER[], "user" VARCHAR, "a""b" INTEGER)`,
  );
  await engine.run(
    sql`INSERT INTO t VALUES ('x', 'y', 3, TIMESTAMP '2026-11-20 05:06:07', '{"k": "v"}', [1, 2], 'me', 1)`,
  );
});
afterAll(() => engine.close());

async function refusal(text: string): Promise<OperatingError> {
  return userExpression(text, parse).then(
    () => Promise.reject(new Error(`allowed: ${text}`)),
    (error) => {
      if (!(error instanceof OperatingError)) throw error;
      return error;
    },
  );
}

const ALLOWED = [
  "a = 'x'",
  "a = 'x' AND (b <> 'y' OR NOT n > 3)",
  'n BETWEEN 1 AND 5',
  'n IN (1, 2, 3)',
  'n NOT IN (1)',
  "a IN ('x', b)",
  'a IS NULL',
  'a IS NOT NULL',
  'a IS DISTINCT FROM b',
  "a LIKE 'x%'",
  "a NOT LIKE '!%%' ESCAPE '!'",
  "a ILIKE 'X'",
  "a SIMILAR TO '[xy]'",
  "a GLOB 'x*'",
  "regexp_matches(a, '^x')",
  'lower(trim(a))',
  "a || '-' || b",
  'n + 1 - 2 * 3 / 4 % 5',
  '-n',
  'abs(n) // 2',
  'CASE WHEN n > 1 THEN a ELSE b END',
  'if(n > 1, a, b)',
  'coalesce(a, b)',
  "nullif(a, '')",
  'CAST(n AS DECIMAL(10, 2))',
  'n::BIGINT = 3',
  'TRY_CAST(a AS DATE) IS NULL',
  "TRY_CAST(a AS JSON)->>'$.k'",
  "j->>'k' = 'v'",
  "json_extract_string(j, '$.k')",
  "ts >= TIMESTAMP '2026-11-20'",
  "ts + INTERVAL 1 DAY > DATE '2026-11-20'",
  "ts AT TIME ZONE 'UTC'",
  'extract(year FROM ts) = 2026',
  "date_trunc('hour', ts)",
  "strftime(ts, '%Y')",
  'substring(a FROM 1 FOR 2)',
  "trim(BOTH 'x' FROM a)",
  "position('x' IN a) > 0",
  'l[1] = 1',
  'list_contains(l, 2)',
  'len(list_filter(l, x -> x > 1)) = 1',
  '[x + 1 FOR x IN l IF x > 1]',
  "{'k': n}.k = 3",
  '(a, n) = (b, 3)',
  't.a',
  '"a""b" = 1',
  '"user" = \'me\'',
  'a COLLATE NOCASE',
  'main.lower(a)',
  "$$it's$$ = a",
  "E'\\n' = a",
  "a = '; DROP TABLE t; --'",
  "a = '$1'",
  'a /* a remark */ IS NULL',
  "a = 'x' -- a remark",
  'TRUE',
  "md5(a) = 'x'",
];

const DENIED: readonly (readonly [string, RegExp])[] = [
  ['', /empty/],
  ['   \n', /empty/],
  ["a = 'x'\0", /no text/],
  ['a \ud800', /no text/],
  ['a'.repeat(10_001), /longer/],
  ['a = ', /syntax error/],
  ["a = 'x", /unterminated/],
  ['a /* open', /unterminated/],
  ['1) --', /syntax error/],
  ['1) OR (1', /syntax error/],
  ['1; DROP TABLE t', /SELECT/],
  ['1; SELECT 2', /more than one statement/],
  ['1;', /more than one expression/],
  ['a, b', /more than one expression/],
  ['a,', /more than one expression/],
  ['a AS b', /name of its own/],
  ['a b', /name of its own/],
  ['DISTINCT a', /clause/],
  ['a FROM t', /clause/],
  ["1 FROM read_csv('/etc/passwd')", /clause/],
  ['1 WHERE true', /clause/],
  ['a ORDER BY 1', /clause/],
  ['1 LIMIT 1', /clause/],
  ['a UNION SELECT 1', /clause/],
  ['(SELECT 1)', /subquery/],
  ['a IN (SELECT b FROM t)', /subquery/],
  ['EXISTS (SELECT 1)', /subquery/],
  ['NOT EXISTS (FROM t)', /subquery/],
  ['n = ANY([1, 2])', /subquery/],
  ["(SELECT content FROM read_text('/etc/passwd'))", /subquery/],
  ['n = $1', /parameter/],
  ['n = ?', /parameter/],
  ['n = $name', /parameter/],
  ['*', /\*/],
  ['t.*', /\*/],
  ['COLUMNS(*) IS NULL', /\*/],
  ["COLUMNS('.*') = 1", /\*/],
  ['#1', /position/],
  ['DEFAULT', /DEFAULT/],
  ['sum(n)', /aggregate/],
  ['count(*)', /aggregate/],
  ['count(*) FILTER (n > 1)', /aggregate|filter/],
  ['sum(n) OVER ()', /window/],
  ['row_number() OVER ()', /window/],
  ['GROUPING(a)', /operator/],
  ['now() > ts', /function now/],
  ['today()', /function today/],
  ['age(ts)', /function age/],
  ['current_date = ts', /current_date changes/],
  ['CURRENT_TIMESTAMP', /changes/],
  ['localtime', /changes/],
  ['current_user', /changes/],
  ['random() < 0.5', /function random/],
  ['uuid()', /function uuid/],
  ["coalesce(a, concat('x', random()))", /function random/],
  ['[x + random() FOR x IN l]', /function random/],
  ['CASE WHEN random() > 1 THEN 1 END', /function random/],
  ['CASE WHEN n = 1 THEN random() END', /function random/],
  ['CAST(random() AS INTEGER)', /function random/],
  ['n BETWEEN random() AND 2', /function random/],
  ["nextval('s')", /function nextval/],
  ["getenv('HOME')", /function getenv/],
  ["current_setting('threads')", /function current_setting/],
  ["getvariable('x')", /function getvariable/],
  ["read_text('/etc/passwd')", /function read_text/],
  ["error('x')", /function error/],
  ['sleep_ms(1000)', /function sleep_ms/],
  ["write_log('x')", /function write_log/],
  ['unnest(l)', /function unnest/],
  ["repeat('x', 1000000000)", /function repeat/],
  ['range(1000000000)', /function range/],
  ["json_serialize_sql('SELECT 1')", /function json_serialize_sql/],
  ["json_execute_serialized_sql('{}')", /function json_execute/],
  ['version()', /function version/],
  ['txid_current()', /function txid_current/],
  ['pg_sleep(1)', /function pg_sleep/],
  ["icu_sort_key(a, 'de')", /function icu_sort_key/],
  ['other.lower(a)', /schema other/],
  ['lower(DISTINCT a)', /DISTINCT/],
  ['lower(a ORDER BY b)', /ORDER BY/],
  ["n::ENUM('x')", /built-in type/],
  ['n::no_such_type', /built-in type/],
  ['[n]::no_such_type[]', /built-in type/],
  ['DROP TABLE t', /syntax error|SELECT|name of its own/],
  ["COPY t TO '/tmp/x'", /syntax error|name of its own/],
  ["ATTACH '/tmp/x'", /built-in type/],
  ['SET threads = 1', /syntax error|name of its own/],
];

describe('what a user may write', () => {
  test.each(ALLOWED)('allowed, and runs as a column: %s', async (text) => {
    const expression = await userExpression(text, parse);
    const { rows } = await engine.run(
      sql`SELECT ${expression}, ${value('after')} FROM t WHERE ${expression} IS NOT NULL OR true`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toHaveLength(2);
    expect(rows[0]?.[1]).toBe('after');
  });

  test.each(DENIED)('refused: %s', async (text, reason) => {
    const error = await refusal(text);
    expect(error.exitCode).toBe(2);
    expect(error.code).toBe('expression_refused');
    expect(error.troubles[0]?.message).toMatch(reason);
  });

  test('the matrix has at least 60 statements of its own', () => {
    expect(new Set([...ALLOWED, ...DENIED.map(([text]) => text)]).size).toBeGreaterThanOrEqual(120);
  });

  test('the same is refused in every place of a larger expression', async () => {
    const places = [
      'NOT (@)',
      '(@) AND true',
      'lower(CAST((@) AS VARCHAR))',
      '[(@)]',
      "{'k': (@)}",
      'n IN (1, (@))',
      'l[(@)]',
    ];
    for (const place of places) {
      await expect(refusal(place.replace('@', 'random() > 0'))).resolves.toMatchObject({ code: 'expression_refused' });
      await expect(refusal(place.replace('@', '(SELECT 1)'))).resolves.toMatchObject({ code: 'expression_refused' });
    }
  });
});

test('a refusal names the character and what is possible', async () => {
  const error = await refusal('a = 1 AND random() > 0');
  expect(error.troubles[0]).toMatchObject({ place: 'character 11', message: expect.stringContaining('random') });
  expect(error.troubles[0]?.hint).toContain('pure functions');
});

test('aggregates are allowed where they are asked for, windows still are not', async () => {
  const total = await userExpression('sum(n) > 1 AND count(*) > 0', parse, { aggregates: true });
  expect((await engine.run(sql`SELECT ${total} FROM t`)).rows).toEqual([[true]]);
  await expect(userExpression('sum(n) OVER ()', parse, { aggregates: true })).rejects.toThrow(/window/);
});

test('no text whatever leaves its place: it is refused, or the statement around it stays as it was', async () => {
  const fragments = fc.constantFrom(
    'a',
    'n',
    "'",
    '"',
    '(',
    ')',
    ';',
    '--',
    '/*',
    '*/',
    '$$',
    '$1',
    ',',
    ' ',
    '\n',
    ' AND ',
    ' OR ',
    ' IS NULL',
    '=',
    '1',
    "'x'",
    'SELECT',
    ' FROM t',
    ' UNION ALL SELECT 1',
    "E'",
    '\\',
    '[',
    ']',
    '{',
    '}',
    ':',
    '::',
    ' AS ',
    '#',
    'lower(',
    ' IN ',
  );
  const texts = fc.array(fragments, { minLength: 1, maxLength: 9 }).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      let expression: Sql;
      try {
        expression = await userExpression(text, parse);
      } catch (error) {
        expect(error).toBeInstanceOf(OperatingError);
        return;
      }
      const statement = sql`SELECT 'before' AS b, ${expression} IS NULL AS e, 'after' AS f`;
      const tree = await parse(sql`SELECT json_serialize_sql(${value(textOf(statement))}::VARCHAR)::VARCHAR`);
      const { statements } = JSON.parse(tree);
      expect(statements).toHaveLength(1);
      expect(statements[0].node.select_list.map((column: { alias: string }) => column.alias)).toEqual(['b', 'e', 'f']);
    }),
    { numRuns: 400 },
  );
});

function textOf(statement: Sql): string {
  return statement.chunks.map((chunk) => (typeof chunk === 'string' ? chunk : '?')).join('');
}

test('an identifier of a user in quotes reads the column of exactly this name', async () => {
  const column = ident('a"b');
  const expression = await userExpression('"a""b"', parse);
  const { rows } = await engine.run(sql`SELECT ${expression} = ${column} FROM t`);
  expect(rows).toEqual([[true]]);
});
