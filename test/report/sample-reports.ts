/** Reports as an analysis makes them, with figures that add up. Every one is checked against the schema. */
import {
  type PairReport,
  pairReportSchema,
  type ReportExample,
  type ReportFinding,
} from '../../src/report/pair-report.ts';

export function sampleReport(changes: Partial<PairReport> = {}): PairReport {
  return pairReportSchema.parse({ ...BASE, ...changes });
}

export function sampleFinding(changes: Partial<ReportFinding> = {}): ReportFinding {
  return { ...TS_TRUNC, ...changes };
}

const KEY = 'order_id';

const TS_TRUNC: ReportFinding = {
  cause: 'ts_trunc',
  title: 'Timestamps cut to milliseconds',
  params: { unit: 'ms' },
  certainty: 'explained',
  columns: ['created_at'],
  row_kind: 'changed',
  unit: 'cells',
  type_pair: 'TIMESTAMP -> TIMESTAMP',
  counts: { differing: 812, explained: 812, at_risk: 815, contradictions: 3, inherited: 0, residual: 0 },
  text: 'The shadow value of created_at equals the production value cut (not rounded) to milliseconds.',
  slices: [
    { condition: "origin_path = 'delta'", hit: 812, at_risk: 815, outside_hit: 0, outside_at_risk: 4120, p: 1e-301 },
  ],
  examples: [
    {
      key: [{ column: KEY, value: '100417' }],
      column: 'created_at',
      production: '2026-11-20 06:12:44.183902',
      shadow: '2026-11-20 06:12:44.183000',
      predicted: '2026-11-20 06:12:44.183000',
    },
  ],
  counter_examples: [
    {
      key: [{ column: KEY, value: '100977' }],
      column: 'created_at',
      production: '2026-11-20 07:01:00.000001',
      shadow: '2026-11-20 07:01:00.000001',
      predicted: '2026-11-20 07:01:00.000000',
    },
  ],
  look_alikes: [
    { cause: 'ts_round', why_not: 'half of the values would go up, none does' },
    { cause: 'ts_shift', why_not: 'the remainder is exactly zero in all 812' },
  ],
  advice: {
    likely_cause: 'a writer with a coarser timestamp type',
    where: 'the timestamp type of the delta writer, TIMESTAMP(us) → TIMESTAMP(ms)',
    check_sql: [
      "SELECT order_id, p.created_at, s.created_at\nFROM production p JOIN shadow s USING (order_id)\nWHERE s.created_at = date_trunc('millisecond', p.created_at) AND p.created_at <> s.created_at\nORDER BY order_id",
    ],
  },
  signature: { version: 1, shape: '5a0c', site: '91be', local: null, alternatives: [] },
  issue: {
    id: '0f9d3c61a2b44e7f8a10c2d3e4f50617',
    state: 'known',
    title: null,
    owner: 'ingest-core',
    link: 'https://issues.example.com/ING-2311',
    action: 'block',
    first_seen: '2026-11-18T05:10:00.000Z',
  },
};

function example(id: string, production: string, shadow: string): ReportExample {
  return {
    kind: 'changed',
    key: [{ column: KEY, value: id }],
    cells: [{ column: 'created_at', production, shadow, paths: [] }],
    cause: 'ts_trunc',
    production: { file: 'part-0.parquet', row: 417 },
    shadow: { file: 'part-3.parquet', row: 12 },
  };
}

function column(name: string, type: string, differing = 0): PairReport['columns'][number] {
  return {
    column: name,
    type,
    differing_rows: differing,
    differing_share: differing / 1_204_331,
    agreed_rows: 0,
    agreed_by: null,
    paths: [],
    profile: null,
  };
}

