import { isClosedByOtherSide } from './network-errors.ts';
import { get, type Response } from './response.ts';
import type { Agent } from './undici.ts';

/**
 * Longest time, in milliseconds, that a connection is kept unused: enough for the next file of a
 * deck, and short of what any server waits before it closes one.
 */
export const keptMilliseconds = 1000;

/** Sends GET requests, over a connection that was left by the one before where there is one. */
export type GetOverKept = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  /** See `get`. */
  signal: AbortSignal,
) => Promise<Response>;

/** See {@link keptConnections}. */
export interface KeptOptions {
  /** Makes an agent that keeps idle connections for {@link keptMilliseconds}. */
  readonly makeAgent: () => Agent;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Connections that outlive their download by a moment: the second file of a deck needs no handshake
 * of its own.
 *
 * A function is frozen between two invocations, its timers with it, so none of them can be trusted
 * to have closed a connection that the host has long forgotten. Hence the clock is asked as well;
 * and where the host has closed the connection in that very moment, the request, which nobody can
 * have answered, is sent once more over a new one.
 */
export const keptConnections = ({ makeAgent, now }: KeptOptions): GetOverKept => {
  let agent = makeAgent();
  let usedAt = now();
  /** Origins to which this agent may have kept a connection. */
  let known = new Set<string>();

  const renew = (): void => {
    // Ends once the downloads that go on have ended.
    void agent.close();
    agent = makeAgent();
    known = new Set();
  };

  const markUsed = (): void => {
    usedAt = now();
  };

  return async (url, headers, signal) => {
    if (now() - usedAt > keptMilliseconds) renew();
    markUsed();
    const mayBeOver = known.has(url.origin);
    known.add(url.origin);
    try {
      return await get(agent, url, headers, { onEnd: markUsed, signal });
    } catch (error) {
      if (!mayBeOver || signal.aborted || !isClosedByOtherSide(error)) throw error;
      renew();
      return await get(agent, url, headers, { onEnd: markUsed, signal });
    }
  };
};
