/**
 * THE sentence of a report: what differs, why, where, since when, whose. An engineer may stop reading after it, so it
 * never says more than the evidence: "all" only if it was counted, a cause only if a detector explained it.
 */
import { inconclusiveAnswer } from './answer-inconclusive.ts';
import { historyOf, ownerOf, whyOf } from './answer-why.ts';
import { isSeeded, seededClause } from './landing-words.ts';
import type { PairReport } from './pair-report.ts';
import { counted, grouped, listed, percent } from './quantity.ts';
import { visible } from './visible.ts';

/** In visible form: it may go to a terminal as it is; HTML and Markdown still escape it. */
export interface Answer {
  readonly headline: string;
  /** Empty where there is nothing to add. */
  readonly rest: string;
}

export function answerOf(report: PairReport): Answer {
  if (report.outcome === 'inconclusive') return inconclusiveAnswer(report);
  if (report.outcome === 'mismatch') return mismatchAnswer(report);
  const answer = matchAnswer(report);
  if (!isSeeded(report)) return answer;
  return {
    ...answer,
    headline: `${answer.headline.replace(/\.$/, '')}, which proves nothing: ${seededClause(report)}.`,
  };
}

function matchAnswer(report: PairReport): Answer {
  const { rows } = report;
  const rest = sentences([scopeOf(report), schemaNoteOf(report)]);
  if (rows === null) return { headline: 'Both sides match.', rest };
  if (rows.equal + rows.agreed === 0)
    return { headline: 'Both sides are empty: they match, but there was no row to compare.', rest };
  if (report.outcome === 'match')
    return { headline: `All ${counted(rows.equal, 'row')} are equal on both sides.`, rest };
  const agreed = report.columns.filter(({ agreed_rows }) => agreed_rows > 0);
  const where = agreed.length === 0 ? '' : `, in ${names(agreed.map(({ column }) => column))}`;
  const differ = rows.agreed === 1 ? 'differs' : 'differ';
  return {
    headline: `No row differs beyond what was agreed: ${grouped(rows.equal)} are equal, ${grouped(rows.agreed)} ${differ} only within agreed rules${where}.`,
    rest,
  };
}

function mismatchAnswer(report: PairReport): Answer {
  const missing = report.kinds.includes('production_missing')
    ? 'production'
    : report.kinds.includes('shadow_missing')
      ? 'shadow'
      : null;
  if (missing !== null) return missingAnswer(report, missing);
  const what = whatDiffers(report);
  const why = whyOf(report);
  return {
    headline: why.clause === null ? `${what}.` : `${what}: ${why.clause}.`,
    rest: sentences([
      seededAside(report),
      ...why.sentences,
      schemaAside(report),
      scopeOf(report),
      historyOf(report),
      ownerOf(report),
    ]),
  };
}

function missingAnswer(report: PairReport, side: 'production' | 'shadow'): Answer {
  const other = side === 'production' ? 'shadow' : 'production';
  const count = report[other].row_count;
  const holds = count === null ? '' : `; ${other} holds ${counted(count, 'row')}`;
  return {
    headline: `The ${side} partition is missing after its deadline${holds}.`,
    rest: sentences([adviceOf(report), historyOf(report), ownerOf(report)]),
  };
}

/** What to look at first: of a partition that is not there, no row can tell more. */
function adviceOf({ findings }: PairReport): string {
  const where = findings[0]?.advice.where ?? '';
  return where === '' ? '' : `Look at: ${visible(where)}.`;
}

function whatDiffers(report: PairReport): string {
  const { rows } = report;
  const differing = rows === null ? 0 : rows.changed + rows.only_in_production + rows.only_in_shadow;
  if (rows === null) return uncountedDifference(report);
  if (differing === 0) return schemaDifference(report) ?? 'The checksums differ, but no differing row was found';
  const all = differing + rows.equal + rows.agreed;
  const only = onlyOf(rows);
  if (rows.changed === 0) return `${only} (of ${counted(all, 'row')})`;
  const columns = report.columns.filter(({ differing_rows }) => differing_rows > 0).map(({ column }) => column);
  const isAll = only === '' && columns.length === 1;
  const where = columns.length === 0 ? '' : ` in ${names(columns)}`;
  const changed = `${grouped(rows.changed)} of ${counted(all, 'row')} ${rows.changed === 1 ? 'differs' : 'differ'}${isAll && rows.changed > 1 ? ', all' : ''}${where}`;
  return only === '' ? changed : `${changed}, ${only}`;
}

