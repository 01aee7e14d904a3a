/** The rules of a job: what equal means, from its entry in the file, with all that does not fit together. */
import { TYPE_FAMILIES, targetOf } from '../compare/rule-target.ts';
import { contradictions } from '../compare/spec-troubles.ts';
import type { Trouble } from '../core/operating-error.ts';
import type { ColumnExpression, NormaliseRule, RuleTarget, Spec, Tolerance } from '../core/spec.ts';
import type { Defaults } from './config.ts';
import type { JobEntry } from './job-schema.ts';
import { printPlace } from './schema-troubles.ts';
import type { Place, YamlFile } from './yaml-file.ts';

export function readSpec(entry: JobEntry, defaults: Pick<Defaults, 'checksum'>): Spec {
  return {
    key: keyOf(entry),
    infer_key: entry.key === undefined,
    columns: null,
    ignore: entry.ignore,
    renamed: Object.entries(entry.columns).map(([production, shadow]) => ({ production, shadow })),
    tolerance: readTolerance(entry.tolerance),
    normalise: readNormalise(entry.normalise),
    expressions: readExpressions(entry.expressions),
    where: { production: entry.production.where ?? null, shadow: entry.shadow.where ?? null },
    sample: entry.sample ?? null,
    checksum: entry.checksum ?? defaults.checksum,
  };
}

function keyOf({ key }: JobEntry): readonly string[] {
  return key === undefined || key === 'none' ? [] : key;
}

/** Alone for all that it fits; else per column or type. A column may be called `abs`: below it stands a mapping. */
function readTolerance(entry: JobEntry['tolerance']): readonly Tolerance[] {
  if (entry === undefined) return [];
  if (isOneTolerance(entry)) return [toTolerance(ALL, entry)];
  return Object.entries(entry).map(([name, given]) => toTolerance(toTarget(name), given));
}

type ToleranceEntry = Omit<Tolerance, keyof RuleTarget> & { readonly is_bare: boolean };

function isOneTolerance(entry: NonNullable<JobEntry['tolerance']>): entry is ToleranceEntry {
  return typeof entry.abs === 'number';
}

function toTolerance(target: RuleTarget, { abs, rel, time_us }: ToleranceEntry): Tolerance {
  return { ...target, abs, rel, time_us };
}

/** `abs` or `rel` with a number beside columns: most likely meant for all of them, and no name of a column. */
function isForAll(entry: JobEntry['tolerance'], name: string): boolean {
  if (name !== 'abs' && name !== 'rel') return false;
  return entry !== undefined && !isOneTolerance(entry) && entry[name]?.is_bare === true;
}

/** A rule or a list of rules for all that they fit; else per column or type. */
function readNormalise(entry: JobEntry['normalise']): readonly NormaliseRule[] {
  if (entry === undefined) return [];
  if (typeof entry === 'string' || Array.isArray(entry)) return [entry].flat().map((rule) => ({ ...ALL, rule }));
  return Object.entries(entry).flatMap(([name, given]) => [given].flat().map((rule) => ({ ...toTarget(name), rule })));
}

function readExpressions(entry: JobEntry['expressions']): readonly ColumnExpression[] {
  return Object.entries(entry).map(([column, given]) =>
    typeof given === 'string'
      ? { column, production: given, shadow: given }
      : { column, production: given.production ?? null, shadow: given.shadow ?? null },
  );
}

const ALL: RuleTarget = { column: null, type: null };

/** An unknown type is told by `checkSpec`, by the name that is left of it here. */
function toTarget(name: string): RuleTarget {
  return targetOf(name) ?? { column: name, type: null };
}

/** The rules under their names in the file. */
const IN_FILE = { tolerance: 'tolerance', expressions: 'expressions', renamed: 'columns' } as const;

/** Adds to `troubles` what the rules of a job say against each other, all of it. */
export function checkSpec(
  entry: JobEntry,
  spec: Spec,
  place: Place,
  { file, troubles }: { readonly file: YamlFile; readonly troubles: Trouble[] },
): void {
  const tell = (inside: Place, message: string, hint?: string): void => {
    const at = [...place, ...inside];
    troubles.push(file.trouble(at, `${printPlace(at)}: ${message}`, hint));
  };
  const lists = { key: keyOf(entry), partition: entry.partition, ignore: entry.ignore };
  for (const [list, names] of Object.entries(lists)) {
    for (const [i, column] of names.entries()) {
      if (names.indexOf(column) < i) tell([list, i], `${JSON.stringify(column)} is named twice`);
    }
  }
  const isMisplaced = (column: string): boolean => isForAll(entry.tolerance, column);
  for (const { column } of spec.tolerance) {
    if (column === null || !isMisplaced(column)) continue;
    const hint =
      '`abs` and `rel` alone are the tolerance of every numeric column; one of a column that is called so is { abs: … }';
    tell(['tolerance', column], `${JSON.stringify(column)} stands beside names of columns`, hint);
  }
  for (const { subject, place: list, message, hint } of contradictions(spec)) {
    if (list === 'sample') tell([list], `${subject} ${message}`, 'add `key: [...]`');
    else if (list !== 'tolerance' || !isMisplaced(subject)) {
      const inside: Place = list === 'ignore' ? [list, entry.ignore.indexOf(subject)] : [IN_FILE[list], subject];
      tell(inside, `${JSON.stringify(subject)} ${message}`, hint);
    }
  }
  for (const [list, rules] of Object.entries({ tolerance: spec.tolerance, normalise: spec.normalise })) {
    for (const column of new Set(rules.map((rule) => rule.column))) {
      if (column === null || targetOf(column) !== null) continue;
      const hint = `the types are ${TYPE_FAMILIES.join(', ')}`;
      tell([list, column], `no type ${JSON.stringify(column.slice('type:'.length))} of values`, hint);
    }
  }
}
