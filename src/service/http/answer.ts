/** How the service answers over HTTP: every trouble as JSON of one form, every answer with the same headers. */
import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Trouble } from '../../core/operating-error.ts';

/** A trouble, and where there are several, all of them. */
export interface ErrorBody extends Trouble {
  readonly problems?: readonly Trouble[];
}

export function refuse(
  context: Context,
  status: ContentfulStatusCode,
  body: ErrorBody,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return context.json(body, status, headers);
}

/**
 * Reports carry a policy of their own with the hash of their style, which is the stricter one. This one also holds for
 * reports of other versions, whose style has another hash, and for what is no page.
 */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
};

export const withHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  for (const [name, content] of Object.entries(HEADERS)) context.res.headers.set(name, content);
};

/** For a path that is there, with methods that it does not have. */
export function onlyMethods(methods: string): (context: Context) => Response {
  return (context) =>
    refuse(
      context,
      405,
      {
        code: 'method_not_allowed',
        subject: `${context.req.method} ${context.req.path}`,
        message: `only ${methods} may be asked of this address`,
      },
      { allow: methods },
    );
}