function onlyOf(rows: NonNullable<PairReport['rows']>): string {
  const production = rows.only_in_production;
  const shadow = rows.only_in_shadow;
  const stand = (count: number): string => (count === 1 ? 'stands' : 'stand');
  if (production > 0 && shadow > 0)
    return `${counted(production, 'row')} ${stand(production)} only in production and ${grouped(shadow)} only in shadow`;
  if (production > 0) return `${counted(production, 'row')} ${stand(production)} only in production`;
  return shadow > 0 ? `${counted(shadow, 'row')} ${stand(shadow)} only in shadow` : '';
}

/** Rows were not paired: what the comparison alone can tell. */
function uncountedDifference(report: PairReport): string {
  const { production, shadow } = report;
  const counts =
    production.row_count !== null && shadow.row_count !== null && production.row_count !== shadow.row_count;
  if (counts)
    return `Production holds ${counted(production.row_count ?? 0, 'row')}, shadow ${grouped(shadow.row_count ?? 0)}; which ones was not looked at`;
  const columns = report.differing_columns ?? [];
  if (columns.length > 0) return `The values of ${names(columns)} differ; in which rows was not looked at`;
  if (report.kinds.includes('checksum')) return 'The checksums differ; in which rows was not looked at';
  return schemaDifference(report) ?? 'The two sides differ; in which rows was not looked at';
}

function schemaDifference(report: PairReport): string | null {
  const only = onlyColumns(report);
  if (only === null) return null;
  const { rows } = report;
  const equal =
    rows !== null && rows.equal + rows.agreed > 0
      ? `All ${counted(rows.equal + rows.agreed, 'row')} are equal in the common columns, but `
      : '';
  return capital(`${equal}${only}`);
}

function onlyColumns({ schema }: PairReport): string | null {
  const part = (columns: readonly string[], side: string): string =>
    `${columns.length === 1 ? 'column' : 'columns'} ${names(columns)} ${columns.length === 1 ? 'stands' : 'stand'} only in ${side}`;
  const parts = [
    ...(schema.only_in_production.length > 0 ? [part(schema.only_in_production, 'production')] : []),
    ...(schema.only_in_shadow.length > 0 ? [part(schema.only_in_shadow, 'shadow')] : []),
  ];
  return parts.length === 0 ? null : parts.join(' and ');
}

/** Rows that agree with their own copy are no evidence, beside those that differ. */
function seededAside(report: PairReport): string {
  return isSeeded(report) ? `${capital(seededClause(report))}: rows that agree prove nothing.` : '';
}

/** Beside differing rows, columns on one side only are worth a sentence of their own. */
function schemaAside(report: PairReport): string {
  const { rows } = report;
  const hasRows = rows === null || rows.changed + rows.only_in_production + rows.only_in_shadow > 0;
  const only = hasRows ? onlyColumns(report) : null;
  return only === null ? '' : `${capital(only)}; rows were compared in the common columns.`;
}

function schemaNoteOf({ schema }: PairReport): string {
  const retyped = schema.retyped.map(({ column }) => column);
  const one = retyped.length === 1;
  return [
    ...(retyped.length > 0
      ? [`The ${one ? 'type' : 'types'} of ${names(retyped)} ${one ? 'differs' : 'differ'}, the values do not.`]
      : []),
    ...(schema.reordered ? ['The columns stand in another order.'] : []),
  ].join(' ');
}

/** What was left out on purpose must not read as compared. */
function scopeOf(report: PairReport): string {
  const { rules, accounting, key } = report;
  const parts = [
    ...(rules.sample === null ? [] : [`a sample of ${percent(rules.sample, 1)} of the keys`]),
    ...(rules.where.production === null && rules.where.shadow === null
      ? []
      : ['rows that meet the condition of the rules']),
    ...(rules.columns === null ? [] : [columnsInScope(rules.columns, key.source === 'given')]),
    ...(accounting.cut === null || rules.sample !== null ? [] : [`a part (${visible(accounting.cut)})`]),
  ];
  return parts.length === 0 ? '' : `Compared was only ${listed(parts)}.`;
}

const COLUMNS_NAMED = 8;

function columnsInScope(columns: readonly string[], isKeyGiven: boolean): string {
  const shown = columns.slice(0, COLUMNS_NAMED).map((column) => visible(column));
  const more = columns.length - shown.length;
  const all = more === 0 ? shown : [...shown, `${grouped(more)} more`];
  return `${columns.length === 1 ? 'the column' : 'the columns'} ${listed(all)}${isKeyGiven ? ', and the key' : ''}`;
}

function names(columns: readonly string[]): string {
  return listed(columns.map((column) => visible(column)));
}

function sentences(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
