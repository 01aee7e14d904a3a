/** Inline SVG without text in it: labels stand beside as HTML. Whole-number coordinates, so that the bytes are the same anywhere. */
import { max, sum } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { type Markup, markup } from './markup.ts';

export interface BarPart {
  readonly fill: 'bar' | 'bad' | 'known' | 'open' | 'ok';
  readonly count: number;
  /** `812 differ as predicted` */
  readonly label: string;
}

const WIDTH = 1_000;
/** A part that is there at all is to be seen. */
const PART_MIN = 4;

/** Parts of a whole beside each other, with their labels below. Parts without a count are left out of the bar. */
export function partsBar(parts: readonly BarPart[]): Markup {
  const shown = parts.filter(({ count }) => count > 0);
  const scale = scaleLinear()
    .domain([0, sum(shown, ({ count }) => count)])
    .rangeRound([0, WIDTH - PART_MIN * shown.length]);
  let x = 0;
  const rects = shown.map(({ fill, count }) => {
    const width = scale(count) + PART_MIN;
    const rect = markup`<rect class="fill-${fill}" x="${x}" y="0" width="${width}" height="14"/>`;
    x += width;
    return rect;
  });
  const label = parts.map((part) => part.label).join(', ');
  const items = parts.map((part) => markup`<li><span class="key ${part.fill}"></span>${part.label}</li>`);
  return markup`<svg class="parts" viewBox="0 0 ${x} 14" preserveAspectRatio="none" role="img" aria-label="${label}">${rects}</svg>
<ul class="legend" aria-hidden="true">${items}</ul>`;
}

/** A share of all rows, from 0 to 1. */
export function shareBar(share: number, label: string): Markup {
  const width =
    share === 0 ? 0 : Math.max(scaleLinear().domain([0, 1]).rangeRound([0, WIDTH]).clamp(true)(share), 2 * PART_MIN);
  return markup`<svg class="share" viewBox="0 0 ${WIDTH} 8" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="fill-bar" width="${WIDTH}" height="8"/><rect class="fill-bad" width="${width}" height="8"/></svg>`;
}

const STEP = 8;
const HEIGHT = 18;

/** One bar per day, the newest last. */
export function trendBars(counts: readonly number[], fill: BarPart['fill'], label: string): Markup {
  const scale = scaleLinear()
    .domain([0, max(counts, (count) => count) || 1])
    .rangeRound([2, HEIGHT]);
  const rects = counts.map((count, index) => {
    const height = scale(count);
    return markup`<rect class="fill-${count === 0 ? 'bar' : fill}" x="${index * STEP}" y="${HEIGHT - height}" width="${STEP - 2}" height="${height}"/>`;
  });
  return markup`<svg width="${counts.length * STEP}" height="${HEIGHT}" viewBox="0 0 ${counts.length * STEP} ${HEIGHT}" role="img" aria-label="${label}">${rects}</svg>`;
}
