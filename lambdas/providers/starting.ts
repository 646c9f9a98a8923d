import type * as z from 'zod';
import type { ExportAs } from '../contract/export-as.ts';
import type { JsonObject } from '../contract/json.ts';
import type { ApiRequest } from '../contract/ports.ts';
import type { GenerationDetails } from '../contract/results.ts';
import type { RefusalCode } from '../polling/status.ts';
import type { JsonAnswer } from './provider.ts';

/** What is needed to ask a provider to start a generation. */
export interface StartRequestOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The body of the provider's own create request, accepted by its schema. */
  readonly request: JsonObject;
  /** The same for every attempt at one request, and for no other request. */
  readonly idempotencyKey: string;
}

/**
 * What one attempt to start a generation learnt. A closed union: the paid work may be asked for
 * again after `throttled` and `unreached` alone, and after `uncertain` only where the provider
 * knows the repetition by its key.
 */
export type StartOutcome =
  | {
      readonly kind: 'accepted';
      readonly generationId: string;
      readonly details: GenerationDetails;
    }
  /** Nothing was started, and the same request will not be accepted later either. */
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string }
  /** 429: nothing was started. */
  | { readonly kind: 'throttled'; readonly message: string }
  /** The request was never sent, so that nothing was started. */
  | { readonly kind: 'unreached'; readonly message: string }
  /**
   * Nobody knows whether something was started: the answer was lost, late, a 5xx, or cannot be
   * understood.
   */
  | { readonly kind: 'uncertain'; readonly message: string };

/** What whoever has but a sentence may wish beside it. */
export interface PromptWishes {
  /** The file to make, where the create request has a say in it. */
  readonly exportAs?: ExportAs | undefined;
  /** The provider may ask questions: somebody is there to answer. */
  readonly interactive?: boolean | undefined;
}

/** How a provider's generations are started, where its API allows it. */
export interface Starting {
  /**
   * The create request's required fields and limits, as the provider documents them; what else is
   * in it passes.
   */
  schemaOf(request: JsonObject): z.ZodType;
  /** The create request: a POST. */
  startRequest(options: StartRequestOptions): ApiRequest & { readonly post: JsonObject };
  /** Understands the answer to it, whatever its HTTP status. Never throws. */
  readStart(answer: JsonAnswer): StartOutcome;
  /**
   * The smallest documented create request that makes a deck of a sentence; absent where a sentence
   * is not enough. A wish that the provider's create request knows nothing of is passed over.
   */
  readonly fromPrompt?: (prompt: string, wishes: PromptWishes) => JsonObject;
  /** The provider starts one generation however often a request with the same key arrives. */
  readonly idempotent?: true;
}
