/**
 * Refuses requests that ask for a name which is not ours. Without this any web page could read reports from a browser on
 * the same machine: it only has to let its own name point to 127.0.0.1.
 */
import type { MiddlewareHandler } from 'hono';
import { refuse } from './answer.ts';

const LOCAL: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** The name of a `Host` header without its port, in lower case; null where it has no such form. */
export function hostName(header: string): string | null {
  const [, name] = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(header) ?? [];
  return name?.toLowerCase() ?? null;
}

/** `hosts`: names beside localhost, in lower case and without port; asked at each request, because a config changes. */
export function checkHost(hosts: () => readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    const asked = context.req.header('host') ?? '';
    const name = hostName(asked);
    if (name !== null && (LOCAL.includes(name) || hosts().includes(name))) return next();
    return refuse(context, 421, {
      code: 'host_not_served',
      subject: `Host: ${asked.slice(0, 260)}`,
      message: 'this service does not answer for this name',
      hint: 'ask for localhost, or name the host in `service.hosts` of the config',
    });
  };
}
