/** Example rows as HTML: one line per cell, the differing parts marked; on a phone every line becomes a card. */
import { type Markup, markup, NOTHING } from './markup.ts';
import type { PairReport, ReportExample } from './pair-report.ts';
import { grouped } from './quantity.ts';
import { nameMarkup, pairMarkup, valueMarkup } from './value-markup.ts';
import { visible } from './visible.ts';

const CELLS_SHOWN = 12;

export function exampleTable(report: PairReport): Markup {
  const { examples, rows } = report;
  if (examples.length === 0) return NOTHING;
  const differing = rows === null ? null : rows.changed + rows.only_in_production + rows.only_in_shadow;
  const hasKey = examples.some(({ key }) => key.length > 0);
  const shown =
    differing === null
      ? `${examples.length} rows`
      : `${grouped(examples.length)} of ${grouped(differing)} differing rows`;
  return markup`<h2>Examples</h2>
<div class="scroll"><table class="stack values"><tr class="titles">${hasKey ? markup`<th>key</th>` : NOTHING}<th>column</th><th class="production">production</th><th class="shadow">shadow</th><th>cause</th></tr>
${examples.map((example) => exampleLines(example, hasKey))}</table></div>
<p class="soft">${shown}, chosen to differ from each other.${report.masked_columns.length === 0 ? '' : ' Values of sensitive columns stand as tokens: equal values have equal tokens.'}</p>`;
}

function exampleLines(example: ReportExample, hasKey: boolean): Markup {
  const cells = example.cells.slice(0, CELLS_SHOWN);
  const more = example.cells.length - cells.length;
  const lines = cells.map((cell, index) => {
    const isLast = index === cells.length - 1 && more === 0;
    const { production, shadow } = cellMarkup(example, cell);
    return markup`<tr${isLast ? NOTHING : markup` class="same"`}>${hasKey ? keyCell(example, index) : NOTHING}<td class="name" data-label="column">${nameMarkup(cell.column)}</td>${production}${shadow}<td class="soft" data-label="cause">${index === 0 ? causeMarkup(example) : NOTHING}</td></tr>`;
  });
  // A row without a cell of its own (all of its columns are the key) is an example all the same.
  if (cells.length === 0)
    return markup`<tr>${hasKey ? keyCell(example, 0) : NOTHING}<td></td><td></td><td></td><td class="soft">${causeMarkup(example)}</td></tr>`;
  if (more === 0) return markup`${lines}`;
  const rest = example.cells.slice(CELLS_SHOWN).map(({ column }) => visible(column));
  return markup`${lines}<tr>${hasKey ? markup`<td></td>` : NOTHING}<td colspan="4" class="soft">and ${grouped(more)} more columns: ${rest.join(', ')}</td></tr>`;
}

function keyCell({ key }: ReportExample, index: number): Markup {
  if (index > 0) return markup`<td></td>`;
  const parts = key.map(
    ({ column, value }) => markup`<div><span class="soft">${visible(column)}</span> ${valueMarkup(value)}</div>`,
  );
  return markup`<td class="val" data-label="key">${parts}</td>`;
}

/** A row on one side only has nothing on the other, which is not NULL. */
function cellMarkup(
  { kind }: ReportExample,
  cell: ReportExample['cells'][number],
): { production: Markup; shadow: Markup } {
  const td = (side: 'production' | 'shadow', value: Markup): Markup =>
    markup`<td class="val ${side}" data-label="${side}">${value}</td>`;
  const none = markup`<span class="soft">no row</span>`;
  if (kind === 'only_in_production')
    return { production: td('production', valueMarkup(cell.production)), shadow: td('shadow', none) };
  if (kind === 'only_in_shadow')
    return { production: td('production', none), shadow: td('shadow', valueMarkup(cell.shadow)) };
  const { production, shadow } = pairMarkup(cell.production, cell.shadow);
  return { production: td('production', production), shadow: td('shadow', shadow) };
}

const KIND_WORDS = {
  changed: 'changed',
  only_in_production: 'only in production',
  only_in_shadow: 'only in shadow',
} as const;

function causeMarkup({ kind, cause }: ReportExample): Markup {
  const word = kind === 'changed' ? NOTHING : markup`${KIND_WORDS[kind]}<br>`;
  return markup`${word}${cause === null ? markup`unexplained` : nameMarkup(cause)}`;
}
