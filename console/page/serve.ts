import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { ownField } from '../../lambdas/contract/own-field.ts';
import { createPage, type PageOptions } from './app.ts';
import { headers } from './guard.ts';

/** The page while it is served. */
export interface ServedPage {
  /** With the token: with it one sees what the caller's credentials see. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** Milliseconds in which a request must be here: it comes from this machine, and is small. */
const usualTimeout = 10_000;

const answersWithoutPage: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Answers what is no request, or none that came to its end, under the headers of every answer. */
const answerNoRequest = ({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void => {
  const status = ownField(answersWithoutPage, code) ?? '400 Bad Request';
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (socket.writable)
    socket.end([`HTTP/1.1 ${status}`, ...lines, 'connection: close', '', ''].join('\r\n'));
};

/** A server whose every answer has the page's headers, also where no page is asked for. */
const createPageServer = (page: Hono, requestTimeout: number): Server => {
  const serverOptions = {
    requestTimeout,
    headersTimeout: requestTimeout,
    connectionsCheckingInterval: requestTimeout / 2,
    // The page itself refuses a request without a host.
    requireHostHeader: false,
  };
  const server = createAdaptorServer({ fetch: page.fetch, serverOptions }) as Server;
  server.prependListener('request', (_, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  });
  return server.on('clientError', answerNoRequest);
};

const secret = (): string => randomBytes(24).toString('base64url');

/**
 * Serves the page on the loopback address, under a token that cannot be guessed.
 *
 * @param port 0 for a free one
 * @param requestTimeout milliseconds in which a request must be here, head and body
 * @throws where the port is taken
 */
export const servePage = async (
  options: Pick<PageOptions, 'backend' | 'now' | 'explain'>,
  port: number,
  requestTimeout = usualTimeout,
): Promise<ServedPage> => {
  const token = secret();
  let listening = 0;
  const page = createPage({ ...options, token, csrf: secret(), port: () => listening });
  const server = createPageServer(page, requestTimeout);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  listening = (server.address() as AddressInfo).port;
  return {
    address: `http://127.0.0.1:${listening}/${token}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
