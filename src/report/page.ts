/** The frame of every HTML page: one file that needs nothing else, and that a browser lets do nothing. */
import { createHash } from 'node:crypto';
import { SHADOWCHECK_VERSION } from '../core/version.ts';
import { escaped, type Markup, markup } from './markup.ts';
import { STYLE } from './style.ts';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Nothing is loaded, run, framed or sent; the one style block is allowed by its hash. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

export interface Page {
  /** In visible form. */
  readonly title: string;
  readonly body: Markup;
}

export function renderPage({ title, body }: Page): string {
  return `${markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${escaped(STYLE)}</style>
</head><body><main>
${body}
<footer class="foot">shadowcheck ${SHADOWCHECK_VERSION}</footer>
</main></body></html>
`}`;
}

/** A word in a frame. `kind` is one of our own words: an outcome, a certainty, a state. */
export function chip(kind: string, text: string = kind.replaceAll('_', ' ')): Markup {
  return markup`<span class="chip ${kind}">${text}</span>`;
}

/** Relative links to our own pages; the name of a page may hold anything that a file name may. */
export function pageHref(name: string): string {
  return `${urlPart(name)}.html`;
}

/** One part of a relative address; encodeURIComponent refuses lone surrogates. */
export function urlPart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
