/** What outcomes, certainties and states are called on paper, and the sign that stands for them in a grid. */
import type { Certainty } from '../core/finding.ts';
import type { Outcome } from '../core/outcome.ts';
import type { PairReport, ReportFinding } from './pair-report.ts';
import { counted, grouped } from './quantity.ts';
import { visible } from './visible.ts';

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  match: 'match',
  match_agreed: 'match within agreed rules',
  mismatch: 'mismatch',
  inconclusive: 'inconclusive',
};

export const CERTAINTY_WORDS: Readonly<Record<Certainty, string>> = {
  explained: 'explained',
  resembles: 'resembles, not proven',
  unknown: 'cause unknown',
  not_attributable: 'not attributable',
};

/** What a pair is in a grid: a mismatch whose every finding is known is no news; one has regressed where an issue is back and none is new. */
export type Standing = 'match' | 'match_agreed' | 'mismatch' | 'regressed' | 'known' | 'inconclusive' | 'none';

export const STANDINGS: Readonly<Record<Standing, { readonly sign: string; readonly word: string }>> = {
  match: { sign: '=', word: 'match' },
  match_agreed: { sign: '≈', word: 'match within agreed rules' },
  mismatch: { sign: '≠', word: 'mismatch, new' },
  regressed: { sign: '≠', word: 'mismatch, regressed' },
  known: { sign: '≠', word: 'mismatch, known' },
  inconclusive: { sign: '?', word: 'inconclusive' },
  none: { sign: '·', word: 'not analysed' },
};

export function standingOf(report: {
  readonly outcome: Outcome;
  readonly unexplained_rows: number | null;
  readonly findings: readonly { readonly issue: { readonly state: string } }[];
}): Standing {
  if (report.outcome !== 'mismatch') return report.outcome;
  const states = report.findings.map(({ issue }) => issue.state);
  if (states.includes('regressed') && !states.includes('new')) return 'regressed';
  const isKnown = states.length > 0 && report.unexplained_rows === 0 && states.every((state) => state === 'known');
  return isKnown ? 'known' : 'mismatch';
}

/** `orders/ds=2026-11-20`, or the two locations where there is no job; in visible form. */
export function nameOf(report: PairReport): string {
  const parts = [report.job, report.partition_key].filter((part) => part !== null && part !== '');
  if (parts.length > 0) return visible(parts.join('/'));
  return `${visible(lastPart(report.production.location))} and ${visible(lastPart(report.shadow.location))}`;
}

function lastPart(location: string): string {
  const parts = location.split('/').filter((part) => part !== '');
  return parts.slice(-2).join('/') || location;
}

/** How it is known that two names mean one column: `by the rules`, `by content: 1,200 of 1,204 rows hold the same value`. */
export function renamedBy({ by, rows, agreeing }: PairReport['schema']['renamed'][number]): string {
  if (by === 'config') return 'by the rules';
  if (rows === null || agreeing === null) return 'by content';
  return `by content: ${grouped(agreeing)} of ${counted(rows, 'row')} hold the same value`;
}

/** `known issue, blocks promotion`; in visible form. */
export function issueWords({ issue }: ReportFinding): string {
  const state = { new: 'new issue', known: 'known issue', resolved: 'resolved issue', regressed: 'regressed issue' }[
    issue.state
  ];
  const action = { block: ', blocks promotion', hold: ', holds promotion', accept: ', accepted', ignore: ', ignored' };
  return state + (issue.action === null ? '' : action[issue.action]);
}

/** `orders`; of another pairing than the migration `orders (release)`; in visible form. */
export function jobLabel(job: string, pairing: string | null): string {
  return pairing === null || pairing === 'migration' ? visible(job) : `${visible(job)} (${visible(pairing)})`;
}

/** What has become of an issue that is gone; `since` is a time for people, null where it is not known. */
export function goneText(since: string | null): string {
  const when = since === null ? '' : ` since ${visible(since)}`;
  return `gone: matched${when}, or differing without it, in every partition where it was seen`;
}

/** How many rows of a column differ only within what is agreed, and what that is; with hostile text made visible. */
export function agreedWords({ agreed_rows, agreed_by }: PairReport['columns'][number]): string {
  const differ = agreed_rows === 1 ? 'differs' : 'differ';
  return `${counted(agreed_rows, 'row')} ${differ} only within ${agreed_by === null ? 'agreed rules' : visible(agreed_by)}`;
}
