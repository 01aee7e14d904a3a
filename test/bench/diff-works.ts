/** What `diff` is held to: its time against the floor (one scan of both sides by the same number of threads), and its memory. */
import type { Sided } from '../../src/core/side.ts';
import type { Spec } from '../../src/core/spec.ts';
import { type ExpectedRows, expectedRows, LINEITEM_SPEC, lineitem, TOLERANT_SPEC } from './lineitem.ts';
import type { Measured } from './main.ts';
import { engineShareOf, type InTurns, measureInTurns, type WorkResult } from './measure-work.ts';
import { LARGEST_ROWS, millions, ROWS } from './sizes.ts';
import { expectedWideRows, WIDE_SPEC, wideTable } from './wide-table.ts';

export const THREADS = 2;
const ROUNDS = 3;
const GB = 1e9;

interface DiffWork {
  readonly work: string;
  readonly rows: number;
  readonly paths: () => Promise<Sided<string>>;
  readonly expected: () => Promise<ExpectedRows>;
  readonly spec: Spec;
  /** Times the floor. */
  readonly allowed: number;
  /** Of resident memory; the engine gets its share of it as its limit. */
  readonly memory_bytes: number;
  /** `diff` where nothing is said. */
  readonly kind?: 'compare' | 'diff';
}

const few = (rows: number, allowed: number): DiffWork => ({
  work: 'mismatch, 0.01 % of the rows differ in a cell: a date, a price or the longest text',
  rows,
  paths: () => lineitem(rows, 'cells'),
  expected: () => expectedRows(rows, 'cells'),
  spec: LINEITEM_SPEC,
  allowed,
  memory_bytes: GB,
});

const matching = (rows: number): DiffWork => ({
  work: 'match, rows in another order',
  rows,
  paths: () => lineitem(rows),
  expected: () => expectedRows(rows, 'none'),
  spec: LINEITEM_SPEC,
  allowed: 1.15,
  memory_bytes: GB,
});

const tolerant = (difference: 'tolerance_few' | 'tolerance' | 'tolerance_all', share: string): DiffWork => ({
  work: `three columns with a tolerance, ${share} of the rows off within it, 0.01 % beyond it`,
  rows: ROWS,
  paths: () => lineitem(ROWS, difference),
  expected: () => expectedRows(ROWS, difference),
  spec: TOLERANT_SPEC,
  allowed: 1.6,
  memory_bytes: GB,
});

const KEYLESS_ROWS = Math.min(ROWS, 5_000_000);
const WIDE_ROWS = Math.min(ROWS, 1_000_000);

const WORKS = {
  'compare-match': {
    ...matching(ROWS),
    work: 'match, rows in another order, as `compare` decides a landed pair',
    kind: 'compare',
  },
  'diff-match': matching(ROWS),
  'diff-mismatch': few(ROWS, 1.35),
  'diff-mismatch-narrow': {
    ...few(ROWS, 1.35),
    work: 'mismatch, 0.01 % of the rows differ in a cell: a date or a price',
    paths: () => lineitem(ROWS, 'narrow_cells'),
    expected: () => expectedRows(ROWS, 'narrow_cells'),
  },
  'diff-missing-rows': {
    ...few(ROWS, 1.35),
    work: 'mismatch, 0.01 % of the rows differ: changed, missing, extra',
    paths: () => lineitem(ROWS, 'rows'),
    expected: () => expectedRows(ROWS, 'rows'),
  },
  'diff-largest': LARGEST_ROWS === null ? null : few(LARGEST_ROWS, 1.5),
  'diff-tolerance-few': tolerant('tolerance_few', '0.01 %'),
  'diff-tolerance': tolerant('tolerance', '10 %'),
  'diff-tolerance-all': tolerant('tolerance_all', 'all'),
  'diff-half': {
    work: 'mismatch, 50 % of the rows differ in one or two cells',
    rows: ROWS,
    paths: () => lineitem(ROWS, 'half'),
    expected: () => expectedRows(ROWS, 'half'),
    spec: LINEITEM_SPEC,
    allowed: 3,
    memory_bytes: 2 * GB,
  },
  'diff-no-key': {
    work: 'no key and no column that could be one, 1 % of the rows differ in one or two cells',
    rows: KEYLESS_ROWS,
    paths: () => lineitem(KEYLESS_ROWS, 'keyless'),
    expected: () => expectedRows(KEYLESS_ROWS, 'keyless'),
    spec: { ...LINEITEM_SPEC, key: [], infer_key: true },
    allowed: 4,
    memory_bytes: 2 * GB,
  },
  'diff-wide': {
    work: '200 columns, 1 % of the rows differ in three of them',
    rows: WIDE_ROWS,
    paths: () => wideTable(WIDE_ROWS),
    expected: () => expectedWideRows(WIDE_ROWS),
    spec: WIDE_SPEC,
    allowed: 1.8,
    memory_bytes: GB,
  },
} as const satisfies Record<string, DiffWork | null>;

