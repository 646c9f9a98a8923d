import type { JsonObject } from '../../lambdas/contract/json.ts';
import type { IssuedLink, LinkPath } from './files.ts';
import type { LimitVerdict } from './limits.ts';
import type { SimulatedGeneration } from './simulated-generation.ts';
import type { SimulatedProvider } from './simulated-providers.ts';
import type { Saying } from './types.ts';

/** A request for an export, by the id of the deck, or for the status of one. */
export type ExportRoute =
  | { readonly kind: 'export'; readonly deckId: string }
  | { readonly kind: 'exported'; readonly exportId: string };

/** What a path of a provider's API is for. */
export type Route =
  | { readonly kind: 'status' | 'message' | 'link'; readonly generationId: string }
  | ExportRoute
  | { readonly kind: 'create' };

/** The sayings that are a provider's own JSON document with HTTP 200. */
export type DocumentSaying = Extract<
  Saying,
  { says: 'working' | 'question' | 'completed' | 'partial' | 'failed' }
>;

/** An answer with a JSON body. */
export interface JsonReply {
  readonly status: number;
  readonly body: JsonObject;
}

/** How one provider's API looks from outside. Paths are below the provider's base URL. */
export interface SimulatedApi {
  readonly name: SimulatedProvider;
  /** How its API keys begin. */
  readonly keyPrefix: string;
  /** Seconds that its links live, where a generation says nothing else. */
  readonly linkSeconds: number;
  readonly linkPath: LinkPath;
  newId(): string;
  /** The API key that a request carries. */
  apiKeyOf(headers: Readonly<Record<string, string>>): string | undefined;
  route(method: string, path: string): Route | undefined;
  /** What a valid key that did not create the generation is told. */
  readonly foreignKeyStatus: 401 | 404;
  document(
    generation: SimulatedGeneration,
    saying: DocumentSaying,
    links: readonly IssuedLink[],
    now: number,
  ): JsonObject;
  /** It says of each file whether it is made. */
  readonly tellsUnfinished?: true;
  /**
   * The answer to a request for a link, where links are no part of the document: `undefined` where
   * there is no file.
   */
  linkDocument?(link: IssuedLink | undefined): JsonObject;
  /** The id under which a generation's deck is exported, where it can be. */
  deckId?(generationId: string): string;
  /** The body of an HTTP error. */
  error(status: number, message: string): JsonObject;
  /** What is wrong with the body of a create request, or `undefined`. */
  refuse(body: JsonObject): string | undefined;
  created(generationId: string, now: number): JsonReply;
  /**
   * The header by which a repeated create request is known, where the provider has one; in lower
   * case.
   */
  readonly idempotencyHeader?: string;
  /** Headers that come with every answer. */
  headers(verdict: LimitVerdict): Readonly<Record<string, string>>;
}

/** ISO 8601 of milliseconds since 1970. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The key behind `Authorization: Bearer`. */
export const bearerKey = (headers: Readonly<Record<string, string>>): string | undefined =>
  /^Bearer (?<key>\S+)$/i.exec(headers['authorization'] ?? '')?.groups?.['key'];

/** A title as a file name: words with dashes. */
export const fileTitle = (title: string): string =>
  title.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '') || 'Untitled';

/** What is wrong where a field that must be a text is none. */
export const missingText = (body: JsonObject, field: string): string | undefined => {
  const value = body[field];
  return typeof value === 'string' && value !== '' ? undefined : `${field} is required`;
};
