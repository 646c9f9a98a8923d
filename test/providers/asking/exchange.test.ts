import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../../lambdas/contract/ports.ts';
import { createExchange } from '../../../lambdas/providers/asking/exchange.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const baseUrl = 'https://slides.test/eu';

/** Sends a request to that address; what reaches the network is noted. */
const exchangeWith = (url: string) => {
  const sent: ApiRequest[] = [];
  const exchange = createExchange({
    settings: {
      acme: {
        baseUrl,
        timeoutMinutes: 60,
        firstCheckSeconds: 20,
        checkIntervalSeconds: 5,
      },
    },
    apiKeys: { read: async () => ({ found: true, apiKey: 'key-of-the-test' }) },
    askApi: async (request) => {
      sent.push(request);
      return { reached: true, answer: { status: 200, headers: {}, text: '{}' } };
    },
    clock: virtualClock(),
  });
  const provider = { name: 'acme', title: 'Acme' };
  const request = ({ apiKey }: { apiKey: string }): ApiRequest => ({
    url,
    headers: { key: apiKey },
    post: {},
  });
  return { sent, exchanged: exchange({ provider, credential: 'default', fresh: false, request }) };
};

describe('a request with an API key', () => {
  it.each([`${baseUrl}/create`, `${baseUrl}/a/../create`])('goes to %s', async (url) => {
    const { sent, exchanged } = exchangeWith(url);
    expect(await exchanged).toMatchObject({ kind: 'answered' });
    expect(sent).toHaveLength(1);
  });

  it.each([
    'https://other.test/eu/create',
    'https://slides.test.other.test/eu/create',
    'https://slides.test@other.test/eu/create',
    'https://slides.test:8443/eu/create',
    'http://slides.test/eu/create',
    `${baseUrl}-other/create`,
    `${baseUrl}/../create`,
    `${baseUrl}/%2e%2e/create`,
    'not a link',
  ])('is not sent to %s, which is not below the baseUrl', async (url) => {
    const { sent, exchanged } = exchangeWith(url);
    await expect(exchanged).rejects.toThrow('a request to Acme would leave its baseUrl');
    expect(sent).toEqual([]);
  });
});
