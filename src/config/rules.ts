/** The rules of a job: what equal means, from its entry in the file, with all that does not fit together. */
import { TYPE_FAMILIES, targetOf } from '../compare/rule-target.ts';
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
  if (isOneTolerance(entry)) return [{ ...ALL, ...entry }];
  return Object.entries(entry).map(([name, given]) => ({ ...toTarget(name), ...given }));
}

type ToleranceRule = Omit<Tolerance, keyof RuleTarget>;

function isOneTolerance(entry: NonNullable<JobEntry['tolerance']>): entry is ToleranceRule {
  return typeof entry.abs === 'number';
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
  const key = new Set(spec.key);
  const lists = { key: keyOf(entry), partition: entry.partition, ignore: entry.ignore };
  for (const [list, names] of Object.entries(lists)) {
    for (const [i, column] of names.entries()) {
      if (names.indexOf(column) < i) tell([list, i], `${JSON.stringify(column)} is named twice`);
    }
  }
  if (key.size === 0 && spec.sample !== null) {
    tell(['sample'], 'a sample needs a key: the same keys are taken on both sides', 'add `key: [...]`');
  }
  for (const [i, column] of entry.ignore.entries()) {
    if (key.has(column)) tell(['ignore', i], `${JSON.stringify(column)} is a column of the key and cannot be ignored`);
  }
  for (const { column } of spec.tolerance) {
    if (column === null) continue;
    const named = JSON.stringify(column);
    if (column === 'abs' || column === 'rel') {
      const hint = '`abs` and `rel` alone are the tolerance of every numeric column; below a column, of that column';
      tell(['tolerance', column], `${named} stands beside names of columns`, hint);
    } else if (key.has(column)) {
      tell(['tolerance', column], `${named} is a column of the key: keys are equal or they are not`);
    } else if (entry.ignore.includes(column)) {
      tell(['tolerance', column], `${named} is ignored and has a tolerance`, 'remove one of the two');
    }
  }
  for (const { column } of spec.expressions) {
    const named = JSON.stringify(column);
    if (entry.ignore.includes(column)) {
      tell(['expressions', column], `${named} is ignored and has an expression`, 'remove one of the two');
    }
  }
  for (const [list, rules] of Object.entries({ tolerance: spec.tolerance, normalise: spec.normalise })) {
    for (const column of new Set(rules.map((rule) => rule.column))) {
      if (column === null || targetOf(column) !== null) continue;
      const hint = `the types are ${TYPE_FAMILIES.join(', ')}`;
      tell([list, column], `no type ${JSON.stringify(column.slice('type:'.length))} of values`, hint);
    }
  }
  const taken = new Map<string, string>();
  for (const { production, shadow } of spec.renamed) {
    const before = taken.get(shadow);
    if (before !== undefined) {
      const message = `${JSON.stringify(shadow)} of the shadow is mapped to ${JSON.stringify(before)} already`;
      tell(['columns', production], message);
    }
    taken.set(shadow, production);
  }
}
