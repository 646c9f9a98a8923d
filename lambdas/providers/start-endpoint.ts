import type * as z from 'zod';
import type { ExportAs } from '../contract/export-as.ts';
import type { JsonObject } from '../contract/json.ts';
import type { ApiRequest } from '../contract/ports.ts';
import type { HttpErrorOptions } from './translating/http-errors.ts';
import type { ReadStarted } from './translating/start-answer.ts';

/** What is needed to ask a provider to start a generation. */
export interface StartRequestOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The body of the provider's own create request, accepted by its schema. */
  readonly request: JsonObject;
  /** The same for every attempt at one request, and for no other request. */
  readonly idempotencyKey: string;
}

/** What may be wished beside a sentence, by a person who has no request. */
export interface PromptWishes {
  /** The file to make, where the create request has a say in it. */
  readonly exportAs?: ExportAs | undefined;
  /** The provider may ask questions: a person is there to answer. */
  readonly interactive?: boolean | undefined;
}

/** How a provider's generations are started, where its API allows it. */
export interface StartEndpoint {
  /**
   * The create request's required fields and limits, as the provider documents them; what else is
   * in it passes.
   */
  schemaOf(request: JsonObject): z.ZodType;
  /** The create request: a POST. */
  startRequest(options: StartRequestOptions): ApiRequest & { readonly post: JsonObject };
  /** Understands the 2xx answer to it. Never throws. */
  readonly readStarted: ReadStarted;
  /** What an answer other than 2xx means. */
  readonly errors: HttpErrorOptions;
  /**
   * The smallest documented create request that makes a deck of a sentence; absent where a sentence
   * is not enough. A wish that the provider's create request knows nothing of is passed over.
   */
  readonly fromPrompt?: (prompt: string, wishes: PromptWishes) => JsonObject;
  /** The provider starts one generation however often a request with the same key arrives. */
  readonly idempotent?: true;
}
