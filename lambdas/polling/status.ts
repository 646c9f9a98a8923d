import type { ErrorCode } from '../contract/error-codes.ts';
import type { FileFormat } from '../contract/file-formats.ts';
import type { JsonValue } from '../contract/json.ts';
import type { GenerationDetails } from '../contract/results.ts';

/** What the provider tells of a file, beside where it is. */
interface FileFacts {
  /** The format, where the provider tells it; else it is found from the link and the bytes. */
  readonly format?: FileFormat;
  /** Which of several files, in the provider's own numbering; safe in a key. */
  readonly variant?: string;
  /** Length in bytes, where the provider tells it. */
  readonly bytes?: number;
}

/** A file with its link, which is a bearer secret: it lives in memory only. */
export interface LinkedFile extends FileFacts {
  readonly url: string;
  /** Where the provider makes links on request: with what a fresh one is asked for. */
  readonly linkId?: string;
}

/**
 * A file whose link has to be asked for (see `Provider.links`): right before the download, as such
 * links live shortly.
 */
export interface UnlinkedFile extends FileFacts {
  readonly linkId: string;
}

/** A file that the provider offers. */
export type ExportFile = LinkedFile | UnlinkedFile;

/** Why a provider will not answer for this generation. */
export type RefusalCode = Extract<
  ErrorCode,
  | 'CredentialMissing'
  | 'Unauthorized'
  | 'PlanNotEligible'
  | 'InsufficientCredits'
  | 'InvalidRequest'
>;

/**
 * What one check learnt: a closed union, so that a new kind breaks the build wherever it must be
 * handled.
 *
 * Every string in it that comes from the provider is cleaned: no control characters, bounded
 * length, no signed link.
 */
export type GenerationStatus =
  /**
   * Being made. `unknownStatus`: the provider used a word that it does not document; counts as
   * pending.
   */
  | {
      readonly kind: 'pending';
      readonly said: string;
      readonly progress?: number;
      /** Which part of the work, in the provider's own word. */
      readonly phase?: string;
      /** What it is just doing, in the provider's own words. */
      readonly step?: string;
      readonly unknownStatus?: boolean;
    }
  /** Stands still until its question is answered. */
  | {
      readonly kind: 'awaitingInput';
      readonly said: string;
      readonly question: string;
      /** Names it where its text is told cut: two long questions may begin alike. */
      readonly questionId?: string;
      readonly details: GenerationDetails;
    }
  /** Done, but the file's link is not there yet. */
  | {
      readonly kind: 'exportPending';
      readonly said: string;
      readonly details: GenerationDetails;
      readonly remedy: string;
      /** The deck can be exported on request: its id at the provider, and the status document. */
      readonly deck?: { readonly id: string; readonly document: JsonValue };
    }
  /** Done. `exports` is empty for a provider whose status document is the deck itself. */
  | {
      readonly kind: 'ready';
      readonly said: string;
      /** The provider itself says that some of it is missing. */
      readonly partial: boolean;
      /** Of what is missing, some is still being made: it is waited for as for a missing link. */
      readonly unfinished?: true;
      readonly exports: readonly ExportFile[];
      /** The status document, links reduced: becomes `generation.json`. */
      readonly document: JsonValue;
      readonly title?: string;
      /** When the provider says that it finished, ISO 8601. */
      readonly completedAt?: string;
      readonly details: GenerationDetails;
      /** The provider's id of the deck, where it can be exported on request. */
      readonly deckId?: string;
    }
  /** The provider gave up on it. `message` is the provider's. */
  | {
      readonly kind: 'failed';
      readonly said: string;
      readonly message: string;
      readonly details: GenerationDetails;
    }
  | Trouble;

/**
 * What an answer without the thing asked for means, whatever was asked for; `message` is for
 * people.
 */
export type Trouble =
  | { readonly kind: 'notFound'; readonly message: string }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string }
  /** 429. */
  | { readonly kind: 'throttled'; readonly message: string }
  /** No answer, a 5xx, or an answer that cannot be understood. */
  | {
      readonly kind: 'unavailable';
      readonly code: 'ProviderUnavailable' | 'UnexpectedResponse';
      readonly message: string;
    };

/** What asking for the link of one file came to. */
export type LinkStatus =
  /** The link: a bearer secret. */
  | { readonly kind: 'link'; readonly url: string }
  /** The provider gives no link (yet). */
  | {
      readonly kind: 'noLink';
      readonly message: string;
      /** There will be none. */ readonly isFinal?: true | undefined;
    }
  | Trouble;

/**
 * How much of a key's request budgets is left, where the provider tells; each a number of requests.
 */
export interface RateLimits {
  readonly burst?: RequestBudget;
  readonly hourly?: RequestBudget;
  readonly daily?: RequestBudget;
}

/** One budget of requests. */
export interface RequestBudget {
  readonly limit: number;
  readonly remaining: number;
}

/** A status with what came along about when to ask again. */
export interface Report<Status = GenerationStatus> {
  readonly status: Status;
  /** `Retry-After`, in seconds from the answer; a floor under the next wait. */
  readonly retryAfterSeconds?: number;
  readonly rateLimits?: RateLimits;
}
