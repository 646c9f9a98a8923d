import type { RequestedGeneration } from '../../contract/generation.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { GenerationDetails } from '../../contract/results.ts';
import type { PostReport, StartOutcome } from '../post-outcome.ts';
import { mapTexts } from '../redacting/map-texts.ts';
import { postedEraser } from '../redacting/posted-text.ts';
import { providerNamed } from '../registry.ts';
import { readRefusedStart } from '../translating/post-refusal.ts';
import type { ExchangeOptions } from './exchange.ts';
import { createPostToProvider } from './post.ts';

/**
 * Asks a provider to start a generation: key, request, answer, translation. The request is sent
 * once at most. Everything that can go wrong on the way is an outcome, not an exception.
 *
 * @param request the body of the create request, accepted by the provider's schema
 * @param attempt `fresh`: read the API key past the cache. `idempotencyKey`: the same for every
 *   attempt at one request
 */
export type StartAtProvider = (
  generation: Pick<RequestedGeneration, 'provider' | 'credential'>,
  request: JsonObject,
  attempt: { readonly fresh: boolean; readonly idempotencyKey: string },
) => Promise<PostReport<StartOutcome>>;

/** See {@link StartAtProvider}. */
export const createStartAtProvider = (options: ExchangeOptions): StartAtProvider => {
  const post = createPostToProvider(options);
  return async ({ provider: name, credential }, request, { fresh, idempotencyKey }) => {
    const provider = providerNamed(name);
    const { title, starting } = provider;
    if (starting === undefined) throw new Error(`provider '${name}' starts nothing`);

    const { outcome, ...timing } = await post({
      provider,
      credential,
      fresh,
      request: (base) => starting.startRequest({ ...base, request, idempotencyKey }),
      errors: starting.errors,
      readRefusal: readRefusedStart,
    });
    if (outcome.kind !== 'accepted') return { outcome, ...timing };
    const { status, body } = outcome.answer;
    const started = starting.readStarted(body);
    if (typeof started !== 'string') {
      const details = mapTexts(started.details, postedEraser(request)) as GenerationDetails;
      return { outcome: { kind: 'accepted', ...started, details } };
    }
    const message = `${title} answered ${status}, but ${started} is not understood`;
    return { outcome: { kind: 'uncertain', message } };
  };
};
