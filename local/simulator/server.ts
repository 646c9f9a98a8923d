import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../lambdas/adapters/clock.ts';
import { apis } from './apis.ts';
import { createBackend } from './backend.ts';
import { createCreations } from './creations.ts';
import { demonstrate } from './demonstration.ts';
import { serveDownload } from './downloads.ts';
import { createLinkBook } from './files.ts';
import { createGenerations } from './generations.ts';
import { sendPage } from './replies.ts';
import type { SimulatedGeneration } from './simulated-generation.ts';
import { simulatedProviders } from './simulated-providers.ts';
import type { SimulatedProvider } from './simulated-providers.ts';
import type { SimulatorOptions } from './simulator-options.ts';
import type { CreateTrouble, GenerationOptions, RecordedRequest } from './types.ts';

/** The running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Where a provider's API begins: what `baseUrl` is set to. */
  baseUrl(provider: SimulatedProvider): string;
  /** The key that generations belong to where none is named. */
  apiKey(provider: SimulatedProvider): string;
  /** Starts a generation without a create request. */
  add(options: GenerationOptions): SimulatedGeneration;
  /** A generation, however it was started. */
  generation(provider: SimulatedProvider, generationId: string): SimulatedGeneration | undefined;
  /** Lets the next create requests of a provider meet these, in turn. */
  plan(provider: SimulatedProvider, troubles: readonly CreateTrouble[]): void;
  /**
   * Ids of all generations that create requests started at a provider, oldest first: each is paid
   * for.
   */
  started(provider: SimulatedProvider): readonly string[];
  /** Everything that was asked for, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Requests of one kind about one generation. */
  requestsFor(generationId: string, kind: RecordedRequest['kind']): readonly RecordedRequest[];
  /**
   * What must be found nowhere else: every API key and the secret part of every link given out so
   * far.
   */
  secrets(): readonly string[];
  /** Ends the server and every open connection. */
  close(): Promise<void>;
}

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );

const providerPath = new RegExp(`^/(?<provider>${simulatedProviders.join('|')})(?<path>/[^?]*)`);

const randomKey = (prefix: string): string => `${prefix}${randomBytes(12).toString('hex')}`;

const randomKeys = (): Readonly<Record<SimulatedProvider, string>> =>
  Object.fromEntries(
    simulatedProviders.map((name) => [name, randomKey(apis[name].keyPrefix)]),
  ) as Record<SimulatedProvider, string>;

/**
 * Starts a real HTTP server that speaks the providers' APIs: each below a path of its own, because
 * two of them share theirs. Generations follow scripts; what happens is a matter of the script and
 * of the clock alone.
 */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const clock = options.clock ?? systemClock;
  const apiKeys = { ...randomKeys(), ...options.apiKeys };
  const requests: RecordedRequest[] = [];
  let url = '';
  const links = createLinkBook(
    () => url,
    () => clock.now(),
  );
  const generations = createGenerations({ clock, apiKeys });
  const creations = createCreations();
  const backend = createBackend({
    clock,
    generations,
    links,
    limits: options.limits ?? {},
    onCreate: options.onCreate ?? demonstrate,
    creations,
    coding: options.coding,
  });

  const record = (
    request: IncomingMessage,
    response: ServerResponse,
    about: Pick<RecordedRequest, 'kind' | 'provider' | 'generationId'>,
  ): void => {
    requests.push({
      at: clock.now(),
      method: request.method ?? '',
      path: request.url ?? '',
      headers: headersOf(request),
      status: response.headersSent ? response.statusCode : 0,
      ...about,
    });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    if (path.startsWith('/assets/')) {
      const generationId = serveDownload(request, response, links, path);
      record(request, response, {
        kind: 'download',
        ...(generationId === undefined ? {} : { generationId }),
      });
      return;
    }
    const parts = providerPath.exec(path)?.groups;
    const provider = simulatedProviders.find((name) => name === parts?.['provider']);
    if (provider === undefined) {
      record(request, response, { kind: 'unknown' });
      sendPage(response, 404, {});
      return;
    }
    const about = await backend.answer({
      provider,
      path: parts?.['path'] ?? '/',
      headers: headersOf(request),
      request,
      response,
    });
    record(request, response, { provider, ...about });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) sendPage(response, 500, {});
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    baseUrl: (provider) => `${url}/${provider}`,
    apiKey: (provider) => apiKeys[provider],
    add: (generation) => generations.add(generation),
    generation: (provider, generationId) => generations.find(provider, generationId)?.generation,
    plan: (provider, troubles) => creations.plan(provider, troubles),
    started: (provider) => creations.started(provider),
    requests,
    requestsFor: (generationId, kind) =>
      requests.filter((request) => request.generationId === generationId && request.kind === kind),
    secrets: () => [...new Set([...generations.apiKeys(), ...links.secrets])],
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
};
