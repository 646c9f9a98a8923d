import type { RequestedGeneration } from '../../contract/generation.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { GenerationDetails } from '../../contract/results.ts';
import type { PostReport, StartOutcome } from '../post-outcome.ts';
import type { JsonAnswer } from '../provider-answer.ts';
import type { Provider } from '../provider.ts';
import { mapTexts } from '../redacting/map-texts.ts';
import { postedEraser } from '../redacting/posted-text.ts';
import { providerNamed } from '../registry.ts';
import { idInLink } from '../translating/id-in-link.ts';
import { readRefusedStart } from '../translating/post-refusal.ts';
import { whatItSays } from '../translating/text.ts';
import type { ExchangeOptions } from './exchange.ts';
import { createPostToProvider, withoutPosted } from './post.ts';

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

/** Where a status request goes, below the `baseUrl`. */
const statusPath =
  (provider: Provider) =>
  (id: string): string => {
    const base = { baseUrl: 'https://provider.invalid', apiKey: '' };
    return new URL(provider.statusRequest({ ...base, generationId: id }).url).pathname;
  };

/** Fields of an acceptance that are looked through for a link; the documented ones have ten at most. */
const maxFields = 50;

/** The id of what was started, where nothing but a link to its status tells it. */
const idFromLinks = ({ headers, body }: JsonAnswer, provider: Provider): string | undefined => {
  const fields: readonly unknown[] =
    typeof body === 'object' && body !== null ? Object.values(body) : [];
  return [headers['location'], ...fields.slice(0, maxFields)]
    .filter((link) => typeof link === 'string')
    .map((link) => idInLink(link, statusPath(provider)))
    .find((id) => id !== undefined);
};

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
    const { answer } = outcome;
    const started = starting.readStarted(answer.body);
    if (typeof started !== 'string') {
      const details = mapTexts(started.details, postedEraser(request)) as GenerationDetails;
      return { outcome: { kind: 'accepted', ...started, details } };
    }
    const generationId = idFromLinks(answer, provider);
    if (generationId !== undefined)
      return { outcome: { kind: 'accepted', generationId, details: {} } };
    const says = whatItSays(withoutPosted(answer, request).body);
    const message = `${title} answered ${answer.status}, but ${started} is not understood${says}`;
    return { outcome: { kind: 'uncertain', message } };
  };
};
