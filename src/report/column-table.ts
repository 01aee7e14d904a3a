/** The columns as HTML: which differ in how many rows, and how each side looks. */
import { shareBar } from './charts.ts';
import { type Markup, markup, NOTHING } from './markup.ts';
import { pathsText } from './nested-paths.ts';
import type { PairReport } from './pair-report.ts';
import { counted, grouped, percent } from './quantity.ts';
import { nameMarkup, pairMarkup, valueMarkup } from './value-markup.ts';
import { visible } from './visible.ts';
import { agreedWords } from './words.ts';

type ReportColumn = PairReport['columns'][number];
type Profile = NonNullable<ReportColumn['profile']>;

export function columnTable(report: PairReport): Markup {
  const differing = report.columns.filter(({ differing_rows }) => differing_rows > 0);
  const equal = report.columns.filter(({ differing_rows }) => differing_rows === 0);
  if (report.columns.length === 0) return NOTHING;
  const paired = report.rows === null ? 0 : report.rows.equal + report.rows.agreed + report.rows.changed;
  const table = markup`<div class="scroll"><table class="stack columns"><tr class="titles"><th>column</th><th class="n">differing rows</th><th class="n">NULL</th><th class="n">distinct</th><th>from … to</th></tr>
${differing.map((column) => columnLine(column, paired))}</table></div>`;
  return markup`<h2>Columns</h2>${differing.length === 0 ? NOTHING : table}${equalLine(equal)}`;
}

function columnLine(column: ReportColumn, paired: number): Markup {
  const { profile, differing_rows } = column;
  const share = percent(differing_rows, paired);
  const agreed = column.agreed_rows === 0 ? NOTHING : markup`<br><small class="soft">${agreedWords(column)}</small>`;
  const paths = pathsText(column);
  const inside = paths === '' ? NOTHING : markup`<br><small class="soft">${paths}</small>`;
  return markup`<tr><td class="name" data-label="column">${nameMarkup(column.column)} <small class="soft">${visible(column.type)}</small>${inside}${agreed}${shareBar(column.differing_share, `${share} of the paired rows differ`)}</td>
<td class="n" data-label="differing rows"><span>${grouped(differing_rows)}<br><small class="soft">${share}</small></span></td>
<td class="n" data-label="NULL">${sides(profile, ({ nulls }) => markup`${grouped(nulls)}`)}</td>
<td class="n" data-label="distinct">${sides(profile, ({ distinct }) => markup`${grouped(distinct)}`)}</td>
<td class="val" data-label="from … to">${ranges(profile)}</td></tr>`;
}

function sides(profile: ReportColumn['profile'], value: (side: Profile['production']) => Markup): Markup {
  if (profile === null) return NOTHING;
  return markup`<span><span class="production">${value(profile.production)}</span><br><span class="shadow">${value(profile.shadow)}</span></span>`;
}

function ranges(profile: ReportColumn['profile']): Markup {
  if (profile === null) return NOTHING;
  const min = pairMarkup(profile.production.min, profile.shadow.min);
  const max = pairMarkup(profile.production.max, profile.shadow.max);
  return markup`<span class="production">${min.production} … ${max.production}</span><br><span class="shadow">${min.shadow} … ${max.shadow}</span>`;
}

const NAMES_SHOWN = 30;

function equalLine(columns: readonly ReportColumn[]): Markup {
  const agreed = columns.filter(({ agreed_rows }) => agreed_rows > 0);
  const equal = columns.filter(({ agreed_rows }) => agreed_rows === 0);
  const shown = equal.slice(0, NAMES_SHOWN).map(({ column }) => valueMarkup(column));
  const more = equal.length - shown.length;
  const list = shown.map((name, index) => markup`${index === 0 ? '' : ', '}<span class="mono">${name}</span>`);
  const line = markup`<p class="soft">${counted(equal.length, 'column')} without a difference: ${list}${more > 0 ? ` and ${grouped(more)} more` : ''}.</p>
`;
  return markup`${equal.length === 0 ? NOTHING : line}${agreed.map((column) => markup`<p class="soft">${nameMarkup(column.column)}: ${agreedWords(column)}.</p>`)}`;
}
