/** The part of the answer that comes from the findings: why, where, since when, whose. */
import { group, sum } from 'd3-array';
import type { PairReport, ReportFinding } from './pair-report.ts';
import { counted, grouped, listed } from './quantity.ts';
import { visible } from './visible.ts';

interface Why {
  /** Ends the headline; null where no cause may be named. */
  readonly clause: string | null;
  readonly sentences: readonly string[];
}

export function whyOf(report: PairReport): Why {
  const { findings, unexplained_rows } = report;
  const explained = findings.filter(({ certainty }) => certainty === 'explained');
  const [first] = explained;
  const left = leftOver(report, explained.length > 0);
  if (first === undefined)
    return { clause: notExplained(report), sentences: [...resembling(findings), ...left, ...whereOf(findings)] };
  const causes = [...group(explained, titleOf)];
  const told = causes.map(([title, members]) => `${title} (${countOfAll(members)})`);
  if (causes.length > 1) {
    return {
      clause: `${causes.length} causes are at work${(unexplained_rows ?? 0) > 0 ? ', and not all is explained' : ''}`,
      sentences: [
        `${listed(
          told.map((cause, index) => (index === 0 ? cause : small(cause))),
          4,
        )}.`,
        ...resembling(findings),
        ...left,
        ...whereOf(explained),
      ],
    };
  }
  const isAll = unexplained_rows === 0 && findings.length === explained.length;
  const clause = isAll ? small(titleOf(first)) : `in part ${small(told[0] ?? '')}`;
  return { clause, sentences: [...resembling(findings), ...left, ...whereOf(explained)] };
}

function notExplained({ findings }: PairReport): string | null {
  const [first] = findings;
  if (first === undefined) return null;
  if (findings.some(({ certainty }) => certainty === 'resembles'))
    return `it looks like ${small(titleOf(findings.find(({ certainty }) => certainty === 'resembles') ?? first))}, which is not proven`;
  return first.certainty === 'not_attributable'
    ? 'the cause cannot be told from the data'
    : 'no known cause explains it';
}

/** A likeness is told with what speaks against it. */
function resembling(findings: readonly ReportFinding[]): readonly string[] {
  return findings
    .filter(({ certainty }) => certainty === 'resembles')
    .slice(0, 2)
    .map((finding) => {
      const { contradictions, residual } = finding.counts;
      const against = [
        ...(contradictions > 0
          ? [
              `${counted(contradictions, unitOf(finding, 1), unitOf(finding, 2))} should differ and ${contradictions === 1 ? 'does' : 'do'} not`,
            ]
          : []),
        ...(residual > 0 ? [`${grouped(residual)} differ otherwise`] : []),
      ];
      return `${titleOf(finding)}: fits ${countOf(finding)}${against.length > 0 ? `, but ${listed(against)}` : ''}.`;
    });
}

function leftOver({ unexplained_rows, rows, findings }: PairReport, isExplained: boolean): readonly string[] {
  if (unexplained_rows === null)
    return rows === null || findings.length === 0 ? [] : ['How many rows are left unexplained was not counted.'];
  if (unexplained_rows === 0 || !isExplained) return [];
  return [`${counted(unexplained_rows, 'differing row')} ${unexplained_rows === 1 ? 'is' : 'are'} left unexplained.`];
}

/** The slice of the first finding that has one. */
function whereOf(findings: readonly ReportFinding[]): readonly string[] {
  const slice = findings.flatMap(({ slices }) => slices)[0];
  if (slice === undefined) return [];
  const inside = `${grouped(slice.hit)} of ${grouped(slice.at_risk)} at risk`;
  const outside = `${slice.outside_hit === 0 ? 'none' : grouped(slice.outside_hit)} of ${grouped(slice.outside_at_risk)} elsewhere`;
  return [
    `${slice.outside_hit === 0 ? 'Only' : 'Mostly'} rows with ${visible(slice.condition)} are hit (${inside}, ${outside}).`,
  ];
}

/** Since when: the oldest first sight of its issues, and which of them are new or back. */
export function historyOf({ findings }: PairReport): string {
  const seen = findings.flatMap(({ issue }) => (issue.first_seen === null ? [] : [issue.first_seen])).sort();
  const states = findings.map(({ issue }) => issue.state);
  const regressed = states.filter((state) => state === 'regressed').length;
  const fresh = states.filter((state) => state === 'new').length;
  const since = seen[0] === undefined ? '' : `first seen ${visible(timeText(seen[0]))}`;
  const state = stateText(regressed, fresh, states.length);
  if (state === '') return since === '' ? '' : `${since.charAt(0).toUpperCase()}${since.slice(1)}.`;
  return `${state}${since === '' ? '' : `, ${since}`}.`;
}

function stateText(regressed: number, fresh: number, all: number): string {
  if (regressed > 0)
    return all === 1
      ? 'It was resolved once and is back'
      : `${regressed} of ${all} issues ${regressed === 1 ? 'was' : 'were'} resolved once and ${regressed === 1 ? 'is' : 'are'} back`;
  if (fresh === 0) return all === 0 ? '' : 'This is known';
  return fresh === all ? '' : `${fresh} of ${all} issues ${fresh === 1 ? 'is' : 'are'} new`;
}

/** Whose it is: the issue's owner comes before the job's. */
export function ownerOf({ findings, owner }: PairReport): string {
  const owners = [...new Set(findings.flatMap(({ issue }) => (issue.owner === null ? [] : [visible(issue.owner)])))];
  const blocks = findings.some(({ issue }) => issue.action === 'block') ? ' It blocks promotion.' : '';
  if (owners.length > 0) return `Owned by ${listed(owners)}.${blocks}`;
  return owner === null ? blocks.trim() : `Nobody owns it yet; the job belongs to ${visible(owner)}.${blocks}`;
}

/** `2026-11-20T05:10:00.000Z` as `2026-11-20 05:10 UTC`; anything else as it is. */
export function timeText(iso: string): string {
  const parts = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z$/.exec(iso);
  return parts === null ? iso : `${parts[1]} ${parts[2]} UTC`;
}

/** The counts of findings with one title, in several columns, added up. */
function countOfAll(findings: readonly ReportFinding[]): string {
  const [first] = findings;
  if (first === undefined) return '';
  const counts = {
    ...first.counts,
    explained: sum(findings, ({ counts: { explained } }) => explained),
    differing: sum(findings, ({ counts: { differing } }) => differing),
  };
  return countOf({ ...first, counts });
}

/** `812 of 815 cells` */
export function countOf(finding: ReportFinding): string {
  const { explained, differing } = finding.counts;
  const unit = unitOf(finding, differing);
  return explained === differing
    ? `${grouped(explained)} ${unit}`
    : `${grouped(explained)} of ${grouped(differing)} ${unit}`;
}

export function unitOf({ unit }: ReportFinding, count: number): string {
  return count === 1 ? unit.slice(0, -1) : unit;
}

export function titleOf(finding: ReportFinding): string {
  return visible(finding.title);
}

/** A title in the middle of a sentence; `NULL`, `JSON` and single letters keep their capitals. */
export function small(title: string): string {
  return /^\p{Lu}\p{Ll}/u.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}