/** One bench per work; none for one of which the size is not measured. */
export const diffBenches: Readonly<Record<string, () => Promise<readonly Measured[]>>> = Object.fromEntries(
  Object.entries(WORKS).map(([name, work]: readonly [string, DiffWork | null]) => [
    name,
    async () => (work === null ? [] : [await measureWork(work)]),
  ]),
);

async function measureWork(work: DiffWork): Promise<Measured> {
  const inTurns = await againstTheFloor(work);
  const wrong = wrongResult(inTurns.last, await work.expected());
  const isSmall = inTurns.peak_bytes <= work.memory_bytes;
  return {
    work: `${work.work}, ${millions(work.rows)} rows a side`,
    ours: milliseconds(inTurns.ours_ms),
    figure: `${inTurns.ratio.toFixed(2)} × the floor of ${milliseconds(inTurns.other_ms)}`,
    allowed: `${work.allowed} ×`,
    memory: megabytes(inTurns.peak_bytes),
    allowed_memory: megabytes(work.memory_bytes),
    holds: wrong === null && inTurns.ratio <= work.allowed && isSmall,
    note: [...(wrong === null ? [] : [wrong]), partsOf(inTurns)].join('; '),
  };
}

/** Only in this run: a pair that two benches need is measured once. */
const measured = new Map<string, Promise<InTurns>>();

async function againstTheFloor({ paths, spec, memory_bytes, kind = 'diff' }: DiffWork): Promise<InTurns> {
  const files = await paths();
  const ours = {
    kind,
    paths: files,
    spec,
    threads: THREADS,
    memory_bytes: engineShareOf(memory_bytes),
  } as const;
  const name = JSON.stringify(ours);
  const known = measured.get(name) ?? measureInTurns(ours, { ...ours, kind: 'scan' }, ROUNDS);
  measured.set(name, known);
  return known;
}

export interface CurvePoint {
  readonly rows: number;
  readonly match: InTurns;
  readonly mismatch: InTurns;
}

/** A matching pair and one with few differences, of so many rows a side. */
export async function curvePoint(rows: number): Promise<CurvePoint> {
  return { rows, match: await againstTheFloor(matching(rows)), mismatch: await againstTheFloor(few(rows, 1.5)) };
}

/** In what a result is not what the generator put there; null: in nothing. A wrong answer holds to no limit, however quick. */
export function wrongResult({ outcome, rows }: WorkResult, expected: ExpectedRows): string | null {
  const differing = expected.changed + expected.only_in_production + expected.only_in_shadow;
  const right = differing === 0 ? 'match' : 'mismatch';
  if (outcome === 'match' && right === 'match') return null;
  if (outcome !== right) return `WRONG: ${outcome}, not ${right}`;
  const names = ['changed', 'agreed', 'only_in_production', 'only_in_shadow'] as const;
  const wrong = names.filter((name) => rows?.[name] !== expected[name]);
  return wrong.length === 0
    ? null
    : `WRONG: ${wrong.map((name) => `${rows?.[name]} ${name}, not ${expected[name]}`).join('; ')}`;
}

function partsOf({ parts }: InTurns): string {
  return parts.map(({ step, ms }) => `${step} ${milliseconds(ms)}`).join(', ');
}

export function milliseconds(ms: number): string {
  return `${Math.round(ms).toLocaleString('en')} ms`;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;
}
