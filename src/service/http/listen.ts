/** The HTTP server: listens, says where, and ends without waiting for readers that stay connected. */
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { ServiceSettings } from '../../config/config.ts';
import { OperatingError } from '../../core/operating-error.ts';
import { EXIT_CODES } from '../../core/outcome.ts';

export interface HttpServer {
  /** `http://127.0.0.1:8464`, with the port that was found where 0 was asked for. */
  readonly address: string;
  close(): Promise<void>;
}

/** A landing is told in one small body and a report read in one go; who takes longer holds a connection for nothing. */
const REQUEST_MS = 30_000;

/** Throws `OperatingError` `address_in_use`, `address_not_usable`. */
export async function listen(app: Hono, { host, port }: ServiceSettings): Promise<HttpServer> {
  const serverOptions = { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS };
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(notUsable(error, host, port)));
    server.listen(port, host, resolve);
  });
  const bound = server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    address: `http://${name}:${bound.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function notUsable(error: NodeJS.ErrnoException, host: string, port: number): OperatingError {
  const isTaken = error.code === 'EADDRINUSE';
  return new OperatingError(
    EXIT_CODES.infrastructure,
    {
      code: isTaken ? 'address_in_use' : 'address_not_usable',
      subject: `${host}:${port}`,
      message: isTaken ? 'something else listens there already' : `cannot be listened on (${error.code ?? error.name})`,
      hint: 'give another address in `service.listen` of the config; each process on one machine needs its own',
    },
    { cause: error },
  );
}
