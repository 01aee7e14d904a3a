/** Jobs by partitions: one sign per pair, in words for those who hover or listen. */
import { group } from 'd3-array';
import { type Markup, markup, NOTHING } from './markup.ts';
import { grouped } from './quantity.ts';
import { visible } from './visible.ts';
import { jobLabel, STANDINGS, type Standing } from './words.ts';

export interface GridCell {
  readonly job: string;
  readonly pairing: string;
  readonly partition_key: string;
  readonly standing: Standing;
  /** To one of our own pages. */
  readonly href: string | null;
}

/** Columns beyond these, the oldest, are left out, and that is said. */
const COLUMNS_MAX = 31;

/**
 * A column is the first level of the partition key, mostly a day; the hours of a day stand in one field, so that
 * daily and hourly jobs share a grid.
 */
export function jobGrid(cells: readonly GridCell[]): Markup {
  if (cells.length === 0) return NOTHING;
  const levels = [...new Set(cells.map(firstLevel))].sort();
  const shown = levels.slice(-COLUMNS_MAX);
  const jobs = [...group(cells, ({ job, pairing }) => jobLabel(job, pairing))].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const lines = jobs.map(([job, members]) => {
    const byLevel = group(members, firstLevel);
    return markup`<tr><td class="job mono">${job === '' ? 'no job' : job}</td>${shown.map((level) => markup`<td class="at">${fieldOf(byLevel.get(level) ?? [])}</td>`)}</tr>`;
  });
  const cut = levels.length - shown.length;
  return markup`<div class="scroll"><table class="grid"><tr><th scope="col">job</th>${shown.map((level) => markup`<th scope="col" title="${visible(level)}">${columnTitle(level)}</th>`)}</tr>
${lines}</table></div>
${cut > 0 ? markup`<p class="soft">The newest ${shown.length} of ${grouped(levels.length)} columns.</p>` : NOTHING}
${gridLegend(cells)}`;
}

function fieldOf(cells: readonly GridCell[]): Markup {
  if (cells.length === 0) return NOTHING;
  const items = [...cells]
    .sort((one, other) => (one.partition_key < other.partition_key ? -1 : 1))
    .map(({ job, pairing, partition_key, standing, href }) => {
      const { sign, word } = STANDINGS[standing];
      const title = `${jobLabel(job, pairing)}/${visible(partition_key)}: ${word}`;
      return href === null
        ? markup`<li><span class="cell ${standing}" role="img" title="${title}" aria-label="${title}">${sign}</span></li>`
        : markup`<li><a class="cell ${standing}" href="${href}" title="${title}" aria-label="${title}">${sign}</a></li>`;
    });
  return markup`<ul class="cells">${items}</ul>`;
}

function gridLegend(cells: readonly GridCell[]): Markup {
  const present = new Set(cells.map(({ standing }) => standing));
  const items = (Object.keys(STANDINGS) as Standing[])
    .filter((standing) => present.has(standing))
    .map(
      (standing) =>
        markup`<li><span class="cell inline ${standing}">${STANDINGS[standing].sign}</span> ${STANDINGS[standing].word}</li>`,
    );
  return markup`<ul class="legend" aria-hidden="true">${items}</ul>`;
}

function firstLevel({ partition_key }: GridCell): string {
  return partition_key.split('/')[0] ?? '';
}

const TITLE_MAX = 12;

/** `11-20` of `ds=2026-11-20`: the year is in the title. */
function columnTitle(level: string): string {
  if (level === '') return 'all';
  const value = level.slice(level.indexOf('=') + 1);
  const day = /^\d{4}-(\d{2}-\d{2})$/.exec(value);
  const text = visible(day?.[1] ?? value);
  return text.length > TITLE_MAX ? `${text.slice(0, TITLE_MAX - 1)}…` : text;
}
