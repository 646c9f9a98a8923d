import type { JsonObject } from '../../lambdas/contract/json.ts';

/** An answer that something in between gives in a provider's place. */
interface ForeignAnswer {
  readonly type: string;
  readonly body: (status: number) => string;
}

const html = (body: (status: number) => string): ForeignAnswer => ({
  type: 'text/html; charset=utf-8',
  body,
});

const json = (body: JsonObject): ForeignAnswer => ({
  type: 'application/json',
  body: () => JSON.stringify(body),
});

/** What is seen of firewalls, load balancers and gateways, by name. */
export const foreignAnswers = {
  page: html(
    (status) =>
      `<!doctype html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
  ),
  challenge: html(
    () =>
      '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>',
  ),
  nothing: { type: 'text/plain', body: () => '' },
  text: { type: 'text/plain', body: (status) => `error code: ${status}` },
  xml: {
    type: 'application/xml',
    body: () =>
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
  },
  gateway: json({ message: 'Forbidden' }),
  unknownPath: json({ message: 'Missing Authentication Token' }),
  problem: json({
    type: 'https://developers.cloudflare.com/support/',
    title: 'Error 1020: Access denied',
    detail: 'The owner of this site has blocked access',
    cloudflare_error: true,
  }),
} as const satisfies Readonly<Record<string, ForeignAnswer>>;

/** The name of an answer of something in between. */
export type ForeignName = keyof typeof foreignAnswers;

/** Every such name. */
export const foreignNames = Object.keys(foreignAnswers) as readonly ForeignName[];