const BASE: PairReport = {
  version: '0.1',
  comparison_id: 'c1a7e0b2d3f4455667788990aabbccdd',
  outcome: 'mismatch',
  inconclusive_reason: null,
  detail: null,
  kinds: ['checksum'],
  job: 'orders',
  owner: 'commerce-data',
  pairing: 'migration',
  partition_key: 'ds=2026-11-20',
  logged_at: null,
  logged_kinds: ['checksum'],
  spec: '7be1f0a2c3d4e5f60718293a4b5c6d7e',
  reference_side: 'production',
  production: {
    location: 'warehouse/production/orders/ds=2026-11-20',
    system: 'legacy',
    build: '2304',
    row_count: 1_204_331,
    checksum: '1293847561029384-8837465510293847',
    file_count: 4,
    size_bytes: 812_004_117,
    integrity: 'crc_ok',
    landing_id: '11aa0000000000000000000000000001',
    run_kind: 'scheduled',
    landed_at: '2026-11-21T01:58:00.000Z',
    landed_at_from: 'marker',
    due_at: '2026-11-21T02:00:00.000Z',
    latency_seconds: -120,
  },
  shadow: {
    location: 'warehouse/shadow/orders/ds=2026-11-20',
    system: 'next',
    build: '2310',
    row_count: 1_204_331,
    checksum: '1293847560918273-8837465509182736',
    file_count: 6,
    size_bytes: 779_551_002,
    integrity: 'crc_ok',
    landing_id: '22bb0000000000000000000000000002',
    run_kind: 'backfill',
    landed_at: '2026-11-21T03:10:00.000Z',
    landed_at_from: 'mtime',
    due_at: '2026-11-21T02:00:00.000Z',
    latency_seconds: 4200,
  },
  key: { columns: [KEY], source: 'given', evidence: null },
  rules: {
    columns: null,
    ignore: ['ingested_at'],
    tolerance: [{ column: 'total', type: null, abs: 0.005, rel: 0, time_us: 0 }],
    normalise: [{ column: 'note', type: null, rule: 'trim' }],
    expressions: [],
    where: { production: null, shadow: null },
    sample: null,
  },
  schema: {
    only_in_production: [],
    only_in_shadow: [],
    retyped: [{ column: 'quantity', production: 'INTEGER', shadow: 'BIGINT', compared_as: 'BIGINT' }],
    renamed: [],
    reordered: true,
  },
  rows: {
    equal: 1_203_515,
    agreed: 4,
    changed: 812,
    only_in_production: 0,
    only_in_shadow: 0,
    duplicate_keys: { production: { groups: 0, extra_rows: 0 }, shadow: { groups: 0, extra_rows: 0 } },
    null_keys: { production: 0, shadow: 0 },
    keys_counted_over: { production: 'all_rows', shadow: 'all_rows' },
  },
  differing_columns: ['created_at'],
  columns: [
    {
      ...column('created_at', 'TIMESTAMP', 812),
      profile: {
        production: {
          nulls: 0,
          distinct: 1_203_990,
          min: '2026-11-20 00:00:00.000417',
          max: '2026-11-20 23:59:59.999999',
        },
        shadow: { nulls: 0, distinct: 1_203_871, min: '2026-11-20 00:00:00.000417', max: '2026-11-20 23:59:59.999000' },
      },
    },
    column(KEY, 'BIGINT'),
    column('customer_id', 'BIGINT'),
    { ...column('total', 'DECIMAL(10,2)'), agreed_rows: 4, agreed_by: 'tolerance 0.005' },
    column('currency', 'VARCHAR'),
    column('status', 'VARCHAR'),
    column('quantity', 'BIGINT'),
    column('note', 'VARCHAR'),
  ],
  findings: [TS_TRUNC],
  unexplained_rows: 0,
  examples: [
    example('100417', '2026-11-20 06:12:44.183902', '2026-11-20 06:12:44.183000'),
    example('100981', '2026-11-20 08:40:01.000417', '2026-11-20 08:40:01.000000'),
    example('117220', '2026-11-20 21:59:59.999999', '2026-11-20 21:59:59.999000'),
  ],
  accounting: {
    rows_read: { production: 1_204_331, shadow: 1_204_331 },
    rows_filtered: { production: 0, shadow: 0 },
    rows_sampled_out: { production: 0, shadow: 0 },
    rows_compared: { production: 1_204_331, shadow: 1_204_331 },
    cut: null,
  },
  certainty: { proof: 'sums', false_match_log2: -62, miscounted: 1.1e-7 },
  notes: [{ code: 'landed_at_from_mtime', text: "shadow: the landing time is the file's own, there was no manifest" }],
  masked_columns: [],
  sql: {
    production: "SELECT * FROM read_parquet(['warehouse/production/orders/ds=2026-11-20/part-0.parquet'])",
    shadow: 'SELECT 1',
  },
  command:
    'shadowcheck diff warehouse/production/orders/ds=2026-11-20 warehouse/shadow/orders/ds=2026-11-20 --key order_id',
  seconds: 1.93,
  versions: { shadowcheck: '0.1.0', duckdb: '1.5.6' },
};

