import type { RequestedGeneration } from '../../contract/generation.ts';
import type { JsonObject } from '../../contract/json.ts';
import { providerNamed } from '../registry.ts';
import type { StartOutcome } from '../starting.ts';
import { createExchange, jsonAnswerOf, type ExchangeOptions } from './exchange.ts';

/** An outcome with what came along about when to try again. */
export interface StartReport {
  readonly outcome: StartOutcome;
  /** `Retry-After`, in seconds from the answer. */
  readonly retryAfterSeconds?: number;
}

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
) => Promise<StartReport>;

/** Of this archiver, for a service that other programs use with the same API key. */
const idempotencyKeyOf = (requestId: string): string => `generation-archiver-${requestId}`;

/** See {@link StartAtProvider}. */
export const createStartAtProvider = (options: ExchangeOptions): StartAtProvider => {
  const exchange = createExchange(options);
  return async ({ provider: name, credential, requestId }, request, fresh) => {
    const provider = providerNamed(name);
    const { title, starting } = provider;
    if (starting === undefined) throw new Error(`provider '${name}' starts nothing`);

    const idempotencyKey = idempotencyKeyOf(requestId);
    const exchanged = await exchange({
      provider,
      credential,
      fresh,
      request: (base) => starting.startRequest({ ...base, request, idempotencyKey }),
    });
    switch (exchanged.kind) {
      case 'keyUnread':
        return { outcome: { kind: 'unreached', message: exchanged.message } };
      case 'keyMissing':
        return {
          outcome: { kind: 'refused', code: 'CredentialMissing', message: exchanged.message },
        };
      case 'unanswered': {
        const { reason, unsent } = exchanged;
        if (unsent)
          return {
            outcome: { kind: 'unreached', message: `${title} could not be reached: ${reason}` },
          };
        return { outcome: { kind: 'uncertain', message: `no answer of ${title}: ${reason}` } };
      }
      case 'answered':
        return { outcome: starting.readStart(jsonAnswerOf(exchanged.answer)), ...exchanged.timing };
    }
  };
};
