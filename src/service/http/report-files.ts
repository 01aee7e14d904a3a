/** The reports as files of a web site, and nothing else of the store: no dot files, nothing that a symbolic link leads out to. */
import { constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { refuse } from './answer.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

const PREFIX = '/reports/';

/**
 * Answers GET and HEAD below `/reports/`. A folder without its last slash is sent on, so that relative links hold. The page
 * over all runs is brought up to date first.
 */
export async function answerReport(
  context: Context,
  store: string,
  refreshIndex: () => Promise<void>,
): Promise<Response> {
  const { path } = context.req;
  const parts = partsOf(path);
  if (parts === null) return notThere(context);
  if (parts.join('/') === 'index.html' || parts.length === 0) await refreshIndex();
  const root = join(store, 'reports');
  const found = await findBelow(root, parts);
  if (found === null) return notThere(context);
  if (found.isFolder) {
    if (!path.endsWith('/')) return context.redirect(`${path}/`, 302);
    const index = await findBelow(root, [...parts, 'index.html']);
    return index === null || index.isFolder ? notThere(context) : sendFile(context, index.path);
  }
  return path.endsWith('/') ? notThere(context) : sendFile(context, found.path);
}

/** The names of a path below the prefix; null where one of them is none that a report has. */
function partsOf(path: string): readonly string[] | null {
  const written = path.slice(PREFIX.length).split('/');
  if (written.at(-1) === '') written.pop();
  try {
    const parts = written.map(decodeURIComponent);
    return parts.every((part) => part !== '' && !part.startsWith('.') && !/[/\\\0]/.test(part)) ? parts : null;
  } catch {
    return null; // what is no percent-encoded UTF-8 is no name of ours
  }
}

interface Found {
  readonly path: string;
  readonly isFolder: boolean;
}

/** Null where nothing stands, or where the way there leads out of `root`. */
async function findBelow(root: string, parts: readonly string[]): Promise<Found | null> {
  try {
    const top = await realpath(root);
    const path = await realpath(join(top, ...parts));
    if (path !== top && !path.startsWith(`${top}${sep}`)) return null;
    if (
      path
        .slice(top.length)
        .split(sep)
        .some((part) => part.startsWith('.'))
    )
      return null;
    return { path, isFolder: (await stat(path)).isDirectory() };
  } catch {
    return null; // missing, not readable, a name that is too long: none is there for the reader
  }
}

/** Opening a pipe waits for its other end, and following a link would undo what was checked. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function sendFile(context: Context, path: string): Promise<Response> {
  const file = await open(path, FLAGS).catch(() => null);
  if (file === null) return notThere(context);
  const found = await file.stat();
  const isAsked = found.isFile() && context.req.method !== 'HEAD' && found.size > 0;
  if (!isAsked) await file.close();
  if (!found.isFile()) return notThere(context);
  const headers = {
    'content-type': TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'content-length': String(found.size),
  };
  if (!isAsked) return new Response(null, { headers });
  // A report that is replaced meanwhile is another file; this one stays as long as it was. The stream closes it.
  const bytes = Readable.toWeb(file.createReadStream({ end: found.size - 1 }));
  return new Response(bytes as ReadableStream, { headers });
}

function notThere(context: Context): Response {
  return refuse(context, 404, {
    code: 'report_not_found',
    subject: context.req.path,
    message: 'there is no such report',
    hint: 'all reports are listed on /reports/index.html, the page over all runs',
  });
}
