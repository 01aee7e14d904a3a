/** Values and names as HTML. */

import { type MarkedValue, markPair } from './marked-pair.ts';
import { escaped, type Markup, markup, NOTHING } from './markup.ts';
import { render } from './render.ts';
import { isToken } from './token.ts';

export function valueMarkup(value: string | null): Markup {
  return escaped(render(value, 'html'));
}

/** A column, a cause, a location: set as code. */
export function nameMarkup(name: string): Markup {
  return markup`<code>${valueMarkup(name)}</code>`;
}

/** Two values with their differing parts marked. Tokens differ as wholes: nothing is to be read out of their letters. */
export function pairMarkup(production: string | null, shadow: string | null): { production: Markup; shadow: Markup } {
  const isWhole = [production, shadow].some((value) => value !== null && isToken(value));
  if (isWhole) return { production: wholeMarkup(production, shadow), shadow: wholeMarkup(shadow, production) };
  const marked = markPair(production, shadow);
  const isGap = marked.production !== null && marked.shadow !== null && production !== shadow;
  return { production: markedMarkup(marked.production, isGap), shadow: markedMarkup(marked.shadow, isGap) };
}

function wholeMarkup(value: string | null, other: string | null): Markup {
  return value === null || value === other ? valueMarkup(value) : markup`<mark>${valueMarkup(value)}</mark>`;
}

function markedMarkup(value: MarkedValue | null, isGap: boolean): Markup {
  if (value === null) return valueMarkup(null);
  const gap = isGap ? markup`<mark class="gap"></mark>` : NOTHING;
  return markup`${value.before}${value.differing === '' ? gap : markup`<mark>${value.differing}</mark>`}${value.after}`;
}
