/** HTML that is escaped already; hono's template escapes every text that is put into it. */
import { html, raw } from 'hono/html';

export type Markup = ReturnType<typeof raw>;

/** The html template; hono prints nothing for true, false and null, which would hide a value, so the types allow none. */
export function markup(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
): Markup {
  return html(strings, ...values) as Markup;
}

export const NOTHING: Markup = raw('');

/** Markup that was escaped elsewhere. */
export function escaped(text: string): Markup {
  return raw(text);
}

/** A link for http and https only: any other target, `javascript:` among them, stays text. */
export function externalLink(target: string, text: string): Markup {
  if (!/^https?:\/\/[^\s"'<>\\]+$/i.test(target)) return markup`${text}`;
  return markup`<a href="${target}" rel="noreferrer">${text}</a>`;
}
