/** Lines of an example for the inner values of a nested one, after the line of the whole value. */
import type { PairReport, ReportExample } from './pair-report.ts';
import { counted } from './quantity.ts';
import { visible } from './visible.ts';

type Cell = ReportExample['cells'][number];
export type ReportPath = Cell['paths'][number];

const PATHS_SHOWN = 5;

/** The first few, and how many there are beyond them. */
export function shownPaths({ paths }: Cell): { readonly shown: readonly ReportPath[]; readonly more: string | null } {
  const shown = paths.slice(0, PATHS_SHOWN);
  const more = paths.length - shown.length;
  return { shown, more: more === 0 ? null : `and ${counted(more, 'inner value')} more` };
}

/** What stands where a side has no such value at all, which is another thing than NULL. */
export const NOTHING_THERE = 'nothing';

/** `differs at items[].price in 12 examples`, for the line of a column; empty where its values are plain. */
export function pathsText({ paths }: PairReport['columns'][number]): string {
  if (paths.length === 0) return '';
  return `differs at ${paths.map(({ path, rows }) => `${visible(path)} in ${counted(rows, 'example')}`).join(', ')}`;
}
