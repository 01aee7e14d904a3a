/** Which columns of a report are sensitive, and which raw values of theirs stand in it. */

import type { PairReport, ReportFinding } from './pair-report.ts';
import { holdsPersonalData } from './personal-data.ts';

export interface SensitiveColumns {
  /** As the report spells them, in the order in which they first stand there. */
  readonly names: readonly string[];
  readonly has: (column: string) => boolean;
  /** Raw values of these columns that the report shows anywhere. */
  readonly values: ReadonlySet<string>;
}

/** A value with the column that it belongs to; null where a finding about rows does not name one. */
interface ShownValue {
  readonly column: string | null;
  readonly value: string;
}

/**
 * Sensitive are all columns, or those listed (in any case, under either side's name) and those in which a shown value
 * holds an e-mail address, phone number or card number.
 */
export function sensitiveColumns(
  report: PairReport,
  mode: 'mask_sensitive' | 'mask_all',
  listed: readonly string[],
): SensitiveColumns {
  const shown = shownValues(report);
  const isSensitive = new Set(listed.map(fold));
  if (mode === 'mask_all') for (const column of columnNames(report)) isSensitive.add(fold(column));
  for (const { column, value } of shown) {
    if (column !== null && !isSensitive.has(fold(column)) && holdsPersonalData(value)) isSensitive.add(fold(column));
  }
  for (const { production, shadow } of report.schema.renamed) {
    if (isSensitive.has(fold(production)) || isSensitive.has(fold(shadow)))
      isSensitive.add(fold(production)).add(fold(shadow));
  }
  const has = (column: string): boolean => isSensitive.has(fold(column));
  const values = shown.filter(({ column, value }) =>
    column === null ? mode === 'mask_all' || holdsPersonalData(value) : has(column),
  );
  return { names: columnNames(report).filter(has), has, values: new Set(values.map(({ value }) => value)) };
}

function fold(name: string): string {
  return name.toLowerCase();
}

/** Every column that the report names, each spelling once. */
export function columnNames(report: PairReport): readonly string[] {
  return [
    ...new Set([
      ...report.columns.map(({ column }) => column),
      ...report.key.columns,
      ...report.examples.flatMap(({ key, cells }) => [...key, ...cells].map(({ column }) => column)),
      ...report.findings.flatMap((finding) => [
        ...finding.columns,
        ...findingExamples(finding).flatMap(({ key, column }) => [
          ...key.map((cell) => cell.column),
          ...(column === null ? [] : [column]),
        ]),
      ]),
      ...report.schema.only_in_production,
      ...report.schema.only_in_shadow,
      ...report.schema.retyped.map(({ column }) => column),
      ...report.schema.renamed.flatMap(({ production, shadow }) => [production, shadow]),
      ...(report.differing_columns ?? []),
    ]),
  ];
}

export function findingExamples(finding: ReportFinding): readonly ReportFinding['examples'][number][] {
  return [...finding.examples, ...finding.counter_examples];
}

function shownValues(report: PairReport): readonly ShownValue[] {
  const shown: ShownValue[] = [];
  const add = (column: string | null, ...values: readonly (string | null)[]): void => {
    for (const value of values) if (value !== null) shown.push({ column, value });
  };
  for (const { key, cells } of report.examples) {
    for (const cell of key) add(cell.column, cell.value);
    for (const cell of cells) {
      add(cell.column, cell.production, cell.shadow);
      for (const { production, shadow } of cell.paths) add(cell.column, production, shadow);
    }
  }
  for (const finding of report.findings) {
    for (const column of finding.columns) add(column, ...valueParams(finding));
    for (const example of findingExamples(finding)) {
      for (const cell of example.key) add(cell.column, cell.value);
      // One column of a finding is the column of its examples, also where they do not say so.
      const column = example.column ?? (finding.columns.length === 1 ? (finding.columns[0] ?? null) : null);
      add(column, example.production, example.shadow, example.predicted);
    }
  }
  for (const { column, profile } of report.columns) {
    if (profile !== null)
      add(column, profile.production.min, profile.production.max, profile.shadow.min, profile.shadow.max);
  }
  return shown;
}

/** Parameters of detectors that say how values were changed, never which; others are taken for values. */
const SETTINGS = new Set([
  'unit',
  'days',
  'decimals',
  'offset_seconds',
  'zone',
  'zones',
  'to',
  'change',
  'ends',
  'characters',
  'of',
  'direction',
  'length',
]);

export function isSetting(name: string): boolean {
  return SETTINGS.has(name);
}

/** What systems write for NULL is nobody's data, and says what happened. */
export const NULL_TOKENS: ReadonlySet<string> = new Set([
  '',
  '\\N',
  'N',
  'null',
  'NULL',
  'None',
  'NaN',
  'nan',
  '0',
  '0.0',
  '0.00',
  'false',
  '1970-01-01',
  '1970-01-01 00:00:00',
]);

/** Texts and numbers among the parameters that are taken for values, at any depth. */
function valueParams(finding: ReportFinding): readonly string[] {
  const collect = (value: unknown): readonly string[] => {
    if (typeof value === 'string') return NULL_TOKENS.has(value) ? [] : [value];
    if (typeof value === 'number') return [String(value)];
    if (value === null || typeof value !== 'object') return [];
    return Array.isArray(value)
      ? value.flatMap(collect)
      : Object.entries(value).flatMap(([name, inner]) => [name, ...collect(inner)]);
  };
  return Object.entries(finding.params).flatMap(([name, value]) => (SETTINGS.has(name) ? [] : collect(value)));
}
