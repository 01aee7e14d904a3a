/** The strip of facts below the answer: what was counted, nothing that was not. */
import { SIDES } from '../core/side.ts';
import { isLandingKnown, landedText, writerParts } from './landing-words.ts';
import { type Markup, markup, NOTHING } from './markup.ts';
import type { PairReport } from './pair-report.ts';
import { byteSize, counted, duration, grouped, percent } from './quantity.ts';

interface Fact {
  readonly name: string;
  readonly value: Markup;
  /** Takes a line of its own where there is not much room. */
  readonly is_wide?: true;
}

export function factsStrip(report: PairReport): Markup {
  const facts = [
    rowsFact(report),
    ...differencesFact(report),
    ...explainedFact(report),
    ...filesFact(report),
    readFact(report),
    ...landedFact(report),
  ];
  return markup`<dl class="facts">${facts.map(({ name, value, is_wide }) => markup`<div${is_wide ? markup` class="wide"` : NOTHING}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function rowsFact({ production, shadow }: PairReport): Fact {
  const line = (side: 'production' | 'shadow', count: number | null): Markup =>
    markup`<span class="${side}">${count === null ? 'not counted' : grouped(count)}</span> <small>${side}</small>`;
  return {
    name: 'rows',
    value: markup`${line('production', production.row_count)}<br>${line('shadow', shadow.row_count)}`,
  };
}

function differencesFact({ rows }: PairReport): readonly Fact[] {
  if (rows === null) return [];
  const { changed, only_in_production, only_in_shadow, agreed } = rows;
  const parts = [
    ...(changed > 0 ? [markup`${grouped(changed)} changed`] : []),
    ...(only_in_production > 0
      ? [markup`<span class="production">${grouped(only_in_production)} only in production</span>`]
      : []),
    ...(only_in_shadow > 0 ? [markup`<span class="shadow">${grouped(only_in_shadow)} only in shadow</span>`] : []),
    ...(agreed > 0 ? [markup`${grouped(agreed)} within agreed rules`] : []),
  ];
  const asides = parts.map((part) => markup`<br><small>${part}</small>`);
  return [
    { name: 'differing rows', value: markup`${grouped(changed + only_in_production + only_in_shadow)}${asides}` },
  ];
}

function explainedFact({ outcome, rows, unexplained_rows }: PairReport): readonly Fact[] {
  if (outcome !== 'mismatch' || rows === null) return [];
  const differing = rows.changed + rows.only_in_production + rows.only_in_shadow;
  if (differing === 0) return [];
  if (unexplained_rows === null) return [{ name: 'explained', value: markup`not counted` }];
  const explained = Math.max(0, differing - unexplained_rows);
  return [
    {
      name: 'explained',
      value: markup`${grouped(explained)} of ${grouped(differing)} <small>${percent(explained, differing)}</small>`,
    },
  ];
}

function filesFact({ production, shadow }: PairReport): readonly Fact[] {
  if (production.file_count + shadow.file_count === 0) return [];
  const line = (side: 'production' | 'shadow', files: number, bytes: number): Markup =>
    markup`<span class="${side}">${byteSize(bytes)}</span> <small>${counted(files, 'file')}</small>`;
  return [
    {
      name: 'read from',
      value: markup`${line('production', production.file_count, production.size_bytes)}<br>${line('shadow', shadow.file_count, shadow.size_bytes)}`,
    },
  ];
}

/** Which landings this is about. */
function landedFact(report: PairReport): readonly Fact[] {
  if (!isLandingKnown(report)) return [];
  const lines = SIDES.map((side, index) => {
    const writer = [side, ...writerParts(report, side)].join(' · ');
    return markup`${index === 0 ? NOTHING : markup`<br>`}<span class="${side}">${landedText(report, side)}</span> <small>${writer}</small>`;
  });
  return [{ name: 'landed', value: markup`${lines}`, is_wide: true }];
}

function readFact(report: PairReport): Fact {
  const { accounting, rules, seconds } = report;
  const { production, shadow } = accounting.rows_compared;
  const what =
    production === null || shadow === null
      ? 'nothing'
      : rules.sample !== null || accounting.cut !== null
        ? 'a part'
        : rules.where.production !== null || rules.where.shadow !== null
          ? 'rows of the condition'
          : 'all rows';
  const integrity =
    report.production.integrity === report.shadow.integrity
      ? [report.production.integrity]
      : [`production ${report.production.integrity}`, `shadow ${report.shadow.integrity}`];
  const asides = [
    ...(rules.sample === null ? [] : [`sample of ${percent(rules.sample, 1)}`]),
    ...(report.production.file_count + report.shadow.file_count === 0
      ? []
      : integrity.map((word) => `bytes ${word.replaceAll('_', ' ')}`)),
    ...(seconds === null ? [] : [duration(seconds)]),
  ];
  return {
    name: 'compared',
    value: markup`${what}${asides.length === 0 ? NOTHING : markup`<br><small>${asides.join(', ')}</small>`}`,
  };
}
