/** The command that does an analysis again, as a person may paste it into a POSIX shell; null where options cannot say it. */
import { printTime } from '../compare/agreed-forms.ts';
import { printTarget } from '../compare/rule-target.ts';
import { SIDES } from '../core/side.ts';
import type { RuleTarget, Spec } from '../core/spec.ts';
import type { AnalysisRequest } from './request.ts';

export function commandOf(request: AnalysisRequest): string | null {
  const { spec, landings } = request;
  // How text files are to be read is said by a config only.
  if (SIDES.some((side) => landings[side].format !== null && landings[side].format?.kind !== 'parquet')) return null;
  if (!canBeSaid(spec)) return null;
  const words = ['shadowcheck', 'diff', landings.production.location, landings.shadow.location];
  for (const column of spec.key) words.push('--key', escaped(column));
  if (spec.key.length === 0 && !spec.infer_key) words.push('--no-key');
  for (const column of spec.columns ?? []) words.push('--columns', escaped(column));
  for (const column of spec.ignore) words.push('--ignore', escaped(column));
  for (const { production, shadow } of spec.renamed) words.push('--rename', `${production}=${shadow}`);
  for (const { abs, rel, time_us, ...target } of spec.tolerance) {
    const name = printTarget(target);
    const prefix = name === null ? '' : `${name}=`;
    // One of nothing takes a column out of the tolerance for its type or for all.
    if (abs > 0 || rel + time_us === 0) words.push('--abs-tol', `${prefix}${abs}`);
    if (rel > 0) words.push('--rel-tol', `${prefix}${rel}`);
    if (time_us > 0) words.push('--time-tol', `${prefix}${printTime(time_us)}`);
  }
  // The option without a name comes first: it would take the place of those before it.
  const isForAll = (target: RuleTarget): boolean => printTarget(target) === null;
  for (const { rule, ...target } of spec.normalise.toSorted((a, b) => Number(isForAll(b)) - Number(isForAll(a)))) {
    const name = printTarget(target);
    const option = `--${rule.replaceAll('_', '-')}`;
    // The value may be left out, so one that looks like an option has to be tied to its own.
    if (name?.startsWith('-')) words.push(`${option}=${escaped(name)}`);
    else words.push(option, ...(name == null ? [] : [escaped(name)]));
  }
  for (const { column, ...sql } of spec.expressions) {
    if (sql.production !== null && sql.production === sql.shadow)
      words.push('--expression', `${column}=${sql.production}`);
    else {
      for (const side of SIDES) {
        if (sql[side] !== null) words.push(`--expression-${side}`, `${column}=${sql[side]}`);
      }
    }
  }
  const { production, shadow } = spec.where;
  if (production !== null && production === shadow) words.push('--where', production);
  else {
    for (const side of SIDES) {
      const where = spec.where[side];
      if (where !== null) words.push(`--where-${side}`, where);
    }
  }
  if (spec.checksum !== 'fast') words.push('--checksum', spec.checksum);
  if (spec.sample !== null) words.push('--sample', `${spec.sample * 100}%`);
  return words.map(quoteForShell).join(' ');
}

/** A name that reads as a type, or that ends where the option's value begins, cannot be told on a command line. */
function canBeSaid({ tolerance, normalise, renamed, expressions }: Spec): boolean {
  const targets: readonly RuleTarget[] = [...tolerance, ...normalise];
  return (
    targets.every((target) => printTarget(target) !== undefined) &&
    renamed.every(({ production }) => !production.includes('=')) &&
    expressions.every(({ column }) => !column.includes('='))
  );
}

/** A bare comma separates names. */
function escaped(name: string): string {
  return name.replaceAll(',', '\\,');
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