const EQUAL_ROWS = {
  equal: 1_204_331,
  agreed: 0,
  changed: 0,
  only_in_production: 0,
  only_in_shadow: 0,
  duplicate_keys: null,
  null_keys: null,
  keys_counted_over: null,
};
const NO_PROFILE = BASE.columns.map((one) => ({
  ...one,
  differing_rows: 0,
  differing_share: 0,
  agreed_rows: 0,
  agreed_by: null,
  profile: null,
}));

/** Every row equal, columns retyped and reordered. */
export function matchReport(changes: Partial<PairReport> = {}): PairReport {
  return sampleReport({
    outcome: 'match',
    kinds: [],
    rows: EQUAL_ROWS,
    differing_columns: null,
    columns: NO_PROFILE,
    findings: [],
    unexplained_rows: 0,
    examples: [],
    ...changes,
  });
}

export function inconclusiveReport(changes: Partial<PairReport> = {}): PairReport {
  const { rows: _rows, ...rest } = BASE;
  return sampleReport({
    ...rest,
    comparison_id: 'd4b1c0ffee00112233445566778899aa',
    job: 'users',
    outcome: 'inconclusive',
    inconclusive_reason: 'shadow_corrupt',
    detail: 'part-2.parquet: the page at byte 81920 does not have the checksum that its header gives',
    kinds: [],
    rows: null,
    differing_columns: null,
    columns: [],
    findings: [],
    unexplained_rows: null,
    examples: [],
    shadow: { ...BASE.shadow, row_count: null, checksum: null },
    accounting: {
      rows_read: { production: 1_204_331, shadow: null },
      rows_filtered: { production: null, shadow: null },
      rows_sampled_out: { production: null, shadow: null },
      rows_compared: { production: null, shadow: null },
      cut: null,
    },
    certainty: null,
    ...changes,
  });
}

