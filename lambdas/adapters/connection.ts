import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  addressGuard,
  connectTimeoutMilliseconds,
  plainHost,
  type ConnectOptions,
} from './addresses.ts';

/** A connection that carries one request after the other. */
export interface Connection {
  readonly socket: Socket;
  /**
   * Whether the host has something to say now: an exchange sets it. Bytes at any other time belong to
   * no request, and must not be taken for the answer to the next: they end the connection.
   */
  expectsBytes: () => boolean;
}

/**
 * Connects to the host of a URL.
 *
 * @param signal gives up, at whatever stage; nothing to a connection that is made
 * @throws where there is no connection in time, or the host's address is not public
 */
export type Connect = (target: URL, signal: AbortSignal) => Promise<Connection>;

/** Name lookup, TCP and TLS took longer than all of them may. */
class ConnectTimedOut extends Error {
  override readonly name = 'ConnectTimedOut';
  readonly code = 'ETIMEDOUT';
}

/** The caller does not wait any more. */
class GaveUp extends Error {
  override readonly name = 'GaveUp';
}

/** The host said something that it was not asked. */
class UnaskedBytes extends Error {
  override readonly name = 'UnaskedBytes';
  readonly code = 'HPE_UNASKED_BYTES';
}

/** Milliseconds without a byte after which TCP asks whether the other side is still there. */
const probeAfterMilliseconds = 60_000;

/** TLS sessions that are remembered; a function asks one host or two. */
const maxSessions = 100;

/** What TLS agreed with hosts, so that the next connection to one takes less. */
const createSessions = () => {
  const sessions = new Map<string, Buffer>();
  return {
    of: (host: string): { session?: Buffer } => {
      const session = sessions.get(host);
      return session === undefined ? {} : { session };
    },
    remember: (host: string, session: Buffer): void => {
      if (sessions.size >= maxSessions) sessions.clear();
      sessions.set(host, session);
    },
  };
};

/**
 * Connections over Node's own TCP and TLS. Nothing is sent over one before the host has shown a
 * certificate for its name.
 */
export const createConnect = (options: ConnectOptions): Connect => {
  const guard = addressGuard(options);
  const { certificateAuthority } = options;
  const sessions = createSessions();

  const open = ({ protocol, hostname, host: sessionKey, port }: URL): Socket => {
    const host = plainHost(hostname);
    if (protocol !== 'https:')
      return connectTcp({ host, port: Number(port === '' ? 80 : port), ...guard.lookup });
    return connectTls({
      host,
      port: Number(port === '' ? 443 : port),
      // An address is no server name (RFC 6066, 3).
      servername: isIP(host) === 0 ? host : '',
      ALPNProtocols: ['http/1.1'],
      ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
      ...guard.lookup,
      ...sessions.of(sessionKey),
    }).on('session', (session) => sessions.remember(sessionKey, session));
  };

  return async (target, signal) =>
    new Promise((resolve, reject) => {
      const refusal = guard.refusalOf(target.hostname);
      if (refusal !== undefined) throw refusal;
      const socket = open(target);
      const connection: Connection = { socket, expectsBytes: () => false };
      const giveUp = (): void => void socket.destroy(new GaveUp('gave up connecting'));
      const timer = setTimeout(
        () => socket.destroy(new ConnectTimedOut('no connection in time')),
        connectTimeoutMilliseconds,
      );
      const settled = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      socket
        .setNoDelay(true)
        .setKeepAlive(true, probeAfterMilliseconds)
        // For as long as it lives: an error that no request waits for is of no interest.
        .on('error', reject)
        .once('close', () => {
          settled();
          reject(new GaveUp('closed'));
        })
        .once(target.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          settled();
          socket.on('data', () => {
            if (!connection.expectsBytes()) socket.destroy(new UnaskedBytes('nothing was asked'));
          });
          resolve(connection);
        });
      if (signal.aborted) giveUp();
    });
};
