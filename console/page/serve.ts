import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createPage, type PageOptions } from './app.ts';

/** The page while it is served. */
export interface ServedPage {
  /** With the token: with it one sees what the caller's credentials see. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

const secret = (): string => randomBytes(24).toString('base64url');

/**
 * Serves the page on the loopback address, under a token that cannot be guessed.
 *
 * @param port 0 for a free one
 * @throws where the port is taken
 */
export const servePage = async (
  options: Pick<PageOptions, 'backend' | 'now' | 'explain'>,
  port: number,
): Promise<ServedPage> => {
  const token = secret();
  let listening = 0;
  const page = createPage({ ...options, token, csrf: secret(), port: () => listening });
  const server = createAdaptorServer({ fetch: page.fetch }) as Server;
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
