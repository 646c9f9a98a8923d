import { parseUrl } from '../contract/parse-url.ts';
import { maxAnswerBytes, type ApiAnswer, type ApiRequest, type AskApi } from '../contract/ports.ts';
import { userAgent } from '../contract/version.ts';
import type { ConnectOptions } from './addresses.ts';
import { createConnect, type Connection } from './connection.ts';
import { checkHeaders, exchange, type Asking } from './exchange.ts';
import { idleConnections } from './idle-connections.ts';
import { isClosedByOtherSide, networkReason } from './network-errors.ts';
import { readText } from './response-text.ts';
import { unpacked } from './unpack.ts';

/** See {@link createAskApi}. */
export interface AskApiOptions extends ConnectOptions {
  /** Limit on the whole request, from name lookup to the last byte; default 10,000. */
  readonly timeoutMilliseconds?: number;
  /** Largest body that is read, in bytes; default {@link maxAnswerBytes}. */
  readonly maxBytes?: number;
  /** Milliseconds since 1970; default: the system's time. */
  readonly now?: () => number;
}

/**
 * Longest time, in milliseconds, that a connection is kept unused: three times the longest usual
 * interval between two checks, and below what load balancers wait (60 s and more).
 */
const keptMilliseconds = 55_000;

const jsonHeaders = {
  accept: 'application/json',
  'accept-encoding': 'identity',
  'user-agent': userAgent,
};

/**
 * Sends requests over HTTPS. No redirect is followed, so that an API key never travels to another
 * host: the caller gets the 3xx itself. The address is checked when connecting, even though the
 * operator names the base URL: a DNS trick must not hand a key to a private address.
 */
export const createAskApi = (options: AskApiOptions): AskApi => {
  const {
    allowInsecureSources,
    timeoutMilliseconds = 10_000,
    maxBytes = maxAnswerBytes,
    now = Date.now,
  } = options;
  const connect = createConnect(options);
  const idle = idleConnections({ keptMilliseconds, now });

  const answerOver = async (
    connection: Connection,
    asking: Asking,
    enough: ApiRequest['enough'],
  ): Promise<ApiAnswer> => {
    try {
      const { status, headers, body, ...answer } = await exchange(connection, asking);
      const plain = unpacked(headers['content-encoding'], body);
      const text = await readText(plain, { maxBytes, enough });
      answer.close();
      return { status, headers, text };
    } catch (error) {
      connection.socket.destroy();
      throw error;
    }
  };

  /**
   * Over a connection that was left by the request before, where there is one. Where the host has
   * closed it in the meantime, the request, which the host cannot have answered, is sent once more
   * over a new one.
   */
  const get = async (asking: Asking, enough: ApiRequest['enough']): Promise<ApiAnswer> => {
    const { target, signal } = asking;
    const over = async (connection: Connection): Promise<ApiAnswer> => {
      const onFree: Asking['onFree'] = (headers) =>
        idle.put(target.origin, connection, headers['keep-alive']);
      return answerOver(connection, { ...asking, onFree }, enough);
    };
    const kept = idle.take(target.origin);
    if (kept === undefined) return over(await connect(target, signal));
    try {
      return await over(kept);
    } catch (error) {
      if (signal.aborted || !isClosedByOtherSide(error)) throw error;
      // Those that have waited as long are closed as well.
      idle.end(target.origin);
      return over(await connect(target, signal));
    }
  };

  return async ({ url, headers, post, enough }) => {
    const unsent = post === undefined ? {} : ({ unsent: true } as const);
    const target = parseUrl(url);
    if (target === undefined)
      return { reached: false, reason: 'the base URL is not a valid URL', ...unsent };
    if (target.protocol !== 'https:' && !(allowInsecureSources && target.protocol === 'http:')) {
      return { reached: false, reason: 'the base URL is not https', ...unsent };
    }
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMilliseconds);
    const asking: Asking = {
      target,
      headers: { ...headers, ...jsonHeaders },
      signal: limit.signal,
      ...(post === undefined ? {} : { body: JSON.stringify(post) }),
    };
    let isConnected = false;
    try {
      checkHeaders(asking.headers);
      if (post === undefined) return { reached: true, answer: await get(asking, enough) };
      // It may not be sent twice: over a connection of its own, which the host cannot have closed.
      const connection = await connect(target, limit.signal);
      isConnected = true;
      return { reached: true, answer: await answerOver(connection, asking, enough) };
    } catch (error) {
      const reason = limit.signal.aborted
        ? `timed out after ${timeoutMilliseconds / 1000} s`
        : networkReason(error);
      return { reached: false, reason, ...(isConnected ? {} : unsent) };
    } finally {
      clearTimeout(timer);
    }
  };
};
