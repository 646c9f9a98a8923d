import type { ProviderSettings } from '../contract/environment.ts';
import type { RequestedGeneration } from '../contract/generation.ts';
import type { JsonObject } from '../contract/json.ts';
import type { ApiKeys, AskApi, Clock } from '../contract/ports.ts';
import { parseRetryAfter } from '../polling/retry-after.ts';
import { parseJson, readKey, withoutKey } from './exchange.ts';
import { providerNamed } from './registry.ts';
import type { StartOutcome } from './starting.ts';

/** What is needed to start generations at any deployed provider. */
export interface StartOptions {
  readonly settings: Readonly<Record<string, ProviderSettings>>;
  readonly apiKeys: ApiKeys;
  readonly askApi: AskApi;
  readonly clock: Clock;
}

/** An outcome with what came along about when to try again. */
export interface StartReport {
  readonly outcome: StartOutcome;
  /** `Retry-After`, in seconds from the answer. */
  readonly retryAfterSeconds?: number;
}

/**
 * Asks a provider to start a generation: key, request, answer, translation. The request is sent once at most. Everything that can
 * go wrong on the way is an outcome, not an exception.
 *
 * @param request the body of the create request, accepted by the provider's schema
 * @param fresh read the API key past the cache
 */
export type StartAtProvider = (
  generation: Pick<RequestedGeneration, 'provider' | 'credential' | 'requestId'>,
  request: JsonObject,
  fresh: boolean,
) => Promise<StartReport>;

/** Of this archiver, for a service that other programs use with the same API key. */
const idempotencyKeyOf = (requestId: string): string => `generation-archiver-${requestId}`;

/** See {@link StartAtProvider}. */
export const createStartAtProvider = ({ settings, apiKeys, askApi, clock }: StartOptions): StartAtProvider => {
  return async ({ provider: name, credential, requestId }, request, fresh) => {
    const { title, starting } = providerNamed(name);
    const own = settings[name];
    if (own === undefined || starting === undefined) throw new Error(`provider '${name}' starts nothing with this function`);

    const key = await readKey(apiKeys, name, credential, fresh);
    if ('failed' in key) return { outcome: { kind: 'unreached', message: key.failed } };
    if (!key.found) return { outcome: { kind: 'refused', code: 'CredentialMissing', message: key.message } };

    const { apiKey } = key;
    const idempotencyKey = idempotencyKeyOf(requestId);
    const asked = await askApi(starting.startRequest({ baseUrl: own.baseUrl, apiKey, request, idempotencyKey }));
    if (!asked.reached) {
      const message = `${title} could not be reached: ${asked.reason}`;
      return { outcome: asked.unsent === true ? { kind: 'unreached', message } : { kind: 'uncertain', message: `no answer of ${title}: ${asked.reason}` } };
    }

    const { status, headers, text } = asked.answer;
    const retryAfterSeconds = parseRetryAfter(headers['retry-after'], clock.now());
    const body = text === undefined ? undefined : parseJson(withoutKey(text, apiKey))?.body;
    return {
      outcome: starting.readStart({ status, headers, body }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    };
  };
};
