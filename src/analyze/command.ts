/** The command that does an analysis again, as a person may paste it into a POSIX shell. */
import { SIDES } from '../core/side.ts';
import type { AnalysisRequest } from './request.ts';

export function commandOf(request: AnalysisRequest): string {
  const { spec, landings } = request;
  const words = ['shadowcheck', 'diff', landings.production.location, landings.shadow.location];
  for (const column of spec.key) words.push('--key', column);
  for (const column of spec.columns ?? []) words.push('--columns', column);
  for (const column of spec.ignore) words.push('--ignore', column);
  for (const { column, abs, rel } of spec.tolerance) {
    const prefix = column === null ? '' : `${column}=`;
    if (abs > 0) words.push('--abs-tol', `${prefix}${abs}`);
    if (rel > 0) words.push('--rel-tol', `${prefix}${rel}`);
  }
  for (const { column, rule } of spec.normalise) {
    words.push(rule === 'trim' ? '--trim' : '--ignore-case', ...(column === null ? [] : [column]));
  }
  const { production, shadow } = spec.where;
  if (production !== null && production === shadow) words.push('--where', production);
  else {
    for (const side of SIDES) {
      const where = spec.where[side];
      if (where !== null) words.push(`--where-${side}`, where);
    }
  }
  return words.map(quoteForShell).join(' ');
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
