import type { RequestedGeneration } from '../../contract/generation.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { PostReport, StartOutcome } from '../post-outcome.ts';
import { providerNamed } from '../registry.ts';
import { readRefusedStart } from '../translating/post-refusal.ts';
import type { ExchangeOptions } from './exchange.ts';
import { createPostToProvider } from './post.ts';

/**
 * Asks a provider to start a generation: key, request, answer, translation. The request is sent
 * once at most. Everything that can go wrong on the way is an outcome, not an exception.
 *
 * @param request the body of the create request, accepted by the provider's schema
 * @param fresh read the API key past the cache
 */
export type StartAtProvider = (
  generation: Pick<RequestedGeneration, 'provider' | 'credential' | 'requestId'>,
  request: JsonObject,
  fresh: boolean,
) => Promise<PostReport<StartOutcome>>;

/** Of this archiver, for a service that other programs use with the same API key. */
const idempotencyKeyOf = (requestId: string): string => `generation-archiver-${requestId}`;

/** See {@link StartAtProvider}. */
export const createStartAtProvider = (options: ExchangeOptions): StartAtProvider => {
  const post = createPostToProvider(options);
  return async ({ provider: name, credential, requestId }, request, fresh) => {
    const provider = providerNamed(name);
    const { title, starting } = provider;
    if (starting === undefined) throw new Error(`provider '${name}' starts nothing`);

    const idempotencyKey = idempotencyKeyOf(requestId);
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
    if (typeof started !== 'string') return { outcome: { kind: 'accepted', ...started } };
    const message = `${title} answered ${status}, but ${started} is not understood`;
    return { outcome: { kind: 'uncertain', message } };
  };
};
