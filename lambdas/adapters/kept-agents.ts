import { isClosedByOtherSide } from './network-errors.ts';
import type { Agent } from './undici.ts';

/** See {@link keptAgents}. */
export interface KeptAgentsOptions {
  /** Makes an agent that keeps idle connections for {@link KeptAgentsOptions.keptMilliseconds}. */
  readonly makeAgent: () => Agent;
  /** Longest time, in milliseconds, that a connection is kept unused. */
  readonly keptMilliseconds: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Sends a request that may be sent twice: a GET. */
export interface Sending<T> {
  readonly origin: string;
  /** Sends it over an agent; `used` is to be called again when the answer has been read. */
  readonly send: (agent: Agent, used: () => void) => Promise<T>;
  /** Aborted: the caller does not wait any more. */
  readonly signal: AbortSignal;
}

/**
 * Sends over a connection that was left by the request before, where there is one.
 *
 * A function is frozen between two invocations, its timers with it, so none of them can be trusted
 * to have closed a connection that the host has long forgotten. Hence the clock is asked as well;
 * and where the host has closed the connection in the meantime, the request, which the host cannot have
 * answered, is sent once more over a new one.
 */
export const keptAgents = ({ makeAgent, keptMilliseconds, now }: KeptAgentsOptions) => {
  let agent = makeAgent();
  let usedAt = now();
  /** Origins to which this agent may have kept a connection. */
  let known = new Set<string>();

  const renew = (): void => {
    // Ends once the requests that go on have ended.
    void agent.close();
    agent = makeAgent();
    known = new Set();
  };

  const markUsed = (): void => {
    usedAt = now();
  };

  return async <T>({ origin, send, signal }: Sending<T>): Promise<T> => {
    if (now() - usedAt > keptMilliseconds) renew();
    markUsed();
    const mayBeOver = known.has(origin);
    known.add(origin);
    try {
      return await send(agent, markUsed);
    } catch (error) {
      if (!mayBeOver || signal.aborted || !isClosedByOtherSide(error)) throw error;
      renew();
      return await send(agent, markUsed);
    }
  };
};
