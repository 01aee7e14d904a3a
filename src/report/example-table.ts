/** Example rows as HTML: one line per cell, the differing parts marked; on a phone every line becomes a card. */
import { causeOfCell } from './cell-cause.ts';
import { type Markup, markup, NOTHING } from './markup.ts';
import { NOTHING_THERE, shownPaths } from './nested-paths.ts';
import type { PairReport, ReportExample } from './pair-report.ts';
import { grouped } from './quantity.ts';
import { nameMarkup, pairMarkup, valueMarkup } from './value-markup.ts';
import { visible } from './visible.ts';

/** Changed cells have a line each; a row on one side only is one line of names and values. */
const CELLS_SHOWN = 12;
const PAIRS_SHOWN = 40;

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
${examples.map((example) => exampleLines(report, example, hasKey))}</table></div>
<p class="soft">${shown}, chosen to differ from each other.${report.masked_columns.length === 0 ? '' : ' Values of sensitive columns stand as tokens: equal values have equal tokens.'}</p>`;
}

function exampleLines(report: PairReport, example: ReportExample, hasKey: boolean): Markup {
  if (example.kind !== 'changed') return oneSidedLine(example, example.kind, hasKey);
  const cells = example.cells.slice(0, CELLS_SHOWN);
  const more = example.cells.length - cells.length;
  const lines = cells.map((cell, index) => {
    const paths = pathLines(cell, hasKey, index === cells.length - 1 && more === 0);
    const isLast = index === cells.length - 1 && more === 0 && paths.length === 0;
    const { production, shadow } = pairMarkup(cell.production, cell.shadow);
    return markup`<tr${isLast ? NOTHING : markup` class="same"`}>${hasKey ? keyCell(example, index) : NOTHING}<td class="name" data-label="column">${nameMarkup(cell.column)}</td><td class="val production" data-label="production">${production}</td><td class="val shadow" data-label="shadow">${shadow}</td><td class="soft" data-label="cause">${causeMarkup(causeOfCell(report, example, cell.column))}</td></tr>${paths}`;
  });
  if (more === 0) return markup`${lines}`;
  const rest = example.cells.slice(CELLS_SHOWN).map(({ column }) => visible(column));
  return markup`${lines}<tr>${hasKey ? markup`<td></td>` : NOTHING}<td colspan="4" class="soft">and ${grouped(more)} more columns: ${rest.join(', ')}</td></tr>`;
}

/** The inner values of a nested one that differ, a line each. */
function pathLines(cell: ReportExample['cells'][number], hasKey: boolean, isEnd: boolean): readonly Markup[] {
  const { shown, more } = shownPaths(cell);
  const key = hasKey ? markup`<td></td>` : NOTHING;
  const lines = shown.map((path) => {
    const { production, shadow } = pairMarkup(path.production, path.shadow);
    const side = (name: 'production' | 'shadow', value: Markup): Markup =>
      path.only_in === null || path.only_in === name ? value : markup`<span class="soft">${NOTHING_THERE}</span>`;
    return markup`${key}<td class="name" data-label="inside"><small>${nameMarkup(path.path)}</small></td><td class="val production" data-label="production">${side('production', production)}</td><td class="val shadow" data-label="shadow">${side('shadow', shadow)}</td><td></td>`;
  });
  const all = more === null ? lines : [...lines, markup`${key}<td colspan="4" class="soft">${more}</td>`];
  return all.map(
    (line, index) => markup`<tr${isEnd && index === all.length - 1 ? NOTHING : markup` class="same"`}>${line}</tr>`,
  );
}

/** The other side has no such row, which is not the same as NULL in every column. */
function oneSidedLine(example: ReportExample, kind: keyof typeof ONE_SIDED, hasKey: boolean): Markup {
  const { side, words } = ONE_SIDED[kind];
  const isKey = new Set(example.key.map(({ column }) => column));
  const cells = example.cells.filter(({ column }) => !isKey.has(column));
  const pairs = cells
    .slice(0, PAIRS_SHOWN)
    .map(
      (cell, index) =>
        markup`${index === 0 ? '' : ' · '}<span class="soft">${visible(cell.column)}</span> ${valueMarkup(cell[side])}`,
    );
  const more = cells.length - pairs.length;
  return markup`<tr>${hasKey ? keyCell(example, 0) : NOTHING}<td class="${side}">${words}</td><td colspan="2" class="val ${side}">${pairs}${more > 0 ? ` and ${grouped(more)} more columns` : ''}</td><td class="soft" data-label="cause">${causeMarkup(example.cause)}</td></tr>`;
}

const ONE_SIDED = {
  only_in_production: { side: 'production', words: 'only in production' },
  only_in_shadow: { side: 'shadow', words: 'only in shadow' },
} as const;

function keyCell({ key }: ReportExample, index: number): Markup {
  if (index > 0) return markup`<td></td>`;
  const parts = key.map(
    ({ column, value }) => markup`<div><span class="soft">${visible(column)}</span> ${valueMarkup(value)}</div>`,
  );
  return markup`<td class="val" data-label="key">${parts}</td>`;
}

function causeMarkup(cause: string | null): Markup {
  return cause === null ? markup`unexplained` : nameMarkup(cause);
}
