/** What is under the answer: schema differences, the partition's neighbours, notes, and how it was compared. */

import { printTime } from '../compare/agreed-forms.ts';
import { printCertainty } from '../compare/certainty.ts';
import { SIDES } from '../core/side.ts';
import type { Normalisation } from '../core/spec.ts';
import { sqlText } from './finding-section.ts';
import type { PairContext } from './format.ts';
import { isLandingKnown, landedText, writerParts } from './landing-words.ts';
import { type Markup, markup, NOTHING } from './markup.ts';
import type { PairReport } from './pair-report.ts';
import { proseHtml } from './prose.ts';
import { byteSize, counted, grouped, percent } from './quantity.ts';
import { nameMarkup, valueMarkup } from './value-markup.ts';
import { visible } from './visible.ts';
import { renamedBy, STANDINGS } from './words.ts';

export function schemaSection({ schema }: PairReport): Markup {
  const only = (columns: readonly string[], side: 'production' | 'shadow'): readonly Markup[] =>
    columns.map((column) => markup`<li>${nameMarkup(column)} stands only in <span class="${side}">${side}</span></li>`);
  const lines = [
    ...only(schema.only_in_production, 'production'),
    ...only(schema.only_in_shadow, 'shadow'),
    ...schema.retyped.map(
      ({ column, production, shadow, compared_as }) =>
        markup`<li>${nameMarkup(column)} is <code class="production">${visible(production)}</code> in production and <code class="shadow">${visible(shadow)}</code> in shadow, compared as <code>${visible(compared_as)}</code></li>`,
    ),
    ...schema.renamed.map(
      (one) =>
        markup`<li><code class="production">${valueMarkup(one.production)}</code> is called <code class="shadow">${valueMarkup(one.shadow)}</code> in shadow, ${renamedBy(one)}</li>`,
    ),
    ...(schema.reordered ? [markup`<li>The columns stand in another order</li>`] : []),
  ];
  return lines.length === 0 ? NOTHING : markup`<h2>Schema</h2><ul class="list">${lines}</ul>`;
}

export function historySection(report: PairReport, { history }: PairContext): Markup {
  if (history === null || history.length === 0) return NOTHING;
  const cells = history.map(({ partition_key, outcome, href }) => {
    const standing = STANDINGS[outcome ?? 'none'];
    const isHere = partition_key === report.partition_key;
    const title = `${visible(partition_key)}: ${outcome === null ? 'not landed' : standing.word.replace(', new', '')}${isHere ? ', this one' : ''}`;
    const kind = `cell ${outcome ?? 'none'}${isHere ? ' here' : ''}`;
    // Only links to our own pages, beside this one or below the folder of the reports.
    const isOurs = href !== null && /^(?![a-z][a-z0-9+.-]*:|\/\/)/i.test(href);
    return isOurs
      ? markup`<li><a class="${kind}" href="${href}" title="${title}" aria-label="${title}">${standing.sign}</a></li>`
      : markup`<li><span class="${kind}" role="img" title="${title}" aria-label="${title}">${standing.sign}</span></li>`;
  });
  const first = history[0]?.partition_key ?? '';
  const last = history.at(-1)?.partition_key ?? '';
  return markup`<h2>This partition and its neighbours</h2><ul class="cells strip">${cells}</ul>
<p class="legend"><span>${visible(first)} … ${visible(last)}</span><span>= match</span><span>≈ within agreed rules</span><span>≠ mismatch</span><span>? inconclusive</span><span>· not landed</span></p>`;
}

export function notesSection({ notes }: PairReport, names: readonly string[]): Markup {
  if (notes.length === 0) return NOTHING;
  const lines = notes.map(
    ({ code, text }) =>
      markup`<li>${proseHtml(visible(text), names)} <span class="soft mono">${visible(code)}</span></li>`,
  );
  return markup`<h2>Worth knowing</h2><ul class="list">${lines}</ul>`;
}

export function comparisonSection(report: PairReport, isOpen: boolean): Markup {
  const line = (name: string, value: Markup): Markup => markup`<tr><td class="soft">${name}</td><td>${value}</td></tr>`;
  const { key, rules, versions, certainty } = report;
  const statements = Object.entries(report.sql);
  return markup`<h2>How it was compared</h2>
<details${isOpen ? markup` open` : NOTHING}><summary>sources, checksums, rules, versions</summary>
${sourcesTable(report)}
<table>
${landingLines(report).map(([name, value]) => line(name, markup`<span class="mono">${value}</span>`))}
${line('key', key.columns.length === 0 ? markup`none: rows were compared as a multiset` : markup`${nameMarkup(key.columns.join(', '))} (${key.source})`)}
${ruleLines(rules).map(([name, value]) => line(name, markup`<span class="mono">${visible(value)}</span>`))}
${certainty === null ? NOTHING : line('how sure', markup`${printCertainty(certainty).join(' ')}`)}
${line('reference', markup`<span class="${report.reference_side}">${report.reference_side}</span>: causes read from it to the other side`)}
${report.masked_columns.length === 0 ? NOTHING : line('masked columns', nameMarkup(report.masked_columns.join(', ')))}
${report.comparison_id === null ? NOTHING : line('comparison', nameMarkup(report.comparison_id))}
${line('spec', nameMarkup(report.spec))}
${line('versions', markup`shadowcheck ${visible(versions.shadowcheck)}${versions.duckdb === '' ? '' : ` · DuckDB ${visible(versions.duckdb)}`}`)}
</table>
${report.command === null ? NOTHING : markup`<pre>${sqlText(report.command)}</pre>`}
</details>
${statements.length === 0 ? NOTHING : markup`<details><summary>SQL that reads the two sides</summary>${statements.map(([name, statement]) => markup`<p class="soft">${visible(name)}</p><pre>${sqlText(statement)}</pre>`)}</details>`}`;
}

