import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

/** What the page lets in. */
export interface GuardOptions {
  /** Stands first in every path. A bearer secret: never logged. */
  readonly token: string;
  /** The port that the server listens on, known once it does. */
  readonly port: () => number;
}

/**
 * Everything comes from this server itself; nothing may be embedded elsewhere, sent elsewhere or
 * run that is not the one script (W3C, "Content Security Policy Level 3").
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
].join('; ');

/** Of every answer, whatever it is. */
export const headers: Readonly<Record<string, string>> = {
  'content-security-policy': `${policy}; frame-ancestors 'none'`,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  // The address holds the token, so that it goes nowhere else. With `no-referrer`, forms of the page
  // itself would have the origin `null` (Fetch Standard, "append a request `Origin` header").
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

/** For a file that the page itself shows in a frame. */
export const framedHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'",
  'x-frame-options': 'SAMEORIGIN',
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in a time that tells nothing of where the texts differ. */
export const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(digest(one), digest(other));

const hostsOf = (port: number): readonly string[] =>
  ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);

const isOwnOrigin = (origin: string | undefined, host: string): boolean =>
  origin === `http://${host}`;

/**
 * Lets in requests that have the token and speak to this server by its own name: a page of another site
 * that resolves its name to this machine (DNS rebinding) sends another `Host`, and its forms
 * another `Origin`.
 */
export const guard =
  ({ token, port }: GuardOptions): MiddlewareHandler =>
  async (context, next) => {
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    const host = context.req.header('host') ?? '';
    // A request may name its host in its first line as well.
    const named = new URL(context.req.url).host;
    if (![host, named].every((one) => hostsOf(port()).includes(one)))
      return context.text('Not for this host.', 421);
    const [, given = ''] = context.req.path.split('/');
    if (!isSame(given, token)) return context.text('Not found.', 404);
    const { method } = context.req;
    if (method === 'GET' || method === 'HEAD') return next();
    const site = context.req.header('sec-fetch-site') ?? 'same-origin';
    if (
      method !== 'POST' ||
      site !== 'same-origin' ||
      !isOwnOrigin(context.req.header('origin'), host)
    )
      return context.text('Not from there.', 403);
    return next();
  };
