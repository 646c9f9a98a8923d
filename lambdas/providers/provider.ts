import type { ExportAs } from '../contract/export-as.ts';
import type { JsonObject } from '../contract/json.ts';
import type { ApiAnswer, ApiRequest } from '../contract/ports.ts';
import type { Reply } from '../contract/reply.ts';
import type { Pace } from '../polling/pace.ts';
import type { GenerationStatus, LinkStatus, RateLimits } from '../polling/status.ts';
import type { JsonAnswer } from './provider-answer.ts';
import type { StartEndpoint } from './start-endpoint.ts';
import type { HttpErrorOptions } from './translating/http-errors.ts';

/** What a deployment uses where its configuration says nothing. */
export interface ProviderDefaults {
  /** Minutes after the trigger event at which following ends. */
  readonly timeoutMinutes: number;
  /** Seconds before the first check: the shortest time in which a generation usually ends. */
  readonly firstCheckSeconds: number;
  /** Seconds between checks, as the provider documents. */
  readonly checkIntervalSeconds: number;
}

/** How a provider is asked for the link of a file. */
export interface LinkEndpoint {
  /**
   * The request for a link, with the id that the status gave. A GET: asking twice must do no harm.
   */
  request(options: { baseUrl: string; linkId: string; apiKey: string }): ApiRequest;
  /** Understands an answer with any HTTP status. Never throws. */
  read(answer: JsonAnswer): LinkStatus;
}

/** How a finished deck is exported on request. */
export interface ExportEndpoint {
  readonly formats: readonly ExportAs[];
  /**
   * A POST. It may cost credits, so it is sent once for a format. `deckId` is what the status
   * names.
   */
  request(options: {
    baseUrl: string;
    apiKey: string;
    deckId: string;
    format: ExportAs;
  }): ApiRequest;
  /**
   * The id of the export from a 2xx answer: what `links` asks with. `undefined` where there is
   * none.
   */
  readonly readStarted: (body: unknown) => string | undefined;
  /** What an answer other than 2xx means. */
  readonly errors: HttpErrorOptions;
}

/** How a question of the provider is answered. */
export interface ReplyEndpoint {
  /** A POST. It is sent where the status is `awaitingInput`, and again only where it still is. */
  request(options: {
    baseUrl: string;
    generationId: string;
    apiKey: string;
    reply: Reply;
  }): ApiRequest;
  /** What an answer other than 2xx means. */
  readonly errors: HttpErrorOptions;
}

/**
 * One presentation generator: the pure translation between its API and the archiver's words. A
 * provider is one file and one line in the registry; its function, secret grant, states and alarm
 * follow from there.
 */
export interface Provider {
  /** The name in events, keys, secrets and configuration: lower case. */
  readonly name: string;
  /** The name in state names and for people. */
  readonly title: string;
  /**
   * The published origin of the API; absent where each customer has their own, so that the
   * configuration must name it.
   */
  readonly baseUrl?: string;
  readonly defaults: ProviderDefaults;
  /**
   * Where the status document is the deck itself, megabytes instead of kilobytes: whether its
   * beginning says all that a status check wants to know, so that the check reads no more of it.
   * Given texts, numbers and flags within two levels of the root.
   */
  readonly isEnough?: (beginning: JsonObject) => boolean;
  /** How the provider wants to be asked when it is under load. */
  readonly pace: Pace;
  /** The status request for one generation. */
  statusRequest(options: { baseUrl: string; generationId: string; apiKey: string }): ApiRequest;
  /**
   * Understands an answer with any HTTP status. Never throws: what it cannot understand is
   * `unavailable`.
   */
  readStatus(answer: JsonAnswer): GenerationStatus;
  /**
   * Where links are asked for, for a provider whose status gives none: its `exports` carry a
   * `linkId` in place of a `url`.
   */
  readonly links?: LinkEndpoint;
  /**
   * For a provider that exports a finished deck on request; `links` then asks for the link of an
   * export.
   */
  readonly exporting?: ExportEndpoint;
  /** For a provider that asks questions. */
  readonly reply?: ReplyEndpoint;
  /** How its generations are started; absent where `Generation Requested` is not taken for it. */
  readonly starting?: StartEndpoint;
  /** Reads the budgets that the answer's headers tell of, where the provider has such headers. */
  readRateLimits?(headers: ApiAnswer['headers']): RateLimits | undefined;
}
