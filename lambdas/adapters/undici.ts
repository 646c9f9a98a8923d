import type { Dispatcher } from 'undici';
import sendRequest from 'undici/lib/api/api-request.js';

/**
 * What the functions need of undici, and nothing else of it: the package as a whole brings fetch,
 * WebSockets, caches and mocks, and has Node.js load its own undici besides. Loading it all takes
 * four times as long, at every start of a function (docs/decisions/2026-11-22-parts-of-undici.md).
 */
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as buildConnector } from 'undici/lib/core/connect.js';
export { default as errors } from 'undici/lib/core/errors.js';

/** Sends one request. See undici, "Dispatcher.request". */
export const request = async (
  dispatcher: Dispatcher,
  url: URL,
  options: Omit<Dispatcher.RequestOptions, 'origin' | 'path'>,
): Promise<Dispatcher.ResponseData> =>
  sendRequest.call(dispatcher, {
    ...options,
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
  });
