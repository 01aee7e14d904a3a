/** The command that does an analysis again, as a person may paste it into a POSIX shell; null where options cannot say how the files are to be read. */
import { SIDES } from '../core/side.ts';
import type { AnalysisRequest } from './request.ts';

export function commandOf(request: AnalysisRequest): string | null {
  const { spec, landings } = request;
  if (SIDES.some((side) => landings[side].format !== null && landings[side].format?.kind !== 'parquet')) return null;
  const words = ['shadowcheck', 'diff', landings.production.location, landings.shadow.location];
  const name = (column: string): string => column.replaceAll(',', '\\,'); // a bare comma separates names
  for (const column of spec.key) words.push('--key', name(column));
  for (const column of spec.columns ?? []) words.push('--columns', name(column));
  for (const column of spec.ignore) words.push('--ignore', name(column));
  for (const { production, shadow } of spec.renamed) words.push('--rename', `${production}=${shadow}`);
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
  if (spec.sample !== null) words.push('--sample', `${spec.sample * 100}%`);
  return words.map(quoteForShell).join(' ');
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