/** Missing and changed rows, two causes, one likeness, hostile and long values, a remainder that nobody explains. */
export function compoundReport(changes: Partial<PairReport> = {}): PairReport {
  const long = 'The quick brown fox jumps over the lazy dog. '.repeat(60);
  const issue = {
    ...TS_TRUNC.issue,
    state: 'new' as const,
    owner: null,
    link: null,
    action: null,
    first_seen: '2026-11-21T00:10:00.000Z',
  };
  return sampleReport({
    comparison_id: 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf',
    job: 'customer_profiles',
    partition_key: 'ds=2026-11-20/hour=05',
    kinds: ['row_count', 'checksum', 'schema'],
    production: { ...BASE.production, row_count: 10_050 },
    shadow: { ...BASE.shadow, row_count: 10_020 },
    key: { columns: ['customer_id', 'region'], source: 'given', evidence: null },
    schema: {
      only_in_production: ['legacy_flags'],
      only_in_shadow: [],
      retyped: [],
      renamed: [{ production: 'e_mail', shadow: 'email', by: 'config', rows: null, agreeing: null }],
      reordered: false,
    },
    rows: {
      equal: 9_600,
      agreed: 0,
      changed: 408,
      only_in_production: 42,
      only_in_shadow: 12,
      duplicate_keys: { production: { groups: 0, extra_rows: 0 }, shadow: { groups: 2, extra_rows: 2 } },
      null_keys: { production: 0, shadow: 0 },
      keys_counted_over: { production: 'all_rows', shadow: 'all_rows' },
    },
    differing_columns: null,
    columns: [
      {
        ...column('display_name', 'VARCHAR', 390),
        differing_share: 390 / 10_008,
        profile: {
          production: { nulls: 12, distinct: 9_120, min: ' Ana', max: 'Ōe Kenzaburō 大江' },
          shadow: { nulls: 402, distinct: 8_800, min: 'Ana', max: 'Ōe Kenzaburō 大江' },
        },
      },
      { ...column('biography', 'VARCHAR', 18), differing_share: 18 / 10_008 },
      column('customer_id', 'BIGINT'),
      column('region', 'VARCHAR'),
    ],
    findings: [
      sampleFinding({
        cause: 'empty_to_null',
        title: 'Empty text became NULL',
        params: {},
        columns: ['display_name'],
        type_pair: 'VARCHAR -> VARCHAR',
        counts: { differing: 390, explained: 372, at_risk: 372, contradictions: 0, inherited: 31, residual: 18 },
        text: 'Where production holds an empty text in display_name, shadow holds NULL.',
        slices: [],
        look_alikes: [],
        counter_examples: [],
        examples: [
          {
            key: [{ column: 'customer_id', value: '7' }],
            column: 'display_name',
            production: '',
            shadow: null,
            predicted: null,
          },
        ],
        issue: { ...issue, id: 'e1', state: 'regressed', owner: 'platform-io', action: 'hold' },
      }),
      sampleFinding({
        cause: 'missing_rows',
        title: 'Rows missing in shadow',
        params: {},
        columns: [],
        row_kind: 'only_in_production',
        unit: 'rows',
        type_pair: null,
        counts: { differing: 42, explained: 42, at_risk: 42, contradictions: 0, inherited: 0, residual: 0 },
        text: '42 rows of production have no row with the same key in shadow.',
        slices: [],
        examples: [],
        counter_examples: [],
        look_alikes: [],
        issue: { ...issue, id: 'e2' },
      }),
      sampleFinding({
        cause: 'text_trim',
        title: 'White space at the ends removed',
        params: { side: 'both' },
        certainty: 'resembles',
        columns: ['biography'],
        type_pair: 'VARCHAR -> VARCHAR',
        counts: { differing: 18, explained: 11, at_risk: 96, contradictions: 85, inherited: 0, residual: 7 },
        text: 'Some values of biography differ as if white space had been removed.',
        slices: [],
        look_alikes: [],
        examples: [],
        counter_examples: [],
        issue: { ...issue, id: 'e3' },
      }),
    ],
    unexplained_rows: 30,
    examples: [
      {
        kind: 'changed',
        key: [
          { column: 'customer_id', value: '7' },
          { column: 'region', value: 'eu' },
        ],
        cells: [
          { column: 'display_name', production: '', shadow: null, paths: [] },
          { column: 'biography', production: `${long}ends here `, shadow: `${long}ends here`, paths: [] },
        ],
        cause: 'empty_to_null',
        production: null,
        shadow: null,
      },
      {
        kind: 'changed',
        key: [
          { column: 'customer_id', value: '9' },
          { column: 'region', value: null },
        ],
        cells: [
          {
            column: 'biography',
            production: '<script>alert(1)</script> 👩‍🔬 café',
            shadow: '<script>alert(1)</script> 👩‍🔬 cafe\u0301\u202e',
            paths: [],
          },
        ],
        cause: null,
        production: null,
        shadow: null,
      },
      {
        kind: 'only_in_production',
        key: [
          { column: 'customer_id', value: '40417' },
          { column: 'region', value: 'apac' },
        ],
        cells: [
          { column: 'display_name', production: 'NULL', shadow: null, paths: [] },
          { column: 'biography', production: '\u001b[31mred\u001b[0m', shadow: null, paths: [] },
        ],
        cause: 'missing_rows',
        production: null,
        shadow: null,
      },
    ],
    notes: [{ code: 'duplicate_keys', text: 'shadow: 2 keys stand more than once (2 rows beyond the first)' }],
    ...changes,
  });
}
