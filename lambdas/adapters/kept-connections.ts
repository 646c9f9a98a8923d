import { keptAgents, type KeptAgentsOptions } from './kept-agents.ts';
import { get, type Response } from './response.ts';

/**
 * Longest time, in milliseconds, that a connection of downloads is kept unused: enough for the next
 * file of a deck, and short of what any server waits before it closes one.
 */
export const keptMilliseconds = 1000;

/** Sends GET requests, over a connection that was left by the one before where there is one. */
export type GetOverKept = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  /** See `get`. */
  signal: AbortSignal,
) => Promise<Response>;

/**
 * Connections that outlive their download by a moment: the second file of a deck needs no handshake
 * of its own. See {@link keptAgents}.
 */
export const keptConnections = (
  options: Omit<KeptAgentsOptions, 'keptMilliseconds'>,
): GetOverKept => {
  const over = keptAgents({ ...options, keptMilliseconds });
  return async (url, headers, signal) =>
    over({
      origin: url.origin,
      signal,
      send: (agent, used) => get(agent, url, headers, { onEnd: used, signal }),
    });
};
