import { parseUrl } from '../contract/parse-url.ts';
import type { DownloadRequest, OpenLink } from '../contract/ports.ts';
import { BlockedAddress, guardedConnector, type ConnectOptions } from './addresses.ts';
import { keptConnections, keptMilliseconds } from './kept-connections.ts';
import { networkReason } from './network-errors.ts';
import type { Response } from './response.ts';
import { Agent } from './undici.ts';

/** See {@link createOpenLink}. */
export interface OpenLinkOptions extends ConnectOptions {
  /** The rules that every link and every redirect's target must pass. */
  readonly checkLink: (
    link: string,
    options: { readonly allowInsecureSources: boolean },
  ) =>
    | { readonly allowed: true; readonly url: URL }
    | { readonly allowed: false; readonly reason: string };
  /** Time until the answer's head, per hop; default 30,000. */
  readonly headersTimeoutMilliseconds?: number;
  /** Longest pause within the body; default 30,000. */
  readonly idleTimeoutMilliseconds?: number;
  /** Milliseconds since 1970; default: the system's time. */
  readonly now?: () => number;
}

/** Redirects that are followed for one download. */
const maxRedirects = 5;

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

const requestHeaders = (resume: DownloadRequest['resume']): Record<string, string> => ({
  accept: '*/*',
  // Lengths and ranges are those of the file only where nothing is compressed on the way.
  'accept-encoding': 'identity',
  ...(resume === undefined
    ? {}
    : { range: `bytes=${resume.offset}-`, 'if-range': resume.validator }),
});

/**
 * Opens downloads over HTTPS. Redirects are followed by hand, at most five, and every hop passes
 * the link rules and the check of its address when connecting. Nothing but the headers above is
 * sent: no API key, no cookie, no referrer.
 */
export const createOpenLink = (options: OpenLinkOptions): OpenLink => {
  const {
    allowInsecureSources,
    checkLink,
    headersTimeoutMilliseconds = 30_000,
    idleTimeoutMilliseconds = 30_000,
  } = options;
  const connect = guardedConnector({ ...options, reusesMemory: true });
  const get = keptConnections({
    makeAgent: () =>
      new Agent({
        connect,
        headersTimeout: headersTimeoutMilliseconds,
        bodyTimeout: idleTimeoutMilliseconds,
        keepAliveTimeout: keptMilliseconds,
        keepAliveMaxTimeout: keptMilliseconds,
      }),
    now: options.now ?? Date.now,
  });

  return async ({ url: link, resume }) => {
    let next = link;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const check = checkLink(next, { allowInsecureSources });
      if (!check.allowed)
        return {
          kind: 'blocked',
          reason: hop === 0 ? check.reason : `after a redirect, ${check.reason}`,
        };
      const { url } = check;
      let response: Response;
      try {
        response = await get(url, requestHeaders(resume));
      } catch (error) {
        if (error instanceof BlockedAddress) return { kind: 'blocked', reason: error.message };
        return { kind: 'unreachable', reason: `${url.hostname}: ${networkReason(error)}` };
      }
      const { location } = response.headers;
      if (!redirectStatuses.has(response.status) || location === undefined) {
        return { kind: 'open', download: { ...response, host: url.hostname } };
      }
      response.close();
      const target = parseUrl(location, url);
      if (target === undefined) {
        return {
          kind: 'blocked',
          reason: `${url.hostname} redirects to something that is not a link`,
        };
      }
      next = target.href;
    }
    return { kind: 'blocked', reason: `it redirects more than ${maxRedirects} times` };
  };
};
