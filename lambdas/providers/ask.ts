import type { ProviderSettings } from '../contract/environment.ts';
import type { Generation } from '../contract/generation.ts';
import type { ApiKeys, AskApi, Clock } from '../contract/ports.ts';
import { parseRetryAfter } from '../polling/retry-after.ts';
import type { Report } from '../polling/status.ts';
import type { Registry } from './registry.ts';

/** Shortest API key that is searched for in answers: a shorter one would match by accident. */
const shortestRedactedKey = 8;

/** What is needed to ask any deployed provider. */
export interface AskOptions {
  /** The providers of the deployment. */
  readonly registry: Pick<Registry, 'providerNamed'>;
  readonly settings: Readonly<Record<string, ProviderSettings>>;
  readonly apiKeys: ApiKeys;
  readonly askApi: AskApi;
  readonly clock: Clock;
  /** Learn how it stands, and no more: a deck that comes inside its status is not read. For status checks, in little memory. */
  readonly skims?: boolean;
}

/**
 * Asks a provider for one generation's status: key, request, answer, translation. Everything that can go wrong on the way is
 * a status, not an exception.
 *
 * @param fresh read the API key past the cache
 */
export type AskProvider = (
  generation: Pick<Generation, 'provider' | 'generationId' | 'credential'>,
  fresh: boolean,
) => Promise<Report>;

const unavailable = (message: string): Report => ({ status: { kind: 'unavailable', code: 'ProviderUnavailable', message } });

const unexpected = (message: string): Report => ({ status: { kind: 'unavailable', code: 'UnexpectedResponse', message } });

/** A provider that echoes the key in an error must not bring it into an event or a log. */
const withoutKey = (text: string, apiKey: string): string =>
  apiKey.length < shortestRedactedKey ? text : text.replaceAll(apiKey, '[API key]');

const parseJson = (text: string): { body: unknown } | undefined => {
  try {
    return { body: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
};

const readKey = async (apiKeys: ApiKeys, provider: string, credential: string, fresh: boolean) => {
  try {
    return await apiKeys.read(provider, credential, fresh);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown error';
    return { failed: `the API key "${provider}/${credential}" could not be read: ${name}` };
  }
};

/** See {@link AskProvider}. */
export const createAskProvider = ({ registry, settings, apiKeys, askApi, clock, skims = false }: AskOptions): AskProvider => {
  return async ({ provider: name, generationId, credential }, fresh) => {
    const provider = registry.providerNamed(name);
    const ownSettings = settings[name];
    if (ownSettings === undefined) throw new Error(`provider '${name}' is not deployed with this function`);

    const key = await readKey(apiKeys, name, credential, fresh);
    if ('failed' in key) return unavailable(key.failed);
    if (!key.found) return { status: { kind: 'refused', code: 'CredentialMissing', message: key.message } };

    const request = provider.statusRequest({ baseUrl: ownSettings.baseUrl, generationId, apiKey: key.apiKey });
    const { isEnough } = provider;
    const outcome = await askApi(skims && isEnough !== undefined ? { ...request, enough: isEnough } : request);
    if (!outcome.reached) return unavailable(`${provider.title} could not be reached: ${outcome.reason}`);

    const { status, headers, text } = outcome.answer;
    const retryAfterSeconds = parseRetryAfter(headers['retry-after'], clock.now());
    const rateLimits = provider.readRateLimits?.(headers);
    const timing = {
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(rateLimits === undefined ? {} : { rateLimits }),
    };
    if (text === undefined) {
      return { ...unexpected(`${provider.title} answered ${status} with a body that was too long or broke off`), ...timing };
    }
    const json = parseJson(withoutKey(text, key.apiKey));
    // An error answer speaks through its HTTP status even where its body is a proxy's HTML page.
    if (json === undefined && status >= 200 && status < 300) {
      return { ...unexpected(`${provider.title} answered ${status} with a body that is not JSON`), ...timing };
    }
    return { status: provider.readStatus({ status, headers, body: json?.body }), ...timing };
  };
};
