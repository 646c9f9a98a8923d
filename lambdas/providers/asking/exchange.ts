import type { ProviderSettings } from '../../contract/environment.ts';
import type { JsonObject } from '../../contract/json.ts';
import { ownField } from '../../contract/own-field.ts';
import { parseUrl } from '../../contract/parse-url.ts';
import type { ApiKeys, ApiRequest, AskApi, Clock } from '../../contract/ports.ts';
import { parseRetryAfter } from '../../polling/retry-after.ts';
import type { JsonAnswer } from '../provider-answer.ts';
import type { Provider } from '../provider.ts';
import { readAnswerWithout } from './json-answer.ts';

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

/** What came of a request, before the answer is understood. */
export type Exchanged =
  /** The secret service did not answer; nothing was sent. */
  | { readonly kind: 'keyUnread'; readonly message: string }
  /** There is no such key; nothing was sent. */
  | { readonly kind: 'keyMissing'; readonly message: string }
  /** No answer. `unsent`: the request certainly never reached the provider. */
  | { readonly kind: 'unanswered'; readonly reason: string; readonly unsent: boolean }
  /** Any HTTP status. The API key is not in the answer, even where the provider sent it back. */
  | {
      readonly kind: 'answered';
      readonly answer: JsonAnswer;
      /** What was posted, where something was. */
      readonly posted: JsonObject | undefined;
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
    const own = ownField(settings, name);
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

    const { answer } = outcome;
    const retryAfterSeconds = parseRetryAfter(
      answer.headers['retry-after'],
      clock.now(),
      answer.headers['date'],
    );
    return {
      kind: 'answered',
      answer: readAnswerWithout(apiKey, answer),
      posted: asked.post,
      timing: retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
    };
  };
};
