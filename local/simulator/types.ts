import type { FileFormat } from '../../lambdas/contract/file-formats.ts';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import type { ForeignName } from './foreign-answers.ts';
import type { SimulatedProvider } from './simulated-providers.ts';

/**
 * What a status request is answered with, in words that fit all providers; each provider's file
 * spells it its own way.
 */
export type Saying =
  /**
   * Being made. `status` replaces the provider's own word, so that an undocumented one can be
   * tried.
   */
  | {
      readonly says: 'working';
      readonly status?: string;
      readonly progress?: number;
      readonly note?: string;
    }
  /** Chronicle: stands still until its message endpoint is used, or until the step is over. */
  | { readonly says: 'question'; readonly question: string }
  /**
   * Done. `linkMissing`: as if the export were not there yet. `unfinished`: of several files, all but
   * the first are still being made (Alai).
   */
  | { readonly says: 'completed'; readonly linkMissing?: boolean; readonly unfinished?: true }
  /** Duomi: terminal with a file in which some slides are missing. */
  | { readonly says: 'partial' }
  | { readonly says: 'failed'; readonly message: string; readonly code?: string }
  /**
   * An HTTP error in the provider's own shape, or what something in between says in its place:
   * `instead`, and a proxy's page with `html`.
   */
  | {
      readonly says: 'http';
      readonly status: number;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly html?: boolean;
      readonly instead?: ForeignName;
    }
  /** Any answer whatever. */
  | {
      readonly says: 'raw';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /**
   * The completed answer, broken off in the middle: `whole` ends it properly, else the connection
   * is cut.
   */
  | { readonly says: 'truncated'; readonly whole?: boolean }
  /** The connection is closed without an answer. */
  | { readonly says: 'nothing' }
  /** No answer, and the connection stays open. */
  | { readonly says: 'silence' };

/** What a request for a link can meet in place of the link. */
export type LinkTrouble = Extract<Saying, { says: 'http' | 'raw' | 'nothing' | 'silence' }>;

/**
 * One step of a generation's script. It lasts for `seconds` of the simulator's clock or for `polls`
 * status answers (default: 1 answer); the last step lasts for ever.
 */
export type Step = Saying &
  (
    | { readonly seconds: number; readonly polls?: never }
    | { readonly polls?: number; readonly seconds?: never }
  );

/**
 * What one request for a file meets instead of the file. Requests beyond the list are served well.
 */
export interface DownloadBehaviour {
  /** Cut the connection after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Stop sending after so many bytes and keep the connection open. */
  readonly stallAfter?: number;
  /** Answer with this HTTP status and a short text. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answer 200 with an HTML page. */
  readonly html?: boolean;
  /** Answer 200 without a byte. */
  readonly empty?: boolean;
  /** Ignore `Range`. */
  readonly noRanges?: boolean;
  /** Say this `Content-Length` and close early, or leave bytes out. */
  readonly statedLength?: number;
  /** Redirect there. */
  readonly redirect?: string;
  /** From this request on the file is another one. */
  readonly replaceWith?: Uint8Array;
  /** Compress with gzip although the client asked for identity; `unnamed`: without a word of it. */
  readonly gzip?: boolean | 'unnamed';
  /** Send it as a text in base64, as gateways do that take every answer for text. */
  readonly base64?: boolean;
  /** Answer a request for a part with this status. */
  readonly refusesParts?: number;
  /** Send the whole file with this status: 203 as a proxy does, 206 though no part was asked for. */
  readonly wholeAs?: 203 | 206;
  /** Send no more than so many bytes at a time, as a part, whatever was asked for. */
  readonly partBytes?: number;
  /** Do not say beside a part how long the file is. */
  readonly hidesLength?: boolean;
  /** Announce no length: send chunks, or end with the connection alone. */
  readonly framing?: 'chunked' | 'close';
  /** Bytes of further headers: policies and cookies, as hosts behind several proxies send them. */
  readonly headBytes?: number;
  /** Redirect first to a place of this name, in raw UTF-8. */
  readonly movedTo?: string;
}

/** A file that a generation exports. */
export interface FileOptions {
  readonly content: Uint8Array;
  readonly format: FileFormat;
  /** Number of the variant (Perceptis); the place in the list where absent. */
  readonly variant?: number | string;
  /** What successive requests for the file meet. */
  readonly downloads?: readonly DownloadBehaviour[];
  /** Length that the provider tells (Duomi's `file_size`), where it is not the true one. */
  readonly statedBytes?: number;
  /** Seconds from its first link on in which the file has not arrived everywhere. */
  readonly lateSeconds?: number;
  /** What requests for it meet until then; 404 where absent. */
  readonly lateAs?: DownloadBehaviour;
}

/** What a request for an export meets. */
export interface ExportBehaviour {
  /** Seconds until the export is done. */
  readonly seconds?: number;
  /** The export fails for this reason. */
  readonly fails?: string;
  /** No answer; the export began, or not. */
  readonly hangUp?: 'before' | 'after';
  /** It is refused with this HTTP status. */
  readonly status?: number;
}

/** A generation to simulate. */
export interface GenerationOptions {
  readonly provider: SimulatedProvider;
  /** The provider's id; a new one in the provider's style where absent. */
  readonly generationId?: string;
  /** The key that created it; the provider's default key of this simulator where absent. */
  readonly apiKey?: string;
  readonly script: readonly Step[];
  readonly files?: readonly FileOptions[];
  readonly title?: string;
  /**
   * Life of the links, in seconds of the clock: one number, or one for each status answer (the last
   * repeats).
   */
  readonly linkSeconds?: number | readonly number[];
  /** Files that the deck is exported to on request (Gamma). */
  readonly exportFiles?: readonly FileOptions[];
  /** What successive requests for an export meet; those beyond the list are done at once. */
  readonly exportRequests?: readonly ExportBehaviour[];
  /**
   * What successive replies to its questions meet; those beyond the list are taken. `hangUp`: no
   * answer, and the reply not taken, or taken.
   */
  readonly messages?: readonly { readonly hangUp: 'before' | 'after' }[];
  /**
   * SlideSpeak: what successive requests for a link meet; requests beyond the list are answered
   * well.
   */
  readonly linkAnswers?: readonly LinkTrouble[];
  /** Chronicle: the sections of the finished presentation. */
  readonly sections?: readonly JsonObject[];
}

/** A request that the simulator answered (or refused to). */
export interface RecordedRequest {
  /** Milliseconds since 1970, by the simulator's clock. */
  readonly at: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly kind:
    | 'status'
    | 'create'
    | 'message'
    | 'link'
    | 'export'
    | 'exported'
    | 'download'
    | 'unknown';
  readonly provider?: SimulatedProvider;
  readonly generationId?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** HTTP status; 0 where the connection was closed without an answer. */
  readonly status: number;
}

/** A coding that compresses an answer. */
export type Coding = 'gzip' | 'deflate' | 'br';

/** What a create request turns into. */
export type OnCreate = (
  provider: SimulatedProvider,
  body: JsonObject,
) => Promise<Omit<GenerationOptions, 'provider' | 'generationId' | 'apiKey'>>;

/**
 * What one create request meets: before anything is started, or in place of the answer after it
 * was.
 */
export interface CreateTrouble {
  readonly when: 'before' | 'after';
  readonly answer: Extract<Saying, { says: 'http' | 'raw' | 'nothing' }>;
}
