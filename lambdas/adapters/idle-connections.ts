import type { Connection } from './connection.ts';

/** See {@link idleConnections}. */
export interface IdleConnectionsOptions {
  /** Longest time, in milliseconds, that a connection is kept unused. */
  readonly keptMilliseconds: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Idle {
  readonly connection: Connection;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** It waits no longer. */
  readonly release: () => void;
}

/** A request that is sent as the host closes would be lost: so much is kept off the host's limit. */
const marginMilliseconds = 1000;

/** How long the host itself says that it waits, in milliseconds ("Keep-Alive: timeout=5"). */
const hostWaits = (header: string | undefined): number => {
  const seconds = /(?:^|[\s,;])timeout\s*=\s*"?(\d{1,9})/i.exec(header ?? '')?.[1];
  return seconds === undefined ? Infinity : Number(seconds) * 1000 - marginMilliseconds;
};

/**
 * Connections that wait for the next request to their origin.
 *
 * A function is frozen between two invocations, its timers with it, so none of them can be trusted
 * to have closed a connection that the host has long forgotten. Hence the clock is asked as well.
 */
export const idleConnections = ({ keptMilliseconds, now }: IdleConnectionsOptions) => {
  const waiting = new Map<string, Set<Idle>>();

  /** The one that was used last: hosts close the others before it. */
  const last = (origin: string): Idle | undefined => [...(waiting.get(origin) ?? [])].at(-1);

  return {
    /** @param keepAlive the header in which the host says how long it waits */
    put: (origin: string, connection: Connection, keepAlive: string | undefined): void => {
      const { socket } = connection;
      const milliseconds = Math.min(keptMilliseconds, hostWaits(keepAlive));
      if (milliseconds <= 0) return void socket.destroy();
      const sameOrigin = waiting.get(origin) ?? new Set();
      waiting.set(origin, sameOrigin);
      const end = (): void => void socket.destroy();
      const release = (): void => {
        sameOrigin.delete(idle);
        socket.off('timeout', end).off('close', release).setTimeout(0).ref();
      };
      const idle: Idle = { connection, until: now() + milliseconds, release };
      sameOrigin.add(idle);
      // Waiting, it keeps no process running.
      socket.once('timeout', end).once('close', release).setTimeout(milliseconds).unref();
    },

    take: (origin: string): Connection | undefined => {
      for (let idle = last(origin); idle !== undefined; idle = last(origin)) {
        idle.release();
        const { connection, until } = idle;
        if (connection.socket.writable && now() <= until) return connection;
        connection.socket.destroy();
      }
      return undefined;
    },

    /** Ends all to an origin. */
    end: (origin: string): void => {
      for (const { connection } of waiting.get(origin) ?? []) connection.socket.destroy();
    },
  };
};
