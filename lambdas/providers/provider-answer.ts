import type { ApiAnswer } from '../contract/ports.ts';

/** A provider's answer, its body read as JSON. */
export interface JsonAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ApiAnswer['headers'];
  /**
   * Parsed and still unknown: whatever comes from a provider is hostile until its schema has
   * accepted it. `undefined` where there was no JSON.
   */
  readonly body: unknown;
  /** What came in place of JSON, for people: `an HTML page "Just a moment..."`. */
  readonly page?: string;
}
