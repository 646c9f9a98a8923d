import type { JsonObject } from '../json.ts';

/** A request to a provider's API. */
export interface ApiRequest {
  readonly url: string;
  /** Includes the API key: never logged. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is posted, as JSON; a GET where absent. */
  readonly post?: JsonObject;
  /**
   * Where present, a long JSON answer is not held but skimmed: its text is then what lies near its
   * root (texts, numbers and flags within two levels), and reading ends as soon as this says so of
   * what was read so far.
   */
  readonly enough?: (beginning: JsonObject) => boolean;
}

/** A provider's answer, read but not yet understood. */
export interface ApiAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The body's text, at most {@link maxAnswerBytes}; `undefined` where it was longer or broke off.
   */
  readonly text: string | undefined;
}

/** Largest body of a status answer: a finished Chronicle deck comes inside it. */
export const maxAnswerBytes = 10 * 1024 * 1024;

/**
 * What came of a request: an answer with any HTTP status, or none (`reason` is for people and holds
 * no link or key). `unsent`: there was no connection to send it over, so that a POST has certainly
 * done nothing.
 */
export type AskOutcome =
  | { readonly reached: true; readonly answer: ApiAnswer }
  | { readonly reached: false; readonly reason: string; readonly unsent?: true };

/**
 * Sends one request, once, with a limit on its total time, and follows no redirect. Never throws
 * for what the network does.
 */
export type AskApi = (request: ApiRequest) => Promise<AskOutcome>;

/** Reads API keys. */
export interface ApiKeys {
  /**
   * The API key of a credential, or why there is none (the message holds the command that stores
   * it).
   *
   * @param fresh read past any cache: the provider has just refused the cached key
   * @throws when the secret service itself cannot answer
   */
  read(
    provider: string,
    credential: string,
    fresh: boolean,
  ): Promise<{ found: true; apiKey: string } | { found: false; message: string }>;
}