function sourcesTable(report: PairReport): Markup {
  const lines = (['production', 'shadow'] as const).map((side) => {
    const facts = report[side];
    const origin = writerParts(report, side);
    const count =
      facts.row_count === null ? markup`<span class="soft">not counted</span>` : markup`${grouped(facts.row_count)}`;
    return markup`<tr><td class="${side}">${side}${origin.length === 0 ? NOTHING : markup`<br><small class="soft">${origin.join(' · ')}</small>`}</td><td class="val" data-label="location">${valueMarkup(facts.location)}</td><td class="n" data-label="size">${counted(facts.file_count, 'file')}, ${byteSize(facts.size_bytes)}</td><td class="n" data-label="rows">${count}</td><td class="val" data-label="checksum">${facts.checksum === null ? markup`<span class="soft">none</span>` : valueMarkup(facts.checksum)}</td></tr>`;
  });
  return markup`<div class="scroll"><table class="stack"><tr class="titles"><th>side</th><th>location</th><th class="n">size</th><th class="n">rows</th><th>checksum</th></tr>${lines}</table></div>`;
}

/** When and how each side was written, and which landing that is, as name and text in visible form. */
export function landingLines(report: PairReport): readonly (readonly [string, string])[] {
  return SIDES.flatMap((side) => {
    const { landing_id } = report[side];
    return [
      ...(isLandingKnown(report) ? [[`${side} landed`, landedText(report, side)] as const] : []),
      ...(landing_id === null ? [] : [[`${side} landing`, visible(landing_id)] as const]),
    ];
  });
}

/** The rules that decided what equal means, as name and text. */
export function ruleLines(rules: PairReport['rules']): readonly (readonly [string, string])[] {
  const { production, shadow } = rules.where;
  return [
    ...(rules.columns === null ? [] : [['compared columns', rules.columns.join(', ')] as const]),
    ...(rules.ignore.length === 0 ? [] : [['ignored columns', rules.ignore.join(', ')] as const]),
    ...rules.tolerance.map(({ abs, rel, time_us, ...target }) => {
      const parts = [
        ...(abs > 0 ? [`± ${abs}`] : []),
        ...(rel > 0 ? [`± ${rel} of the larger value`] : []),
        ...(time_us > 0 ? [`± ${printTime(time_us)}`] : []),
        ...(abs + rel + time_us > 0 ? [] : ['none']),
      ];
      const all = time_us === 0 ? 'all numbers' : abs + rel === 0 ? 'all times' : 'all numbers and times';
      return ['tolerance', `${targetText(target, all)} ${parts.join(' or ')}`] as const;
    }),
    ...rules.normalise.map(
      ({ rule, ...target }) => ['normalised', `${targetText(target, `all ${NORMALISED[rule]}`)}: ${rule}`] as const,
    ),
    ...rules.expressions.flatMap(expressionLines),
    ...(production === null ? [] : [['production where', production] as const]),
    ...(shadow === null ? [] : [['shadow where', shadow] as const]),
    ...(rules.sample === null
      ? []
      : [['sample', `${percent(rules.sample, 1)} of the keys, the same on both sides`] as const]),
  ];
}

function expressionLines({
  column,
  ...sql
}: PairReport['rules']['expressions'][number]): readonly (readonly [string, string])[] {
  if (sql.production !== null && sql.production === sql.shadow) return [['expression', `${column}: ${sql.production}`]];
  return SIDES.flatMap((side) =>
    sql[side] === null ? [] : [[`${side} expression`, `${column}: ${sql[side]}`] as const],
  );
}

/** What a rule speaks of where it is for all. */
const NORMALISED: Readonly<Record<Normalisation, string>> = {
  json_canonical: 'JSON',
  unordered_lists: 'lists',
  unicode: 'text',
  trim: 'text',
  ignore_case: 'text',
  number_text: 'numbers in text',
};

function targetText(
  { column, type }: { readonly column: string | null; readonly type: string | null },
  all: string,
): string {
  return column ?? (type === null ? all : `${type} values`);
}
