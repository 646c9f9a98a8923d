import type { ProviderSettings } from '../../contract/environment.ts';
import { parseUrl } from '../../contract/parse-url.ts';
import type { ApiAnswer, ApiKeys, ApiRequest, AskApi, Clock } from '../../contract/ports.ts';
import { parseRetryAfter } from '../../polling/retry-after.ts';
import type { JsonAnswer, Provider } from '../provider.ts';
import { describePage } from '../translating/page.ts';

/** Shortest API key that is searched for in answers: a shorter one would match by accident. */
const shortestRedactedKey = 8;

/** A provider that echoes the key in an error must not bring it into an event or a log. */
const withoutKey = (text: string, apiKey: string): string =>
  apiKey.length < shortestRedactedKey ? text : text.replaceAll(apiKey, '[API key]');

/** The value of a JSON text, or `undefined` where it is none. */
const parseJson = (text: string): { body: unknown } | undefined => {
  try {
    return { body: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
};

/** The API key, why there is none, or that it could not be read now. */
const readKey = async (apiKeys: ApiKeys, provider: string, credential: string, fresh: boolean) => {
  try {
    return await apiKeys.read(provider, credential, fresh);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown error';
    return { failed: `the API key "${provider}/${credential}" could not be read: ${name}` };
  }
};

/**
 * A key goes to the address that the operator named and below, whatever a provider's answers hold.
 */
const staysBelow = (baseUrl: string, url: string): boolean =>
  parseUrl(url)?.href.startsWith(`${new URL(baseUrl).href.replace(/\/$/, '')}/`) === true;

/** What is needed to send requests to any deployed provider. */
export interface ExchangeOptions {
  readonly settings: Readonly<Record<string, ProviderSettings>>;
  readonly apiKeys: ApiKeys;
  readonly askApi: AskApi;
  readonly clock: Clock;
}

/** A request that carries an API key. */
export interface KeyedRequest {
  readonly provider: Pick<Provider, 'name' | 'title'>;
  readonly credential: string;
  /** Read the API key past the cache. */
  readonly fresh: boolean;
  readonly request: (base: { readonly baseUrl: string; readonly apiKey: string }) => ApiRequest;
}

/** What came of a request, before anybody understands the answer. */
export type Exchanged =
  /** The secret service did not answer; nothing was sent. */
  | { readonly kind: 'keyUnread'; readonly message: string }
  /** There is no such key; nothing was sent. */
  | { readonly kind: 'keyMissing'; readonly message: string }
  /** No answer. `unsent`: the request certainly never reached the provider. */
  | { readonly kind: 'unanswered'; readonly reason: string; readonly unsent: boolean }
  /** Any HTTP status. The API key is not in `text`, even where the provider sent it back. */
  | {
      readonly kind: 'answered';
      readonly answer: ApiAnswer;
      readonly timing: { readonly retryAfterSeconds?: number };
    };

/**
 * Sends one request with the key that it needs, once. What network, secrets and provider do is a
 * value.
 *
 * @throws where the provider is not deployed with the function, or the request would take the key
 *   anywhere but below its `baseUrl`
 */
export const createExchange = ({ settings, apiKeys, askApi, clock }: ExchangeOptions) => {
  return async ({
    provider: { name, title },
    credential,
    fresh,
    request,
  }: KeyedRequest): Promise<Exchanged> => {
    const own = settings[name];
    if (own === undefined) throw new Error(`provider '${name}' is not deployed with this function`);

    const key = await readKey(apiKeys, name, credential, fresh);
    if ('failed' in key) return { kind: 'keyUnread', message: key.failed };
    if (!key.found) return { kind: 'keyMissing', message: key.message };

    const { baseUrl } = own;
    const { apiKey } = key;
    const asked = request({ baseUrl, apiKey });
    if (!staysBelow(baseUrl, asked.url))
      throw new Error(`a request to ${title} would leave its baseUrl`);
    const outcome = await askApi(asked);
    if (!outcome.reached)
      return { kind: 'unanswered', reason: outcome.reason, unsent: outcome.unsent === true };

    const { status, headers, text } = outcome.answer;
    const retryAfterSeconds = parseRetryAfter(headers['retry-after'], clock.now());
    return {
      kind: 'answered',
      answer: { status, headers, text: text === undefined ? undefined : withoutKey(text, apiKey) },
      timing: retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
    };
  };
};

/**
 * An answer with its body read as JSON. One that has none keeps its HTTP status and what came in its
 * place.
 */
export const jsonAnswerOf = ({ status, headers, text }: ApiAnswer): JsonAnswer => {
  if (text === undefined)
    return { status, headers, body: undefined, page: 'a body that was too long or broke off' };
  const json = parseJson(text);
  return json === undefined
    ? { status, headers, body: undefined, page: describePage(text) }
    : { status, headers, body: json.body };
};
