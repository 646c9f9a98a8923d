import type { DownloadOutcome, DownloadRequest, OpenLink } from '../contract/ports.ts';
import { userAgent } from '../contract/version.ts';
import { BlockedAddress, type ConnectOptions } from './addresses.ts';
import { guardedConnector } from './guarded-connector.ts';
import { maxHeadBytes } from './headers.ts';
import { keptConnections, keptMilliseconds } from './kept-connections.ts';
import type { LinkCheck, LinkRules } from './link-rules.ts';
import { networkReason } from './network-errors.ts';
import { asPlainFile } from './plain-file.ts';
import { maxRedirects, redirectOf } from './redirects.ts';
import type { Response } from './response.ts';
import { Agent } from './undici.ts';

/** See {@link createOpenLink}. */
export interface OpenLinkOptions extends ConnectOptions {
  /** The rules that every link and every redirect's target must pass. */
  readonly checkLink: (link: string, rules: LinkRules) => LinkCheck;
  /** Time until the answer's head, per hop; default 30,000. */
  readonly headersTimeoutMilliseconds?: number;
  /** Longest pause within the body; default 30,000. */
  readonly idleTimeoutMilliseconds?: number;
  /** Milliseconds since 1970; default: the system's time. */
  readonly now?: () => number;
}

/**
 * Milliseconds that opening a link may take where the request sets no limit: above what a first
 * answer and five redirects can take, each with its own.
 */
const longestOpeningMilliseconds = 300_000;

const requestHeaders = (resume: DownloadRequest['resume']): Record<string, string> => ({
  accept: '*/*',
  // Lengths and ranges are those of the file only where nothing is compressed on the way.
  'accept-encoding': 'identity',
  'user-agent': userAgent,
  ...(resume === undefined
    ? {}
    : { range: `bytes=${resume.offset}-`, 'if-range': resume.validator }),
});

/**
 * Opens downloads over HTTPS. Redirects are followed by hand, at most five, and every hop passes
 * the link rules and the check of its address when connecting. All of them together take no longer
 * than the request allows. Nothing but the headers above is sent: no API key, no cookie, no referrer.
 */
export const createOpenLink = (options: OpenLinkOptions): OpenLink => {
  const {
    allowInsecureSources,
    privateHosts,
    checkLink,
    headersTimeoutMilliseconds = 30_000,
    idleTimeoutMilliseconds = 30_000,
  } = options;
  const connect = guardedConnector(options);
  const get = keptConnections({
    makeAgent: () =>
      new Agent({
        connect,
        headersTimeout: headersTimeoutMilliseconds,
        bodyTimeout: idleTimeoutMilliseconds,
        maxHeaderSize: maxHeadBytes,
        keepAliveTimeout: keptMilliseconds,
        keepAliveMaxTimeout: keptMilliseconds,
      }),
    now: options.now ?? Date.now,
  });

  const follow = async (
    { url: link, resume }: DownloadRequest,
    signal: AbortSignal,
  ): Promise<DownloadOutcome> => {
    let next = link;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const check = checkLink(next, { allowInsecureSources, privateHosts });
      if (!check.allowed)
        return {
          kind: 'blocked',
          reason: hop === 0 ? check.reason : `after a redirect, ${check.reason}`,
        };
      const { url } = check;
      let response: Response;
      try {
        response = await asPlainFile(await get(url, requestHeaders(resume), signal));
      } catch (error) {
        if (error instanceof BlockedAddress) return { kind: 'blocked', reason: error.message };
        return { kind: 'unreachable', reason: `${url.hostname}: ${networkReason(error)}` };
      }
      const redirect = redirectOf(response, url);
      if (redirect.kind === 'none')
        return { kind: 'open', download: { ...response, host: url.hostname } };
      response.close();
      if (redirect.kind === 'nowhere') {
        return {
          kind: 'blocked',
          reason: `${url.hostname} redirects to something that is not a link`,
        };
      }
      next = redirect.url.href;
    }
    return { kind: 'blocked', reason: `it redirects more than ${maxRedirects} times` };
  };

  return async (request) => {
    const limit = new AbortController();
    const { withinMilliseconds = longestOpeningMilliseconds } = request;
    const timer = setTimeout(
      () => limit.abort(),
      Math.min(withinMilliseconds, longestOpeningMilliseconds),
    );
    try {
      return await follow(request, limit.signal);
    } finally {
      clearTimeout(timer);
    }
  };
};
