import type { JsonObject } from '../contract/json.ts';
import { parseUrl } from '../contract/parse-url.ts';
import { maxAnswerBytes, type ApiAnswer, type AskApi } from '../contract/ports.ts';
import { userAgent } from '../contract/version.ts';
import { guardedConnector, type IsPublicAddress } from './addresses.ts';
import { maxHeadBytes, plainHeaders } from './headers.ts';
import { keptAgents } from './kept-agents.ts';
import { networkReason } from './network-errors.ts';
import type { PrivateHosts } from './private-hosts.ts';
import { readText } from './response-text.ts';
import { Agent, request } from './undici.ts';
import { unpacked } from './unpack.ts';

/** See {@link createAskApi}. */
export interface AskApiOptions {
  /** Lets `http:` and private addresses through: for tests against a local server only. */
  readonly allowInsecureSources: boolean;
  readonly isPublicAddress: IsPublicAddress;
  /** Hosts that may have private addresses; default: none. */
  readonly privateHosts?: PrivateHosts;
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

/** undici sends a POST once: it is not idempotent (undici, "Dispatcher.dispatch"). */
const postOf = (body: JsonObject) =>
  ({
    method: 'POST',
    body: JSON.stringify(body),
    type: { 'content-type': 'application/json' },
  }) as const;

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
  const connect = guardedConnector(options);
  const getting = keptAgents({
    makeAgent: () =>
      new Agent({
        connect,
        maxHeaderSize: maxHeadBytes,
        keepAliveTimeout: keptMilliseconds,
        keepAliveMaxTimeout: keptMilliseconds,
      }),
    keptMilliseconds,
    now,
  });

  /**
   * An agent of its own for each POST, which tells whether there ever was a connection that could
   * carry it.
   */
  const posting = () => {
    let isConnected = false;
    const agent = new Agent({
      pipelining: 0,
      maxHeaderSize: maxHeadBytes,
      connect: (target, callback) => {
        connect(target, (...outcome) => {
          isConnected ||= outcome[0] === null;
          callback(...outcome);
        });
      },
    });
    return { agent, isConnected: () => isConnected };
  };

  return async ({ url, headers, post, enough }) => {
    const unsent = post === undefined ? {} : ({ unsent: true } as const);
    const target = parseUrl(url);
    if (target === undefined)
      return { reached: false, reason: 'the base URL is not a valid URL', ...unsent };
    if (target.protocol !== 'https:' && !(allowInsecureSources && target.protocol === 'http:')) {
      return { reached: false, reason: 'the base URL is not https', ...unsent };
    }
    const own = post === undefined ? undefined : posting();
    const body = post === undefined ? undefined : postOf(post);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMilliseconds);
    const send = async (agent: Agent): Promise<ApiAnswer> => {
      const response = await request(agent, target, {
        signal: limit.signal,
        headers: { ...headers, ...jsonHeaders, ...body?.type },
        // So that its parser is never paused when the connection ends: undici 7 throws there where
        // nobody can catch it (issue 5360).
        highWaterMark: maxBytes,
        ...(body === undefined ? { method: 'GET' } : { method: body.method, body: body.body }),
      });
      const answered = plainHeaders(response.headers);
      const plain = unpacked(
        answered['content-encoding'],
        response.body as AsyncIterable<Uint8Array>,
      );
      const text = await readText(plain, { maxBytes, enough });
      // Whatever was left unread keeps no connection open. That it is cut is no error.
      response.body.on('error', () => undefined).destroy();
      return { status: response.statusCode, headers: answered, text };
    };
    try {
      const answer =
        own === undefined
          ? await getting({
              origin: target.origin,
              signal: limit.signal,
              send: async (agent, used) => {
                const got = await send(agent);
                used();
                return got;
              },
            })
          : await send(own.agent);
      return { reached: true, answer };
    } catch (error) {
      const reason = limit.signal.aborted
        ? `timed out after ${timeoutMilliseconds / 1000} s`
        : networkReason(error);
      return { reached: false, reason, ...(own?.isConnected() === false ? unsent : {}) };
    } finally {
      clearTimeout(timer);
      await own?.agent.destroy();
    }
  };
};
