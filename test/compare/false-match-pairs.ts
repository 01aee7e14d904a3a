/** Pairs by the SQL of their rows and the options of `diff`: those that the engine's own hash, equality or arithmetic would judge wrongly. */
export type JudgedPair = readonly [name: string, production: string, shadow: string, options: readonly string[]];

export const KEY = ['--key', 'id'];

export const MISMATCHES: readonly JudgedPair[] = [
  ['0 and -1 of INTEGER and BIGINT', 'SELECT 1 id, 0::INTEGER x', 'SELECT 1 id, -1::BIGINT x', KEY],
  ['0 and -0.01 of a wide DECIMAL', 'SELECT 1 id, 0::DECIMAL(20,2) x', 'SELECT 1 id, -0.01::DECIMAL(20,2) x', KEY],
  [
    'two UUIDs whose halves XOR to one',
    "SELECT 1 id, UUID '91111111-1111-1111-1111-111111111111' x",
    "SELECT 1 id, UUID '92222222-2222-2222-1222-222222222222' x",
    KEY,
  ],
  [
    'a swap of last values that a linear hash sums to the same',
    'SELECT * FROM (VALUES (1259::INTEGER, 2::INTEGER), (1868, 534)) t(id, x)',
    'SELECT * FROM (VALUES (1259::INTEGER, 534::INTEGER), (1868, 2)) t(id, x)',
    KEY,
  ],
  [
    'the same swap without a key',
    'SELECT * FROM (VALUES (1259::INTEGER, 2::INTEGER), (1868, 534)) t(id, x)',
    'SELECT * FROM (VALUES (1259::INTEGER, 534::INTEGER), (1868, 2)) t(id, x)',
    [],
  ],
  [
    'a list that takes an item from the column before it',
    'SELECT 0::INTEGER a, [2, 1] x',
    'SELECT 2::INTEGER a, [1] x',
    [],
  ],
  ['an empty list and NULL', 'SELECT 1 id, []::INTEGER[] x', 'SELECT 1 id, NULL::INTEGER[] x', KEY],
  ['a list of NULL and an empty list', 'SELECT 1 id, [NULL]::INTEGER[] x', 'SELECT 1 id, []::INTEGER[] x', []],
  ['a struct of NULL and NULL', "SELECT 1 id, {'a': NULL::INTEGER} x", 'SELECT 1 id, NULL::STRUCT(a INTEGER) x', KEY],
  ['a month and thirty days', "SELECT 1 id, INTERVAL '1 month' x", "SELECT 1 id, INTERVAL '30 days' x", KEY],
  ['a map and a struct', "SELECT 1 id, MAP {'a': 1} x", "SELECT 1 id, {'a': 1} x", KEY],
  [
    'infinity and NULL of two timestamp types',
    "SELECT 1 id, TIMESTAMP 'infinity' x",
    'SELECT 1 id, NULL::TIMESTAMP_NS x',
    KEY,
  ],
  [
    'hour 24 as text and midnight',
    "SELECT 1 id, '2020-01-01 24:00:00' x",
    "SELECT 1 id, TIMESTAMP '2020-01-02 00:00:00' x",
    KEY,
  ],
  [
    'NaN and a number within any tolerance',
    'SELECT 1 id, 5.0::DOUBLE x',
    "SELECT 1 id, 'nan'::DOUBLE x",
    [...KEY, '--abs-tol', '0.01'],
  ],
  [
    'infinity and a number',
    'SELECT 1 id, 5.0::DOUBLE x',
    "SELECT 1 id, 'inf'::DOUBLE x",
    [...KEY, '--abs-tol', 'x=0', '--rel-tol', 'x=0.5'],
  ],
  ['both infinities', "SELECT 1 id, '-inf'::DOUBLE x", "SELECT 1 id, 'inf'::DOUBLE x", [...KEY, '--rel-tol', '0.01']],
  [
    '2^53 + 1 and the double 2^53 within half',
    'SELECT 1 id, 9007199254740993::BIGINT x',
    'SELECT 1 id, 9007199254740992::DOUBLE x',
    [...KEY, '--abs-tol', '0.5'],
  ],
  [
    'a difference of 2^53 + 1 with a tolerance of 2^53',
    'SELECT 1 id, 0::BIGINT x',
    'SELECT 1 id, 9007199254740993::BIGINT x',
    [...KEY, '--abs-tol', '9007199254740992'],
  ],
];

export const MATCHES: readonly JudgedPair[] = [
  [
    'a decimal of many digits and its double',
    'SELECT 1 id, 123456.78901234567::DOUBLE x',
    'SELECT 1 id, 123456.78901234567::DECIMAL(38,11) x',
    KEY,
  ],
  [
    'a whole double and a decimal of scale 17',
    'SELECT 1 id, 65535.0::DOUBLE x',
    'SELECT 1 id, 65535::DECIMAL(38,17) x',
    KEY,
  ],
  ['negative numbers of two widths', 'SELECT 1 id, -7::INTEGER x', 'SELECT 1 id, -7::BIGINT x', KEY],
  [
    'wide decimals, lists, structs, intervals and uuids that are equal',
    "SELECT 1 id, 1.50::DECIMAL(30,2) a, [1, NULL] b, {'k': 'v'} c, INTERVAL '1 month' d, UUID '91111111-1111-1111-1111-111111111111' e",
    "SELECT 1 id, 1.50::DECIMAL(30,2) a, [1, NULL] b, {'k': 'v'} c, INTERVAL '1 month' d, UUID '91111111-1111-1111-1111-111111111111' e",
    KEY,
  ],
];
